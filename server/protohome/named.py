"""Named tuples as ``typing.NamedTuple`` makes them, whose annotations nobody reads at run time.

That one compiles the annotation of each field: more than half of what a class takes, of which a
check has 130.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:

    class _Declared(type):
        """Makes what is declared as a class one of ``namedtuple``'s."""

        def __new__(cls, name: str, bases: tuple[type, ...], declared: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, declared)
            fields = declared.get("__annotations__", {})
            defaults = [declared.pop(field) for field in fields if field in declared]
            made = namedtuple(name, fields, defaults=defaults, module=declared["__module__"])
            for attribute, value in declared.items():
                setattr(made, attribute, value)
            return made

    class NamedTuple(metaclass=_Declared):
        """What a named tuple is declared below."""
