"""A mapping that changes by few entries at a time, each time into another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar, overload

Item = TypeVar("Item")
Default = TypeVar("Default")

_LEAST = 256  # changes that are carried along in any case: to copy so many takes no time


class Layered(Mapping[str, Item]):
    """A mapping with few changes on top of a dictionary that others share; immutable.

    What changed is looked up first. When that is no small part any more, or somebody asks for all
    there is, both become one dictionary.
    """

    __slots__ = ("_layers",)

    def __init__(self, base: dict[str, Item]) -> None:
        self._layers: tuple[dict[str, Item], dict[str, Item | None]] = base, {}

    def replaced(self, changes: Mapping[str, Item | None]) -> Layered[Item]:
        """The next mapping: these entries replaced, added, or (None) gone."""
        if not changes:
            return self
        base, before = self._layers
        after: Layered[Item] = Layered(base)
        after._layers = base, {**before, **changes}
        if len(after._layers[1]) > max(len(base) // 8, _LEAST):
            after._whole()
        return after

    def differing(self, other: Layered[Item]) -> set[str]:
        """The keys of which two mappings do not have the very same item."""
        (base, changes), (older, before) = self._layers, other._layers
        keys = changes.keys() | before.keys() if base is older else {*self, *other}
        return {key for key in keys if self.get(key) is not other.get(key)}

    def _whole(self) -> dict[str, Item]:
        base, changes = self._layers
        if changes:
            base = {**base}
            for key, item in changes.items():
                if item is None:
                    base.pop(key, None)
                else:
                    base[key] = item
            self._layers = base, {}
        return base

    def __getitem__(self, key: str) -> Item:
        base, changes = self._layers
        if key not in changes:
            return base[key]
        item = changes[key]
        if item is None:
            raise KeyError(key)
        return item

    @overload
    def get(self, key: str) -> Item | None: ...
    @overload
    def get(self, key: str, default: Item | Default) -> Item | Default: ...
    def get(self, key: str, default: object = None) -> object:
        base, changes = self._layers
        if key not in changes:
            return base.get(key, default)
        item = changes[key]
        return default if item is None else item

    def __contains__(self, key: object) -> bool:
        base, changes = self._layers
        return changes[key] is not None if key in changes else key in base

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())
