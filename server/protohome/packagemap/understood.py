"""How a map was understood, sentence by sentence, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterator

from ..escaping.terminal import json_text, one_line
from . import frozen
from .model import AuditRow, Owner, PackageMap, Sentence
from .terms import read_terms

FORMATS = ("text", "json")
_WIDTH = 90


def render(package_map: PackageMap, format: str = "text") -> str:  # noqa: A002 - as flags have it
    """The map as ``text`` or ``json``, ending in a newline."""
    lines = _json(package_map) if format == "json" else map(one_line, _text(package_map))
    return "".join(f"{line}\n" for line in lines)


def _text(package_map: PackageMap) -> Iterator[str]:
    yield f"{package_map.path}: {_summary(package_map)}"
    if package_map.problems:
        yield from ("", "Problems")
        for problem in package_map.problems:
            yield from _wrapped(f"  line {problem.line:<4} ", problem.message)
    if package_map.packages:
        yield from ("", "Packages")
        yield from _package_lines(package_map)
    if package_map.sentences:
        yield from ("", "Rule sentences")
        for sentence in package_map.sentences:
            yield from _wrapped(f"  line {sentence.line:<4} ", sentence.text)
            yield from _reading(sentence)
    if package_map.audit:
        yield from ("", "Audit")
        yield from _audit_lines(package_map.audit)


def _summary(package_map: PackageMap) -> str:
    read = sum(len(sentence.statements) for sentence in package_map.sentences)
    counts = [
        _count(len(package_map.packages), "package"),
        _count(len(package_map.sentences), "rule sentence"),
        _count(read, "statement"),
        _count(len(package_map.audit), "audit row"),
    ]
    if package_map.problems:
        counts.append(_count(len(package_map.problems), "problem"))
    return ", ".join(counts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _package_lines(package_map: PackageMap) -> Iterator[str]:
    by_package = frozen(package_map)
    for row in package_map.packages:
        mark = f", frozen by line {by_package[row.package][0]}" if row.package in by_package else ""
        yield f"  line {row.line:<4} {row.package} ({_lane(row.owner)}){mark}"
        if row.domain:
            yield from _wrapped("              domain  ", row.domain)
        for label, cell in (("contains", row.contains), ("not", row.excludes)):
            if terms := ", ".join(term.words for term in read_terms(cell)):
                yield from _wrapped(f"            {label:>8}  ", terms)


def _lane(owner: Owner) -> str:
    lane = owner.lane or "no owner"
    return f"{lane} with {', '.join(owner.consumers)}" if owner.consumers else lane


def _reading(sentence: Sentence) -> Iterator[str]:
    if not sentence.statements and sentence.unread is None:
        yield "               prose"
    for statement in sentence.statements:
        yield from _wrapped("            -> ", str(statement))
    if sentence.unread is not None:
        how = sentence.unread.rewrite or sentence.unread.form
        part = f" (\u201c{sentence.unread.clause}\u201d)" if sentence.statements else ""
        instead = f"; say: {how}" if how else ""
        yield from _wrapped("       not read ", f"{sentence.unread.why}{part}{instead}")


def _audit_lines(audit: tuple[AuditRow, ...]) -> Iterator[str]:
    at_home = sum(row.is_home for row in audit)
    yield f"  {_count(len(audit), 'file')}: {at_home} at home, {len(audit) - at_home} to move"
    moves: dict[tuple[str, str], int] = {}
    for row in audit:
        if not row.is_home:
            moves[row.current, row.home] = moves.get((row.current, row.home), 0) + 1
    for (current, home), number in moves.items():
        yield f"    {_count(number, 'file')} from {current} to {home}"


def _wrapped(lead: str, text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(
        one_line(text),
        _WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [lead.rstrip()]


def _json(package_map: PackageMap) -> Iterator[str]:
    import json

    by_package = frozen(package_map)
    packages = [
        {
            "name": row.package,
            "domain": row.domain,
            "owner": row.owner.lane,
            "consumers": row.owner.consumers,
            "contains": row.contains,
            "excludes": row.excludes,
            "terms": [term.words for term in read_terms(row.contains)],
            "excluded_terms": [term.words for term in read_terms(row.excludes)],
            "line": row.line,
            "frozen": _because(by_package.get(row.package)),
        }
        for row in package_map.packages
    ]
    sentences = [
        {
            "line": sentence.line,
            "text": sentence.text,
            "statements": [statement._asdict() for statement in sentence.statements],
            "unread": sentence.unread and sentence.unread._asdict(),
        }
        for sentence in package_map.sentences
    ]
    audit = [
        {
            "file": row.file,
            "current": row.current,
            "home": row.home,
            "owner": row.owner.lane,
            "follow_on": row.follow_on,
            "line": row.line,
        }
        for row in package_map.audit
    ]
    problems = [
        {"line": problem.line, "message": problem.message} for problem in package_map.problems
    ]
    document = {
        "packages": packages,
        "sentences": sentences,
        "audit": audit,
        "problems": problems,
    }
    yield from map(json_text, json.dumps(document, indent=2, ensure_ascii=False).split("\n"))


def _because(said: tuple[int, str] | None) -> dict[str, object] | None:
    return None if said is None else {"line": said[0], "text": said[1]}
