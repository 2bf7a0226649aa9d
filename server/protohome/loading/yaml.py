"""YAML as plain nodes with their lines. PyYAML is asked only for what ``buf.yaml`` rarely has.

Importing it takes as long as parsing twenty ``.proto`` files. What most such files are made of,
keys and lists of bare words by indentation, is read here; anything else, and mistakes, by PyYAML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from yaml.nodes import Node as YamlNode

# PyYAML looks at every open bracket for each token; buf's own files have three open at most.
_DEEPEST = 100
_BRACKET = re.compile(rb"[][{}]")
_COMMENT = re.compile(r"(?:^| +)#[ -~]*$")
# Bare words that YAML takes for text, number or truth; what is null comes with no word at all.
_WORD = r"(?!(?:null|Null|NULL)$)[A-Za-z0-9_./][A-Za-z0-9_./@+-]*"
_LINE = re.compile(rf"( *)(- +)?(?:([A-Za-z_]\w{{0,99}}):(?: +({_WORD}))?|({_WORD}))$", re.ASCII)


class Scalar(NamedTuple):
    """A word, or nothing: ``null``; ``line`` is 0-based, as that of each node."""

    line: int
    text: str
    null: bool = False


class Sequence(NamedTuple):
    line: int
    items: tuple[Node, ...]


class Mapping(NamedTuple):
    """Keys that are text, each with its value, in order; one may be there twice."""

    line: int
    entries: tuple[tuple[str, Node], ...]


Node = Scalar | Sequence | Mapping


class NotYaml(ValueError):
    """A mistake, and the 0-based line that it is in."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


class _Row(NamedTuple):
    """A line: the column of its dash, if it has one, and of what follows."""

    line: int
    dash: int | None
    column: int
    key: str
    word: str


def read(source: bytes) -> Node | None:
    """The node of a document, None for an empty one. Raises NotYaml."""
    rows = _rows(source)
    try:
        top = _block(rows) if rows else None
    except (ValueError, RecursionError):
        top = None
    return _by_library(source) if rows or top is None else top


def _rows(source: bytes) -> list[_Row]:
    """The lines that say something, the last first; none where one is not of the usual sort."""
    if not source.isascii():
        return []
    rows: list[_Row] = []
    for number, line in enumerate(source.decode("ascii").replace("\r\n", "\n").split("\n")):
        text = _COMMENT.sub("", line).rstrip(" ")
        if not text:
            continue
        match = _LINE.match(text)
        if match is None:
            return []
        indent, dash, key, value, item = match.groups("")
        at = len(indent)
        rows.append(_Row(number, at if dash else None, at + len(dash), key, value or item))
    return rows[::-1]


def _block(rows: list[_Row]) -> Node:
    """Take the next node off the end of ``rows``. Raises ValueError for a word that goes on."""
    first = rows[-1]
    if first.dash is not None:
        items: list[Node] = []
        while rows and rows[-1].dash == first.dash:
            row = rows.pop()
            if row.key:
                rows.append(row._replace(dash=None))
            items.append(_block(rows) if row.key else Scalar(row.line, row.word))
        return Sequence(first.line, tuple(items))
    entries: list[tuple[str, Node]] = []
    while rows and rows[-1].dash is None and rows[-1].column == first.column:
        row = rows.pop()
        if not row.key:
            raise ValueError
        inside = not row.word and bool(rows) and _is_inside(rows[-1], row)
        value = _block(rows) if inside else Scalar(row.line, row.word, null=not row.word)
        entries.append((row.key, value))
    return Mapping(first.line, tuple(entries))


def _is_inside(row: _Row, key: _Row) -> bool:
    """Whether the line after a bare key is of its value; a list may be no deeper than its key."""
    return row.column > key.column if row.dash is None else row.dash >= key.column


def _by_library(source: bytes) -> Node | None:
    import yaml

    try:
        if _depth(source) > _DEEPEST:
            raise RecursionError
        top = yaml.compose(source, Loader=yaml.SafeLoader)
        found = None if top is None else _plain(top, {})
        return None if isinstance(found, Scalar) and found.null else found
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotYaml(mark.line if mark else 0, str(error.problem or error.context)) from error
    except (yaml.YAMLError, RecursionError) as error:
        line = source.count(b"\n", 0, getattr(error, "position", 0))
        raise NotYaml(line, getattr(error, "reason", "nested too deeply")) from error


def _plain(node: YamlNode, known: dict[int, Node]) -> Node:
    """A node of PyYAML's; those ``known`` by their identity are aliased, null inside themselves."""
    from yaml import MappingNode, ScalarNode, SequenceNode

    line, number = node.start_mark.line, id(node)
    if number not in known:
        known[number] = Scalar(line, "", null=True)
        if isinstance(node, SequenceNode):
            known[number] = Sequence(line, tuple(_plain(item, known) for item in node.value))
        elif isinstance(node, MappingNode):
            pairs = ((key.value, one) for key, one in node.value if isinstance(key, ScalarNode))
            known[number] = Mapping(line, tuple((key, _plain(one, known)) for key, one in pairs))
        else:
            known[number] = Scalar(line, node.value, node.tag == "tag:yaml.org,2002:null")
    return known[number]


def _depth(source: bytes) -> int:
    """How many brackets are open at once at most, wherever they stand."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(source):
        depth = depth + 1 if bracket in b"[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest
