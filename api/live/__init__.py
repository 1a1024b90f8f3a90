"""Counts as they change, from the store to every reader: one look for all, rendered once."""
