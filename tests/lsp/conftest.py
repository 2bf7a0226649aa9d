"""A small team's tree, the example tree, and servers to talk to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp.wire import Wire

MAP = """\
# Acme packages

| Package | Domain | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- | --- |
| `acme.billing.v1` | Billing | `owner:billing` | Invoices, refunds | Ledger entries |
| `acme.ledger.v1` | Ledger | `owner:ledger` | Entries, accounts | Invoices |
| `acme.legacy.v1` | Old namespace | `owner:docs` | Shims | Any new contract |

## Placement rules

1. New contracts are forbidden in `acme.legacy.v1`.

## Audit

| Current file | Current package | Canonical package home | Owner lane | Follow-on issue |
| --- | --- | --- | --- | --- |
| `proto/acme/billing/v1/invoice.proto` | `acme.billing.v1` | `acme.billing.v1` | `owner:billing` |
| `proto/acme/ledger/v1/entry.proto` | `acme.ledger.v1` | `acme.ledger.v1` | `owner:ledger` |
| `proto/acme/legacy/v1/refund.proto` | `acme.legacy.v1` | `acme.billing.v1` | `owner:docs` | A-3 |
"""

INVOICE = """\
syntax = "proto3";

package acme.billing.v1;

message Invoice {
  string id = 1;
}

message Refund {
  string id = 1;
  int64 amount = 2;
}
"""

ENTRY = """\
syntax = "proto3";

package acme.ledger.v1;

import "acme/billing/v1/invoice.proto";

message Entry {
  string id = 1;
  acme.billing.v1.Invoice invoice = 2;
}
"""

REFUND = """\
syntax = "proto3";

package acme.legacy.v1;

message Refund {
  string id = 1;
  int64 amount = 2;
}
"""


IDLE_SHIM = ["ready-to-retire", "transitional-shim"]
"""What is said of a shim that nothing refers to, as of ``REFUND``."""


class Tree:
    """The tree of a team named Acme below ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.map = root / "PACKAGE_MAP.md"
        self.config = root / "protohome.toml"
        self.invoice = root / "proto/acme/billing/v1/invoice.proto"
        self.entry = root / "proto/acme/ledger/v1/entry.proto"
        self.refund = root / "proto/acme/legacy/v1/refund.proto"
        for path, text in (
            (self.map, MAP),
            (self.invoice, INVOICE),
            (self.entry, ENTRY),
            (self.refund, REFUND),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


@pytest.fixture
def acme(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "acme")


@pytest.fixture
def example(tmp_path: Path, root: Path) -> Path:
    """A copy of the example tree."""
    return Path(shutil.copytree(root / "examples/openagents", tmp_path / "openagents"))


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Acme's tree when it is large: 4,000 files more, which takes a while to read."""
    tree = Tree(tmp_path_factory.mktemp("large"))
    folder = tree.invoice.parent
    for number in range(4000):
        text = INVOICE.replace("Invoice", f"Invoice{number}").replace("Refund", f"Refund{number}")
        folder.joinpath(f"invoice{number}.proto").write_text(text, "utf-8")
    return tree.root


@pytest.fixture
def serve() -> Iterator[Callable[..., Wire]]:
    """Starts servers that the test's end stops."""
    started: list[Wire] = []

    def start(*arguments: str, **options: Any) -> Wire:
        started.append(Wire(*arguments, **options))
        return started[-1]

    yield start
    for wire in started:
        wire.__exit__()


@pytest.fixture(scope="module")
def pool() -> Iterator[dict[str, Wire]]:
    """Conversations that the tests of a module share, by the client's capabilities."""
    talking: dict[str, Wire] = {}
    yield talking
    for wire in talking.values():
        wire.__exit__()


@pytest.fixture
def converse(pool: dict[str, Wire]) -> Iterator[Callable[..., Wire]]:
    """A conversation with a client of these capabilities, begun before; every tree is a new one.

    There are no workspace folders: the documents that a test opens lead to its tree.
    """

    def join(capabilities: Any = None) -> Wire:
        key = json.dumps(capabilities)
        if key not in pool:
            pool[key] = Wire()
            pool[key].initialize(capabilities=capabilities)
        return pool[key]

    yield join
    for wire in pool.values():
        wire.forget()


@pytest.fixture
def wire(serve: Callable[..., Wire]) -> Wire:
    """A server, not initialized yet."""
    return serve()


def codes(diagnostics: list[dict[str, object]]) -> list[object]:
    """The rules of the findings, in order."""
    return [each["code"] for each in diagnostics]


def shim_of(diagnostics: list[dict[str, Any]]) -> dict[str, Any]:
    """The one finding that tells what is left to do with a shim."""
    [shim] = [each for each in diagnostics if each["code"] == "transitional-shim"]
    return shim
