"""The compiled proto grammar, from the first place that has it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tree_sitter import Language

_MISSING = (
    "no tree-sitter grammar for proto: this protohome has none built in; install protohome from "
    "its wheel, or run: pip install 'tree-sitter-language-pack>=0.13,<1'"
)


@lru_cache(maxsize=1)  # to look for what is not installed takes longer than to read a contract
def language() -> Language:
    """The grammar, for ``tree_sitter.Parser``.

    An installed ``tree_sitter_proto`` wins, then the binding built into the wheel, then the one
    inside ``tree_sitter_language_pack`` (editable installs). Raises ImportError when none is there.
    """
    return Language(_binding().language())


def _binding() -> Any:
    try:
        import tree_sitter_proto

        return tree_sitter_proto
    except ModuleNotFoundError:
        pass
    try:
        from .bindings import proto

        return proto
    except ModuleNotFoundError:
        return _pack_binding()


def _pack_binding() -> Any:
    """Load the pack's one file: importing the pack would cost 70 ms."""
    from importlib.machinery import PathFinder
    from importlib.util import find_spec, module_from_spec

    pack = find_spec("tree_sitter_language_pack")
    folders = (pack and pack.submodule_search_locations) or ()
    spec = PathFinder.find_spec("proto", [f"{folder}/bindings" for folder in folders])
    if spec is None or spec.loader is None:
        raise ImportError(_MISSING)
    binding = module_from_spec(spec)
    spec.loader.exec_module(binding)
    return binding
