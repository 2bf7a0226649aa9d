"""protohome in a real Emacs, with each of its two clients, set up by the lines of its page.

``make test-editors`` runs it, and installs Emacs for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from editors.conftest import Repository
from editors.emacs import Emacs

COMMS = "proto/openagents/protocol/v1/comms.proto"
MOVED = "proto/openagents/control/v1/comms.proto"
MAP = "proto/PACKAGE_MAP.md"
TYPED = "\nmessage CommsDigestIntent {\nstring org_id = 1;\n}\n"

# Which block of the page sets a client up.
CLIENTS = {"eglot": 1, "lsp-mode": 2}
ACTIONS = {"eglot": "eglot-code-actions", "lsp-mode": "lsp-execute-code-action"}

# Packages as Debian and GNU ELPA install them; lsp-mode need not ask for the project.
BEFORE = "(package-initialize)\n(setq lsp-auto-guess-root t lsp-enable-file-watchers nil)\n"

OpenEmacs = Callable[[str], Emacs]


@pytest.fixture
def open_emacs(
    repository: Repository, tmp_path: Path, root: Path, git_environment: dict[str, str]
) -> Iterator[OpenEmacs]:
    """Opens Emacs in the repository, set up for a client as the page says."""
    opened: list[Emacs] = []
    home = tmp_path / "home"
    home.mkdir()
    page = (root / "editors/emacs.md").read_text("utf-8")

    def open_it(client: str) -> Emacs:
        setup = page.split("```elisp\n")[CLIENTS[client]].split("```", 1)[0]
        require = f"(require '{client})\n"
        init = tmp_path / "init.el"
        init.write_text(BEFORE + setup + require, "utf-8")
        repository.commit()
        opened.append(Emacs(repository.root, init, {**git_environment, "HOME": str(home)}))
        return opened[-1]

    yield open_it
    for emacs in opened:
        emacs.close()


@pytest.mark.parametrize("client", CLIENTS)
def test_a_contract_typed_into_the_frozen_package_is_shown_before_it_is_saved(
    open_emacs: OpenEmacs, repository: Repository, client: str
) -> None:
    emacs, before = open_emacs(client), repository.read(COMMS)
    emacs.edit(COMMS)
    emacs.append(TYPED)
    said = emacs.sees("new contracts are forbidden", "CommsDigestIntent")
    assert "PACKAGE_MAP.md:21" in said
    assert repository.read(COMMS) == before


@pytest.mark.parametrize("client", CLIENTS)
def test_it_is_moved_home(open_emacs: OpenEmacs, repository: Repository, client: str) -> None:
    emacs = open_emacs(client)
    emacs.edit(COMMS)
    emacs.append(TYPED)
    emacs.sees("new contracts are forbidden", "CommsDigestIntent")
    emacs.find("CommsDigestIntent")
    emacs.choose(ACTIONS[client], "Move CommsDigestIntent to openagents.control.v1")
    emacs.save_all()
    assert "CommsDigestIntent" not in repository.read(COMMS)
    assert "message CommsDigestIntent {" in repository.read(MOVED)
    assert MOVED in repository.read(MAP)
    repository.build()
