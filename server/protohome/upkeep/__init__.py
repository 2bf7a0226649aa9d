"""Texts that follow from the map and the tree: lists in Markdown files, owners in CODEOWNERS."""
