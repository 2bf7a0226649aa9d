"""A workspace at one moment, and the plain data that a snapshot is made of."""
