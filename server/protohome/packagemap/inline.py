"""The few inline Markdown forms a map's cells and sentences use: code spans, links, emphasis.

Only what is needed to find names; CommonMark 0.31 sections 6.1-6.4 and GFM 6.5 (strikethrough).
"""

from __future__ import annotations

import re

from ..named import NamedTuple
from .model import Owner

_TICKS = re.compile(r"`+")
_ONE_SPAN = re.compile(r"`([^`\\]+)`")
_STRUCK = re.compile(r"~~[^~]*~~")
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\[\]]*\)|\[[^\[\]]*\])")
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_AUTOLINK = re.compile(r"<([^<>\s]+)>")
_STARS = re.compile(r"\*+")
_UNDERSCORES = re.compile(r"(?<![\w])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![\w])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ASIDE = re.compile(r"\s*[,;(]")
_LANE = re.compile(r"(?<![\w:])(?:owner:[\w@](?:[\w.@/-]*\w)?|@\w[\w.-]*(?:/[\w.-]*\w)?)")
_LANE_END = re.compile(r"\s*(?:[(,;+]|\bwith\b)")


class CodeSpan(NamedTuple):
    """A code span: where it stands in the text, back-ticks included, and its content."""

    start: int
    end: int
    content: str


def code_spans(text: str) -> list[CodeSpan]:
    """The code spans of ``text``: a run of back-ticks up to the next run of the same length."""
    if "`" not in text:
        return []
    if whole := _ONE_SPAN.fullmatch(text):
        return [CodeSpan(0, len(text), whole[1].strip())]
    runs = [match.span() for match in _TICKS.finditer(text)]
    closing: list[int] = [-1] * len(runs)
    latest: dict[int, int] = {}
    for at in range(len(runs) - 1, -1, -1):
        length = runs[at][1] - runs[at][0]
        closing[at] = latest.get(length, -1)
        latest[length] = at
    spans: list[CodeSpan] = []
    at = 0
    while at < len(runs):
        close = closing[at]
        if close < 0:
            at += 1
            continue
        content = text[runs[at][1] : runs[close][0]].replace("\\|", "|").strip()
        spans.append(CodeSpan(runs[at][0], runs[close][1], content))
        at = close + 1
    return spans


def unstyled(text: str) -> str:
    """``text`` without comments, struck-out words, links' targets, emphasis and escapes.

    Code spans are not looked at: cut them out first where there can be any.
    """
    if "<!--" in text:
        text = _without_comments(text)
    if "~~" in text:
        text = _STRUCK.sub("", text)
    if "]" in text:
        text = _LINK.sub(r"\1", text)
    if "<" in text:
        text = _BREAK.sub(", ", text)
        text = _AUTOLINK.sub(r"\1", text)
    if "*" in text:
        text = _STARS.sub("", text)
    if "_" in text:
        text = _UNDERSCORES.sub("", text)
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def _without_comments(text: str) -> str:
    parts: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        parts.append(text[at:start])
        at = end + 3
    return "".join((*parts, text[at:]))


def plain(text: str) -> str:
    """``text`` as a reader sees it, on one line: no markup, code spans' content as it is."""
    text = text.replace("\0", "\ufffd")  # as CommonMark 2.3 says
    parts: list[str] = []
    held: list[str] = []
    at = 0
    for span in code_spans(text):
        parts += text[at : span.start], f"\0{len(held)}\0"
        held.append(span.content)
        at = span.end
    parts.append(text[at:])
    shown = unstyled("".join(parts))
    shown = re.sub("\0(\\d+)\0", lambda match: held[int(match[1])], shown)
    return " ".join(shown.split())


def name(cell: str) -> str:
    """The name a cell begins with: its first code span, else its first word; ``""`` if empty.

    Prose may follow: "`a.b.v1` (reasons), referenced by …" names ``a.b.v1``.
    """
    spans = code_spans(cell)
    if spans:
        return spans[0].content
    words = plain(cell).split(maxsplit=1)
    return words[0].rstrip(",;") if words else ""


def package_name(cell: str) -> str:
    """As ``name``, of a package: without back-ticks a comma or bracket must part it from prose."""
    if code_spans(cell):
        return name(cell)
    return _ASIDE.split(plain(cell), maxsplit=1)[0]


def owner(cell: str) -> Owner:
    """The lane a cell names first, and every other lane of the same sort in it as a consumer.

    A lane is a code span, else an ``owner:…`` or ``@team`` word, else the words up to a bracket.
    """
    spans = [span.content for span in code_spans(cell) if span.content]
    words = plain(cell)
    lanes = spans or _LANE.findall(words)
    if not lanes:
        return Owner(_LANE_END.split(words, maxsplit=1)[0])
    sort = _sort(lanes[0])
    consumers = dict.fromkeys(lane for lane in lanes[1:] if _sort(lane) == sort != "")
    consumers.pop(lanes[0], None)
    return Owner(lanes[0], tuple(consumers))


def _sort(lane: str) -> str:
    """``owner:`` of ``owner:ios``, ``@`` of ``@team/ios``, else nothing."""
    return "@" if lane.startswith("@") else lane[: lane.find(":") + 1]
