"""What the client asks and is told: one module a method of the protocol."""
