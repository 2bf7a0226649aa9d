"""Bytes to facts: the only package that knows tree-sitter.

tree-sitter parses; a file it reads without error becomes facts straight from its tree. Where it
meets an error (half-typed text, or a gap in its grammar), the tolerant reader takes the whole file,
so that broken text loses nothing but the broken region. A test holds the two to equal facts.
"""

from __future__ import annotations

from .options import bracketed
from .packing import Packed, packed
from .parser import Parser, read, read_contract

__all__ = ["Packed", "Parser", "bracketed", "packed", "read", "read_contract"]
