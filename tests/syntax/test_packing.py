"""What is told of a file comes back from bytes as it was, whatever the file holds."""

from __future__ import annotations

from marshal import dumps

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import google_proto_files
from protohome.model import ProtoFile
from protohome.syntax import packed, read
from protohome.syntax.packing import DAMAGED, unpacked_digests, unpacked_head, unpacked_outline
from syntax.test_same_facts import PIECES


def assert_comes_back(file: ProtoFile) -> None:
    """Equal, and of the same types at every depth, which is what the representation shows."""
    outline, digest, head = packed(file)
    digests = tuple(declaration.digest for declaration in file.declarations)
    spans = () if file.broken else tuple(contract.span for contract in file.contracts)
    assert repr(unpacked_outline(outline)) == repr(file.outline)
    assert repr(unpacked_digests(digest)) == repr(digests)
    assert repr(unpacked_head(head)) == repr((file.head, spans))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join))
def test_of_any_bytes(source: bytes) -> None:
    assert_comes_back(read("x.proto", source))


def test_of_real_files() -> None:
    for path in sorted(google_proto_files().rglob("*.proto"))[::40]:
        assert_comes_back(read("x.proto", path.read_bytes()))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"3", dumps(3), dumps(((1,), 2, 3, 4))])
def test_other_bytes_are_refused(data: bytes) -> None:
    for unpack in (unpacked_outline, unpacked_digests, unpacked_head):
        with pytest.raises(DAMAGED):
            unpack(data)
