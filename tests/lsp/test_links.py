"""Links of a checkout lead out: the server refuses there, as the command line does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Tree
from lsp.wire import Wire
from trees import protohome

Converse = Callable[..., Wire]

CAPABILITIES = {
    "textDocument": {
        "codeAction": {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
    },
    "workspace": {
        "workspaceEdit": {"resourceOperations": ["rename", "create", "delete"]},
        "fileOperations": {"willRename": True},
    },
}
OUT = "leads out of the workspace; nothing was written"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


@pytest.fixture
def folder_out(acme: Tree, outside: Path) -> Path:
    """The folder of a governed package is a link to one outside."""
    shutil.move(acme.entry.parent, outside / "v1")
    acme.entry.parent.symlink_to(outside / "v1")
    return outside / "v1"


@pytest.fixture
def file_out(acme: Tree, outside: Path) -> Path:
    """A governed file is a link to one outside."""
    shutil.move(acme.refund, outside / "refund.proto")
    acme.refund.symlink_to(outside / "refund.proto")
    return outside / "refund.proto"


def told(wire: Wire) -> str:
    return str(wire.hear_method("window/showMessage")["message"])


def begin(converse: Converse, path: Path) -> Wire:
    wire = converse(CAPABILITIES)
    wire.open(path)
    wire.hear_diagnostics(path)
    return wire


def test_a_move_into_a_folder_outside(converse: Converse, acme: Tree, folder_out: Path) -> None:
    done = protohome(acme.root, "move", "acme.legacy.v1.Refund", "acme.ledger.v1", "--no-cache")
    assert (done.returncode, OUT in done.stderr.decode()) == (2, True)
    wire = begin(converse, acme.refund)
    arguments = [acme.refund.as_uri(), "acme.legacy.v1.Refund", "acme.ledger.v1"]
    params = {"command": "protohome.moveContract", "arguments": arguments}
    assert wire.call("workspace/executeCommand", params) is False
    assert OUT in told(wire)


@pytest.mark.parametrize(
    ("fix", "arguments"),
    [
        ("suppress", {"rule": "wrong-package", "path": "FILE", "line": "1"}),
        ("move-file", {"path": "FILE", "to": "proto/acme/legacy/v1/other.proto"}),
        ("move-contract", {"contract": "acme.legacy.v1.Refund", "package": "acme.ledger.v1"}),
        ("mark-deprecated", {"contract": "acme.legacy.v1.Refund"}),
    ],
)
def test_an_action_that_would_change_a_file_outside(
    converse: Converse, acme: Tree, file_out: Path, fix: str, arguments: dict[str, str]
) -> None:
    path = acme.refund.relative_to(acme.root).as_posix()
    wire = begin(converse, acme.refund)
    given = {name: path if text == "FILE" else text for name, text in arguments.items()}
    data = {"uri": acme.refund.as_uri(), "version": 1, "fix": fix, "arguments": given}
    action = wire.call("codeAction/resolve", {"title": "Do it", "data": data})
    assert action.get("edit") is None
    assert OUT in told(wire)


def test_a_rename_that_would_change_a_file_outside(
    converse: Converse, acme: Tree, outside: Path
) -> None:
    shutil.move(acme.entry, outside / "entry.proto")
    acme.entry.symlink_to(outside / "entry.proto")
    wire = begin(converse, acme.refund)
    new = acme.invoice.with_name("bill.proto")
    files: list[Any] = [{"oldUri": acme.invoice.as_uri(), "newUri": new.as_uri()}]
    assert wire.call("workspace/willRenameFiles", {"files": files}) is None
    assert OUT in told(wire)
