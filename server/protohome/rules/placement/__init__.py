"""Placement: which contracts a package may hold, and which packages it may refer to."""
