"""Where the compiled grammar comes from."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from protohome.syntax import grammar


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    """Each test looks for a grammar by itself."""
    grammar.language.cache_clear()
    yield
    grammar.language.cache_clear()


def test_it_parses_proto() -> None:
    from tree_sitter import Parser

    tree = Parser(grammar.language()).parse(b'syntax = "proto3";\nmessage A {}\n')
    assert not tree.root_node.has_error
    assert [node.type for node in tree.root_node.children] == ["syntax", "message"]


def test_an_installed_tree_sitter_proto_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    class Chosen(ModuleType):
        calls = 0

        @classmethod
        def language(cls) -> object:
            cls.calls += 1
            return grammar._pack_binding().language()

    monkeypatch.setitem(sys.modules, "tree_sitter_proto", Chosen("tree_sitter_proto"))
    grammar.language()
    grammar.language()
    assert Chosen.calls == 1


def test_without_any_grammar_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("tree_sitter_proto", "protohome.syntax.bindings.proto"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(ImportError, match=r"pip install 'tree-sitter-language-pack>=0\.13,<1'"):
        grammar.language()
