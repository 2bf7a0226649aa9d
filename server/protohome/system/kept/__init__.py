"""What is kept in the user's own folders: what is slow to read or make, and may be lost."""
