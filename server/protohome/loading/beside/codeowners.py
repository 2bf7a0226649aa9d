"""CODEOWNERS files, as GitHub and GitLab read them: patterns and the handles that own what matches.

Source: GitHub Docs, "About code owners". Patterns are those of ``.gitignore`` without ``!`` and
``[]``; the last line that matches a path wins, and may name nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...named import NamedTuple
from ...system.globs import is_bearable

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")


class Line(NamedTuple):
    """A line that owns: its pattern, the handles it names, its 1-based number."""

    pattern: str
    handles: tuple[str, ...]
    number: int


def read(text: str) -> tuple[Line, ...]:
    """The owning lines of a file; comments and GitLab's ``[sections]`` are passed over."""
    lines: list[Line] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition(" #")[0].split()
        if words and words[0][0] not in "#[^" and is_bearable(words[0]):
            lines.append(Line(words[0], tuple(words[1:]), number))
    return tuple(lines)


def owners(lines: Iterable[Line], paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The handles of each path, none where no line matches."""
    from pathspec import GitIgnoreSpec

    paths = tuple(paths)
    found: dict[str, tuple[str, ...]] = dict.fromkeys(paths, ())
    for line in lines:
        for path in GitIgnoreSpec.from_lines([line.pattern]).match_files(paths):
            found[str(path)] = line.handles
    return found


def lanes(handles: Iterable[str]) -> Iterator[str]:
    """An owner lane's name for each handle: ``owner:billing`` for ``@acme/billing``."""
    for handle in handles:
        name = handle.lstrip("@").partition("@")[0].rpartition("/")[2]
        yield f"owner:{name}"
