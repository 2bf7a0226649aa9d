"""What the client on the other side can do, read once from its capabilities."""

from __future__ import annotations

from typing import Any

from ..named import NamedTuple


class Client(NamedTuple):
    """The facts that answers depend on. ``encoding`` is utf-8, utf-16 or utf-32.

    ``document_changes`` is also true where resource operations are announced without it: Neovim
    0.11 does so, and takes both. ``resource_operations`` holds create, rename and delete.
    """

    encoding: str = "utf-16"
    pulls: bool = False
    watches: bool = False
    progress: bool = False
    shows_documents: bool = False
    refreshes_lenses: bool = False
    document_changes: bool = False
    resource_operations: frozenset[str] = frozenset()
    confirms: bool = False
    resolves_actions: bool = False
    disables_actions: bool = False
    nests_symbols: bool = False


def read(capabilities: Any, encoding: str) -> Client:
    """The facts in ``lsprotocol``'s ClientCapabilities."""
    document, workspace = capabilities.text_document, capabilities.workspace
    edit = _at(workspace, "workspace_edit")
    operations = frozenset(str(_value(kind)) for kind in _at(edit, "resource_operations") or ())
    action = _at(document, "code_action")
    symbol = _at(document, "document_symbol")
    resolved = _at(action, "resolve_support", "properties") or ()
    return Client(
        encoding=encoding,
        pulls=_at(document, "diagnostic") is not None
        and bool(_at(workspace, "diagnostics", "refresh_support")),
        watches=bool(_at(workspace, "did_change_watched_files", "dynamic_registration")),
        progress=bool(_at(capabilities.window, "work_done_progress")),
        shows_documents=bool(_at(capabilities.window, "show_document", "support")),
        refreshes_lenses=bool(_at(workspace, "code_lens", "refresh_support")),
        document_changes=bool(_at(edit, "document_changes")) or bool(operations),
        resource_operations=operations,
        confirms=_at(edit, "change_annotation_support") is not None,
        resolves_actions="edit" in resolved and bool(_at(action, "data_support")),
        disables_actions=bool(_at(action, "disabled_support")),
        nests_symbols=bool(_at(symbol, "hierarchical_document_symbol_support")),
    )


def _at(value: Any, *names: str) -> Any:
    for name in names:
        value = getattr(value, name, None)
    return value


def _value(member: Any) -> Any:
    return getattr(member, "value", member)
