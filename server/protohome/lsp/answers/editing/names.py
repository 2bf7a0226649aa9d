"""Rename: a package or an owner lane, throughout the map and the configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from ....config.nodes import ITEM, PAIR, nodes
from ....config.reader import prefix
from ....edits import TextEdit, WorkspaceEdit, apply
from ....escaping.terminal import is_safe
from ....named import NamedTuple
from ....packagemap import PackageMap, read
from ....packagemap.renaming import lanes_in, lanes_of, packages_in
from ....positions import Span
from ... import to_lsp
from ...state.moment import FolderState
from ...state.session import Session

_PACKAGE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_NO_LANE = re.compile(r"[|`\"'\\\x00-\x1f\x7f]")
_TABLES = ("terms", "homes", "successors", "waivers", "owners")


class Name(NamedTuple):
    """A package's or a lane's name, and one place where it stands."""

    kind: str
    name: str
    span: Span


async def prepare(session: Session, params: types.PrepareRenameParams) -> Any:
    """``textDocument/prepareRename``: what would be renamed, None where nothing would."""
    doc = session.doc(params.text_document.uri)
    if doc is None or doc.path not in _paths(doc.state):
        return None
    offset = doc.places.offset(doc.path, params.position)
    found = await session.work(doc, lambda state: name_at(state, doc.path, doc.source, offset))
    return to_lsp.renamable(doc.places.range(doc.path, found.span), found.name) if found else None


async def rename(session: Session, params: types.RenameParams) -> Any:
    """``textDocument/rename``."""
    doc = session.doc(params.text_document.uri)
    if doc is None or doc.path not in _paths(doc.state):
        return None
    offset, new = doc.places.offset(doc.path, params.position), params.new_name.strip()
    sources = {path: doc.folder.source(path) or b"" for path in _paths(doc.state)}

    def work(state: FolderState) -> tuple[WorkspaceEdit | None, list[int]]:
        found = name_at(state, doc.path, doc.source, offset)
        if found is None:
            return None, []
        check(state, found, new)
        edit = renamed(state, sources, found, new)
        return edit, unfollowed(state.settings.map, edit)

    edit, lost = await session.work(doc, work)
    if edit is None:
        return None
    if lost:
        lines = ", ".join(map(str, lost))
        session.host.show(
            to_lsp.warning(f"The rule on line {lines} of the map names it another way: say it so.")
        )
    return to_lsp.workspace_edit(doc.places, session.client, edit)


def _paths(state: FolderState) -> list[str]:
    """The documents that a name is renamed in."""
    return [path for path in (state.settings.map.path, state.config) if path]


def name_at(state: FolderState, path: str, source: bytes, offset: int) -> Name | None:
    """What is named at a byte offset of the map or of the configuration."""
    for found in _names(state, path, source):
        if found.span.start <= offset <= found.span.end:
            return found
    return None


def _names(state: FolderState, path: str, source: bytes) -> Iterator[Name]:
    """Every package and lane that is named in the map or in the configuration."""
    written = state.settings.map
    known = {*state.snapshot.packages, *state.snapshot.by_package} | {
        row.package for row in written.packages
    }
    if path == written.path:
        yield from (Name("package", *each) for each in packages_in(source, known))
        yield from (Name("lane", *each) for each in lanes_of(written))
        return
    depth = len(prefix(path))
    for node in nodes(source):
        table = node.path[depth : depth + 1]
        if node.path[:depth] != prefix(path) or not table or table[0] not in _TABLES:
            continue
        if node.kind not in (PAIR, ITEM) or len(node.path) < depth + 2:
            continue
        for start, end in dict.fromkeys((node.key, node.value)):
            for each in packages_in(source, known, start, end):
                yield Name("package", *each)
        if table == ("owners",) and node.kind == PAIR:
            lane = str(node.path[depth + 1])
            for each in lanes_in(source, [lane], *node.key):
                yield Name("lane", *each)


def check(state: FolderState, found: Name, new: str) -> None:
    """Raises JsonRpcInvalidParams, in one line, where nothing may have that name."""
    written = state.settings.map
    if found.kind == "package":
        if not _PACKAGE.fullmatch(new):
            raise JsonRpcInvalidParams(f"{new!r} is no package name.")
        if any(row.package == new for row in written.packages) and new != found.name:
            raise JsonRpcInvalidParams(f"{new} has a row of its own; merge the two by hand.")
    elif not new or not is_safe(new) or _NO_LANE.search(new):
        raise JsonRpcInvalidParams(f"{new!r} cannot stand in a cell of the map.")


def renamed(state: FolderState, sources: dict[str, bytes], found: Name, new: str) -> WorkspaceEdit:
    """The edit of the map and the configuration; two spans are never the same."""
    texts: dict[str, tuple[TextEdit, ...]] = {}
    for path, source in sources.items():
        spans = {
            each.span
            for each in _names(state, path, source)
            if (each.kind, each.name) == (found.kind, found.name)
        }
        if spans:
            texts[path] = tuple(TextEdit(span, new) for span in sorted(spans))
    return WorkspaceEdit(texts=texts)


def unfollowed(package_map: PackageMap, edit: WorkspaceEdit) -> list[int]:
    """The lines of sentences that say less after an edit of the map, by a short name, say."""
    made = edit.texts.get(package_map.path, ())
    after = read(package_map.path, apply(package_map.source, made))
    now = {sentence.line: len(sentence.statements) for sentence in after.sentences}
    return [
        sentence.line
        for sentence in package_map.sentences
        if now.get(sentence.line, 0) < len(sentence.statements)
    ]
