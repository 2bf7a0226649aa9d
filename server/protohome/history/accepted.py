"""What a baseline says of findings and contracts, and how it follows the tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from ..findings import INFORMATION, Finding
from ..model import Contract, Enum, Message
from ..named import NamedTuple
from ..workspace.baseline import Baseline, Entry, Kept, Key, Retired, sorted_entries
from ..workspace.indexes import located_in
from ..workspace.snapshot import Located, Snapshot
from . import trees
from .known import members


class Marked(NamedTuple):
    """Findings with what is accepted marked, and the accepted entries that nothing met."""

    findings: list[Finding]
    unmet: Counter[Key]


def source_of(snapshot: Snapshot, path: str) -> bytes:
    """The bytes of a file that findings may be in, ``b""`` for another."""
    if path == snapshot.map.path:
        return snapshot.map.source
    if path == snapshot.baseline.path:
        return snapshot.baseline.source
    if path == snapshot.config.path:
        return snapshot.config.source
    file = snapshot.files.get(path)
    return file.source if file else snapshot.documents.get(path, b"")


def entry_of(snapshot: Snapshot, finding: Finding, why: str = "") -> Entry:
    """What a baseline calls a finding."""
    span, source = finding.span, source_of(snapshot, finding.path)
    text = " ".join(source[span.start : span.end].decode("utf-8", "replace").split())
    member = "" if finding.symbol.endswith(text) else text
    return Entry(finding.rule, finding.path, finding.symbol, member, why)


def mark(snapshot: Snapshot, findings: Iterable[Finding]) -> Marked:
    """Mark as many findings of a key, in their order, as the baseline has entries of it."""
    left = snapshot.baseline.counted()
    if not left:
        return Marked(list(findings), left)
    marked: list[Finding] = []
    for finding in findings:
        key = entry_of(snapshot, finding).key
        if left[key] > 0:
            left[key] -= 1
            finding = finding._replace(baselined=True)
        marked.append(finding)
    return Marked(marked, +left)


# How it follows the tree


def begun(snapshot: Snapshot, frozen: Collection[str], found: Iterable[Finding]) -> Baseline:
    """The baseline of a tree: what it has wrong and what its frozen packages contain."""
    entries = [entry_of(snapshot, one) for one in found if one.severity != INFORMATION]
    contents = [
        Kept(located.fqn, tuple(member.path for member in members(located.contract)))
        for package in frozen
        for located in _contracts(snapshot, package)
    ]
    return Baseline(findings=tuple(entries), frozen=tuple(dict.fromkeys(contents)))


def reference_itself(snapshot: Snapshot, reference: Snapshot) -> Snapshot:
    """The reference to be judged: what it holds was there, so that it is no addition to itself.

    Kept blocks are those that the commit has. What else is around, and where the reference is no
    commit the blocks too, is taken as it stands.
    """
    kept = snapshot.documents
    if kept and snapshot.revision.commit:
        blobs = trees.at(snapshot.root, snapshot.revision.commit)
        kept = dict(trees.read({path: blobs[path] for path in kept if path in blobs}))
    itself = reference.with_reference(reference, snapshot.revision)
    return itself.with_documents(kept).with_surroundings(snapshot.surroundings)


def updated(before: Baseline, was: Baseline, now: Baseline, gone: Iterable[Retired]) -> Baseline:
    """``before`` with what the reference had wrong (``was``) and the tree still has (``now``).

    What is new is never taken in; reasons stay; a frozen package that ``before`` knows only
    shrinks.
    """
    reasons = {entry.key: entry.why for entry in before.findings if entry.why}
    accepted = Counter(entry.key for entry in before.findings) | was.counted()
    findings = [
        Entry(*key, reasons.get(key, ""))
        for key, number in (accepted & now.counted()).items()
        for _ in range(number)
    ]
    kept = {**was.kept, **before.kept}
    return sorted_entries(
        before._replace(
            findings=tuple(findings),
            frozen=_shrunk(kept, now),
            retired=(*before.retired, *gone),
        )
    )


def pruned(before: Baseline, now: Baseline, gone: Iterable[Retired]) -> Baseline:
    """``before`` without what the tree no longer has, and with its tombstones."""
    return updated(before, Baseline(), now, gone)


def accepted(before: Baseline, entries: Iterable[Entry]) -> Baseline:
    """``before`` with findings that somebody accepts, each of them once."""
    return sorted_entries(before._replace(findings=(*before.findings, *entries)))


def retired(snapshot: Snapshot) -> Iterator[Retired]:
    """The contracts and numbered members that were there and are gone.

    A contract that lives on in another package under the same name has moved.
    """
    then = snapshot.reference
    if then is None:
        return
    names = {fqn.rpartition(".")[2] for fqn in snapshot.contracts}
    for fqn, several in then.contracts.items():
        present = snapshot.contracts.get(fqn)
        if present is None:
            if fqn.rpartition(".")[2] not in names:
                yield Retired(fqn)
            continue
        kept = {pair for one in present for pair in _numbered(one.contract)}
        for located in several:
            for path, number in _numbered(located.contract):
                if (path, number) not in kept:
                    yield Retired(fqn, path, number)


def difference(before: Baseline, after: Baseline) -> list[str]:
    """The lines that come (``+``) and go (``-``), as a person reads them."""
    lines = []
    for name in ("findings", "frozen", "retired"):
        old, new = Counter(getattr(before, name)), Counter(getattr(after, name))
        lines += [f"- {record}" for record in (old - new).elements()]
        lines += [f"+ {record}" for record in (new - old).elements()]
    return lines


def _shrunk(kept: dict[str, dict[str, frozenset[str]]], now: Baseline) -> tuple[Kept, ...]:
    found: list[Kept] = []
    present = now.kept
    for package, contracts in kept.items():
        for symbol, paths in contracts.items():
            still = present.get(package, {}).get(symbol)
            if still is not None:
                found.append(Kept(symbol, tuple(sorted(paths & still))))
    return tuple(found)


def _contracts(snapshot: Snapshot, package: str) -> Iterator[Located]:
    for file in snapshot.by_package.get(package, ()):
        yield from located_in(file)


def _numbered(contract: Contract, prefix: str = "") -> Iterator[tuple[str, int]]:
    """The fields and values of a contract at any depth, by path, with their numbers."""
    if isinstance(contract, Enum):
        for value in contract.values:
            if value.number is not None:
                yield prefix + value.name, value.number
    elif isinstance(contract, Message):
        for field in contract.fields:
            if field.number is not None:
                yield prefix + field.name, field.number
        nested: tuple[Message | Enum, ...] = contract.messages + contract.enums
        for inner in nested:
            yield from _numbered(inner, f"{prefix}{inner.name}.")
