"""The report: one HTML page that needs nothing else, about the map and how far the tree follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .. import __version__
from ..escaping.terminal import one_line
from ..findings import INFORMATION, SEVERITIES, Placed, Report
from ..named import NamedTuple
from ..verdicts import Judge
from ..workspace.snapshot import Located, Snapshot
from .graph import NO_LANE, graph
from .pictures import svg

UNKNOWN = "not known yet"
_CHART_WIDE, _CHART_HIGH = 640, 180
_SPARK_WIDE, _SPARK_HIGH = 160, 32


class Point(NamedTuple):
    """How many contracts the frozen packages declared at a commit; ``when`` is an ISO date.

    ``lanes`` are they by the owner lane that they go to.
    """

    when: str
    commit: str
    left: int
    lanes: Mapping[str, int] = {}


class Burn(NamedTuple):
    """How many contracts that go to a lane were left at the first and the last commit."""

    lane: str
    first: int
    last: int
    picture: str


class Row(NamedTuple):
    """A contract and where it belongs."""

    fqn: str
    path: str
    home: str
    verdict: str
    lane: str
    is_home: bool


class Left(NamedTuple):
    """How many contracts of a frozen package go to a lane, and how many have a successor there."""

    lane: str
    left: int
    ready: int


def page(judge: Judge, report: Report, history: Sequence[Point] = ()) -> str:
    """The page's HTML. Raises ImportError where Jinja2 is not installed."""
    snapshot = judge.snapshot
    rows = list(contracts(judge))
    found = _findings(report)
    return rendered(
        "report.html.j2",
        map=snapshot.map,
        summary=report.summary,
        problems=[each for each in found if each.finding.severity != INFORMATION],
        information=[each for each in found if each.finding.severity == INFORMATION],
        lanes=_lanes(snapshot),
        sentences=snapshot.map.sentences,
        enforced=sum(bool(sentence.statements) for sentence in snapshot.map.sentences),
        rows=rows,
        migration=list(_migration(judge, rows)),
        history=history,
        chart=chart(history) if len(history) > 1 else "",
        burns=list(burns(history)) if len(history) > 1 else (),
        picture=svg(graph(judge)),
    )


def rendered(template: str, **values: object) -> str:
    """A page by one of our templates. Raises ImportError where Jinja2 is not installed."""
    from importlib import resources

    from jinja2 import Environment

    here = resources.files(__package__)
    text, style = (here.joinpath(name).read_text("utf-8") for name in (template, "style.css"))
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_shown
    )
    page = environment.from_string(text)
    return page.render(version=__version__, style=style, **values) + "\n"


def _shown(value: object) -> object:
    """What a template prints: text on one line, as a page is read in terminals and diffs, too."""
    return value if hasattr(value, "__html__") else one_line(str(value))


def contracts(judge: Judge) -> Iterator[Row]:
    """Every governed contract by its name, each with its home."""
    snapshot = judge.snapshot
    for fqn, several in sorted(snapshot.contracts.items()):
        for located in several:
            home, kind = _home(judge, located)
            row = snapshot.packages.get(home)
            lane = row.owner.lane if row is not None else ""
            is_home = home == located.file.package
            yield Row(fqn, located.file.path, home, kind, lane or NO_LANE, is_home)


def _home(judge: Judge, located: Located) -> tuple[str, str]:
    verdict = judge.home_of(located)
    successor = judge.successor_of(located)
    if successor is not None:
        return successor.located.file.package, "successor"
    if verdict.misplaced:
        return verdict.home, verdict.kind
    return located.file.package, verdict.kind or "as it is"


def _findings(report: Report) -> list[Placed]:
    """Those that are not accepted, the worst first."""
    found = [placed for placed in report.findings if not placed.finding.baselined]
    return sorted(found, key=lambda placed: SEVERITIES.index(placed.finding.severity))


def _lanes(snapshot: Snapshot) -> list[tuple[str, list[tuple[object, int, int]]]]:
    """The ownership rows of each lane, each with how many files and contracts are there."""
    lanes: dict[str, list[tuple[object, int, int]]] = {}
    for row in snapshot.map.packages:
        files = snapshot.by_package.get(row.package, ())
        counts = len(files), sum(len(file.contracts) for file in files)
        lanes.setdefault(row.owner.lane or NO_LANE, []).append((row, *counts))
    return sorted(lanes.items(), key=lambda each: (each[0] == NO_LANE, each[0]))


def _migration(judge: Judge, rows: Iterable[Row]) -> Iterator[tuple[str, list[Left]]]:
    """For each frozen package: by the lane they go to, how many are left and have a successor."""
    rows = list(rows)
    for package in judge.frozen:
        counted: dict[str, list[int]] = {}
        for row in rows:
            if row.fqn.rpartition(".")[0] == package:
                lane = row.lane if not row.is_home else UNKNOWN
                counts = counted.setdefault(lane, [0, 0])
                counts[0] += 1
                counts[1] += row.verdict == "successor"
        yield package, [Left(lane, *counts) for lane, counts in sorted(counted.items())]


def burns(history: Sequence[Point]) -> Iterator[Burn]:
    """The burn-down of each lane; the lanes with most left first."""
    every = dict.fromkeys(lane for point in history for lane in point.lanes)
    for lane in sorted(every, key=lambda lane: (-history[-1].lanes.get(lane, 0), lane)):
        left = [point.lanes.get(lane, 0) for point in history]
        yield Burn(lane, left[0], left[-1], _spark(left))


def _spark(left: Sequence[int]) -> str:
    """A line without words: the cells beside it say the same."""
    step, most = _SPARK_WIDE / (len(left) - 1), max(left) or 1
    line = " ".join(
        f"{3 + number * step:.1f},{3 + _SPARK_HIGH * (1 - value / most):.1f}"
        for number, value in enumerate(left)
    )
    size = f"{_SPARK_WIDE + 6} {_SPARK_HIGH + 6}"
    return (
        f'<svg class="spark" aria-hidden="true" viewBox="0 0 {size}"><polyline points="{line}"/>'
        "</svg>"
    )


def chart(history: Sequence[Point]) -> str:
    """The burn-down as SVG: contracts left in frozen packages, commit by commit."""
    most = max(point.left for point in history) or 1
    step = _CHART_WIDE / (len(history) - 1)
    places = [
        (60 + number * step, 20 + _CHART_HIGH * (1 - point.left / most))
        for number, point in enumerate(history)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    first, last = history[0], history[-1]
    told = f"{first.left} on {first.when[:10]}, {last.left} on {last.when[:10]}"
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{point.when[:10]}: {point.left}</title>'
        "</circle>"
        for (x, y), point in zip(places, history, strict=True)
    )
    return (
        f'<svg class="chart" role="img" aria-labelledby="burn-title burn-desc" '
        f'viewBox="0 0 {_CHART_WIDE + 80} {_CHART_HIGH + 60}">'
        '<title id="burn-title">Contracts left in frozen packages</title>'
        f'<desc id="burn-desc">{told}.</desc>'
        f'<path class="axis" d="M60 20V{_CHART_HIGH + 20}H{_CHART_WIDE + 60}"/>'
        f'<polyline points="{line}"/>{dots}'
        f'<text x="52" y="26" text-anchor="end">{most}</text>'
        f'<text x="52" y="{_CHART_HIGH + 24}" text-anchor="end">0</text>'
        f'<text x="60" y="{_CHART_HIGH + 44}">{first.when[:10]}</text>'
        f'<text x="{_CHART_WIDE + 60}" y="{_CHART_HIGH + 44}" text-anchor="end">'
        f"{last.when[:10]}</text></svg>"
    )
