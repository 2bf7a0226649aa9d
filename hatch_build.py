"""Build hook: the compiled proto grammar goes into the wheel.

No wheel holds the grammar alone. tree-sitter-language-pack 0.13 does among some 170 others, so it
is a build requirement and one file of it is copied. An editable install has no copy: it finds the
grammar in the pack, a development dependency.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACK = "tree-sitter-language-pack"


class GrammarBuildHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        pack = distribution(PACK)
        [binding] = (
            file
            for file in pack.files or ()
            if file.match("tree_sitter_language_pack/bindings/proto.*")
        )
        source = Path(str(pack.locate_file(binding)))
        build_data["force_include"][str(source)] = f"protohome/syntax/bindings/{source.name}"
        build_data["pure_python"] = False
        build_data["tag"] = _tag(pack.read_text("WHEEL") or "")


def _tag(wheel: str) -> str:
    """The pack's own wheel tag, platforms joined: what its binding was compiled for."""
    tags = [line.split()[-1].split("-") for line in wheel.splitlines() if line.startswith("Tag:")]
    return "-".join(".".join(dict.fromkeys(part)) for part in zip(*tags, strict=True))
