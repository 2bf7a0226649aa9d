"""Our data as LSP types; the only module that makes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from lsprotocol import types

from ..edits import WorkspaceEdit, apply
from ..escaping.terminal import one_line
from ..findings import ERROR, WARNING, Evidence, Finding, FixRequest
from ..positions import Span
from ..rules import RULES
from .client import Client
from .places import Places
from .shown import Lens, Proposal, Symbol

SOURCE = "protohome"

# URI, version, findings (None where they are as before), result id.
Report: TypeAlias = "tuple[str, int | None, Sequence[types.Diagnostic] | None, str]"

_URLS = {rule.id: rule.url for rule in RULES}

# A new file's text: past its only line, or Neovim leaves an empty line behind it (LSP clamps it).
_ALL_OF_NOTHING = types.Range(types.Position(0, 0), types.Position(1, 0))


def position(line: int, character: int) -> types.Position:
    return types.Position(line, character)


# Messages


def watchers(patterns: Iterable[str]) -> types.RegistrationParams:
    """Ask to be told of files on disk that match one of the globs."""
    options = types.DidChangeWatchedFilesRegistrationOptions(
        [types.FileSystemWatcher(pattern) for pattern in patterns]
    )
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    return types.RegistrationParams([types.Registration("watchers", method, options)])


def failure(text: str) -> types.ShowMessageParams:
    return types.ShowMessageParams(types.MessageType.Error, one_line(text))


def warning(text: str) -> types.ShowMessageParams:
    return types.ShowMessageParams(types.MessageType.Warning, one_line(text))


def information(text: str) -> types.ShowMessageParams:
    return types.ShowMessageParams(types.MessageType.Info, one_line(text))


def progress_created(token: str) -> types.WorkDoneProgressCreateParams:
    return types.WorkDoneProgressCreateParams(token)


def progress_begun(token: str, title: str, is_counted: bool) -> types.ProgressParams:
    share = 0 if is_counted else None
    begun = types.WorkDoneProgressBegin(title=one_line(title), percentage=share)
    return types.ProgressParams(token, begun)


def progress_made(token: str, done: int, total: int) -> types.ProgressParams:
    made = types.WorkDoneProgressReport(
        message=f"{done}/{total} files", percentage=100 * done // max(total, 1)
    )
    return types.ProgressParams(token, made)


def progress_ended(token: str) -> types.ProgressParams:
    return types.ProgressParams(token, types.WorkDoneProgressEnd())


# Diagnostics


def diagnostics(places: Places, path: str, findings: Iterable[Finding]) -> list[types.Diagnostic]:
    """The findings in one document."""
    return [diagnostic(places, path, finding) for finding in findings]


def diagnostic(places: Places, path: str, finding: Finding) -> types.Diagnostic:
    tags = {
        "deprecated": types.DiagnosticTag.Deprecated,
        "unnecessary": types.DiagnosticTag.Unnecessary,
    }
    url = _URLS.get(finding.rule)
    related = [_related(places, evidence) for evidence in (*finding.evidence, *finding.related)]
    return types.Diagnostic(
        range=places.range(path, finding.span),
        message=one_line(finding.message),
        severity=_severity(finding.severity),
        code=finding.rule,
        code_description=types.CodeDescription(url) if url else None,
        source=SOURCE,
        tags=[tags[tag] for tag in finding.tags] or None,
        related_information=related or None,
        data={
            "symbol": finding.symbol,
            "fixes": [request(fix) for fix in finding.fixes],
            "baselined": finding.baselined,
            "verdict": finding.verdict,
            **({"buf": finding.buf} if finding.buf else {}),
        },
    )


def request(fix: FixRequest) -> dict[str, Any]:
    """A fix request as JSON."""
    return {"fix": fix.fix, "arguments": dict(fix.arguments)}


def _severity(severity: str) -> types.DiagnosticSeverity:
    if severity == ERROR:
        return types.DiagnosticSeverity.Error
    if severity == WARNING:
        return types.DiagnosticSeverity.Warning
    return types.DiagnosticSeverity.Information


def _related(places: Places, evidence: Evidence) -> types.DiagnosticRelatedInformation:
    where = types.Location(places.uri(evidence.path), places.line(evidence.path, evidence.line))
    return types.DiagnosticRelatedInformation(where, one_line(f"{evidence.kind}: {evidence.text}"))


def published(
    uri: str, version: int | None, found: Sequence[types.Diagnostic]
) -> types.PublishDiagnosticsParams:
    return types.PublishDiagnosticsParams(uri=uri, version=version, diagnostics=found)


def full_report(found: Sequence[types.Diagnostic], result_id: str) -> Any:
    return types.RelatedFullDocumentDiagnosticReport(items=found, result_id=result_id)


def unchanged_report(result_id: str) -> Any:
    return types.RelatedUnchangedDocumentDiagnosticReport(result_id=result_id)


def workspace_report(reports: Iterable[Report]) -> types.WorkspaceDiagnosticReport:
    return types.WorkspaceDiagnosticReport(items=list(_workspace_items(reports)))


def _workspace_items(reports: Iterable[Report]) -> Iterator[Any]:
    for uri, version, found, result_id in reports:
        if found is None:
            yield types.WorkspaceUnchangedDocumentDiagnosticReport(
                uri=uri, version=version, result_id=result_id
            )
        else:
            yield types.WorkspaceFullDocumentDiagnosticReport(
                uri=uri, version=version, items=found, result_id=result_id
            )


# What is shown at a place


def hover(text: str, where: types.Range) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), where)


def completions(where: types.Range, proposals: Iterable[Proposal]) -> types.CompletionList:
    """The proposals in their order, each in place of the word that is there."""
    kinds = {
        "package": types.CompletionItemKind.Module,
        "file": types.CompletionItemKind.File,
        "lane": types.CompletionItemKind.Reference,
        "rule": types.CompletionItemKind.Constant,
    }
    items = [
        types.CompletionItem(
            label=one.label,
            kind=kinds[one.kind],
            detail=one_line(one.detail),
            documentation="\n".join(map(one_line, one.documentation.split("\n"))) or None,
            sort_text=f"{at:05}",
            filter_text=one.label,
            text_edit=types.TextEdit(where, one.insert or one.label),
        )
        for at, one in enumerate(proposals)
    ]
    return types.CompletionList(is_incomplete=False, items=items)


def lenses(places: Places, path: str, found: Iterable[Lens]) -> list[types.CodeLens]:
    return [
        types.CodeLens(
            places.range(path, lens.span),
            types.Command(one_line(lens.title), lens.command, arguments=list(lens.arguments)),
        )
        for lens in found
    ]


def renamable(where: types.Range, name: str) -> types.PrepareRenamePlaceholder:
    return types.PrepareRenamePlaceholder(where, one_line(name))


def links(found: Iterable[tuple[types.Range, str]]) -> list[types.DocumentLink]:
    return [types.DocumentLink(where, target) for where, target in found]


# Symbols

_SYMBOL_KINDS = {
    "message": types.SymbolKind.Struct,
    "enum": types.SymbolKind.Enum,
    "service": types.SymbolKind.Interface,
    "field": types.SymbolKind.Field,
    "value": types.SymbolKind.EnumMember,
    "rpc": types.SymbolKind.Method,
    "package": types.SymbolKind.Package,
    "row": types.SymbolKind.File,
    "sentence": types.SymbolKind.String,
}


def document_symbols(
    places: Places, path: str, found: Iterable[Symbol]
) -> list[types.DocumentSymbol]:
    """Symbols with what is in them; a name still to be typed is left out, as clients demand one."""
    return [
        types.DocumentSymbol(
            name=one_line(symbol.name),
            kind=_SYMBOL_KINDS[symbol.kind],
            range=places.range(path, symbol.span),
            selection_range=places.range(path, symbol.name_span),
            detail=one_line(symbol.detail) or None,
            children=document_symbols(places, path, symbol.children) or None,
        )
        for symbol in found
        if symbol.name
    ]


def flat_symbols(
    places: Places, path: str, found: Iterable[Symbol], inside: str = ""
) -> list[types.SymbolInformation]:
    """As ``document_symbols``, one after the other, for clients that know no nesting."""
    flat: list[types.SymbolInformation] = []
    for symbol in found:
        if symbol.name:
            flat.append(
                types.SymbolInformation(
                    location=places.location(path, symbol.name_span),
                    name=one_line(symbol.name),
                    kind=_SYMBOL_KINDS[symbol.kind],
                    container_name=one_line(inside or symbol.detail) or None,
                )
            )
            flat += flat_symbols(places, path, symbol.children, symbol.name)
    return flat


# Edits


def workspace_edit(
    places: Places, client: Client, edit: WorkspaceEdit, confirm: str = ""
) -> types.WorkspaceEdit:
    """An edit, as far as the client has words for it.

    Open documents are edited in their present version. A file is created by an operation where the
    client has it, always without ``overwrite``, and by its text alone where it has not; renaming
    and deleting without operations is moving and emptying the text. ``confirm`` is what a client
    that can ask should ask first.
    """
    changes: list[Any] = []
    creates = dict(edit.creates)
    deletes = list(edit.deletes)
    texts = dict(edit.texts)
    note = "protohome" if confirm and client.confirms else None
    if "rename" not in client.resource_operations:
        for rename in edit.renames:
            source = places.folder.source(rename.old) or b""
            creates[rename.new] = apply(source, texts.pop(rename.old, ())).decode()
            deletes.append(rename.old)
    for path, edits in texts.items():
        placed = ((places.range(path, edit.span), edit.text) for edit in edits)
        changes.append(_text_edits(places, path, placed, note))
    if "rename" in client.resource_operations:
        for rename in edit.renames:
            uris = places.uri(rename.old), places.uri(rename.new)
            options = types.RenameFileOptions(overwrite=False)
            changes.append(types.RenameFile(*uris, options=options, annotation_id=note))
    for path, text in creates.items():
        if "create" in client.resource_operations:
            uri, creating = places.uri(path), types.CreateFileOptions(overwrite=False)
            changes.append(types.CreateFile(uri, options=creating, annotation_id=note))
        changes.append(_text_edits(places, path, ((_ALL_OF_NOTHING, text),), note))
    for path in deletes:
        if "delete" in client.resource_operations:
            deleting = types.DeleteFileOptions(ignore_if_not_exists=True)
            gone = types.DeleteFile(places.uri(path), options=deleting, annotation_id=note)
            changes.append(gone)
        else:
            whole = places.range(path, Span(0, len(places.folder.source(path) or b"")))
            changes.append(_text_edits(places, path, ((whole, ""),), note))
    if not client.document_changes:
        return types.WorkspaceEdit(
            changes={change.text_document.uri: change.edits for change in changes}
        )
    annotation = types.ChangeAnnotation(one_line(confirm), needs_confirmation=True)
    return types.WorkspaceEdit(
        document_changes=changes, change_annotations={note: annotation} if note else None
    )


def _text_edits(
    places: Places, path: str, edits: Iterable[tuple[types.Range, str]], note: str | None
) -> types.TextDocumentEdit:
    document = places.folder.open.get(path)
    version = document.version if document else None
    converted: list[Any] = []
    for where, text in edits:
        if note:
            converted.append(types.AnnotatedTextEdit(note, where, text))
        else:
            converted.append(types.TextEdit(where, text))
    identifier = types.OptionalVersionedTextDocumentIdentifier(places.uri(path), version)
    return types.TextDocumentEdit(identifier, converted)


def applying(label: str, edit: types.WorkspaceEdit) -> types.ApplyWorkspaceEditParams:
    return types.ApplyWorkspaceEditParams(edit=edit, label=one_line(label))


def code_action(
    title: str,
    kind: str,
    found: Sequence[types.Diagnostic],
    preferred: bool = False,
    data: Any = None,
    edit: types.WorkspaceEdit | None = None,
    disabled: str = "",
    command: types.Command | None = None,
) -> types.CodeAction:
    """An action; without ``edit`` it is resolved later, from ``data``."""
    return types.CodeAction(
        title=one_line(title),
        kind=kind,
        diagnostics=found or None,
        is_preferred=preferred or None,
        disabled=types.CodeActionDisabled(one_line(disabled)) if disabled else None,
        edit=edit,
        command=command,
        data=data,
    )


def command(title: str, name: str, arguments: list[Any]) -> types.Command:
    return types.Command(one_line(title), name, arguments=arguments)


def choice(question: str, answers: Iterable[str]) -> types.ShowMessageRequestParams:
    """A question with answers to choose from."""
    items = [types.MessageActionItem(one_line(answer)) for answer in answers]
    return types.ShowMessageRequestParams(types.MessageType.Info, one_line(question), items)


def at_line(places: Places, path: str, line: int) -> types.Location:
    """A line, 1-based, as a location."""
    return types.Location(places.uri(path), places.line(path, line))


def showing(location: types.Location) -> types.ShowDocumentParams:
    return types.ShowDocumentParams(location.uri, take_focus=True, selection=location.range)
