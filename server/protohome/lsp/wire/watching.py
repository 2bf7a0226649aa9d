"""Which files on disk we want to be told of; a map may have any name."""

from __future__ import annotations

from .. import to_lsp

PATTERNS = (
    "**/*.proto",
    "**/*.md",
    "**/protohome.toml",
    "**/pyproject.toml",
    "**/buf.yaml",
    "**/buf.work.yaml",
    "**/.gitignore",
)


def registration() -> object:
    """The parameters of ``client/registerCapability``."""
    return to_lsp.watchers(PATTERNS)
