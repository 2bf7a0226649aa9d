"""A run of the command line: what commands share, between their arguments and the core."""
