"""What a snapshot's indexes hold, and how they change when files do: plain data and functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from ..model import Contract, Message, ProtoFile, TypeRef, field_refs, nested_types, type_refs
from ..resolution.symbols import Declared

Item = TypeVar("Item")


class Located(NamedTuple):
    """A contract and the file that declares it."""

    file: ProtoFile
    contract: Contract

    @property
    def fqn(self) -> str:
        return self.file.fqn(self.contract)


class Reference(NamedTuple):
    """A type name written in a governed file, resolved to ``target``, an FQN.

    ``contract`` is the FQN of the contract that it stands in, ``""`` in a file's own extensions.
    """

    path: str
    contract: str
    ref: TypeRef
    target: str


def refs_of(file: ProtoFile) -> Iterator[tuple[str, str, TypeRef, str]]:
    """Every type name written in a file: the FQN of its contract, its scope, itself, its kind."""
    for contract in file.contracts:
        fqn = file.fqn(contract)
        for scope, ref, kind in type_refs(contract):
            yield fqn, scope, ref, kind
    for scope, ref, kind in field_refs(file.extensions, ""):
        yield "", scope, ref, kind


def components(file: ProtoFile) -> set[str]:
    """The first and last components of the type names in a file: what decides what they mean."""
    names = {ref.name.lstrip(".") for _, _, ref, _ in refs_of(file)}
    return {part for name in names for part in (name.partition(".")[0], name.rpartition(".")[2])}


def types_in(located: Located) -> Iterator[tuple[str, str]]:
    """A contract's types, nested ones too, each with the FQN of the contract."""
    fqn, contract = located.fqn, located.contract
    yield fqn, fqn
    if isinstance(contract, Message):
        for name, _inner in nested_types(contract, fqn):
            yield name, fqn


def types_of(file: ProtoFile) -> Iterator[str]:
    """The FQNs of a file's contracts and of their nested types."""
    for contract in file.contracts:
        yield from (name for name, _ in types_in(Located(file, contract)))


def owners(
    names: Iterable[str], declared: Mapping[str, tuple[Declared, ...]], apart: Collection[str]
) -> dict[str, str]:
    """The contract of each type that is declared elsewhere than in files ``apart``."""
    return {
        fqn: where.contract
        for fqn in names
        for where in declared.get(fqn, ())
        if where.path not in apart
    }


def leave(
    index: dict[str, tuple[Item, ...]], key: str, paths: set[str], path_of: Callable[[Item], str]
) -> None:
    """Take out of an index's entry what comes from files at ``paths``."""
    left = tuple(item for item in index.get(key, ()) if path_of(item) not in paths)
    if left:
        index[key] = left
    else:
        index.pop(key, None)


def join(
    index: dict[str, tuple[Item, ...]],
    key: str,
    items: Iterable[Item],
    path_of: Callable[[Item], str],
) -> None:
    """Add to an index's entry, in the order of paths."""
    index[key] = tuple(sorted((*index.get(key, ()), *items), key=path_of))
