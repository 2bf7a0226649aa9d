"""The baseline: what a tree already had wrong, accepted or retired, as a file that only shrinks.

``protohome.baseline.json`` is JSON with one entry a line, sorted and without line numbers, so that
two branches merge line by line and a reviewer reads every change to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from ..named import NamedTuple
from ..system.disk import LoadError

Key: TypeAlias = tuple[str, str, str, str]
"""Rule, path, symbol, member."""

VERSION = 1
_CONFLICT = (b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")


class Entry(NamedTuple):
    """An accepted finding: by rule, path, symbol and member; never by line.

    ``member`` is the text that the finding underlines, where that is not the symbol's own name.
    ``why`` is the reason somebody gave, ``""`` for what was there when the baseline began.
    """

    rule: str
    path: str
    symbol: str
    member: str = ""
    why: str = ""

    @property
    def key(self) -> Key:
        return self[:4]

    def __str__(self) -> str:
        member = f" ({self.member})" if self.member else ""
        return f"{self.rule} {self.path} {self.symbol}{member}"


class Kept(NamedTuple):
    """A contract that a frozen package had, with the paths of its members below it."""

    symbol: str
    members: tuple[str, ...] = ()

    @property
    def package(self) -> str:
        return self.symbol.rpartition(".")[0]

    def __str__(self) -> str:
        return f"frozen {self.symbol}"


class Retired(NamedTuple):
    """An identifier that was removed and must not come back: a tombstone.

    ``member`` is a field's or value's path below the contract, ``""`` for the contract itself;
    ``number`` is its number, None where it has none.
    """

    symbol: str
    member: str = ""
    number: int | None = None

    def __str__(self) -> str:
        number = f" = {self.number}" if self.number is not None else ""
        return f"retired {self.symbol}{'.' if self.member else ''}{self.member}{number}"


class Baseline(NamedTuple):
    """A baseline as read. ``lines`` are the 1-based lines of the findings, in their order."""

    path: str = ""
    findings: tuple[Entry, ...] = ()
    frozen: tuple[Kept, ...] = ()
    retired: tuple[Retired, ...] = ()
    lines: tuple[int, ...] = ()
    source: bytes = b""

    @property
    def kept(self) -> dict[str, dict[str, frozenset[str]]]:
        """The members of each contract, by package and FQN."""
        found: dict[str, dict[str, frozenset[str]]] = {}
        for kept in self.frozen:
            found.setdefault(kept.package, {})[kept.symbol] = frozenset(kept.members)
        return found

    def counted(self) -> Counter[Key]:
        """How many findings of each key are accepted."""
        return Counter(entry.key for entry in self.findings)


def read(path: str, source: bytes) -> Baseline:
    """The baseline in a file. Raises LoadError with one line where it cannot be read."""
    import json

    for number, line in enumerate(source.split(b"\n"), 1):
        if line.startswith(_CONFLICT[:1] + _CONFLICT[2:]):
            raise LoadError(
                f"{path}:{number}: a merge conflict; keep the lines of both sides, then run "
                "`protohome baseline prune`"
            )
    try:
        data = json.loads(source)
    except json.JSONDecodeError as error:
        raise LoadError(f"{path}:{error.lineno}: not readable as JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise LoadError(f"{path}: not readable as JSON: {error}") from error
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise LoadError(f'{path}:1: no baseline of this version ("version": {VERSION})')
    made = {
        name: tuple(_record(path, kind, each) for each in _list(path, data, name))
        for name, kind in _PARTS.items()
    }
    lines = _lines(source, len(made["findings"]))
    return Baseline(path, **made, lines=lines, source=source)


def written(baseline: Baseline) -> bytes:
    """The bytes of a baseline: sorted, an entry a line."""
    parts = [f' "{name}": [{_joined(getattr(baseline, name))}]' for name in _PARTS]
    inside = ",\n".join([f'"version": {VERSION}', *parts])
    return f"{{{inside}}}\n".encode()


def sorted_entries(baseline: Baseline) -> Baseline:
    """The same baseline in the order in which it is written."""
    return baseline._replace(
        findings=tuple(sorted(baseline.findings)),
        frozen=tuple(sorted(baseline.frozen)),
        retired=tuple(sorted(set(baseline.retired), key=str)),
    )


_PARTS: Mapping[str, type[Entry] | type[Kept] | type[Retired]] = {
    "findings": Entry,
    "frozen": Kept,
    "retired": Retired,
}


def _joined(records: Iterable[Entry | Kept | Retired]) -> str:
    import json

    lines = [json.dumps(record._asdict(), ensure_ascii=False) for record in records]
    return "".join(
        "\n  " + line + ("," if i + 1 < len(lines) else "") for i, line in enumerate(lines)
    )


def _list(path: str, data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise LoadError(f'{path}: "{name}" must be a list')
    return value


def _record(path: str, kind: type[Any], value: Any) -> Any:
    import json

    if isinstance(value, dict) and value.keys() <= set(kind._fields):
        value = {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}
        try:
            record = kind(**value)
        except TypeError:
            record = None
        if record is not None and all(
            _fits(name, field) for name, field in record._asdict().items()
        ):
            return record
    raise LoadError(f"{path}: not an entry of a baseline: {json.dumps(value)[:80]}")


def _fits(name: str, value: Any) -> bool:
    if name == "members":
        return isinstance(value, tuple) and all(isinstance(one, str) for one in value)
    if name == "number":
        return value is None or (isinstance(value, int) and not isinstance(value, bool))
    return isinstance(value, str)


def _lines(source: bytes, number: int) -> tuple[int, ...]:
    """The lines of the findings, one a line as we write them; line 1 where it is laid out else."""
    found = [
        n for n, line in enumerate(source.split(b"\n"), 1) if line.lstrip().startswith(b'{"rule"')
    ]
    return tuple(found) if len(found) == number else (1,) * number
