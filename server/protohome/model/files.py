"""A file's facts, all at hand or on a shelf from which they come when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import chain
from sys import intern
from typing import Protocol

from ..named import NamedTuple
from ..positions import Span
from .facts import Contract, Enum, Field, Head, Import, Message, Option, Parts, Service, moved
from .outlines import Digest, Outline, digested, outlined

OUR_NAME = b"protohome"  # without which no comment is for us


class Shelved(Protocol):
    """A file's facts and source where they are kept; each call may read them anew."""

    @property
    def key(self) -> str:
        """The SHA-256 of the source, in hexadecimal."""

    def size(self) -> int:
        """How many bytes the source has."""

    def head(self) -> Head: ...

    def parts(self) -> Parts: ...

    def contracts(self) -> tuple[Contract, ...]: ...

    def contract(self, at: int) -> Contract:
        """One of the contracts."""

    def span(self, at: int) -> Span:
        """Where one of the contracts stands."""

    def digests(self) -> Sequence[Digest]: ...

    def let_go(self) -> None:
        """Hold no digests in memory, until somebody asks again."""

    def source(self) -> bytes: ...


class FileOutline(NamedTuple):
    """What of a file is told without its facts: ``imports`` by path and modifier, ``mentions``, the
    ``components`` of the type names that it writes, and whether its text names protohome.
    """

    package: str
    syntax: str
    imports: tuple[tuple[str, str], ...]
    broken: tuple[Span, ...]
    mentions: tuple[str, ...]
    names_protohome: bool
    declarations: tuple[Outline, ...]


class Declaration:
    """A contract, or the fields of an ``extend`` block, as one version of a file had it.

    It is itself alone: a version that leaves its text as it was has the very same object, wherever
    it stands there. The spans inside are those of the version that it was read in. One whose facts
    are ``shelved`` makes them anew, equal, when they are asked for again.
    """

    __slots__ = (
        "__weakref__",
        "_at",
        "_contract",
        "_digest",
        "_extensions",
        "_outline",
        "_shelved",
    )

    def __init__(self, contract: Contract | None, extensions: tuple[Field, ...] = ()) -> None:
        self._contract, self._extensions = contract, extensions
        self._outline: Outline | None = None
        self._digest: Digest | None = None
        self._shelved: Shelved | None = None
        self._at = 0

    @classmethod
    def shelved(cls, outline: Outline, shelved: Shelved, at: int) -> Declaration:
        """One that is outlined so, the declaration number ``at`` of what is shelved."""
        declaration = cls(None)
        declaration._outline, declaration._shelved, declaration._at = outline, shelved, at
        return declaration

    @property
    def outline(self) -> Outline:
        if self._outline is None:
            self._outline = outlined(self._contract, self._extensions)
        return self._outline

    @property
    def digest(self) -> Digest:
        if self._shelved is not None:
            return self._shelved.digests()[self._at]
        if self._digest is None:
            self._digest = digested(self._contract, self._extensions)
        return self._digest

    @property
    def name(self) -> str:
        """The contract's name, ``""`` for the fields of an ``extend`` block."""
        return self.outline.name if self._contract is None else self._contract.name

    @property
    def is_contract(self) -> bool:
        return self._contract is not None or bool(self.outline.kind)

    @property
    def contract(self) -> Contract | None:
        if self._shelved is None:
            return self._contract
        if not self.outline.kind:
            return None
        return self._shelved.contract(self._at)

    @property
    def span(self) -> Span:
        """That of the contract, which need not be read for it."""
        if self._shelved is not None:
            return self._shelved.span(self._at)
        assert self._contract is not None
        return self._contract.span

    @property
    def extensions(self) -> tuple[Field, ...]:
        if self._shelved is None:
            return self._extensions
        return () if self.outline.kind else self._shelved.parts().extensions


class ProtoFile:
    """One file's facts. ``path`` is relative to the workspace root, with ``/``; see ``Head``.

    ``size`` is how many bytes its source has, ``imported`` are its imports by path and modifier.
    What is not at hand is made, or fetched from where it is shelved, when it is asked for.
    Immutable, and equal where everything is.
    """

    __slots__ = (
        *("path", "size", "package", "syntax", "imported", "broken"),
        *("_mentions", "_names_protohome", "_source", "_head", "_parts", "_shelved"),
        *("_contracts", "_declarations", "_moves", "_places", "_made"),
    )

    def __init__(
        self, path: str, source: bytes, head: Head, parts: Parts | Callable[[], Parts] | None
    ) -> None:
        self.path, self.size = path, len(source)
        self.package, self.syntax, self.broken = head.package, head.syntax, head.broken
        self.imported = tuple([(one.path, one.modifier) for one in head.imports])
        self._mentions: tuple[str, ...] | None = None
        self._names_protohome: bool | None = None
        self._source: bytes | None = source
        self._head: Head | None = head
        self._parts = parts
        self._shelved: Shelved | None = None
        self._contracts: tuple[Contract, ...] | None = None
        self._declarations: tuple[Declaration, ...] | None = None
        self._moves: tuple[int, ...] = ()
        self._places: dict[Declaration, int] | None = None
        self._made: dict[Declaration, Contract] = {}

    @classmethod
    def of(
        cls,
        path: str,
        source: bytes,
        head: Head,
        declarations: tuple[Declaration, ...],
        moves: tuple[int, ...],
        names_protohome: bool,
    ) -> ProtoFile:
        """A file of declarations in source order, each so many bytes on from where it was read."""
        file = cls(path, source, head, None)
        file._declarations, file._moves = declarations, moves
        file._names_protohome = names_protohome
        return file

    @classmethod
    def shelved(cls, path: str, outline: FileOutline, shelved: Shelved) -> ProtoFile:
        """A file that is outlined so, whose facts and source are elsewhere."""
        file = cls.__new__(cls)
        file.path, file.size = path, shelved.size()
        file.package, file.syntax, file.imported, file.broken = outline[:4]
        file._mentions, file._names_protohome, every = outline[4:]
        file._source = file._head = file._parts = file._contracts = file._places = None
        file._shelved, file._made = shelved, {}
        declared = [Declaration.shelved(one, shelved, at) for at, one in enumerate(every)]
        file._declarations, file._moves = tuple(declared), (0,) * len(declared)
        return file

    def at(self, path: str) -> ProtoFile:
        """The same facts in a file of another path."""
        other = ProtoFile.__new__(ProtoFile)
        for name in ProtoFile.__slots__:
            setattr(other, name, getattr(self, name))
        other.path = path
        return other

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ProtoFile):
            return NotImplemented
        if self.path != other.path or self.package != other.package:
            return False
        if self._shelved is not None and self._shelved is other._shelved:
            return True
        return (self.source, self.head, self.parts) == (other.source, other.head, other.parts)

    def __hash__(self) -> int:
        return hash((self.path, self.package))

    def __repr__(self) -> str:
        return f"ProtoFile({self.path!r}, {self.source!r}, {self.head!r}, {self.parts!r})"

    @property
    def source(self) -> bytes:
        """The file's text, which all spans are places in."""
        if self._source is None:
            assert self._shelved is not None
            return self._shelved.source()
        return self._source

    @property
    def hash(self) -> str:
        """The SHA-256 of the source, in hexadecimal."""
        if self._shelved is not None:
            return self._shelved.key
        return sha256(self.source).hexdigest()

    @property
    def head(self) -> Head:
        if self._head is None:
            assert self._shelved is not None
            return self._shelved.head()
        return self._head

    def let_go(self) -> None:
        """Hold no digests in memory that can be fetched: whoever has asked for all wants few."""
        if self._shelved is not None:
            self._shelved.let_go()

    @property
    def package_span(self) -> Span:
        return self.head.package_span

    @property
    def imports(self) -> tuple[Import, ...]:
        return self.head.imports

    @property
    def options(self) -> tuple[Option, ...]:
        return self.head.options

    @property
    def parts(self) -> Parts:
        parts = self._parts
        if isinstance(parts, Parts):
            return parts
        if self._shelved is not None:
            return self._shelved.parts()
        parts = self._parts = self._join() if parts is None else parts()
        return parts

    @property
    def messages(self) -> tuple[Message, ...]:
        return self.parts.messages

    @property
    def enums(self) -> tuple[Enum, ...]:
        return self.parts.enums

    @property
    def services(self) -> tuple[Service, ...]:
        return self.parts.services

    @property
    def extensions(self) -> tuple[Field, ...]:
        return self.parts.extensions

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """Top-level messages, enums and services in source order."""
        if self._shelved is not None:
            return self._shelved.contracts()
        if self._contracts is None:
            self._contracts = in_order(self.parts)
        return self._contracts

    @property
    def declarations(self) -> tuple[Declaration, ...]:
        """Contracts and extensions in source order; those of another version that are unchanged."""
        if self._declarations is None:
            every = [Declaration(contract) for contract in self.contracts]
            if self.extensions:
                every.append(Declaration(None, self.extensions))
            self._declarations, self._moves = tuple(every), (0,) * len(every)
        return self._declarations

    @property
    def mentions(self) -> tuple[str, ...]:
        """The ``components`` of the type names that it writes, in order of the alphabet."""
        if self._mentions is None:
            self._mentions = tuple(sorted(components(self.declarations)))
        return self._mentions

    @property
    def names_protohome(self) -> bool:
        """Whether its text has our name in it, without which no comment is for us."""
        if self._names_protohome is None:
            self._names_protohome = OUR_NAME in self.source
        return self._names_protohome

    @property
    def outline(self) -> FileOutline:
        """What is told of it without its facts."""
        every = tuple([declaration.outline for declaration in self.declarations])
        told = self.package, self.syntax, self.imported, self.broken, self.mentions
        return FileOutline(*told, self.names_protohome, every)

    def move_of(self, declaration: Declaration) -> int:
        """How many bytes further on one of the declarations is than its spans say."""
        if self._shelved is not None:
            return 0
        if self._places is None:
            self._places = dict(zip(self.declarations, self._moves, strict=True))
        return self._places[declaration]

    def contract_of(self, declaration: Declaration) -> Contract | None:
        """The contract of a declaration as it is here; of what is at hand the same object."""
        contract = declaration.contract
        by = self.move_of(declaration)
        if contract is None or not by:
            return contract
        if declaration not in self._made:
            self._made[declaration] = moved(contract, by)
        return self._made[declaration]

    def written(self, declaration: Declaration) -> bytes:
        """The text of a contract, which is not read for it; ``b""`` in an image."""
        span, by = declaration.span, self.move_of(declaration)
        return self.source[span.start + by : span.end + by]

    def _join(self) -> Parts:
        every = [self.contract_of(one) for one in self.declarations]
        extensions = (moved(one.extensions, self.move_of(one)) for one in self.declarations)
        return Parts(
            tuple(one for one in every if isinstance(one, Message)),
            tuple(one for one in every if isinstance(one, Enum)),
            tuple(one for one in every if isinstance(one, Service)),
            tuple(chain.from_iterable(extensions)),
        )

    def fqn(self, named: Contract | Declaration) -> str:
        """Protobuf's "fully qualified name", without the leading dot; equal ones are one object, as
        every index has them.
        """
        return intern(f"{self.package}.{named.name}" if self.package else named.name)


def components(declarations: Iterable[Declaration]) -> set[str]:
    """The first and last components of the type names in declarations: what decides what they
    mean.
    """
    refs = (ref for declaration in declarations for ref in declaration.digest.refs)
    names = {name.lstrip(".") for _, name, _ in refs}
    return {part for name in names for part in (name.partition(".")[0], name.rpartition(".")[2])}


def in_order(parts: Parts) -> tuple[Contract, ...]:
    """The contracts among a file's parts, in source order."""
    every: list[Contract] = [*parts.messages, *parts.enums, *parts.services]
    return tuple(sorted(every, key=lambda contract: contract.span.start))
