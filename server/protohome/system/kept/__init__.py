"""What is kept in the user's own folders: what is slow to make, what a later run needs to know."""
