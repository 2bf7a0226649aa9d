"""What the client asks and is told: one module a method, by what it does with documents."""
