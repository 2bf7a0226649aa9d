"""Versioning: what may change once others rely on it, and what a new version needs."""
