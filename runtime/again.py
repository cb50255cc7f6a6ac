"""What was made a moment ago of the very same things, so that it need not be made again.

Nothing here grows old: a thing is found again only where all that it was made of is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Thing = TypeVar("Thing")


class Again(Generic[Thing]):
    """Keeps the last things made, at most `size`, by the objects they were made of.

    The objects must never change: the same object then gives the same thing. They are kept as long
    as the thing, so that no other takes their place in memory.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: dict[tuple[Hashable, ...], tuple[tuple[Any, ...], Thing]] = {}

    def of(self, made_of: tuple[Any, ...], how: Hashable, make: Callable[[], Thing]) -> Thing:
        """The thing made of these objects in a way, `how`, which is compared by its value."""
        key = (*map(id, made_of), how)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = (made_of, make())
            if len(self._known) > self._size:
                del self._known[next(iter(self._known))]
        return found[1]
