"""A shard of a check: the findings in some of the files, by the hash of their paths.

Every shard reads the whole workspace and judges its part. Its JSON report carries, below the key
``shard``, all that any format says of that part, so that ``protohome merge`` gives byte for byte
what one run gives, wherever it runs. A finding that is not about a governed file is about the map,
the configuration or another file: its path, too, belongs to one shard.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from .. import __version__
from ..findings import Evidence, Finding, FixRequest, Placed, Range, Report, Summary
from ..named import NamedTuple
from ..output import Change, Replacement
from ..output.fingerprints import in_order
from ..positions import LineIndex, Span
from ..system.disk import LoadError, read_bytes
from ..workspace.revision import Revision
from ..workspace.snapshot import Snapshot
from .outputs import Attempts, Material
from .where import Where


class Shard(NamedTuple):
    """The ``number``-th part, from 1, of ``of``."""

    number: int
    of: int

    def holds(self, path: str) -> bool:
        """Whether what is found in a file of the workspace belongs to this shard."""
        digest = sha256(path.encode("utf-8", "surrogateescape")).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


class Told(NamedTuple):
    """What a finding needs to be shown: its line as written, and what was made of its fixes."""

    line: str
    attempts: tuple[Change | None, ...]


class Part(NamedTuple):
    """What a shard's file holds. ``run`` is the same for all shards of one check.

    ``told`` is about its findings in the order in which their fixes are tried.
    """

    shard: Shard
    run: str
    where: Where
    maps: tuple[str, ...]
    report: Report
    notes: tuple[str, ...]
    told: tuple[Told, ...]


def shard(text: str) -> Shard:
    """The shard that ``i/n`` means. Raises ValueError where it means none."""
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise ValueError(f"{text!r} is no shard such as 1/4")
    return Shard(int(number), int(of))


def run_of(arguments: argparse.Namespace, snapshots: Iterable[Snapshot]) -> str:
    """What tells one check from another: flags that matter, and every byte that was read."""
    asked = [getattr(arguments, name) for name in ("select", "ignore", "only_new", "paths")]
    told = sha256(repr([__version__, asked]).encode("utf-8", "surrogateescape"))
    for snapshot in snapshots:
        told.update(repr((snapshot.map.path, snapshot.revision, snapshot.baseline)).encode())
        told.update(sha256(snapshot.map.source + b"\0" + snapshot.config.source).digest())
        for path, file in snapshot.files.items():
            told.update(path.encode("utf-8", "surrogateescape"))
            told.update(sha256(file.source).digest())
    return told.hexdigest()


def inserted(text: str, part: Part) -> str:
    """A JSON report with what ``protohome merge`` needs in addition."""
    # ASCII: a lone surrogate of a path is written as an escape, and comes back.
    return f'{text.rstrip()[:-1]},\n "shard": {json.dumps(_plain(part))}}}\n'


def tell(report: Report, shown: Material) -> tuple[Told, ...]:
    """What the findings of a report need, from the files at hand."""
    indexes: dict[str, tuple[bytes, LineIndex]] = {}
    attempts = Attempts(shown.tried)
    told: list[Told] = []
    for placed in _every(report):
        path, line = placed.finding.path, placed.range.start_line
        if path not in indexes:
            text = shown.source(path)
            indexes[path] = text, LineIndex(text)
        text, index = indexes[path]
        span = index.line_span(line - 1) if line <= len(index) else Span(0, 0)
        quoted = text[span.start : span.end].decode("utf-8", "surrogateescape")
        told.append(Told(quoted, attempts(placed)))
    return tuple(told)


def material(parts: Sequence[Part]) -> Material:
    """What shows the findings of all ``parts`` as where they were made."""
    lines: dict[str, dict[int, str]] = {}
    told: dict[int, Told] = {}
    for part in parts:
        for placed, one in zip(_every(part.report), part.told, strict=True):
            lines.setdefault(placed.finding.path, {})[placed.range.start_line] = one.line
            told[id(placed)] = one

    def source(path: str) -> bytes:
        """A text with the lines that are known, each where it is."""
        known = lines.get(path, {})
        every = (known.get(number, "") for number in range(1, max(known, default=0) + 1))
        return "\n".join(every).encode("utf-8", "surrogateescape")

    return Material(parts[0].where, parts[0].maps, source, lambda placed: told[id(placed)].attempts)


def read(files: Sequence[str]) -> list[Part]:
    """The shards of one check, by their numbers.

    Raises LoadError unless the files are all of its shards, each once.
    """
    parts = {file: _read(file) for file in files}
    first = next(iter(parts.values()))
    seen: dict[int, str] = {}
    for file, part in parts.items():
        if (part.run, part.shard.of) != (first.run, first.shard.of):
            raise LoadError(f"{file}: a shard of another check than {files[0]}")
        if part.shard.number in seen:
            raise LoadError(f"{file}: shard {part.shard} is in {seen[part.shard.number]}, too")
        seen[part.shard.number] = file
    missing = [str(n) for n in range(1, first.shard.of + 1) if n not in seen]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise LoadError(f"of {first.shard.of} shards {', '.join(missing)} {verb} missing")
    return sorted(parts.values(), key=lambda part: part.shard)


def _every(report: Report) -> list[Placed]:
    """In the order in which fixes are tried."""
    return in_order(report.findings, report.suppressed)


def _plain(part: Part) -> dict[str, Any]:
    report = part.report
    return {
        "number": part.shard.number,
        "of": part.shard.of,
        "version": __version__,
        "run": part.run,
        "where": part.where,
        "maps": part.maps,
        "notes": part.notes,
        "reference": (*report.reference[:-1], None),
        "summary": report.summary,
        "findings": report.findings,
        "suppressed": report.suppressed,
        "told": part.told,
    }


def _read(file: str) -> Part:
    try:
        said = json.loads(read_bytes("", file))
        data = said["shard"]
    except (ValueError, KeyError, TypeError) as error:
        raise LoadError(
            f"{file}: no report of `protohome check --shard … --format json`"
        ) from error
    if data.get("version") != __version__:
        raise LoadError(f"{file}: made by protohome {data.get('version')}; this is {__version__}")
    try:
        return Part(
            Shard(data["number"], data["of"]),
            data["run"],
            Where(*data["where"]),
            tuple(data["maps"]),
            Report(
                tuple(map(_placed, data["findings"])),
                tuple(map(_placed, data["suppressed"])),
                Summary(*data["summary"]),
                Revision(*data["reference"]),
            ),
            tuple(data["notes"]),
            tuple(
                Told(line, tuple(one and _change(one) for one in tried))
                for line, tried in data["told"]
            ),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise LoadError(f"{file}: damaged: {error}") from error


def _placed(data: Any) -> Placed:
    finding = Finding(*data[0])
    return Placed(
        finding._replace(
            span=Span(*finding.span),
            evidence=tuple(Evidence(*one) for one in finding.evidence),
            related=tuple(Evidence(*one) for one in finding.related),
            fixes=tuple(FixRequest(*one) for one in finding.fixes),
            tags=tuple(finding.tags),
        ),
        Range(*data[1]),
    )


def _change(data: Any) -> Change:
    title, edits = data
    made: Mapping[str, Any] = edits
    return Change(
        title,
        {
            path: tuple(Replacement(Range(*place), text) for place, text in every)
            for path, every in made.items()
        },
    )
