"""What a conversation is about: open documents, governed folders, and when they are read."""
