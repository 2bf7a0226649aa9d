"""A file on the shelf says what the same file says with all facts at hand."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import google_proto_files
from protohome.loading import shelf
from protohome.loading.shelf import Shelf
from protohome.model import Contract, ProtoFile
from protohome.positions import Span
from protohome.syntax import read, read_contract
from protohome.system.disk import LoadError
from protohome.system.kept.store import Store
from syntax.test_same_facts import PIECES

TEXT = b"""
edition = "2023";
package acme.ledger.v1;
import public "acme/money.proto";
import "acme/time.proto";
option java_package = "acme";
message Entry {
  message Line { map<string, Money> sums_by_day = 1; enum Kind { KIND_NONE = 0; } }
  repeated Line lines = 1 [packed = true];
  oneof at { acme.Time time = 2; string day = 3; }
  extend Entry { Line more = 100; }
}
service Ledger { rpc Book(Entry) returns (stream Entry); }
extend Entry { string note = 200; Money sum = 201; }
enum State { STATE_NONE = 0; STATE_BOOKED = 1; }
message Broken { string
"""


def key_of(source: bytes) -> str:
    return sha256(source).hexdigest()


def shelved(path: str, source: bytes, store: Store | None = None) -> ProtoFile:
    """The file as a later reading of the same store has it."""
    store = store or Store.of_this_run()
    first = Shelf(store, None)
    first.keep(read(path, source), key_of(source))
    found = Shelf(store, None).file(path, source, key_of(source))
    assert found is not None
    return found


def assert_alike(found: ProtoFile, plain: ProtoFile) -> None:
    assert repr(found) == repr(plain)
    assert found == plain
    assert found.hash == plain.hash
    assert found.size == plain.size == len(plain.source)
    assert found.outline == plain.outline
    assert repr(found.contracts) == repr(plain.contracts)
    assert found.declarations is found.declarations
    for one, other in zip(found.declarations, plain.declarations, strict=True):
        assert (one.name, one.is_contract) == (other.name, other.is_contract)
        assert (one.outline, one.digest) == (other.outline, other.digest)
        assert not one.is_contract or one.span == other.span
        assert repr((one.contract, one.extensions)) == repr((other.contract, other.extensions))
        assert found.contract_of(one) == plain.contract_of(other)
        assert found.fqn(one) == plain.fqn(other)


def test_of_a_file_that_has_everything() -> None:
    assert_alike(shelved("a.proto", TEXT), read("a.proto", TEXT))


def test_of_real_files() -> None:
    for path in sorted(google_proto_files().rglob("*.proto"))[::40]:
        source = path.read_bytes()
        assert_alike(shelved("x.proto", source), read("x.proto", source))


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join))
def test_of_any_bytes(source: bytes) -> None:
    assert_alike(shelved("x.proto", source), read("x.proto", source))


def test_of_a_contract_that_is_looked_into_no_more_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bytes] = []

    def reading(source: bytes, span: Span) -> Contract | None:
        asked.append(source[span.start : span.end])
        return read_contract(source, span)

    monkeypatch.setattr(shelf, "read_contract", reading)
    monkeypatch.setattr(shelf, "read", None)
    source = b"package acme;\n\nmessage Entry { int32 a = 1; }\nenum State { NONE = 0; }\n"
    file, plain = shelved("a.proto", source), read("a.proto", source)
    assert [each.span for each in file.declarations] == [each.span for each in plain.contracts]
    assert asked == []
    assert file.declarations[1].contract == plain.contracts[1]
    assert file.declarations[1].contract is file.declarations[1].contract
    assert asked == [b"enum State { NONE = 0; }"]


def test_how_large_a_file_is_is_known_without_its_source() -> None:
    class Sizes(Store):
        def get(self, key: str, part: int = 0) -> bytes | None:
            asked.append(part)
            return super().get(key, part)

    asked: list[int] = []
    assert shelved("entry.proto", TEXT, Sizes.of_this_run()).size == len(TEXT)
    assert asked == [shelf._OUTLINE]


def test_the_same_text_in_two_places_is_two_files() -> None:
    store = Store.of_this_run()
    one, other = shelved("a.proto", TEXT, store), shelved("b.proto", TEXT, store)
    assert one != other
    assert not set(one.declarations).intersection(other.declarations)


def test_what_was_not_looked_into_lately_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_ROOM", 1)
    store = Store.of_this_run()
    held = Shelf(store, None)
    sources = [TEXT.replace(b"Entry", b"Entry%d" % at) for at in range(3)]
    files = [held.keep(read("a.proto", source), key_of(source)) for source in sources]
    assert len(held._held) == 1
    for file, source in zip(files, sources, strict=True):
        assert_alike(file, read("a.proto", source))
    assert len(held._held) == 1


class Damaged(Store):
    """A store in which everything but outlines is lost once it was found."""

    def get(self, key: str, part: int = 0) -> bytes | None:
        return super().get(key, part) if part == 0 else None


@pytest.fixture
def damaged(tmp_path: Path) -> Store:
    (tmp_path / "a.proto").write_bytes(TEXT)
    store = Damaged("", "")
    Shelf(store, None).keep(read("a.proto", TEXT), key_of(TEXT))
    return store


def test_what_is_damaged_is_made_of_the_file_again(damaged: Store, tmp_path: Path) -> None:
    later = Shelf(damaged, lambda path: (tmp_path / path).read_bytes())
    found = later.file("a.proto", TEXT, key_of(TEXT))
    assert found is not None
    assert_alike(found, read("a.proto", TEXT))


def test_of_a_file_that_is_not_on_disk_the_source_is_at_hand(damaged: Store) -> None:
    found = Shelf(damaged, None).file("a.proto", TEXT, key_of(TEXT))
    assert found is not None
    assert_alike(found, read("a.proto", TEXT))


def test_a_file_that_changed_as_well_is_said(damaged: Store, tmp_path: Path) -> None:
    later = Shelf(damaged, lambda path: (tmp_path / path).read_bytes())
    found = later.file("a.proto", TEXT, key_of(TEXT))
    assert found is not None
    (tmp_path / "a.proto").write_bytes(b"")
    with pytest.raises(LoadError, match=r"a\.proto changed while it was read"):
        _ = found.source
