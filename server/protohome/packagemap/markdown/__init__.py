"""A Markdown document, and the tables of a map in it."""
