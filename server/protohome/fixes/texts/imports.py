"""Import statements: added where the file's own order puts them, dropped with their comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from ...positions import Span
from ...syntax.tokens import tokens
from .paths import writable
from .statements import Statement, line_break, statements, without


def with_imports(
    source: bytes, add: Mapping[str, str], drop: Iterable[str], rename: Mapping[str, str]
) -> bytes:
    """``source`` with other imports.

    ``add`` has path to modifier (``""``, public, …), ``rename`` old path to new; a renamed import
    keeps its comments, and takes the place of one that has the new path already. Raises Refused for
    a path that cannot be written.
    """
    for path in (*add, *rename.values()):
        writable(path)
    for old, new in rename.items():
        source = _renamed(_dropped(source, new), old, new)
    for path, modifier in sorted(add.items()):
        source = _added(source, import_text(path, modifier, _quote(source)).encode(), path)
    for path in drop:
        source = _dropped(source, path)
    return source


def imports(source: bytes) -> list[tuple[str, Statement]]:
    """The paths that a file imports, with their statements."""
    found: list[tuple[str, Statement]] = []
    for statement in statements(source):
        if statement.keyword == "import":
            for token in tokens(source, *statement.span):
                if token.kind == "string":
                    found.append((token.text[1:-1].decode(), statement))
                    break
    return found


def import_text(path: str, modifier: str = "", quote: str = '"') -> str:
    """An import statement without a line break."""
    return f"import {modifier + ' ' if modifier else ''}{quote}{path}{quote};"


def _renamed(source: bytes, old: str, new: str) -> bytes:
    """The path changed where it stands, then put where the order of its run has it."""
    every = imports(source)
    path, statement = next(each for each in every if each[0] == old)
    at = source.index(path.encode(), statement.span.start)
    result = source[:at] + new.encode() + source[at + len(path.encode()) :]
    group = next(run for run in _groups(source, every) if (path, statement) in run)
    before = [each for each, _ in group]
    after = [new if each == old else each for each in before]
    if before != sorted(before) or after == sorted(after):
        return result
    grown = len(new.encode()) - len(path.encode())
    text = result[statement.region.start : statement.region.end + grown]
    return _added(_dropped(result, new), text, new)


def _dropped(source: bytes, path: str) -> bytes:
    statement = next((each for imported, each in imports(source) if imported == path), None)
    if statement is None:
        return source
    every = statements(source)
    at = every.index(statement)
    following = every[at + 1] if at + 1 < len(every) else None
    return _without_line(source, _dropped_span(source, statement, following, at == 0))


def _dropped_span(
    source: bytes, statement: Statement, following: Statement | None, first: bool
) -> Span:
    """The statement with its trailing comments, and with those above that speak of it alone."""
    start = statement.span.start
    heads_group = (
        following is not None
        and following.keyword == "import"
        and not _blank(source, statement.region.end, following.region.start)
    )
    if not first and not heads_group:
        while (above := _line_above(source, start)) >= statement.region.start:
            start = above
    return Span(start, statement.region.end)


def _line_above(source: bytes, start: int) -> int:
    """Where the comment on the line above starts, -1 when that line is blank or there is none."""
    line = source.rfind(b"\n", 0, start) + 1
    above = source.rfind(b"\n", 0, max(line - 1, 0)) + 1
    text = source[above : max(line - 1, 0)]
    return above + len(text) - len(text.lstrip()) if text.strip() else -1


def _without_line(source: bytes, span: Span) -> bytes:
    start = source.rfind(b"\n", 0, span.start) + 1
    end = source.find(b"\n", span.end) + 1 or len(source)
    if source[start : span.start].strip() or source[span.end : end].strip():
        return without(source, [span])
    before, after = source[:start], source[end:]
    newline = line_break(source)
    if before.endswith(newline * 2) and (after.startswith(newline) or not after):
        after = after[len(newline) :]
    return before + after


def _blank(source: bytes, start: int, end: int) -> bool:
    return source.count(b"\n", start, end) > 1


def _added(source: bytes, text: bytes, path: str) -> bytes:
    """The import statement ``text`` of ``path`` put into the run of imports most like it."""
    newline = line_break(source)
    of_options = b"import option" in text
    every = [each for each in imports(source) if _of_options(source, each) == of_options]
    if not every:
        return _below_package(source, text, of_options)
    groups = _groups(source, every)
    group = max(groups, key=lambda group: max(_alike(path, each) for each, _ in group))
    paths = [each for each, _ in group]
    later = [at for at, each in enumerate(paths) if each > path]
    if paths == sorted(paths) and later:
        at = group[later[0]][1]
        start = at.region.start if later[0] else at.span.start
        return source[:start] + text + newline + source[start:]
    end = group[-1][1].region.end
    return source[:end] + newline + text + source[end:]


def _quote(source: bytes) -> str:
    for _, statement in imports(source):
        return source[statement.span.start : statement.span.end].rstrip(b"; \t")[-1:].decode()
    return '"'


def _groups(source: bytes, every: list[tuple[str, Statement]]) -> list[list[tuple[str, Statement]]]:
    """The runs of imports without a blank line in them."""
    groups = [[every[0]]]
    for before, each in pairwise(every):
        if _blank(source, before[1].region.end, each[1].region.start):
            groups.append([])
        groups[-1].append(each)
    return groups


def _alike(path: str, other: str) -> int:
    """How many leading folders two import paths share."""
    folders, others = path.split("/")[:-1], other.split("/")[:-1]
    count = 0
    while count < min(len(folders), len(others)) and folders[count] == others[count]:
        count += 1
    return count


def _of_options(source: bytes, each: tuple[str, Statement]) -> bool:
    """Whether it is an ``import option``, which stands below all others (edition 2024)."""
    first, second = (
        token.text for _, token in zip(range(2), tokens(source, *each[1].span), strict=False)
    )
    return (first, second) == (b"import", b"option")


def _below_package(source: bytes, text: bytes, of_options: bool) -> bytes:
    newline = line_break(source)
    others = [statement for _, statement in imports(source)]
    if others and of_options:
        end = others[-1].region.end
        return source[:end] + newline * 2 + text + source[end:]
    if others:
        start = others[0].region.start
        return source[:start] + text + newline * 2 + source[start:]
    heads = [s for s in statements(source) if s.keyword in ("package", "syntax", "edition")]
    if not heads:
        return text + newline * 2 + source
    head = next((s for s in heads if s.keyword == "package"), heads[-1])
    end = head.region.end
    return source[:end] + newline * 2 + text + (source[end:] or newline)
