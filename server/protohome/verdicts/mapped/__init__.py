"""What the map says: which packages claim which words, and what it states of contracts."""
