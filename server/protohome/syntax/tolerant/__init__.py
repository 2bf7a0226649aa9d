"""Reads what is half typed: a file in pieces, and whatever of a piece can be read."""
