"""Reports on the store: functions from a connection to frozen values, and from those to words.

A report reads in the caller's transaction, so that it sees one snapshot while the stream goes on.
"""
