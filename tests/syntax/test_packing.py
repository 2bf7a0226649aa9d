"""Facts come back from bytes as they were, whatever they are of."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import google_proto_files
from protohome.model import ProtoFile
from protohome.syntax import packed, read, unpacked
from syntax.test_same_facts import PIECES


def assert_comes_back(file: ProtoFile) -> None:
    """Equal, and of the same types at every depth, which is what the representation shows."""
    back = unpacked(file.path, file.source, packed(file))
    assert back == file
    assert repr(back) == repr(file)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join))
def test_of_any_bytes(source: bytes) -> None:
    assert_comes_back(read("x.proto", source))


def test_of_real_files() -> None:
    for path in sorted(google_proto_files().rglob("*.proto"))[::40]:
        assert_comes_back(read("x.proto", path.read_bytes()))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"3", b"[1, 2, 3, 4]", b'["a", [1]]'])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises((ValueError, TypeError, LookupError)):
        unpacked("x.proto", b"", data)
