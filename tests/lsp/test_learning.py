"""Outside of git, what is saved teaches what words tell; what is being typed is judged by that."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from protohome import check
from protohome.loading import discovery
from protohome.lsp.state import loading
from protohome.lsp.state.documents import Document
from protohome.lsp.state.folders import Folder
from protohome.system.kept.store import Store
from protohome.verdicts import Judge, Kept, inference
from protohome.verdicts.learning import calibration
from protohome.verdicts.learning.calibration import Model
from protohome.verdicts.learning.index import Index
from protohome.verdicts.mapped import claims

TYPED = "proto/openagents/runtime/v1/typed.proto"
TEXT = (
    'syntax = "proto3";\npackage openagents.runtime.v1;\nmessage SyncToken { string token = 1; }\n'
)


@pytest.fixture
def learning(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Grows by one whenever somebody learns."""
    made: list[object] = []
    real = calibration.calibrated

    def counted(*arguments: object) -> object:
        made.append(arguments)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(inference, "calibrated", counted)
    return made


@pytest.fixture
def folder(tmp_path: Path, root: Path) -> Folder:
    """The example tree without its audit table, so that words must tell."""
    for file in (root / "examples" / "openagents" / "proto").rglob("*.proto"):
        place = tmp_path / file.relative_to(root / "examples" / "openagents")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.read_bytes())
    map_file = root / "examples" / "openagents" / "proto" / "PACKAGE_MAP.md"
    lines = [line for line in map_file.read_text("utf-8").splitlines() if ".proto` |" not in line]
    (tmp_path / "proto" / "PACKAGE_MAP.md").write_text("\n".join(lines) + "\n", "utf-8")
    return opened(tmp_path)


def opened(root: Path) -> Folder:
    place = discovery.find(str(root))
    folder = Folder(place)
    folder.adopt(loading.load(place, {}))
    return folder


def typed(folder: Folder, text: str) -> None:
    """The document is open with this text."""
    path = Path(folder.absolute(TYPED))
    folder.edit(TYPED, Document(path.as_uri(), str(path), 1, text.encode()))
    folder.catch_up()


def found(folder: Folder) -> list[object]:
    assert folder.state is not None
    return [*folder.state.findings(TYPED)]


def test_a_key_teaches_nothing(
    folder: Folder, learning: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor are all packages compared again, which is the same work squared."""
    compared: list[object] = []
    real = claims.common_root

    def counted(packages: Collection[str]) -> str:
        compared.append(packages)
        return real(packages)

    monkeypatch.setattr(claims, "common_root", counted)
    for end in range(len(TEXT) - 9, len(TEXT)):
        typed(folder, TEXT[:end])
        found(folder)
    assert len(learning) == len(compared) == 1


def test_saving_does_once(folder: Folder, learning: list[object]) -> None:
    typed(folder, TEXT)
    found(folder)
    assert folder.learn()
    for _ in range(2):
        found(folder)
        assert not folder.learn()
    assert len(learning) == 2


def test_what_is_saved_has_the_findings_of_a_check(folder: Folder) -> None:
    typed(folder, TEXT)
    found(folder)
    Path(folder.absolute(TYPED)).write_text(TEXT, "utf-8")
    folder.learn()
    assert found(folder)
    assert found(folder) == found(opened(Path(folder.root)))


class Learned(Kept):
    """Notes what somebody learned."""

    said: object = None

    def __init__(self) -> None:
        super().__init__(Store.of_this_run(), "")

    def put_learnt(self, index: Index, model: Model) -> None:
        self.said = index.packed(), model


def test_what_is_learned_is_the_same_whatever_was_written_last(folder: Folder) -> None:
    """Sums of fractions are not, where they are made in another order."""
    assert folder.snapshot is not None
    first, *_, last = folder.snapshot.files
    plain, edited = Learned(), Learned()
    before = after = folder.snapshot
    for path in (first, last):
        _ = [*after.contracts]
        file, after = after.files[path], after.with_files({path: None})
        _ = [*after.contracts]
        after = after.with_files({path: file})
    assert [*after.contracts] != [*before.contracts]
    for snapshot, learned in ((before, plain), (after, edited)):
        check.run(snapshot, judge=Judge(snapshot, kept=learned))
    assert plain.said is not None
    assert edited.said == plain.said
