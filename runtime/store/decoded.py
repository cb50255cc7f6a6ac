"""Rows that come again unchanged, decoded once: lists show the same tickets and people all day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import JSON, Column, Label, Row, Text, cast

Thing = TypeVar("Thing")


class Decoded(Generic[Thing]):
    """Makes things of rows whose JSON came as text; the very same thing of an equal row.

    The whole row is the key, so a thing is never older than its row. The things must not be changed
    by those who get them.
    """

    def __init__(
        self,
        columns: Sequence[Column[Any] | Label[Any]],
        make: Callable[[Sequence[Any]], Thing],
        size: int,
    ) -> None:
        self._make, self._size = make, size
        self._texts = tuple(n for n, each in enumerate(columns) if isinstance(each.type, JSON))
        self.columns = tuple(
            cast(each, Text).label(each.name) if isinstance(each.type, JSON) else each
            for each in columns
        )
        """What to select, at the beginning of the row."""
        self._known: dict[tuple[Any, ...], Thing] = {}

    def of(self, row: Row[Any]) -> Thing:
        """The thing in a row that begins with `columns`."""
        key = tuple(row[: len(self.columns)])
        found = self._known.get(key)
        if found is None:
            values = list(key)
            for place in self._texts:
                if values[place] is not None:
                    values[place] = msgspec.json.decode(values[place])
            found = self._known[key] = self._make(values)
            if len(self._known) > self._size:
                del self._known[next(iter(self._known))]
        return found
