"""What is told of a workspace of which only a few files were read stands when all of them are."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import literate
from protohome.findings import Finding
from protohome.loading.early import may_declare
from protohome.lsp import to_lsp
from protohome.lsp.places import Places
from protohome.lsp.state import loading
from protohome.lsp.state.documents import Document
from protohome.lsp.state.folders import Folder
from trees import Repository

pytestmark = pytest.mark.usefixtures("cache_folder")

PAGES = sorted(Path(__file__).parent.parent.joinpath("rules").glob("*.md"))
FIXTURES = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True)
def _much(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if any workspace were much to read."""
    monkeypatch.setattr(loading, "PAYS", 0)


def opened(folder: Folder, texts: Mapping[str, bytes]) -> None:
    for path, text in texts.items():
        file = folder.absolute(path)
        folder.edit(path, Document(Path(file).as_uri(), file, 1, text))
    folder.catch_up()


def found(folder: Folder, path: str) -> list[Finding]:
    assert folder.state is not None
    return folder.state.findings(path)


def shown(folder: Folder, path: str, findings: list[Finding]) -> list[str]:
    places = Places(folder, "utf-16")
    return [repr(to_lsp.diagnostic(places, path, finding)) for finding in findings]


def begun_of(root: Path, texts: Mapping[str, bytes]) -> loading.Begun:
    return loading.begin(loading.find(str(root)), texts)


def early_of(begun: loading.Begun, texts: Mapping[str, bytes]) -> Folder:
    """The folder with these texts open, and next to nothing else read."""
    early = loading.read_early(begun, texts)
    assert early is not None
    folder = Folder(begun.place)
    folder.adopt(early)
    opened(folder, texts)
    return folder


def told_early(root: Path, texts: Mapping[str, bytes] = {}) -> Iterator[Finding]:
    """What is told of each document before the others were read; all of it stands."""
    begun = begun_of(root, texts)
    whole = Folder(begun.place)
    whole.adopt(loading.finish(begun))
    opened(whole, texts)
    for path in whole.documents():
        source = whole.source(path)
        assert source is not None
        folder = early_of(begun, {**texts, path: source})
        part, every = found(folder, path), found(whole, path)
        assert [one for one in part if one not in every] == [], path
        rest = shown(whole, path, every)
        for one in shown(folder, path, part):
            rest.remove(one)
        yield from part


@pytest.mark.parametrize("case", [c for page in PAGES for c in literate.cases(page)], ids=str)
def test_what_is_told_early_stands_in_every_case_of_a_rule(
    case: literate.Case, tmp_path: Path, git_environment: dict[str, str]
) -> None:
    """Compared with a commit of the tree before, where a case is compared."""
    if "against" in case.settings:
        case.write_before(tmp_path)
        Repository(tmp_path, git_environment)
        for kept in [one for one in tmp_path.iterdir() if one.name != ".git"]:
            shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
    case.write(tmp_path)
    for _ in told_early(tmp_path):
        continue


ROW = "| `{0}` | `{1}` | `{2}` | `owner:billing` | A-3 |\n"
MOVED = "proto/acme/billing/v1/moved.proto"
SHIM = "proto/acme/old/v1/shim.proto"
MAP = """\
| Package | Domain | Owner lane | Contains | Does not contain |
| --- | --- | --- | --- | --- |
| `acme.billing.v1` | Billing | `owner:billing` | Invoices | |
| `acme.ledger.v1` | Books | `owner:ledger` | Ledger entries | |
| `acme.old.v1` | Legacy | `owner:ledger` | What was there | |

- `Voucher` belongs in `acme.ledger.v1`.
- `acme.old.v1` is frozen: no new contracts.
- `acme.billing.v1` must not depend on `acme.ledger.v1`.

| Current file | Current package | Canonical package home | Owner lane | Follow-on issue |
| --- | --- | --- | --- | --- |
""" + ROW.format(MOVED, "acme.billing.v1", "acme.ledger.v1")


@pytest.fixture
def acme(tmp_path: Path, git_environment: dict[str, str]) -> Path:
    """A tree in git in which a file is to move, and another package has many files."""
    texts = {
        "PACKAGE_MAP.md": MAP,
        MOVED: "package acme.billing.v1;\nmessage Entry {}\nmessage Line {}\n",
        SHIM: "package acme.old.v1;\nmessage Old {}\n",
        "proto/acme/ledger/v1/entry.proto": "package acme.ledger.v1;\nmessage Entry {}\n",
        **{
            f"proto/acme/billing/v1/invoice{at}.proto": (
                f"package acme.billing.v1;\nmessage Invoice{at} {{ string id = 1; }}\n"
            )
            for at in range(9)
        },
    }
    for path, text in texts.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    Repository(tmp_path, git_environment)
    return tmp_path


TOLD = {
    "an audit row": (MOVED, "", "wrong-package"),
    "a sentence": (
        "proto/acme/billing/v1/invoice3.proto",
        "message Voucher {}\n",
        "wrong-package",
    ),
    "the table": (
        "proto/acme/billing/v1/invoice3.proto",
        "",
        "file-not-audited",
    ),
    "the ownership table": (
        "proto/acme/other/v1/thing.proto",
        "package acme.other.v1;\n",
        "unlisted-package",
    ),
    "the path": (
        "proto/acme/other/v1/thing.proto",
        "package acme.billing.v1;\n",
        "package-path-mismatch",
    ),
    "an import": (
        "proto/acme/billing/v1/invoice3.proto",
        'import "acme/ledger/v1/entry.proto";\n',
        "forbidden-dependency",
    ),
    "the file": ("proto/acme/billing/v1/invoice3.proto", "message {{{\n", "syntax-error"),
    "a comment": (
        "proto/acme/billing/v1/invoice3.proto",
        "// protohome:ignore wrong-package\n",
        "suppression-without-reason",
    ),
}


@pytest.mark.parametrize("by", TOLD)
def test_what_is_declared_is_told_early(acme: Path, by: str) -> None:
    path, more, rule = TOLD[by]
    file = acme / path
    text = (file.read_text("utf-8") if file.exists() else "") + more
    texts = {path: text.encode()}
    part = [*told_early(acme, texts)]
    assert rule in {one.rule for one in part if one.path == path}


def test_what_the_home_has_already_is_told_with_it(acme: Path) -> None:
    texts = {MOVED: (acme / MOVED).read_bytes()}
    folder = early_of(begun_of(acme, texts), texts)
    entry, line = [one for one in found(folder, MOVED) if one.rule == "wrong-package"]
    assert "Entry already exists in acme.ledger.v1" in entry.message
    assert "already exists" not in line.message


def test_what_takes_all_files_is_not_told(acme: Path) -> None:
    """Who refers to a shim, and whether it has a successor."""
    texts = {SHIM: (acme / SHIM).read_bytes()}
    folder = early_of(begun_of(acme, texts), texts)
    assert found(folder, SHIM) == [] or {one.rule for one in found(folder, SHIM)} == {
        "file-not-audited"
    }


def test_of_a_file_that_git_ignores_nothing_is_told(acme: Path) -> None:
    (acme / ".gitignore").write_text("generated/\n", "utf-8")
    path = "proto/acme/billing/v1/generated/more.proto"
    texts = {path: b"package acme.other.v1;\n"}
    folder = early_of(begun_of(acme, texts), texts)
    assert folder.state is not None
    assert not folder.state.governs(path)


LINES = [
    "message Refund { string id = 1; }",
    "message Old {}",
    "message Voucher {}",
    "package acme.ledger.v1;",
    "package acme . old . v1",
    'import "acme/ledger/v1/entry.proto";',
    'import public "acme/old/v1/shim.proto";',
    "message Uses { acme.old.v1.Old old = 1; Entry entry = 2; }",
    "// protohome:ignore wrong-package, file-not-audited -- as it is",
    "// protohome:ignore-file frozen-package-addition",
    "enum Broken {",
    "}",
]
EDITS = st.lists(
    st.tuples(
        st.sampled_from([MOVED, SHIM, "proto/acme/billing/v1/invoice0.proto", "proto/new.proto"]),
        st.integers(0, 4),
        st.sampled_from(LINES),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@FIXTURES
@given(EDITS)
def test_whatever_is_typed_what_is_told_early_stands(
    acme: Path, edits: list[tuple[str, int, str, bool]]
) -> None:
    """Some of it is saved."""
    before = {p: p.read_bytes() for p in acme.rglob("*") if ".git" not in p.parts and p.is_file()}
    texts: dict[str, bytes] = {}
    try:
        for path, at, line, is_saved in edits:
            file = acme / path
            source = texts.get(path, file.read_bytes() if file.exists() else b"")
            lines = source.decode().splitlines()
            texts[path] = "\n".join([*lines[:at], line, *lines[at:], ""]).encode()
            if is_saved:
                file.write_bytes(texts[path])
        for _ in told_early(acme, texts):
            continue
    finally:
        for file in {*before, *(acme / path for path in texts)}:
            file.write_bytes(before[file]) if file in before else file.unlink(missing_ok=True)


def test_in_the_example(example: Path, git_environment: dict[str, str]) -> None:
    """Of which one file has no row any more, and one row another home."""
    package_map = example / "proto" / "PACKAGE_MAP.md"
    lines = package_map.read_text("utf-8").splitlines(keepends=True)
    first, second, *_ = (at for at, line in enumerate(lines) if ".proto` |" in line)
    cells = lines[second].split("|")
    cells[3] = " `openagents.worker.v1` "
    lines[second] = "|".join(cells)
    del lines[first]
    Repository(example, git_environment)
    package_map.write_text("".join(lines), "utf-8")
    rules = {one.rule for one in told_early(example)}
    assert {"file-not-audited", "wrong-package"} <= rules


@pytest.mark.parametrize(
    ("source", "may"),
    [
        (b"package acme.a.v1;", True),
        (b"syntax = 'proto3'; package acme.a.v1;", True),
        (b"package acme /* of */ . a\n.v1", True),
        (b"/*\n// */ package acme.a.v1;", True),
        (b"package acme.a.v1.more;", False),
        (b"// package acme.a.v1;\npackage acme.b.v1; // acme.a.v1", False),
        (b"import 'acme/a/v1/b.proto'; message Uses { acme.a.v1.Thing a = 1; }", False),
        (b"package other.v1; // of acme", False),
        (b"", False),
    ],
)
def test_the_bytes_say_which_files_may_be_of_a_package(source: bytes, may: bool) -> None:
    assert may_declare(source, b"acme.a.v1") is may
