"""Code actions: the fixes of the findings in a range, and all safe ones of a document at once.

An edit is made when the action is resolved, from the workspace as it is then; for clients that
cannot resolve, at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lsprotocol import types

from .... import fixes
from ....edits import Conflict, WorkspaceEdit, between
from ....escaping.terminal import one_line
from ....findings import INFORMATION, Finding, FixRequest
from ....fixes import CHOICES, Refused
from ....fixes._workspace import completed, sources
from ....fixes.add_audit_row import EVERY, without_row
from ....history import source_of
from ....named import NamedTuple
from ....packagemap.edits import audit_span
from ....positions import LineIndex
from ....runs.fixing import fix_all
from ....system.writing import places
from ....verdicts import Judge
from ....workspace.snapshot import Snapshot
from ... import to_lsp
from ...state.asking import FolderDocument
from ...state.session import Session
from ..arguments import fix_request

QUICK_FIX = "quickfix"
FIX_ALL = "source.fixAll.protohome"
EVERYTHING = "*"

# A menu for more findings than that is none.
_MOST = 50


# Findings that a person may answer where nothing is known: what the menu says, and which command
# asks.
_HOME = ("Move {} to … (choose)", "protohome.chooseHome")
_SUCCESSOR = ("Declare the successor of {} … (choose)", "protohome.chooseSuccessor")
_ASKING = {
    "frozen-package-addition": _HOME,
    "wrong-package": _HOME,
    "excluded-content": _HOME,
    "shim-without-successor": _SUCCESSOR,
}

# They change the map as it is written, whatever else is wrong in it.
_MENDING_THE_MAP = ("add-package-row",)


class Offer(NamedTuple):
    """A fix of a finding: what a menu says, what is to be done, and why it cannot be done now."""

    title: str
    request: FixRequest
    finding: Finding
    safe: bool
    refused: str = ""


# The requests of the protocol


async def offer(session: Session, params: types.CodeActionParams) -> Any:
    """``textDocument/codeAction``."""
    doc = session.doc(params.text_document.uri)
    if doc is None or not doc.state.governs(doc.path):
        return []
    findings = await session.findings_now(doc)
    actions: list[Any] = []
    if _wants(params, QUICK_FIX):
        touched = list(islice(_touched(doc, params, findings), _MOST))
        options = await session.work(
            doc, lambda state: [list(offers(state.judge, finding)) for finding in touched]
        )
        for finding, every in zip(touched, options, strict=True):
            actions += _quick_fixes(session, doc, finding, every)
        actions += await _every_row(session, doc, params, touched)
    if _wants(params, FIX_ALL):
        actions += _fix_all(session, doc, findings)
    return actions


async def resolve(session: Session, action: types.CodeAction) -> types.CodeAction:
    """``codeAction/resolve``: the action with its edit, or without where it is refused."""
    data = action.data
    if not isinstance(data, dict) or action.edit is not None or action.disabled is not None:
        return action
    try:
        action.edit = await _edit(session, data, str(action.title))
    except Refused as refused:
        action.command = None
        session.host.show(to_lsp.warning(f"{action.title}: {refused.reason}"))
    return action


# What there is to do


def _touched(
    doc: FolderDocument, params: types.CodeActionParams, findings: list[Finding]
) -> Iterator[Finding]:
    """The findings on the lines of the range, and those that the client says it shows there.

    Those under the cursor come first.
    """
    lines, wanted = doc.places.lines(doc.path), params.range
    start = doc.places.offset(doc.path, wanted.start)
    end = doc.places.offset(doc.path, wanted.end)
    first, last = lines.position(start).line, lines.position(end).line
    shown = {(each.code, _place(each.range)) for each in params.context.diagnostics}
    near: list[Finding] = []
    for finding in findings:
        place = doc.places.range(doc.path, finding.span)
        if finding.span.start <= end and start <= finding.span.end:
            yield finding
        elif (
            lines.position(finding.span.start).line <= last
            and first <= lines.position(finding.span.end).line
        ) or (finding.rule, _place(place)) in shown:
            near.append(finding)
    yield from near


def _place(where: types.Range) -> tuple[int, int, int, int]:
    return where.start.line, where.start.character, where.end.line, where.end.character


def offers(judge: Judge, finding: Finding) -> Iterator[Offer]:
    """The fixes of a finding; where one is not possible, what may be done instead.

    A move that is not possible at all is told with the reason.
    """
    for request in finding.fixes:
        request = located(request, finding, judge)
        try:
            title = fixes.fix(request.fix).title(judge, request)
        except Refused as refused:
            instead = refused.instead
            try:
                if instead is None:
                    raise
                title = fixes.fix(instead.fix).title(judge, instead)
            except Refused:
                if request.fix == "move-contract":
                    yield Offer(_moving(request), request, finding, False, refused.reason)
                continue
            request = instead
        yield Offer(title, request, finding, is_safe(request))


def _moving(request: FixRequest) -> str:
    name = request.arguments.get("contract", "").rpartition(".")[2]
    return f"Move {name} to {request.arguments.get('package', '')}"


def located(request: FixRequest, finding: Finding, judge: Judge) -> FixRequest:
    """The request with the file and line of its finding, where it names none (1-based)."""
    if request.fix != "suppress" or "path" in request.arguments:
        return request
    source = judge.snapshot.files[finding.path].source
    line = LineIndex(source).position(finding.span.start).line + 1
    more = {"path": finding.path, "line": str(line)}
    return FixRequest(request.fix, {**request.arguments, **more})


def is_safe(request: FixRequest) -> bool:
    """Whether a fix may be made without asking."""
    return request.fix not in CHOICES and fixes.fix(request.fix).safe


def edit_for(doc: FolderDocument, request: FixRequest) -> WorkspaceEdit:
    """What a fix changes in the workspace as it is. Raises Refused."""
    snapshot = complete(doc)
    if request.fix in _MENDING_THE_MAP:
        snapshot = snapshot.with_map(doc.state.settings.map)
    edit = fixes.edit(Judge(snapshot), request)
    check_possible(doc, edit, snapshot.map.source)
    return edit


def complete(doc: FolderDocument) -> Snapshot:
    """The snapshot with everything that its files import: a move must not overlook a name."""
    return completed(doc.state.snapshot, doc.folder.source)


def check_possible(doc: FolderDocument, edit: WorkspaceEdit, map_source: bytes) -> None:
    """Refuse an edit of a text that is not the one it was made for, or of a file that is there.

    That of the map is ``map_source``. As on the command line, nothing leads out of the workspace.
    """
    snapshot = doc.state.snapshot
    check_inside(snapshot, edit)
    for path in edit.texts:
        other = snapshot.bystanders.get(path)
        known = other.source if other is not None else source_of(snapshot, path)
        if path == snapshot.map.path:
            known = map_source
        if doc.folder.source(path) != known:
            raise Refused(f"{path} has a mistake at the moment; mend it first.")
    for path in edit.creates:
        if os.path.lexists(doc.folder.absolute(path)):
            raise Refused(f"{path} exists already.")


def check_inside(snapshot: Snapshot, edit: WorkspaceEdit) -> None:
    """Refuse an edit that leads out of the workspace, as the command line does."""
    try:
        places(snapshot.root, edit.paths)
    except Conflict as conflict:
        raise Refused(f"{conflict}.") from conflict


# How they are told


def _wants(params: types.CodeActionParams, kind: str) -> bool:
    """Whether the client asks for actions of a kind: kinds are hierarchical by their dots."""
    only = params.context.only
    if only is None:
        return True
    asked = [str(getattr(each, "value", each)) for each in only]
    return any(not each or kind == each or kind.startswith(f"{each}.") for each in asked)


def _quick_fixes(
    session: Session, doc: FolderDocument, finding: Finding, options: list[Offer]
) -> Iterator[Any]:
    found = [to_lsp.diagnostic(doc.places, doc.path, finding)]
    preferred = False
    for one in options:
        if one.refused:
            yield _refused(session, doc.places.uri(doc.path), one.title, one.refused, found)
            continue
        first = one.safe and not preferred
        preferred = preferred or first
        data = _data(session, doc, one.request)
        yield from _action(session, one.title, QUICK_FIX, found, first, data)
    asked = _ASKING.get(finding.rule)
    if asked and not finding.home and finding.symbol in doc.state.snapshot.contracts:
        title = asked[0].format(finding.symbol.rpartition(".")[2])
        arguments = [doc.places.uri(doc.path), finding.symbol]
        command = to_lsp.command(title, asked[1], arguments)
        yield to_lsp.code_action(title, QUICK_FIX, found, command=command)


def _refused(session: Session, uri: str, title: str, reason: str, found: list[Any]) -> Any:
    """A fix that cannot be made now, in its place, with the reason.

    Where the client has no disabled actions, choosing it shows the reason.
    """
    if session.client.disables_actions:
        return to_lsp.code_action(title, QUICK_FIX, found, disabled=reason)
    told = [uri, one_line(f"{title}: {reason}")]
    title = f"{title} (not now)"
    command = to_lsp.command(title, "protohome.tell", told)
    return to_lsp.code_action(title, QUICK_FIX, found, command=command)


async def _every_row(
    session: Session, doc: FolderDocument, params: types.CodeActionParams, touched: list[Finding]
) -> list[Any]:
    """Rows for all files that have none: at a file that is one of several, and at the table."""
    found: list[Any] = []
    missing = without_row(doc.state.snapshot)
    if doc.is_map and missing:
        ends = params.range.start, params.range.end
        start, end = (doc.places.offset(doc.path, at) for at in ends)
        table = await session.work(doc, lambda state: audit_span(state.snapshot.map))
        if table is None or end < table.start or table.end < start:
            return []
    else:
        which = [finding for finding in touched if finding.rule == "file-not-audited"]
        if not which or len(missing) < 2:
            return []
        found = [to_lsp.diagnostic(doc.places, doc.path, finding) for finding in which]
    request = FixRequest("add-audit-row", {"path": EVERY})
    title = fixes.fix(request.fix).title(doc.state.judge, request)
    data = _data(session, doc, request)
    return list(_action(session, title, QUICK_FIX, found, False, data))


def _fix_all(session: Session, doc: FolderDocument, findings: list[Finding]) -> Iterator[Any]:
    count = sum(
        finding.severity != INFORMATION and any(is_safe(request) for request in finding.fixes)
        for finding in findings
    )
    if count:
        title = f"Fix {count} {'finding' if count == 1 else 'findings'} of protohome safely"
        data = _data(session, doc, FixRequest(EVERYTHING))
        yield from _action(session, title, FIX_ALL, [], False, data)


def _data(session: Session, doc: FolderDocument, request: FixRequest) -> dict[str, Any]:
    uri = doc.places.uri(doc.path)
    document = session.documents.get(uri)
    version = document.version if document else None
    return {"uri": uri, "version": version, **to_lsp.request(request)}


def _action(
    session: Session, title: str, kind: str, found: list[Any], preferred: bool, data: dict[str, Any]
) -> Iterator[Any]:
    command = _showing(session, data)
    if session.client.resolves_actions:
        yield to_lsp.code_action(title, kind, found, preferred, data, command=command)
        return
    try:
        edit = _edit_now(session, data, title)
    except Refused as refused:
        if kind == QUICK_FIX:
            yield _refused(session, data["uri"], title, refused.reason, found)
        return
    yield to_lsp.code_action(title, kind, found, preferred, None, edit, command=command)


def _showing(session: Session, data: dict[str, Any]) -> Any:
    """What a client does after a move, where it can: it shows the contract in its new place."""
    arguments = data["arguments"]
    doc = session.doc(data["uri"])
    if data["fix"] != "move-contract" or not session.client.shows_documents or doc is None:
        return None
    where = doc.places.uri(doc.state.snapshot.map.path)
    name = f"{arguments['package']}.{arguments['contract'].rpartition('.')[2]}"
    return to_lsp.command("Show it", "protohome.showContract", [where, name])


async def _edit(session: Session, data: dict[str, Any], title: str) -> Any:
    """The client's edit for what an action's data asks for. Raises Refused."""
    doc, request = _asked(session, data)
    edit = await session.work(doc, lambda _state: _change(doc, request))
    # The document may have changed while the edit was made.
    _asked(session, data)
    return _told(session, doc, request, edit, title)


def _edit_now(session: Session, data: dict[str, Any], title: str) -> Any:
    """As ``_edit``, between two messages."""
    doc, request = _asked(session, data)
    return _told(session, doc, request, _change(doc, request), title)


def _asked(session: Session, data: dict[str, Any]) -> tuple[FolderDocument, FixRequest]:
    doc = session.doc(str(data.get("uri")))
    document = session.documents.get(str(data.get("uri")))
    if doc is None or (document.version if document else None) != data.get("version"):
        raise Refused("The document has changed since; ask for its fixes again.")
    return doc, fix_request(data)


def _change(doc: FolderDocument, request: FixRequest) -> WorkspaceEdit:
    return _all_safe(doc) if request.fix == EVERYTHING else edit_for(doc, request)


def _told(
    session: Session, doc: FolderDocument, request: FixRequest, edit: WorkspaceEdit, title: str
) -> Any:
    asks = request.fix != EVERYTHING and not is_safe(request) and len(edit.paths) > 1
    return to_lsp.workspace_edit(doc.places, session.client, edit, title if asks else "")


def _all_safe(doc: FolderDocument) -> WorkspaceEdit:
    """All safe fixes of one document, each made on top of the others."""
    before = complete(doc)
    fixed = fix_all(before, lambda path: path == doc.path, unsafe=False)
    old, new = sources(before), sources(fixed.snapshot)
    edit = between(old, {path: new.get(path) for path in {**old, **new}})
    if not edit.paths:
        raise Refused(next(iter(fixed.refused), "There is nothing to fix."))
    check_possible(doc, edit, doc.state.snapshot.map.source)
    return edit
