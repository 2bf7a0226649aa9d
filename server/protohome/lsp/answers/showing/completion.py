"""Completion: packages, import paths, rules in suppressions; in the map, what it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from lsprotocol import types

from ....escaping.terminal import is_safe
from ....positions import Span
from ....rules import RULES
from ....workspace.snapshot import Snapshot
from ... import to_lsp
from ...shown import Proposal
from ...state.asking import FolderDocument
from ...state.moment import FolderState
from ...state.session import Session

_PACKAGE = re.compile(r"^\s*package\s+(?P<word>[\w.]*)$")
_IMPORT = re.compile(r"^\s*import\s+(?:\w+\s+)?[\"'](?P<word>[^\"']*)$")
_RULE = re.compile(
    r"(?://|/\*|^\s*\*).*protohome:ignore(?:-file)?\s+(?:[a-z-]+\s*,\s*|[a-z-]+\s+)*(?P<word>[a-z-]*)$"
)


async def answer(session: Session, params: types.CompletionParams) -> Any:
    """``textDocument/completion``."""
    doc = session.early_doc(params.text_document.uri)
    if doc is None or not (doc.is_map or doc.path.endswith(".proto")):
        return None
    offset = doc.places.offset(doc.path, params.position)
    span, proposals = await session.now(doc, partial(_proposed, doc, offset)) or (Span(0, 0), [])
    if not proposals:
        return None
    return to_lsp.completions(doc.places.range(doc.path, span), proposals)


def _proposed(doc: FolderDocument, offset: int, state: FolderState) -> tuple[Span, list[Proposal]]:
    if doc.is_map:
        from .map_words import complete_in_map

        span, found = complete_in_map(state.snapshot, state.settings.map, doc.source, offset)
        return span, _fitting(found)
    return complete(state.snapshot, doc.path, doc.source, offset)


def complete(
    snapshot: Snapshot, path: str, source: bytes, offset: int
) -> tuple[Span, list[Proposal]]:
    """The proposals at a byte offset, and the span of the word that each would replace."""
    start = max(source.rfind(b"\n", 0, offset), source.rfind(b"\r", 0, offset)) + 1
    before = source[start:offset].decode("utf-8", "replace")
    for pattern, propose in ((_PACKAGE, _packages), (_IMPORT, _imports), (_RULE, _rules)):
        match = pattern.search(before)
        if match is not None:
            word = Span(offset - len(match["word"].encode()), offset)
            return word, _fitting(propose(snapshot, path))
    return Span(offset, offset), []


def _fitting(found: Iterable[Proposal]) -> list[Proposal]:
    """The best first; what no terminal should show is not to be written into a file either."""
    safe = (one for one in found if is_safe(one.label))
    return sorted(safe, key=lambda one: (one.rank, one.label))


def _packages(snapshot: Snapshot, path: str) -> Iterator[Proposal]:
    """The mapped packages; those that fit the file's folder first, the frozen ones last."""
    from ....packagemap import frozen

    closed = frozen(snapshot.map)
    folder = snapshot.import_path(path).rpartition("/")[0].split("/")
    for row in snapshot.map.packages:
        misfit = 0 if row.package.split(".") == folder else 100 - _shared(row.package, folder)
        rank = misfit + (200 if row.package in closed else 0)
        text = f"Contains: {row.contains}\n\nDoes not contain: {row.excludes}"
        detail = " · ".join(part for part in (row.domain, row.owner.lane) if part)
        yield Proposal(row.package, "package", detail, text, rank)


def _shared(package: str, folder: list[str]) -> int:
    """How many components of a package's name are in the folder's path, in their places."""
    return sum(one == other for one, other in zip(package.split("."), folder, strict=False))


def _imports(snapshot: Snapshot, path: str) -> Iterator[Proposal]:
    """The other files below the module roots; those of packages that are not frozen first."""
    from ....packagemap import frozen

    closed = frozen(snapshot.map)
    known = snapshot.files.get(path)
    imported = {line.path for line in known.imports} if known else set()
    for other in (*snapshot.files.values(), *snapshot.bystanders.values()):
        name = snapshot.import_path(other.path)
        if other.path != path and name not in imported:
            names = ", ".join(one.name for one in other.declarations if one.is_contract)
            yield Proposal(name, "file", other.package, names, int(other.package in closed))


def _rules(_snapshot: Snapshot, _path: str) -> Iterator[Proposal]:
    for rule in RULES:
        yield Proposal(rule.id, "rule", rule.summary, "", 0)
