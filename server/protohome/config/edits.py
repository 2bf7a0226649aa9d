"""Edits of a configuration's text that leave everything else as it was written."""

from __future__ import annotations

import re
from typing import TypeAlias

from ..positions import BOM, Span
from .nodes import HEADER, PAIR, Node, Path, nodes
from .reader import prefix

Change: TypeAlias = "tuple[Span, str]"
"""A span of the source and the text to stand in its place, as in a ``TextEdit``."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')


def with_entry(path: str, source: bytes, table: str, key: str, value: str) -> Change:
    """The change that makes ``[table]`` of a configuration say ``key = "value"``.

    ``source`` is a configuration that can be read, or empty; by its name ``path`` tells a
    ``pyproject.toml``. The entry goes below the table's last one, into an inline table where one is
    used, or into a new table at the end; an entry of that key gets the new value.
    """
    found = list(nodes(source))
    target: Path = (*prefix(path), table)
    for node in found:
        if node.path == (*target, key) and node.kind == PAIR:
            return node.value, quoted(value)
    for depth in range(1, len(target) + 1):
        for node in found:
            if node.path == target[:depth] and node.kind == PAIR:
                return _inside(source, found, node, (*target, key), value)
    entries = [node for node in found if node.kind == PAIR and node.path[:-1] == target]
    headers = [node for node in found if node.kind == HEADER and node.path == target]
    if entries:
        last = entries[-1]
        return _below(source, last, f"{_dots_before(source, found, last)}{_pair(key, value)}")
    if headers:
        return _below(source, headers[0], _pair(key, value))
    line = _line_break(source)
    before = "" if not source.removeprefix(BOM) else line if source.endswith(b"\n") else line * 2
    header = f"[{'.'.join(map(str, target))}]"
    return _added(len(source), f"{before}{header}{line}{_pair(key, value)}{line}")


def _inside(source: bytes, found: list[Node], table: Node, path: Path, value: str) -> Change:
    """Into the inline table ``table``, after what it holds."""
    depth = len(table.path)
    *tables, key = map(str, path[depth:])
    text = _pair(key, value)
    for name in reversed(tables):
        text = f"{_key(name)} = {{ {text} }}"
    held = [p for p in found if p.path[:depth] == table.path and table.value.start < p.value.start]
    held = [p for p in held if p.value.end < table.value.end]
    if held:
        return _added(max(node.value.end for node in held), f", {text}")
    return table.value, f"{{ {text} }}"


def _below(source: bytes, node: Node, text: str) -> Change:
    """On a line of its own below ``node``, indented like it."""
    line = _line_break(source)
    end = source.find(b"\n", node.value.end)
    start = source.rfind(b"\n", 0, node.key.start) + 1
    indent = re.match(rb"[ \t]*", source[start:])
    text = f"{indent[0].decode() if indent and node.kind == PAIR else ''}{text}"
    if end < 0:
        return _added(len(source), f"{line}{text}{line}")
    return _added(end + 1, f"{text}{line}")


def _dots_before(source: bytes, found: list[Node], entry: Node) -> str:
    """The part of a dotted key before its last name, as written: ``homes.`` or nothing."""
    line = source.rfind(b"\n", 0, entry.key.start) + 1
    return source[line : entry.key.start].decode("utf-8", "surrogateescape").lstrip("\ufeff \t")


def _line_break(source: bytes) -> str:
    return "\r\n" if b"\r\n" in source else "\n"


def _added(at: int, text: str) -> Change:
    return Span(at, at), text


def _pair(key: str, value: str) -> str:
    return f"{_key(key)} = {quoted(value)}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else quoted(name)


def quoted(text: str) -> str:
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04X}"
