"""The subcommands of `sambung`, one a file."""
