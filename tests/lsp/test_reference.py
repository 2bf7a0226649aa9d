"""What is new is judged as one types, compared with the commit that is checked out now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lsp.conftest import IDLE_SHIM, REFUND, Tree, codes
from lsp.wire import Wire
from trees import Repository

Converse = Callable[..., Wire]
ADDED = f"{REFUND}\nmessage InvoiceReminder {{\n  string invoice_id = 1;\n}}\n"


@pytest.fixture
def git(acme: Tree, git_environment: dict[str, str]) -> Repository:
    repository = Repository(acme.root, git_environment)
    repository("branch", "-M", "main")
    return repository


@pytest.fixture(autouse=True)
def _outside_of_any_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_BASE_REF", raising=False)


def test_a_message_typed_into_an_audited_file_of_a_frozen_package(
    converse: Converse, acme: Tree, git: Repository
) -> None:
    wire = converse()
    wire.open(acme.refund, REFUND)
    assert codes(wire.hear_diagnostics(acme.refund, 1)) == IDLE_SHIM
    wire.change(acme.refund, ADDED, 2)
    found = wire.hear_diagnostics(acme.refund, 2)
    [addition] = [each for each in found if each["code"] == "frozen-package-addition"]
    assert addition["range"]["start"] == {"line": 9, "character": 8}
    assert "acme.billing.v1" in addition["message"]


def test_a_field_typed_into_a_known_message_of_a_frozen_package(
    converse: Converse, acme: Tree, git: Repository
) -> None:
    wire = converse()
    wire.open(acme.refund, REFUND)
    wire.hear_diagnostics(acme.refund, 1)
    wire.change(acme.refund, REFUND.replace("}", "  string note = 3;\n}"), 2)
    assert "frozen-package-addition" in codes(wire.hear_diagnostics(acme.refund, 2))


@pytest.mark.parametrize("told", [True, False], ids=["told", "found"])
def test_a_commit_makes_it_known(
    converse: Converse, acme: Tree, git: Repository, told: bool
) -> None:
    """Also where nobody tells: few clients watch a ``.git`` above their folder, or anything."""
    wire = converse()
    acme.refund.write_text(ADDED, "utf-8")
    wire.open(acme.refund, ADDED)
    assert "frozen-package-addition" in codes(wire.hear_diagnostics(acme.refund, 1))
    git("commit", "-qam", "A reminder")
    if told:
        wire.notify(
            "workspace/didChangeWatchedFiles",
            {"changes": [{"uri": (acme.root / ".git/logs/HEAD").as_uri(), "type": 2}]},
        )
    found = wire.hear_diagnostics(acme.refund, 1)
    assert codes(found) == [*IDLE_SHIM, "transitional-shim"]


def test_without_git_a_row_vouches_for_what_it_says(converse: Converse, acme: Tree) -> None:
    wire = converse()
    wire.open(Path(acme.refund), ADDED)
    assert "frozen-package-addition" not in codes(wire.hear_diagnostics(acme.refund, 1))
