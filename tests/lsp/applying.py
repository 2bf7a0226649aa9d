"""A client's side of edits: what a WorkspaceEdit makes of files on disk, by the specification."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from protohome.positions import LineIndex


def apply(edit: dict[str, Any], encoding: str = "utf-16") -> list[str]:
    """Apply the JSON of a WorkspaceEdit; the kinds of its steps, in order.

    Operations keep their promises: nothing is overwritten that may not be.
    """
    steps: list[str] = []
    for uri, text_edits in (edit.get("changes") or {}).items():
        _apply_text(path_of(uri), text_edits, encoding)
        steps.append("edit")
    for change in edit.get("documentChanges") or ():
        kind = change.get("kind", "edit")
        steps.append(kind)
        options = change.get("options") or {}
        if kind == "create":
            path = path_of(change["uri"])
            assert not path.exists() or options.get("overwrite") or options.get("ignoreIfExists")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
        elif kind == "rename":
            new = path_of(change["newUri"])
            assert not new.exists(), "a rename overwrites nothing"
            new.parent.mkdir(parents=True, exist_ok=True)
            path_of(change["oldUri"]).rename(new)
        elif kind == "delete":
            path_of(change["uri"]).unlink()
        else:
            _apply_text(path_of(change["textDocument"]["uri"]), change["edits"], encoding)
    return steps


def versions(edit: dict[str, Any]) -> dict[Path, int | None]:
    """The version that each document must have."""
    return {
        path_of(change["textDocument"]["uri"]): change["textDocument"]["version"]
        for change in edit["documentChanges"]
        if "kind" not in change
    }


def path_of(uri: str) -> Path:
    return Path(unquote(urlparse(uri).path))


def _apply_text(path: Path, text_edits: list[dict[str, Any]], encoding: str) -> None:
    """All edits are of the same text; a file that is not there is empty, as Emacs takes it."""
    source = path.read_bytes() if path.exists() else b""
    lines = LineIndex(source)
    places = [
        tuple(
            lines.offset(edit["range"][end]["line"], edit["range"][end]["character"], encoding)
            for end in ("start", "end")
        )
        for edit in text_edits
    ]
    order = sorted(range(len(places)), key=lambda at: (places[at], at), reverse=True)
    for at in order:
        start, end = places[at]
        source = source[:start] + text_edits[at]["newText"].encode() + source[end:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(source)
