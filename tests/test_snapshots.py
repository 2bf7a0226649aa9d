"""A snapshot that follows another has the indexes that it would have made itself."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable
from weakref import ref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protohome.config import Config
from protohome.model import ProtoFile
from protohome.packagemap import read as read_map
from protohome.resolution import View
from protohome.syntax import Parser, read
from protohome.workspace.revision import Revision
from protohome.workspace.snapshot import Snapshot

PACKAGES = ("acme.a.v1", "acme.b.v1", "acme", "other.c.v1")
NAMES = ("A", "B", "C")
ROOTS = ("proto", "more")
PATHS = (*(f"proto/{name}.proto" for name in "pqrs"), "more/q.proto", "more/t.proto")
SHARED = ("entries", "by_package", "types", "view")
INDEXES = (
    "by_import_path",
    "contracts",
    "entries",
    "by_package",
    "view",
    "types",
    "references",
    "mentions",
    "rows",
    "is_audited",
)


def a_map(packages: tuple[str, ...], audited: tuple[str, ...]) -> bytes:
    rows = [f"| `{package}` | `owner:a` | x | y |" for package in packages]
    audit = [f"| `{path}` | `acme.a.v1` | `acme.a.v1` | `owner:a` | x |" for path in audited]
    return "\n".join(
        (
            "| Package | Owner lane | Contains | Does not contain |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
            "| Current file | Current package | Canonical package home | Owner lane | Follow-on |",
            "| --- | --- | --- | --- | --- |",
            *audit,
        )
    ).encode()


MAPS = st.builds(
    a_map,
    st.sampled_from([PACKAGES[:2], PACKAGES[:1], ("other.c.v1",), PACKAGES]),
    st.lists(st.sampled_from(PATHS), unique=True, max_size=2).map(tuple),
)
REFERENCES = st.sampled_from(
    ["A", "B.C", "a.v1.A", ".acme.b.v1.B", "acme.A", "other.c.v1.C", "b.C.A", "c.v1.C"]
)
IMPORTS = st.builds(
    lambda modifier, name: f'import {modifier}"{name}.proto";',
    st.sampled_from(["", "public "]),
    st.sampled_from("pqrst"),
)
MESSAGES = st.builds(
    lambda name, nested, refs: (
        f"message {name} {{ message {nested} {{}}"
        + "".join(f" {ref} f{at} = {at + 1};" for at, ref in enumerate(refs))
        + " }"
    ),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.lists(REFERENCES, max_size=3),
)
SERVICES = st.builds(
    lambda rpc, one, other: f"service S {{ rpc {rpc}({one}) returns ({other}); }}",
    st.sampled_from(NAMES),
    REFERENCES,
    REFERENCES,
)
TEXTS = st.builds(
    lambda package, imports, declared: "\n".join([f"package {package};", *imports, *declared]),
    st.sampled_from((*PACKAGES, "c.v1")),
    st.lists(IMPORTS, max_size=3),
    st.lists(MESSAGES | SERVICES, max_size=3),
)
FILLING: dict[str, str | None] = {
    f"proto/{at}.proto": f'package acme.a.v1; import "p.proto"; message F{at} {{ A a = 1; }}'
    for at in range(12)  # so that most is alike, whatever is edited
}
EDITS = st.dictionaries(st.sampled_from(PATHS), st.none() | TEXTS, min_size=1, max_size=3)


@settings(max_examples=300, deadline=None)
@given(st.lists(EDITS | MAPS, max_size=6), st.sets(st.sampled_from(INDEXES)))
def test_indexes_carried_over_are_those_made_anew(
    edits: list[dict[str, str | None] | bytes], asked: set[str]
) -> None:
    snapshot = Snapshot("/", Config(), read_map("MAP.md", a_map(PACKAGES[:2], ())), ROOTS, {})
    parsers: defaultdict[str, Parser] = defaultdict(Parser)
    for edit in edits:
        for name in asked:
            getattr(snapshot, name)
        if isinstance(edit, bytes):
            snapshot = snapshot.with_map(read_map("MAP.md", edit))
        else:
            # As in an editor: what a key has not touched is the very same declaration.
            snapshot = edited(snapshot, edit, lambda path, source: parsers[path].read(path, source))
        assert_as_new(snapshot)


@pytest.mark.parametrize(
    "head",
    ['package acme.a.v1; import "p.proto"; import "q.proto";', 'package acme; import "p.proto";'],
)
def test_what_is_written_as_before_is_asked_again_where_it_sees_other_files(head: str) -> None:
    parser = Parser()
    snapshot = Snapshot("/", Config(), read_map("MAP.md", a_map(PACKAGES, ())), ROOTS, {})
    texts: dict[str, str | None] = {
        "proto/p.proto": "package acme; message A {}",
        "proto/q.proto": "package acme.a.v1; message A {}",
        "proto/r.proto": "package other.c.v1; message A {}",
    }
    snapshot = edited(snapshot, texts)
    first = 'package acme.a.v1; import "p.proto";'
    for each in (first, head, 'package other.c.v1; import "r.proto";', first):
        text = {"proto/s.proto": f"{each}\nmessage B {{ A a = 1; }}\n"}
        snapshot = edited(snapshot, {**text}, parser.read)
        assert_as_new(snapshot)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(PATHS), TEXTS),
    st.lists(EDITS, min_size=1, max_size=3),
    st.permutations(SHARED),
    st.sets(st.sampled_from(SHARED)),
)
def test_indexes_shared_with_the_reference_are_those_made_anew(
    texts: dict[str, str], edits: list[dict[str, str | None]], order: list[str], early: set[str]
) -> None:
    package_map = read_map("MAP.md", a_map(PACKAGES[:2], ()))
    snapshot = edited(Snapshot("/", Config(), package_map, ROOTS, {}), {**FILLING, **texts})
    reference = Snapshot("/", Config(), package_map, ROOTS, snapshot.files)
    snapshot = snapshot.with_reference(reference, Revision())
    for edit in edits:
        snapshot = edited(snapshot, edit)
        for name in early:
            getattr(snapshot, name)
    for name in order:
        getattr(snapshot, name)
    assert_as_new(snapshot)
    assert_as_new(reference)
    committed = Snapshot("/", Config(), package_map, ROOTS, snapshot.files)
    after = edited(snapshot, edits[0]).with_reference(committed, Revision())
    assert_as_new(committed)
    assert_as_new(after)


def test_what_the_reference_has_alike_is_made_once() -> None:
    texts = {f"proto/{at}.proto": f"package acme.a.v1; message M{at} {{}}" for at in range(9)}
    package_map = read_map("MAP.md", a_map(PACKAGES[:2], ()))
    snapshot = edited(Snapshot("/", Config(), package_map, ROOTS, {}), {**texts})
    reference = Snapshot("/", Config(), package_map, ROOTS, snapshot.files)
    snapshot = snapshot.with_reference(reference, Revision())
    snapshot = edited(snapshot, {"proto/1.proto": "package acme.a.v1; message Other {}"})
    for name in SHARED:
        getattr(snapshot, name)
    assert snapshot.entries["acme.a.v1.M0"] is reference.entries["acme.a.v1.M0"]
    assert snapshot.by_package.keys() == reference.by_package.keys()
    for fqn in ("acme.a.v1.M0", "acme.a.v1.M1", "acme.a.v1.Other"):
        was, now = reference.view.declared.get(fqn), snapshot.view.declared.get(fqn)
        assert (was is now) == (fqn == "acme.a.v1.M0")
    committed = Snapshot("/", Config(), package_map, ROOTS, snapshot.files)
    snapshot.with_reference(committed, Revision())
    assert committed.entries is snapshot.entries
    assert committed.view.declared is snapshot.view.declared


def test_a_reference_keeps_no_snapshot_alive() -> None:
    package_map = read_map("MAP.md", a_map(PACKAGES[:2], ()))
    files = {"proto/p.proto": "package acme.a.v1; message A { A a = 1; }"}
    snapshot = edited(Snapshot("/", Config(), package_map, ROOTS, {}), {**files})
    reference = Snapshot("/", Config(), package_map, ROOTS, snapshot.files)
    snapshot = snapshot.with_reference(reference, Revision())
    gc.disable()  # as in the server: what is let go is gone at once
    try:
        for name in INDEXES:
            getattr(snapshot, name)
        first = ref(snapshot)
        snapshot = edited(snapshot, {"proto/q.proto": "package acme.b.v1; message B {}"})
        assert first() is None
    finally:
        gc.enable()


def edited(
    snapshot: Snapshot,
    texts: dict[str, str | None],
    parse: Callable[[str, bytes], ProtoFile] = read,
) -> Snapshot:
    files = {path: parse(path, text.encode()) if text else None for path, text in texts.items()}
    governed = {p: file if file and snapshot.governs(file) else None for p, file in files.items()}
    others = {p: file for p, file in files.items() if file is not None and governed[p] is None}
    return snapshot.with_files(governed, others)


def assert_as_new(snapshot: Snapshot) -> None:
    every = {**snapshot.files, **snapshot.bystanders}
    assert every.keys() >= snapshot.files.keys()
    assert list(snapshot.files) == sorted(snapshot.files)
    governed: dict[str, ProtoFile] = {p: f for p, f in every.items() if snapshot.governs(f)}
    assert snapshot.files == governed
    new = Snapshot("/", Config(), snapshot.map, ROOTS, snapshot.files, snapshot.bystanders)
    for name in INDEXES:
        assert known(snapshot, name) == known(new, name), name
    assert snapshot.view.mentioning(NAMES) == new.view.mentioning(NAMES)
    for path in new.view.files:
        assert snapshot.view.seeing(frozenset((path,))) == seeing(new.view, path)


def seeing(view: View, path: str) -> set[str]:
    """The files that see one, by asking each."""
    return {each for each in view.files if path in view.visible(each)}


def known(snapshot: Snapshot, name: str) -> object:
    """An index without what its order and its empty entries cannot mean."""
    if name == "view":
        return list(snapshot.view.files.items()), snapshot.view.declared
    index: dict[str, object] = getattr(snapshot, name)
    if name == "references":
        return {fqn: sorted(found) for fqn, found in snapshot.references.items()}
    if name == "mentions":
        return {written: paths for written, paths in snapshot.mentions.items() if paths}
    return index
