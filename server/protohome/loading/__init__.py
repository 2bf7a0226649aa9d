"""From what is on disk, or staged, to a snapshot."""
