"""Proto text rearranged: statements, bodies, imports and headers, with their comments."""
