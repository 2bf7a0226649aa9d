"""What is outside: files, git, and what is kept in the user's own folders."""
