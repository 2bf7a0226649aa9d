"""How one contract differs from what it was: its members, their numbers, types and options."""
