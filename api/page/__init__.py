"""The live page: what a person reads in a browser, rendered here and kept current by one stream."""
