"""YAML of the usual sort is read as PyYAML reads it, and PyYAML reads the rest."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from protohome.loading.yaml import Mapping, Node, NotYaml, Scalar, Sequence, read

USUAL = """\
# For details on buf.yaml configuration, visit https://buf.build
version: v2
modules:
  - path: proto  # ours
    excludes:
    - proto/a.b
  - path: vendor/x-y
deps:
- buf.build/acme/paths

lint:
  use:
    - STANDARD
  except:
breaking: 1.5
"""


def test_what_is_usual_needs_no_library() -> None:
    code = (
        "import sys; from protohome.loading.yaml import read; "
        f"read({USUAL.encode()!r}); print('yaml' in sys.modules); "
        "read(b'a: [b]'); print('yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


LINES = st.tuples(
    st.sampled_from(["", "", "  ", "    ", " ", "\t"]),
    st.sampled_from(["", "", "- ", "-   ", "-", "- - "]),
    st.sampled_from(
        ["a", "a:", "a: b", "b:", "b: ./c.d/e-f", "a:b", "a : b", "", "null", "a: null"]
    ),
    st.sampled_from(["", "", " ", " # c", "#c", "  # \u00e9", "\r", ": ", "'", " d", "..."]),
).map("".join)


@example(USUAL)
@example("...")
@example("a: &x [b]\nc: *x")
@given(st.lists(LINES, max_size=6).map("\n".join))
def test_any_text_is_read_as_the_library_does(text: str) -> None:
    # A comment in another alphabet is nothing that is read without it.
    assert told(text) == told(f"# \u00e9\n{text}", first=1)


def told(text: str, first: int = 0) -> object:
    try:
        node = read(text.encode())
    except NotYaml as error:
        return str(error), error.line - first
    return node and shifted(node, first)


def shifted(node: Node, by: int) -> Node:
    """A node whose lines are counted from another one."""
    if isinstance(node, Sequence):
        return Sequence(node.line - by, tuple(shifted(item, by) for item in node.items))
    if isinstance(node, Mapping):
        pairs = tuple((key, shifted(value, by)) for key, value in node.entries)
        return Mapping(node.line - by, pairs)
    return node._replace(line=node.line - by)


@pytest.mark.parametrize("empty", ["", "# nothing\n", "null", "~"])
def test_what_says_nothing_is_none(empty: str) -> None:
    assert read(empty.encode()) is None


def test_an_alias_of_aliases_takes_no_longer() -> None:
    every = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 60))
    top = read(f"a0: &a0 x\n{every}".encode())
    assert isinstance(top, Mapping)
    assert top.entries[0] == ("a0", Scalar(0, "x"))


def test_an_alias_inside_itself_is_null() -> None:
    inner = Sequence(0, (Scalar(0, "", null=True), Scalar(0, "b")))
    assert read(b"a: &x [*x, b]") == Mapping(0, (("a", inner),))
