"""Analysis over the store: plain functions from a connection to frozen values, and those to words.

A report reads inside the caller's transaction, so that it sees one moment while the stream goes on.
"""
