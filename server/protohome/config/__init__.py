"""``protohome.toml`` or ``[tool.protohome]`` in ``pyproject.toml``: what the map does not say."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..named import NamedTuple


class Config(NamedTuple):
    """The configuration of a workspace; every key has the default that zero config means.

    ``path`` is the file it was read from, relative to the workspace root, ``""`` for none, and
    ``source`` its bytes.
    ``lines`` gives the 1-based line of each key, ``severity.wrong-package`` for one in a table.
    Paths are normalised: no ``./``, no ``/`` at the end, and ``""`` is the root itself.
    """

    path: str = ""
    map: str = ""
    roots: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = {}
    terms: Mapping[str, tuple[str, ...]] = {}
    homes: Mapping[str, str] = {}
    successors: Mapping[str, str] = {}
    waivers: Mapping[str, str] = {}
    owners: Mapping[str, tuple[str, ...]] = {}
    baseline: str = "protohome.baseline.json"
    against: str = ""
    migration_notes: str = ""
    follow_on_pattern: str = ""
    consumers: tuple[str, ...] = ()
    lines: Mapping[str, int] = {}
    source: bytes = b""


class ConfigError(Exception):
    """The configuration cannot be read; line and column are 1-based, columns in code points."""

    def __init__(self, path: str, line: int, column: int, message: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")
        self.path, self.line, self.column, self.message = path, line, column, message


def read(path: str, source: bytes, *, rules: Collection[str] = ()) -> Config:
    """Read the bytes of a ``protohome.toml`` or, by its name, of a ``pyproject.toml``.

    A ``pyproject.toml`` without ``[tool.protohome]`` means ``Config()``. ``rules`` are the rule
    names that exist; without them any name passes. Raises ConfigError at the first mistake.
    """
    from .reader import read

    return read(path, source, rules)


def is_config(path: str, source: bytes) -> bool:
    """Whether the file configures protohome, by its name and, for a ``pyproject.toml``, its table.

    A ``pyproject.toml`` that is not TOML counts when a line of it looks like the table's header.
    """
    name = path.rpartition("/")[2]
    if name != "pyproject.toml" or b"protohome" not in source:
        return name == "protohome.toml"
    from .reader import has_table

    return has_table(source)
