"""What the map's own words do, in Markdown: a sentence, an item of a cell, an owner lane."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from ....escaping.markdown import code, text
from ....packagemap.markdown.tables import OWNERSHIP, is_anything_new
from ....packagemap.model import AuditRow, Cell, PackageRow, Sentence
from ....packagemap.terms import placed_items, read_terms
from ....positions import Span
from ....upkeep.reach import Reach
from ....verdicts import Judge
from ..cursor import Row

_MOST_NAMED = 8  # more are counted only

_DOMAIN, _LANE, _CONTAINS, _EXCLUDES = range(1, 5)
_AUDIT_LANE = 3


def about_sentence(judge: Judge, sentence: Sentence) -> Iterator[str]:
    """What was read from a rule sentence, the contracts that it decides, and what was not read."""
    yield from (f"- {code(str(statement))}" for statement in sentence.statements)
    if sentence.statements:
        yield _listed(Reach(judge.snapshot).of(sentence)) or "No contract yet."
    if sentence.unread is not None:
        instead = sentence.unread.rewrite or sentence.unread.form
        yield f"Not followed: {text(sentence.unread.why)}."
        if instead:
            yield f"Say: {text(instead)}"
    elif not sentence.statements:
        yield "Prose: nothing is followed."


def about_cell(judge: Judge, found: Row, offset: int) -> tuple[list[str], Span] | None:
    """What a cell's item at a byte offset claims or rules out, or whose lane it is; else None."""
    row, at = found.row, found.cell
    if at is None:
        return None
    cell: Cell = row.cells[at]
    if at == (_AUDIT_LANE if isinstance(row, AuditRow) else _LANE):
        return list(about_lane(judge, _lane_at(row, cell, offset))), cell.span
    if isinstance(row, AuditRow) or at not in (_DOMAIN, _CONTAINS, _EXCLUDES):
        return None
    for item in placed_items(cell):
        if item.span.start <= offset <= item.span.end:
            return list(about_item(judge, row, at, item.text)), item.span
    return None


def about_item(judge: Judge, row: PackageRow, column: int, item: str) -> Iterator[str]:
    """What an item of an ownership row claims for its package, or keeps out of it."""
    yield f"**{text(item)}** \u00b7 {OWNERSHIP[column]} of {code(row.package)}"
    if column == _EXCLUDES and is_anything_new(item):
        yield f"Frozen: no new contract, and no new member, in {code(row.package)}."
        return
    terms = read_terms(item)
    if not terms:
        yield "No word of it tells contracts apart."
    reach = Reach(judge.snapshot)
    for term in terms:
        having = reach.with_words(term.tokens)
        here = sorted(fqn for fqn in having if fqn.rpartition(".")[0] == row.package)
        elsewhere = sorted(having.difference(here))
        if column == _EXCLUDES:
            does = "keeps out what has these words in its name"
            if len(term.tokens) == 1:
                does = "is one word, which rules out nothing by itself; a rule sentence does"
            yield f"{code(term.words)} {does}."
            yield f"In it all the same: {_listed(here)}" if here else "None is in it."
        else:
            yield f"{code(term.words)} claims contracts with these words in their names."
            yield f"At home: {_listed(here) or 'none yet'}"
            if elsewhere:
                yield f"Elsewhere: {_listed(elsewhere)}"
        if column == _CONTAINS:
            yield from _also(judge, row, term.tokens)


def about_lane(judge: Judge, lane: str) -> Iterator[str]:
    """The packages that a lane owns and those that it uses, and who that is."""
    rows = judge.snapshot.map.packages
    yield f"**{text(lane) or 'No owner lane'}**"
    owned = [row.package for row in rows if row.owner.lane == lane]
    used = [row.package for row in rows if lane in row.owner.consumers]
    yield f"Owns {', '.join(map(code, owned))}" if owned else "Owns no package."
    if used:
        yield f"Uses {', '.join(map(code, used))}"
    handles = judge.snapshot.config.owners.get(lane)
    if handles:
        yield f"CODEOWNERS: {', '.join(map(text, handles))}"


def _lane_at(row: AuditRow | PackageRow, cell: Cell, offset: int) -> str:
    """The lane whose name is at the offset, the owner's where it is between names."""
    before = len(cell.text.encode()[: offset - cell.span.start].decode("utf-8", "ignore"))
    for lane in (row.owner.lane, *row.owner.consumers):
        start = cell.text.find(lane)
        if lane and start <= before <= start + len(lane):
            return lane
    return row.owner.lane


def _also(judge: Judge, own: PackageRow, stems: tuple[str, ...]) -> Iterator[str]:
    """The other packages whose *Contains* has the same phrase: it tells nothing between them."""
    others = [
        row
        for row in judge.snapshot.map.packages
        if row is not own and any(term.tokens == stems for term in read_terms(row.contains))
    ]
    if others:
        named = ", ".join(f"{code(row.package)} (line {row.line})" for row in others)
        yield f"Claimed by {named} as well, so it does not tell them apart."


def _listed(fqns: Collection[str]) -> str:
    """``3 contracts: a, b, c``, ``""`` for none."""
    if not fqns:
        return ""
    named = ", ".join(map(code, islice(fqns, _MOST_NAMED)))
    more = ", \u2026" if len(fqns) > _MOST_NAMED else ""
    return f"{len(fqns)} {'contract' if len(fqns) == 1 else 'contracts'}: {named}{more}"
