r"""Markdown as editors show it: hovers, pages and documentation (CommonMark with GitHub's tables).

Foreign text is never markup: no link, image, HTML, emphasis or heading comes of it.
"""

from __future__ import annotations

import re

from .terminal import one_line

# What can begin markup anywhere in a line. A hyphen, a dot or a hash begins it at the start of a
# line only, where `text` is never put alone; an underscore between letters is one.
_SPECIAL = re.compile(r"[\\`*\[\]<>&|~$!]|(?<![^\W_])_|_(?![^\W_])")
_TICKS = re.compile(r"`+")
# What readers make a link of without any markup (GFM 6.9), up to its last sign.
_ADDRESS = re.compile(r"(?i)\b(?:https?|ftp|mailto|xmpp):|\bwww\.|(?<=\w)@(?=\w)")


def text(value: str) -> str:
    """Foreign text within a line, as it is to be read."""
    return _ADDRESS.sub(_unlinked, _SPECIAL.sub(r"\\\g<0>", one_line(value)))


def code(value: str) -> str:
    """Foreign text as a code span, whatever back-ticks it has itself."""
    inner = one_line(value)
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(inner)), default=0))
    # CommonMark takes one space off each side where there is one on both.
    padded = f" {inner} " if inner[:1] in "` " or inner[-1:] in "` " else inner
    return f"{fence}{padded}{fence}" if inner else ""


def block(value: str) -> str:
    """Foreign lines as a code block."""
    lines = [one_line(line) for line in value.split("\n")]
    longest = max((len(run) for line in lines for run in _TICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}text", *lines, fence))


def _unlinked(match: re.Match[str]) -> str:
    """An address that no reader makes a link of: its last sign escaped."""
    return f"{match[0][:-1]}\\{match[0][-1]}"
