"""From a configuration file's bytes to a Config, or to the place of the first mistake."""

from __future__ import annotations

import posixpath
import re
import warnings
from collections.abc import Collection
from typing import Any, NoReturn

from ..positions import LineIndex
from ..system.globs import MOST_STARS, is_bearable
from . import Config, ConfigError
from .keys import (
    GLOB,
    KEYS,
    LIST,
    PATH,
    REGEX,
    RULE,
    TABLE_OF_TEXT,
    TEXT,
    Key,
    Word,
    key,
)
from .nodes import HEADER, PAIR, PARENT, Node, Path, nodes
from .toml import loads

PYPROJECT_TABLE = ("tool", "protohome")

_TOML_ERROR = re.compile(
    r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)\Z",
    re.DOTALL,
)
_TABLE_HEADER = re.compile(rb"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*[\"']?protohome[\"' \t.\]]", re.M)
_TYPES = {str: "a string", bool: "a boolean", int: "a number", float: "a number", list: "a list"}


def prefix(path: str) -> tuple[str, ...]:
    """The keys that lead to protohome's own table in the file of that name."""
    return PYPROJECT_TABLE if path.rpartition("/")[2] == "pyproject.toml" else ()


def has_table(source: bytes) -> bool:
    """Whether a ``pyproject.toml`` has ``[tool.protohome]``, see ``is_config``."""
    try:
        tool = loads(_decoded(source)).get("tool")
    except (ValueError, RecursionError):
        return _TABLE_HEADER.search(source) is not None
    return isinstance(tool, dict) and "protohome" in tool


def read(path: str, source: bytes, rules: Collection[str]) -> Config:
    """See ``protohome.config.read``."""
    return _Reader(path, source, rules).config()


class _Reader:
    def __init__(self, path: str, source: bytes, rules: Collection[str]) -> None:
        self.path = path
        self.source = source
        self.rules = rules
        self.index = LineIndex(source)
        self.top = prefix(path)
        self.nodes: dict[Path, Node] = {}

    def config(self) -> Config:
        table: Any = self.document()
        for node in nodes(self.source):
            self.nodes.setdefault(node.path, node)
        for depth, name in enumerate(self.top, 1):
            if name not in table:
                return Config()
            table = table[name]
            if not isinstance(table, dict):
                named = ".".join(self.top[:depth])
                self.fail(self.top[:depth], f"`{named}` is {_a(table)}; it must be a table")
        values = {}
        for name, value in table.items():
            found = key(name)
            if found is None:
                self.fail((*self.top, name), f"unknown key `{_shown(name)}`{_nearest(name)}", True)
            values[name.replace("-", "_")] = self.value(found, value)
        return Config(path=self.path, lines=self.lines(), source=self.source, **values)

    def document(self) -> dict[str, Any]:
        try:
            return loads(_decoded(self.source))
        except UnicodeDecodeError as error:
            offset = error.start + len(self.source) - len(_without_mark(self.source))
            self.fail_at(offset, "not UTF-8 text; save the file as UTF-8")
        except RecursionError:
            self.fail_at(0, "not readable as TOML: nested too deeply")
        except ValueError as error:
            self.not_toml(str(error))

    def not_toml(self, message: str) -> NoReturn:
        """Fail where the TOML parser did; at its name if a key is given twice."""
        match = _TOML_ERROR.match(message)
        offset = len(self.source)
        if match is None:
            offset = self.unparsable_value()
        elif match["line"]:
            offset = self.index.offset(int(match["line"]) - 1, int(match["column"]) - 1)
        seen: dict[Path, Node] = {}
        for node in nodes(self.source):
            if node.key.start > offset:
                break
            first = seen.setdefault(node.path, node)
            again = node.kind == PAIR or node.kind == first.kind == HEADER
            if again and first is not node:
                named = _shown(".".join(map(str, node.path)))
                line = self.index.position(first.key.start).line + 1
                self.fail_at(node.key.start, f"`{named}` is given twice, first on line {line}")
        what = match["what"] if match else message
        self.fail_at(offset, f"not readable as TOML: {what[:1].lower()}{what[1:]}")

    def unparsable_value(self) -> int:
        """Where a value starts that the parser gives up on, such as a number of 5,000 digits."""
        for node in nodes(self.source):
            if node.kind == PAIR:
                text = _decoded(self.source[node.value.start : node.value.end])
                try:
                    loads(f"x = {text}")
                except ValueError:
                    return node.value.start
        return 0

    def value(self, found: Key, value: Any) -> Any:
        path = (*self.top, found.name)
        if found.form == TEXT:
            return self.text(path, found.value, value, found.name)
        if found.form == LIST:
            return self.texts(path, found.value, value, found.name)
        if not isinstance(value, dict):
            self.fail(path, f"`{found.name}` is {_a(value)}; it must be a table")
        return {
            self.entry(found, name): self.entry_value(found, name, inner)
            for name, inner in value.items()
        }

    def entry(self, found: Key, name: str) -> str:
        assert found.entry is not None
        path = (*self.top, found.name, name)
        if key(name) is not None:
            header = ".".join((*self.top, found.name))
            self.fail(path, f"`{name}` is a key of its own; put it above `[{header}]`", True)
        return self.word(path, found.entry, name, True)

    def entry_value(self, found: Key, name: str, value: Any) -> str | tuple[str, ...]:
        path = (*self.top, found.name, name)
        named = f"{found.name}.{name}"
        if isinstance(value, dict):
            self.fail(
                path, f"`{_shown(named)}` is a table; a name with dots needs quotes around it"
            )
        if found.form == TABLE_OF_TEXT:
            return self.text(path, found.value, value, named)
        if isinstance(value, str):
            return (self.text(path, found.value, value, named),)
        return self.texts(path, found.value, value, named)

    def texts(self, path: Path, word: Word, value: Any, named: str) -> tuple[str, ...]:
        if not isinstance(value, list):
            self.fail(path, f"`{_shown(named)}` is {_a(value)}; it must be a list of strings")
        return tuple(
            self.text((*path, i), word, item, f"{named}[{i}]") for i, item in enumerate(value)
        )

    def text(self, path: Path, word: Word, value: Any, named: str) -> str:
        if not isinstance(value, str):
            self.fail(path, f"`{_shown(named)}` is {_a(value)}; it must be a string")
        return self.word(path, word, value)

    def word(self, path: Path, word: Word, text: str, at_key: bool = False) -> str:
        """``text`` if it is what ``word`` says; a path is normalised."""
        shown, choices = _shown(text), tuple(self.rules) if word is RULE else word.choices
        if not text:
            self.fail(path, f"empty {word.noun}; leave it out", at_key)
        if choices and text not in choices:
            self.fail(path, f"unknown {word.noun} `{shown}`{_nearest(text, choices)}", at_key)
        if word.pattern and not re.fullmatch(word.pattern, text):
            self.fail(path, f"`{shown}` is no {word.noun}; {word.advice}", at_key)
        why = _why_invalid(word, text)
        if why:
            self.fail(path, f"`{shown}` is no {word.noun}: {why}")
        if word is PATH:
            path_inside = posixpath.normpath(text)
            return "" if path_inside == "." else path_inside
        return text

    def lines(self) -> dict[str, int]:
        """The line of every key and every entry of a table, by its dotted name."""
        depth = len(self.top)
        return {
            ".".join(map(str, path[depth:])): self.index.position(node.key.start).line + 1
            for path, node in self.nodes.items()
            if path[:depth] == self.top and 0 < len(path) - depth <= 2 and isinstance(path[-1], str)
        }

    def fail(self, path: Path, message: str, at_key: bool = False) -> NoReturn:
        node = self.nodes.get(path)
        if node is None:
            self.fail_at(0, message)
        whole = at_key or node.kind in (HEADER, PARENT)
        self.fail_at(node.key.start if whole else node.value.start, message)

    def fail_at(self, offset: int, message: str) -> NoReturn:
        line, column = self.index.position(offset)
        raise ConfigError(self.path, line + 1, column + 1, message) from None


def _why_invalid(word: Word, text: str) -> str:
    """Why a pattern cannot be used, ``""`` when it can."""
    try:
        if word is REGEX:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # what re warns of means something else tomorrow
                re.compile(text)
        elif word is GLOB:
            from pathspec import GitIgnoreSpec

            GitIgnoreSpec.from_lines([text])
            if not is_bearable(text):
                return f"more than {MOST_STARS} `*` in one name may take for ever"
    except (re.error, Warning, ValueError, OverflowError, RecursionError) as error:
        return str(error)
    return ""


def _without_mark(source: bytes) -> bytes:
    return source.removeprefix(b"\xef\xbb\xbf")


def _decoded(source: bytes) -> str:
    return _without_mark(source).decode("utf-8")


def _a(value: object) -> str:
    return "a table" if isinstance(value, dict) else _TYPES.get(type(value), "a date or time")


def _shown(text: str) -> str:
    """On one line, of a bearable length."""
    line = "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in text)
    return line if len(line) <= 80 else line[:79] + "…"


def _nearest(name: str, known: tuple[str, ...] = ()) -> str:
    import difflib

    names = known or tuple(each.name for each in KEYS)
    near = difflib.get_close_matches(name.replace("_", "-").lower(), names, 1)
    if near:
        return f"; did you mean `{near[0]}`?"
    return f"; known are {', '.join(sorted(names))}" if len(names) <= len(KEYS) else ""
