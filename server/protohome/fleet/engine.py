"""Which code made what is in the store: facts and verdicts serve only the same code."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..named import NamedTuple
from ..syntax.grammar import language

# What facts are made by; verdicts are made by all of our code but the editors' server.
_OF_FACTS = ("syntax", "model", "positions.py")
_NOT_OF_VERDICTS = ("lsp", "__pycache__")
_READERS = ("markdown-it-py", "pathspec", "pyyaml")


class Engine(NamedTuple):
    """Digests of the code, the same on every machine that runs it."""

    facts: str
    verdicts: str


@cache
def engine() -> Engine:
    """That of this process."""
    here = Path(__file__).parent.parent
    grammar = language()
    kinds = [grammar.node_kind_for_id(number) for number in range(grammar.node_kind_count)]
    told = repr((kinds, grammar.parse_state_count, grammar.abi_version))
    facts = sha256(told.encode())
    for name in _OF_FACTS:
        facts.update(_digest(here / name))
    verdicts = sha256(facts.digest())
    for name in _READERS:
        try:
            verdicts.update(f"{name} {version(name)}".encode())
        except PackageNotFoundError:
            continue
    verdicts.update(_digest(here))
    return Engine(facts.hexdigest()[:16], verdicts.hexdigest()[:16])


def _digest(place: Path) -> bytes:
    """Of the modules in a folder, or of one."""
    if not place.is_dir():
        return place.name.encode() + sha256(place.read_bytes()).digest()
    every = (one for one in sorted(place.iterdir()) if one.name not in _NOT_OF_VERDICTS)
    modules = [one for one in every if one.is_dir() or one.suffix == ".py"]
    return sha256(b"".join(map(_digest, modules))).digest()
