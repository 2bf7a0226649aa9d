"""Hygiene: what protohome reads besides the map can be read, is true and is still needed."""
