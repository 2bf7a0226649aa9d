"""What stands in the fleet, in short: added up shard by shard, shown as a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from ..authoring.report import rendered
from ..findings import SEVERITIES
from ..named import NamedTuple
from .judging import CHECKED, Result
from .tables import columns

MOST = 20  # of a list on the page that is a sample; the tables have all
_UNWELL = 1000  # repositories that the page names with their reasons

Counts: TypeAlias = dict[str, dict[str, int]]


class Summary(NamedTuple):
    """Plain data, as ``summary.json`` has it.

    ``repositories`` are counted by status, ``lanes`` and ``rules`` by name. ``worst`` are those
    with most errors, ``unwell`` those that were not judged and why, ``copied`` the files that are
    most often in the fleet, by one of their paths.
    """

    repositories: dict[str, int]
    totals: dict[str, int]
    lanes: Counts
    rules: Counts
    worst: list[Any]
    unwell: list[Any]
    copied: list[Any] = []  # noqa: RUF012


NOTHING = Summary({}, {}, {}, {}, [], [])
_TOTALS = ("protos", "files", "contracts", *(f"{name}s" for name in SEVERITIES[:2]), "new")


def of(results: Iterable[tuple[str, Result]]) -> Summary:
    """What some repositories have."""
    told = Summary({}, {}, {}, {}, [], [])
    for name, result in results:
        [row] = _named("repositories", result)
        _add(told.repositories, row["status"])
        if row["status"] != CHECKED:
            told.unwell.append([name, row["status"], row["reason"]])
            continue
        for total in _TOTALS:
            _add(told.totals, total, row[total] or 0)
        told.worst.append([name, row["errors"], row["warnings"], row["contracts"]])
        for contract in _named("contracts", result):
            lane = told.lanes.setdefault(contract["lane"], {})
            _add(lane, "contracts")
            _add(lane, "at home", contract["at_home"])
            _add(lane, "frozen", contract["frozen"])
        for shim in _named("shims", result):
            _add(told.totals, "shims")
            _add(told.totals, "ready", shim["ready"])
            _add(told.lanes.setdefault(shim["lane"], {}), "ready", shim["ready"])
        seen: set[str] = set()
        for finding in _named("findings", result):
            if not finding["baselined"]:
                rule = told.rules.setdefault(finding["rule"], {})
                _add(rule, finding["severity"])
                _add(rule, "repositories", finding["rule"] not in seen)
                seen.add(finding["rule"])
    return _cut(told)


def together(one: Summary, other: Summary) -> Summary:
    """What both have."""
    return _cut(
        Summary(
            _sum(one.repositories, other.repositories),
            _sum(one.totals, other.totals),
            _sums(one.lanes, other.lanes),
            _sums(one.rules, other.rules),
            [*one.worst, *other.worst],
            [*one.unwell, *other.unwell],
        )
    )


def page(told: Summary) -> str:
    """The page over all repositories, HTML."""
    return rendered(
        "fleet.html.j2",
        told=told,
        all=sum(told.repositories.values()),
        lanes=sorted(told.lanes.items(), key=lambda each: (-each[1].get("frozen", 0), each[0])),
        rules=sorted(told.rules.items(), key=lambda each: (-sum(each[1].values()), each[0])),
        worst=[row for row in told.worst if row[1] or row[2]],
    )


def _named(table: str, result: Result) -> Iterable[dict[str, Any]]:
    names = [*columns(table)][1:]
    return (dict(zip(names, row, strict=True)) for row in result.rows.get(table, ()))


def _add(counts: dict[str, int], name: str, number: int = 1) -> None:
    counts[name] = counts.get(name, 0) + int(number)


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    names = sorted(one.keys() | other.keys())
    return {name: one.get(name, 0) + other.get(name, 0) for name in names}


def _sums(one: Counts, other: Counts) -> Counts:
    names = sorted(one.keys() | other.keys())
    return {name: _sum(one.get(name, {}), other.get(name, {})) for name in names}


def _cut(told: Summary) -> Summary:
    worst = sorted(told.worst, key=lambda row: (-row[1], -row[2], row[0]))[:MOST]
    return told._replace(worst=worst, unwell=sorted(told.unwell)[:_UNWELL])
