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
    ("textDocument/hover", "hover:answer", None),
    (
        "textDocument/completion",
        "completion:answer",
        types.CompletionOptions(trigger_characters=[".", "/", ":", '"', "'", "`", " "]),
    ),
    ("textDocument/codeLens", "lens:answer", types.CodeLensOptions()),
    ("textDocument/documentLink", "navigation:links", types.DocumentLinkOptions()),
    ("textDocument/definition", "navigation:definition", None),
    ("textDocument/prepareRename", "names:prepare", None),
    ("textDocument/rename", "names:rename", types.RenameOptions(prepare_provider=True)),
    ("textDocument/documentSymbol", "symbols:in_document", None),
    ("workspace/symbol", "symbols:in_workspace", types.WorkspaceSymbolOptions()),
    (
        "textDocument/codeAction",
        "actions:offer",
        types.CodeActionOptions(
            code_action_kinds=["quickfix", "source.fixAll.protohome"],
            resolve_provider=True,
        ),
    ),
    ("codeAction/resolve", "actions:resolve", None),
    ("workspace/willRenameFiles", "renames:will_rename", _RENAMES),
)

COMMANDS = (
    ("protohome.moveContract", "commands:move_contract"),
    ("protohome.declareHome", "commands:declare_home"),
    ("protohome.chooseHome", "commands:choose_home"),
    ("protohome.chooseSuccessor", "commands:choose_successor"),
    ("protohome.showContract", "commands:show_contract"),
    ("protohome.openMap", "commands:open_map"),
    ("protohome.showDecided", "commands:show_decided"),
    ("protohome.sayIt", "commands:say_it"),
    ("protohome.tell", "commands:tell"),
    ("protohome.explain", "questions:explain"),
    ("protohome.showMap", "questions:show_map"),
    ("protohome.status", "questions:status"),
    ("protohome.packages", "questions:packages"),
    ("protohome.checkWorkspace", "questions:check_workspace"),
)

Sessions: TypeAlias = "Callable[[], Session]"

PULLED: tuple[tuple[str, str, Any], ...] = (
    (
        "textDocument/diagnostic",
        "diagnostics:pull",
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True),
    ),
    ("workspace/diagnostic", "diagnostics:pull_workspace", None),
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
    "actions:offer",
    "actions:resolve",
    "diagnostics:pull",
    "diagnostics:pull_workspace",
    "hover:answer",
    "lens:answer",
    "names:prepare",
    "names:rename",
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
