"""What stands above the contracts of a new file, in the style of the files it joins.

Syntax or edition and everything that changes descriptors come from the file that the contracts come
from. Language options come from the package's own files: a value they agree on, or one that follows
the file's name; where the package has no file yet, from the old file with the package's name in it
exchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from ...model import Option, ProtoFile
from .statements import line_break, statements, with_breaks

_LICENCE = re.compile(rb"copyright|licen[cs]e|spdx", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def settings(file: ProtoFile) -> frozenset[tuple[str, str]]:
    """What of a file's head changes the meaning of its contracts: syntax, features, lite runtime.

    Contracts move only between files that agree in these.
    """
    return frozenset(
        [
            ("syntax", file.syntax),
            *((o.name, _SPACE.sub(" ", o.value)) for o in file.options if _sets(o)),
        ]
    )


def _sets(option: Option) -> bool:
    return option.name.startswith("features") or (
        option.name == "optimize_for" and option.value == "LITE_RUNTIME"
    )


def header(
    path: str, package: str, origin: ProtoFile, neighbours: Sequence[ProtoFile], *, whole: bool
) -> bytes:
    """A new file down to its last option, without imports, ending in a line break.

    ``path`` is its import path, ``neighbours`` are the package's files. ``whole`` says that all of
    ``origin`` goes there: its head's comments then go along.
    """
    template = next((n for n in neighbours if settings(n) == settings(origin)), origin)
    newline = line_break(template.source)
    blocks = [_comments(origin, template, whole=whole), _syntax(origin)]
    blocks.append(_before(origin, "package", whole=whole) + f"package {package};".encode())
    options = _options(path, package, origin, neighbours, template)
    if options:
        blocks.append(b"\n".join(options))
    text = b"\n\n".join(with_breaks(block, b"\n") for block in blocks if block)
    return with_breaks(text + b"\n", newline)


def _comments(origin: ProtoFile, template: ProtoFile, *, whole: bool) -> bytes:
    """The comments above the first statement: all of them, or only the licence."""
    file = origin if whole else template
    every = statements(file.source)
    text = file.source[every[0].region.start : every[0].span.start].strip() if every else b""
    if whole or not text:
        return text
    blocks = re.split(rb"\n[ \t\r]*\n", text)
    return b"\n\n".join(block.strip() for block in blocks if _LICENCE.search(block))


def _syntax(origin: ProtoFile) -> bytes:
    for statement in statements(origin.source):
        if statement.keyword in ("syntax", "edition"):
            return origin.source[statement.span.start : statement.span.end]
    return b""


def _before(origin: ProtoFile, keyword: str, *, whole: bool) -> bytes:
    """The comments above a statement, ending in a line break."""
    if whole:
        for at, statement in enumerate(statements(origin.source)):
            if statement.keyword == keyword and at:
                text = origin.source[statement.region.start : statement.span.start].strip()
                return text + b"\n" if text else b""
    return b""


# Options


def _options(
    path: str,
    package: str,
    origin: ProtoFile,
    neighbours: Sequence[ProtoFile],
    template: ProtoFile,
) -> list[bytes]:
    own = [_text(option.name, option.value) for option in origin.options if _sets(option)]
    if neighbours:
        plain = [o for o in template.options if _plain(o)] if template is not origin else []
        if not plain:
            plain = [o for o in neighbours[0].options if _plain(o)]
        for option in plain:
            value = _agreed(path, option.name, neighbours)
            if value is not None:
                own.append(_text(option.name, value))
        return own
    change = _exchanged(path, package, origin)
    return own + [_text(o.name, change(o.value)) for o in origin.options if _plain(o)]


def _plain(option: Option) -> bool:
    return not _sets(option) and not option.name.startswith("(") and option.name != "deprecated"


def _text(name: str, value: str) -> bytes:
    return f"option {name} = {value};".encode()


def _agreed(path: str, name: str, neighbours: Iterable[ProtoFile]) -> str | None:
    """The value that a package's files give an option, made to fit the name of ``path``.

    None where they do not agree, or not all of them have the option.
    """
    values = set()
    for file in neighbours:
        value = next((o.value for o in file.options if o.name == name), None)
        if value is None:
            return None
        values.add(_renamed(value, _stem(file.path), _stem(path)))
    if len(values) == 1:
        return values.pop()
    unchanged = {o.value for file in neighbours for o in file.options if o.name == name}
    return unchanged.pop() if len(unchanged) == 1 else None


def _renamed(value: str, old: str, new: str) -> str:
    """``value`` with a file's name in it (``FooProto``) exchanged for another's."""
    if not value.startswith(('"', "'")):
        return value
    exchanged = value.replace(_camel(old), _camel(new))
    words = re.compile(rf"(?<![A-Za-z0-9_/.]){re.escape(old)}(?![A-Za-z0-9_])")
    return words.sub(new, exchanged)


def _exchanged(path: str, package: str, origin: ProtoFile) -> Callable[[str], str]:
    """A function that exchanges package and file name inside an option's value."""
    old, new = origin.package.split("."), package.split(".")
    forms = [
        (".".join(old), ".".join(new)),
        ("/".join(old), "/".join(new)),
        ("".join(old[-2:]), "".join(new[-2:])),
        *(
            (joint.join(map(_camel, old)), joint.join(map(_camel, new)))
            for joint in (".", "::", "\\\\")
        ),
    ]

    def change(value: str) -> str:
        value = _renamed(value, _stem(origin.path), _stem(path))
        for before, after in forms:
            if before and before in value:
                value = value.replace(before, after)
        return value

    return change


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".proto")


def _camel(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
