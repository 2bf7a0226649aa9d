"""What foreign text becomes before it is shown: one module a medium.

Names, cells, sentences and comments are somebody else's words. Each medium reads some characters as
more than text; whatever is shown there goes through the medium's module, and nothing else escapes.
"""
