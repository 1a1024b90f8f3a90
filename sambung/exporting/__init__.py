"""Tables of a store as files for others."""
