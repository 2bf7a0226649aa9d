"""What is made when it is first asked for, and kept: ``cached_property`` without a lock.

Before Python 3.12 that has one lock for all objects, so that whoever makes it for one workspace,
which may take seconds, holds up everybody who asks for it of another one.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

__all__ = ["cached_property"]

if TYPE_CHECKING or sys.version_info >= (3, 12):
    from functools import cached_property
else:

    class cached_property:  # noqa: N801
        def __init__(self, make: Any) -> None:
            self._make, self.__doc__ = make, make.__doc__

        def __set_name__(self, _owner: object, name: str) -> None:
            self._name = name

        def __get__(self, instance: Any, _owner: object = None) -> Any:
            if instance is None:
                return self
            made = instance.__dict__
            if self._name not in made:
                made[self._name] = self._make(instance)
            return made[self._name]
