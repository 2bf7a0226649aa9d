"""Which method is answered where. A module is imported when its first message comes."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from lsprotocol import types

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

    from .state.session import Session

_RENAMES = types.FileOperationRegistrationOptions(
    filters=[
        types.FileOperationFilter(types.FileOperationPattern(glob, matches), scheme="file")
        for glob, matches in (
            ("**/*.proto", types.FileOperationPatternKind.File),
            ("**/*", types.FileOperationPatternKind.Folder),
        )
    ]
)

FEATURES: tuple[tuple[str, str, Any], ...] = (
    ("textDocument/didOpen", "events:opened", None),
    ("textDocument/didChange", "events:changed", None),
    ("textDocument/didClose", "events:closed", None),
    ("textDocument/didSave", "events:saved", types.SaveOptions(include_text=False)),
    ("workspace/didChangeWatchedFiles", "events:on_disk", None),
    ("workspace/didChangeWorkspaceFolders", "events:folders_changed", None),
    ("textDocument/hover", "showing.hover:answer", None),
    (
        "textDocument/completion",
        "showing.completion:answer",
        types.CompletionOptions(trigger_characters=[".", "/", ":", '"', "'", "`", " "]),
    ),
    ("textDocument/codeLens", "showing.lens:answer", types.CodeLensOptions()),
    ("textDocument/documentLink", "showing.navigation:links", types.DocumentLinkOptions()),
    ("textDocument/definition", "showing.navigation:definition", None),
    ("textDocument/prepareRename", "editing.names:prepare", None),
    ("textDocument/rename", "editing.names:rename", types.RenameOptions(prepare_provider=True)),
    ("textDocument/documentSymbol", "showing.symbols:in_document", None),
    ("workspace/symbol", "showing.symbols:in_workspace", types.WorkspaceSymbolOptions()),
    (
        "textDocument/codeAction",
        "editing.actions:offer",
        types.CodeActionOptions(
            code_action_kinds=["quickfix", "source.fixAll.protohome"],
            resolve_provider=True,
        ),
    ),
    ("codeAction/resolve", "editing.actions:resolve", None),
    ("workspace/willRenameFiles", "editing.renames:will_rename", _RENAMES),
)

COMMANDS = (
    ("protohome.moveContract", "editing.commands:move_contract"),
    ("protohome.declareHome", "editing.commands:declare_home"),
    ("protohome.chooseHome", "editing.commands:choose_home"),
    ("protohome.chooseSuccessor", "editing.commands:choose_successor"),
    ("protohome.showContract", "editing.commands:show_contract"),
    ("protohome.openMap", "editing.commands:open_map"),
    ("protohome.showDecided", "editing.commands:show_decided"),
    ("protohome.sayIt", "editing.commands:say_it"),
    ("protohome.tell", "editing.commands:tell"),
    ("protohome.explain", "showing.questions:explain"),
    ("protohome.showMap", "showing.questions:show_map"),
    ("protohome.status", "showing.questions:status"),
    ("protohome.packages", "showing.questions:packages"),
    ("protohome.checkWorkspace", "showing.questions:check_workspace"),
)

Sessions: TypeAlias = "Callable[[], Session]"

PULLED: tuple[tuple[str, str, Any], ...] = (
    (
        "textDocument/diagnostic",
        "showing.diagnostics:pull",
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True),
    ),
    ("workspace/diagnostic", "showing.diagnostics:pull_workspace", None),
)


def register(
    server: LanguageServer, features: tuple[tuple[str, str, Any], ...], session: Sessions
) -> None:
    """Have the server answer these methods, from the ``session`` as it is then."""
    for method, target, options in features:
        answer = _loaded_later(target)
        if target in _LATER:
            server.feature(method, options)(_asynchronous(session, answer))
        else:
            server.feature(method, options)(_synchronous(session, answer))


def register_commands(server: LanguageServer, session: Sessions) -> None:
    for command, target in COMMANDS:
        server.command(command)(_asynchronous(session, _loaded_later(target)))


_LATER = (
    "editing.actions:offer",
    "editing.actions:resolve",
    "showing.completion:answer",
    "showing.diagnostics:pull",
    "showing.diagnostics:pull_workspace",
    "showing.hover:answer",
    "showing.lens:answer",
    "showing.navigation:definition",
    "editing.names:prepare",
    "editing.names:rename",
)


def _loaded_later(target: str) -> Callable[..., Any]:
    module, _, name = target.partition(":")

    def answer(*arguments: Any) -> Any:
        function = getattr(import_module(f".answers.{module}", __package__), name)
        return function(*arguments)

    return answer


def _synchronous(session: Sessions, answer: Callable[..., Any]) -> Callable[..., Any]:
    def handle(params: Any) -> Any:
        return answer(session(), params)

    return handle


def _asynchronous(session: Sessions, answer: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(*arguments: Any) -> Any:
        return await answer(session(), *arguments)

    return handle
