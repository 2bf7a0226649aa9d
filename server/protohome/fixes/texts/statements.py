"""A file's top-level statements with the comments that go with them.

Which comment belongs to which statement is told as protoc's tokenizer does it
(``google/protobuf/io/tokenizer.h``, ``NextWithComments``): a comment on a statement's last line
trails it; so does a block of comments that begins on the line below and ends before a blank line;
all others, detached ones too, belong to the statement that follows.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...named import NamedTuple
from ...positions import BOM, Span
from ...syntax.tokens import Token, lexemes

_BRACED = frozenset((b"message", b"enum", b"service", b"extend", b"export", b"local"))


class Statement(NamedTuple):
    """``span`` has the statement alone, ``region`` its comments too; ``keyword`` is its first word.

    Both are byte offsets; a region starts at a comment's or the statement's first byte.
    """

    keyword: str
    span: Span
    region: Span


def statements(source: bytes) -> tuple[Statement, ...]:
    """The top-level statements of a file that has no broken region."""
    found: list[Statement] = []
    comments: list[Token] = []
    first: Token | None = None
    region = depth = 0
    for token in lexemes(source, len(BOM) if source.startswith(BOM) else 0):
        if token.kind == "comment":
            if first is None:
                comments.append(token)
            continue
        if first is None:
            if found and token.text == b";" and not comments:
                found[-1] = _longer(found[-1], token.end)
                continue
            if found:
                found[-1], comments = _with_trailing(source, found[-1], comments, token.start)
            first = token
            region = comments[0].start if comments else token.start
            comments = []
        depth += (token.text in b"{[(") - (token.text in b"}])") if token.kind == "symbol" else 0
        closes = token.text == b"}" and first.text in _BRACED
        if depth <= 0 and (closes or token.text == b";"):
            span = Span(first.start, token.end)
            found.append(Statement(first.text.decode(), span, Span(region, token.end)))
            first, depth = None, 0
    if found and first is None:
        found[-1], _ = _with_trailing(source, found[-1], comments, None)
    return tuple(found)


def _longer(statement: Statement, end: int) -> Statement:
    return statement._replace(
        span=Span(statement.span.start, end), region=Span(statement.region.start, end)
    )


def _with_trailing(
    source: bytes, statement: Statement, comments: list[Token], following: int | None
) -> tuple[Statement, list[Token]]:
    count = trailing(source, statement.span.end, comments, following)
    if count:
        region = Span(statement.region.start, comments[count - 1].end)
        statement = statement._replace(region=region)
    return statement, comments[count:]


def trailing(source: bytes, end: int, comments: list[Token], following: int | None) -> int:
    """How many of the comments between a statement's ``end`` and what follows trail it.

    ``following`` is where the next statement starts, None at the end of the file.
    """
    if not comments:
        return 0
    breaks = _breaks(source, end, comments[0].start)
    count = 1
    if breaks == 0:
        while count < len(comments) and not _breaks(
            source, comments[count - 1].end, comments[count].start
        ):
            count += 1
        return count
    if breaks > 1:
        return 0
    while count < len(comments) and _continues(source, comments[count - 1], comments[count]):
        count += 1
    if count < len(comments) or following is None:
        return count
    return count if _breaks(source, comments[-1].end, following) > 1 else 0


def _continues(source: bytes, comment: Token, following: Token) -> bool:
    """Whether two comments are lines of one."""
    return (
        comment.text.startswith(b"//")
        and following.text.startswith(b"//")
        and _breaks(source, comment.end, following.start) == 1
    )


def _breaks(source: bytes, start: int, end: int) -> int:
    return source.count(b"\n", start, end)


def without(source: bytes, regions: Iterable[Span]) -> bytes:
    """``source`` without these regions, what stood around each set apart as before."""
    parts: list[bytes] = []
    at = 0
    for region in _joined(source, sorted(regions)):
        before = source[at : region.start]
        parts.append(before.rstrip())
        gap = before[len(before.rstrip()) :]
        rest = source[region.end :]
        after = rest[: len(rest) - len(rest.lstrip())]
        at = region.end + len(after)
        last = at == len(source)
        parts.append(after if last or after.count(b"\n") > gap.count(b"\n") else gap)
    return b"".join((*parts, source[at:]))


def _joined(source: bytes, regions: list[Span]) -> list[Span]:
    """Regions with nothing but white space between them become one."""
    joined: list[Span] = []
    for region in regions:
        if joined and not source[joined[-1].end : region.start].strip():
            joined[-1] = Span(joined[-1].start, region.end)
        else:
            joined.append(region)
    return joined


def line_break(source: bytes) -> bytes:
    """The line break that a file uses."""
    return b"\r\n" if b"\r\n" in source else b"\n"


def with_breaks(text: bytes, line_break: bytes) -> bytes:
    """``text`` with that line break."""
    return text.replace(b"\r\n", b"\n").replace(b"\n", line_break)


def appended(source: bytes, texts: Iterable[bytes]) -> bytes:
    """``source`` with more declarations below its last statement, before what closes the file."""
    every = statements(source)
    end = every[-1].region.end if every else len(source.rstrip())
    newline = line_break(source)
    added = b"".join(newline * 2 + with_breaks(text, newline) for text in texts)
    return source[:end] + added + (source[end:] or newline)
