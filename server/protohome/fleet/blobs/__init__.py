"""What mirrors hold, by git's blobs, and what was made of each."""
