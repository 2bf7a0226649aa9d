"""Where findings point, and how messages and evidence cite what they rest on."""

from __future__ import annotations

from ..findings import Evidence
from ..model import ProtoFile
from ..packagemap.model import AuditRow, PackageRow
from ..positions import Span
from ..workspace.snapshot import Located, Snapshot


def package_place(file: ProtoFile) -> Span:
    """The name in the package statement; without one, the empty place before the first token."""
    if file.package:
        return file.package_span
    from ..syntax.tokens import tokens

    first = next(tokens(file.source), None)
    start = first.start if first is not None else 0
    return Span(start, start)


def audit_row(snapshot: Snapshot, row: AuditRow) -> Evidence:
    """An audit row as evidence."""
    return Evidence("audit-row", snapshot.map.path, row.line, _text(snapshot, row.span))


def ownership_row(snapshot: Snapshot, row: PackageRow) -> Evidence:
    """A row of the ownership table as evidence."""
    return Evidence("ownership-row", snapshot.map.path, row.line, _text(snapshot, row.span))


def declaration(snapshot: Snapshot, kind: str, located: Located) -> Evidence:
    """A contract's declaration as evidence or related place: its FQN and where it stands."""
    line = snapshot.line(located.file, located.contract.name_span.start)
    return Evidence(kind, located.file.path, line, located.fqn)


def at(evidence: Evidence) -> str:
    """``PATH:LINE``."""
    return f"{evidence.path}:{evidence.line}" if evidence.line else evidence.path


def cite(evidence: Evidence, longest: int = 90) -> str:
    """``PATH:LINE “words”``; the words without code marks, shortened to ``longest`` characters."""
    words = " ".join(evidence.text.replace("`", "").replace("**", "").split())
    if len(words) > longest:
        words = words[:longest].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
    return f"{at(evidence)} “{words}”"


def lane(snapshot: Snapshot, package: str) -> str:
    """The owner lane of a mapped package, ``""`` for another."""
    row = snapshot.packages.get(package)
    return row.owner.lane if row is not None else ""


def _text(snapshot: Snapshot, span: Span) -> str:
    return snapshot.map.source[span.start : span.end].decode("utf-8", "replace")
