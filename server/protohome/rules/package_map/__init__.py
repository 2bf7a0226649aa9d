"""The package map: it can be followed, and its tables are true of the tree."""
