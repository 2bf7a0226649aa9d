"""The conversation: bytes, messages, and the door through which the session speaks."""
