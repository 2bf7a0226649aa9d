"""The plain case of resolution, for indexes that ask about every name of a large tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ..model import TYPE, Declaration, ProtoFile
from ..named import NamedTuple
from .layered import Layered
from .symbols import Declared, aggregates, differing


class Seen(NamedTuple):
    """What a file sees: files by import path, packages and their beginnings, absent files.

    ``known`` are the absent files of which it is known all the same what they declare.
    """

    files: frozenset[str]
    packages: frozenset[str]
    absent: tuple[str, ...]
    known: tuple[str, ...]


class Index(NamedTuple):
    """What all files declare by FQN, and of each file how often each simple name is inside its
    contracts.
    """

    declared: Layered[tuple[Declared, ...]]
    inner: Layered[Mapping[str, int]]

    @classmethod
    def of(cls, files: Mapping[str, ProtoFile]) -> Index:
        declared: dict[str, tuple[Declared, ...]] = {}
        inner: dict[str, Mapping[str, int]] = {}
        for path, file in files.items():
            every = aggregates(path, file.package, file.declarations)
            inner[path] = Counter(_inner(file.declarations, every))
            for fqn, where in every:
                known = declared.get(fqn)
                declared[fqn] = (where,) if known is None else tuple(sorted((*known, where)))
        return cls(Layered(declared), Layered(inner))

    def replaced(
        self, files: Mapping[str, ProtoFile], changed: Mapping[str, ProtoFile | None]
    ) -> Index:
        """The index after some of ``files`` were replaced, added, or (None) removed."""
        declared: dict[str, tuple[Declared, ...] | None] = {}
        inner: dict[str, Mapping[str, int] | None] = {}
        for path, file in changed.items():
            before = files.get(path)
            went, came = differing(before, file)
            gone = aggregates(path, before.package, went) if before else []
            come = aggregates(path, file.package, came) if file else []
            inner[path] = None
            if file is not None:
                names = Counter(self.inner.get(path, {}))
                names.subtract(_inner(went, gone))
                names.update(_inner(came, come))
                inner[path] = +names
            if sorted(gone) == sorted(come):
                continue
            for fqn in {fqn for fqn, _ in (*gone, *come)}:
                left = list(declared.get(fqn, self.declared.get(fqn)) or ())
                for _, where in (one for one in gone if one[0] == fqn):
                    left.remove(where)
                left += (where for name, where in come if name == fqn)
                declared[fqn] = tuple(sorted(left)) or None
        return Index(self.declared.replaced(declared), self.inner.replaced(inner))


def _inner(
    declarations: Iterable[Declaration], every: Iterable[tuple[str, Declared]]
) -> Iterator[str]:
    for fqn, where in every:
        if where.contract != fqn:
            yield fqn.rpartition(".")[2]
    for declaration in declarations:
        yield from declaration.outline.rpcs


class Quick:
    """Says what type names mean in one file where that takes no more than a look."""

    def __init__(self, package: str, seen: Seen, index: Index, path: str) -> None:
        self._package, self._seen, self._files = package, seen, seen.files
        self._declared, self._inner = index.declared, index.inner[path]
        self._around: dict[str, str | None] = {}

    def type_of(self, text: str, scope: str, kind: str) -> str | None:
        """The FQN of the type that a name means; None for what takes longer to tell."""
        if kind == TYPE and "." not in text:
            return self._simple(text, scope)
        first, dot, _ = text.partition(".")
        if not first or first in self._inner:
            return None
        if dot:
            if first not in self._around:
                self._around[first] = next(self._knowing(first), None)
            around = self._around[first]
            return None if around is None else self._type(f"{around}.{text}" if around else text)
        return self._simple(text, "") if self._is_service(scope) else None

    def _type(self, fqn: str) -> str | None:
        for path, kind, _ in self._declared.get(fqn, ()):
            if path in self._files and kind != "service":
                return fqn
        return None

    def _simple(self, text: str, scope: str) -> str | None:
        """The nearest type of that name in the file's contracts, else in its package."""
        if text in self._inner:
            while scope:
                found = self._type(f"{join(self._package, scope)}.{text}")
                if found is not None:
                    return found
                scope = scope.rpartition(".")[0]
        return self._type(join(self._package, text))

    def _is_service(self, scope: str) -> bool:
        """Whether only rpcs can be declared in a scope, which ``inner`` has."""
        declared = self._declared.get(join(self._package, scope), ())
        return all(kind == "service" for _, kind, _ in declared)

    def _knowing(self, first: str) -> Iterator[str]:
        """The packages around the file that know a name, innermost first."""
        for scope in scopes(self._package, ""):
            at = join(scope, first)
            seen = any(path in self._files for path, _, _ in self._declared.get(at, ()))
            if seen or at in self._seen.packages:
                yield scope


def join(scope: str, name: str) -> str:
    return f"{scope}.{name}" if scope else name


def scopes(package: str, scope: str) -> Iterator[str]:
    """The enclosing scopes, innermost first; the last is the root."""
    prefix = f"{package}.{scope}" if package and scope else package or scope
    while prefix:
        yield prefix
        prefix = prefix.rpartition(".")[0]
    yield ""
