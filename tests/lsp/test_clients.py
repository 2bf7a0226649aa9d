"""A session with each client, by the capabilities that it sends; the client checks what it gets."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from lsp.conftest import IDLE_SHIM, Tree

CLIENTS = ("visual_studio_code", "neovim", "emacs")


@pytest_lsp.fixture(  # type: ignore[untyped-decorator]
    config=ClientServerConfig(server_command=[sys.executable, "-m", "protohome.lsp.server"]),
    params=CLIENTS,
)
async def client(
    request: pytest.FixtureRequest, lsp_client: LanguageClient, acme: Tree
) -> AsyncIterator[None]:
    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)  # type: ignore[untyped-decorator]
    def register(_params: types.RegistrationParams) -> None:
        """Nothing on disk changes here."""

    @lsp_client.feature(types.WORKSPACE_CODE_LENS_REFRESH)  # type: ignore[untyped-decorator]
    def refresh(_params: None) -> None:
        """The lenses are asked for once."""

    capabilities = client_capabilities(request.param)
    folder = types.WorkspaceFolder(acme.root.as_uri(), "acme")
    await lsp_client.initialize_session(
        types.InitializeParams(
            process_id=None,
            root_uri=acme.root.as_uri(),
            workspace_folders=[folder],
            capabilities=capabilities,
        )
    )
    yield
    await lsp_client.shutdown_session()


async def opened(client: LanguageClient, path: Path) -> types.TextDocumentIdentifier:
    """Open a file and wait for its findings."""
    text = path.read_text("utf-8")
    item = types.TextDocumentItem(path.as_uri(), "proto", 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    while path.as_uri() not in client.diagnostics:
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    return types.TextDocumentIdentifier(path.as_uri())


@pytest.mark.asyncio
async def test_everything_that_is_offered_is_answered(client: LanguageClient, acme: Tree) -> None:
    refund = await opened(client, acme.refund)
    package_map = await opened(client, acme.map)
    _, shim = client.diagnostics[refund.uri]
    assert [each.code for each in client.diagnostics[refund.uri]] == IDLE_SHIM
    name = types.Position(4, 9)

    hover = await client.text_document_hover_async(types.HoverParams(refund, name))
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert "acme.billing.v1" in hover.contents.value

    definition = await client.text_document_definition_async(types.DefinitionParams(refund, name))
    assert isinstance(definition, list)
    assert isinstance(definition[0], types.Location)
    assert definition[0].uri == acme.invoice.as_uri()

    completion = types.CompletionParams(refund, types.Position(2, 13))
    found = await client.text_document_completion_async(completion)
    assert isinstance(found, types.CompletionList)
    assert found.items[0].label == "acme.billing.v1"

    symbols = types.DocumentSymbolParams(refund)
    assert await client.text_document_document_symbol_async(symbols)
    assert await client.workspace_symbol_async(types.WorkspaceSymbolParams("Refund"))
    assert await client.text_document_code_lens_async(types.CodeLensParams(refund))

    links = await client.text_document_document_link_async(types.DocumentLinkParams(package_map))
    assert links is not None
    assert {link.target for link in links} == {
        path.as_uri() for path in (acme.invoice, acme.entry, acme.refund)
    }

    context = types.CodeActionContext([shim])
    asked = types.CodeActionParams(refund, types.Range(name, name), context)
    actions = await client.text_document_code_action_async(asked)
    assert actions
    for action in actions:
        assert isinstance(action, types.CodeAction)
        resolved = action if action.edit else await client.code_action_resolve_async(action)
        assert resolved.edit is not None
    assert client.messages == []
