"""Entries of the configuration."""

from __future__ import annotations

from ..config import ConfigError, read
from ..config.edits import with_entry as entry
from ..edits import TextEdit, WorkspaceEdit, apply
from ..workspace.snapshot import Snapshot
from . import Refused
from ._workspace import edit


def with_entry(snapshot: Snapshot, table: str, key: str, value: str) -> WorkspaceEdit:
    """The edit that makes the configuration say ``key = "value"`` in a table."""
    path, source = snapshot.config.path or "protohome.toml", snapshot.config.source
    after = apply(source, [TextEdit(*entry(path, source, table, key, value))])
    if after == source:
        raise Refused(f"{path} says so already.")
    try:
        read(path, after)
    except ConfigError as error:
        raise Refused(f"{path} could not take the entry: {error.message}.") from error
    return edit(snapshot, {path: after})
