"""What a snapshot's indexes hold: plain data, and what is looked up in it.

Inside, an index says of a contract only which declaration it is, and where in it a name stands. So
a key in a file changes the entries of what it touched, however far all else has moved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from ..model import (
    Contract,
    Declaration,
    Digest,
    Message,
    ProtoFile,
    TypeRef,
    digested,
    field_refs,
    moved,
    nested_types,
    type_refs,
)
from ..named import NamedTuple
from ..resolution.layered import Layered
from ..resolution.symbols import Declared


class Located:
    """A contract and the file that declares it; ``contract`` is made when first asked for.

    Who has its ``fqn`` at hand tells it, for it takes room.
    """

    __slots__ = ("_contract", "declaration", "file", "fqn", "name")

    def __init__(self, file: ProtoFile, one: Contract | Declaration, fqn: str = "") -> None:
        self.file = file
        self.declaration = one if isinstance(one, Declaration) else None
        self._contract = None if isinstance(one, Declaration) else one
        self.name = one.name
        self.fqn = fqn or file.fqn(one)

    @property
    def kind(self) -> str:
        """``message``, ``enum`` or ``service``."""
        if self.declaration is not None:
            return self.declaration.outline.kind
        return type(self.contract).__name__.lower()

    @property
    def digest(self) -> Digest:
        """What it writes."""
        if self.declaration is not None:
            return self.declaration.digest
        return digested(self.contract, ())

    @property
    def contract(self) -> Contract:
        """The contract as its file has it."""
        contract = self._contract
        if contract is None:
            assert self.declaration is not None
            contract = self._contract = self.file.contract_of(self.declaration)
            assert contract is not None
        return contract

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Located):
            return NotImplemented
        return (self.file, self.contract) == (other.file, other.contract)

    def __hash__(self) -> int:
        return hash((self.file.path, self.fqn))

    def __repr__(self) -> str:
        return f"Located({self.file!r}, {self.contract!r})"


def located_in(file: ProtoFile) -> Iterator[Located]:
    """The contracts of a file, in source order."""
    for declaration in file.declarations:
        if declaration.is_contract:
            yield Located(file, declaration)


class Reference(NamedTuple):
    """A type name written in a governed file, resolved to ``target``, an FQN.

    ``contract`` is the FQN of the contract that it stands in, ``""`` in a file's own extensions.
    """

    path: str
    contract: str
    ref: TypeRef
    target: str


class Entry(NamedTuple):
    """A declaration of the file at ``path``, as an index has it."""

    path: str
    declaration: Declaration


class Written(NamedTuple):
    """As a Reference, with the spans of the declaration that it stands in; ``owner`` is the FQN of
    the contract that the target is or is inside of.
    """

    path: str
    declaration: Declaration
    contract: str
    ref: TypeRef
    target: str
    owner: str

    def placed(self, files: Mapping[str, ProtoFile]) -> Reference:
        """The reference in its file as it is now."""
        ref = moved(self.ref, files[self.path].move_of(self.declaration))
        return Reference(self.path, self.contract, ref, self.target)


class Contracts(Mapping[str, tuple[Located, ...]]):
    """The contracts of some files by FQN."""

    def __init__(self, files: Mapping[str, ProtoFile], entries: Layered[tuple[Entry, ...]]) -> None:
        self._files, self._entries = files, entries

    def __getitem__(self, fqn: str) -> tuple[Located, ...]:
        entries = self._entries[fqn]
        return tuple([Located(self._files[path], one, fqn) for path, one in entries])

    def __contains__(self, fqn: object) -> bool:
        return fqn in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def refs_of(file: ProtoFile) -> Iterator[tuple[str, str, TypeRef, str]]:
    """Every type name written in a file: the FQN of its contract, its scope, itself, its kind."""
    for declaration in file.declarations:
        by = file.move_of(declaration)
        for contract, scope, ref, kind in refs_in(file, declaration):
            yield contract, scope, moved(ref, by), kind


def refs_in(file: ProtoFile, declaration: Declaration) -> Iterator[tuple[str, str, TypeRef, str]]:
    """As ``refs_of``, in one declaration and with its spans."""
    contract = declaration.contract
    if contract is not None:
        fqn = file.fqn(contract)
        for scope, ref, kind in type_refs(contract):
            yield fqn, scope, ref, kind
    for scope, ref, kind in field_refs(declaration.extensions, ""):
        yield "", scope, ref, kind


def types_in(fqn: str, contract: Contract) -> Iterator[tuple[str, str]]:
    """A contract's types, nested ones too, each with the FQN of the contract."""
    yield fqn, fqn
    if isinstance(contract, Message):
        for name, _inner in nested_types(contract, fqn):
            yield name, fqn


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
