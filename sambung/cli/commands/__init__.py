"""The subcommands of `sambung`, one per file."""
