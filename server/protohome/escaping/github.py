"""GitHub: workflow commands, and Markdown in job summaries and comments.

Source: GitHub Docs, "Workflow commands for GitHub Actions", and the escapes of the toolkit's
``command.ts``; GitHub Flavored Markdown.
"""

from __future__ import annotations

import re

from .terminal import one_line

_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~$]")


def data(text: str) -> str:
    """What a command says, behind its second ``::``."""
    return one_line(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def parameter(text: str) -> str:
    """The value of one of a command's parameters."""
    return data(text).replace(":", "%3A").replace(",", "%2C")


def cell(text: str) -> str:
    """Foreign text in a table: as it is to be read, never markup."""
    return _SPECIAL.sub(r"\\\g<0>", one_line(text))


def target(url: str) -> str:
    """The target of a link, in parentheses."""
    from urllib.parse import quote

    return quote(url, safe=":/?#@!$&'*+,;=%~").replace("&", "&amp;")
