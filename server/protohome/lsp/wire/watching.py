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
    "**/*baseline*.json",
    # What may run buf before a merge, and who owns what.
    *("**/*.yml", "**/*.yaml", "**/*.sh", "**/Makefile", "**/package.json", "**/justfile"),
    "**/CODEOWNERS",
    # What a commit, a checkout or a fetch writes: the reference may be another one.
    "**/.git/logs/HEAD",
    "**/.git/refs/**",
    "**/.git/packed-refs",
)


def registration() -> object:
    """The parameters of ``client/registerCapability``."""
    return to_lsp.watchers(PATTERNS)
