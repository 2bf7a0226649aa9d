"""Shims: what is still in a frozen package, and what is left to do before it can go."""
