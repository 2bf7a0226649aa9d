"""What the fixes that move contracts and files share: scoping, statements, imports, headers."""
