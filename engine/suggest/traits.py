"""The traits of a ticket: its words and the values of its fields, as numbers without the words.

What not everybody who sees a ticket of the type may read is no trait of it, so nothing that is
sensitive, or hidden from some role, can make two tickets alike or be told by their likeness.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.decide.access import reads_everyone
from engine.facts import Facts, Value
from engine.model.desk import Desk
from engine.normal import fold
from engine.suggest.words import words

_TYPES: Final = frozenset(
    {"choice", "multi_choice", "tree", "boolean", "text", "reference", "team"}
)
_PEOPLE_TYPES: Final = frozenset({"choice", "multi_choice", "tree", "boolean"})
_PEOPLE: Final = ("customer", "requester")
_SHORT: Final = 60
"""A longer value of a text field is prose, no property."""
_BITS: Final = 0x3FFFFF
"""Traits are 22-bit numbers: a hundred thousand tickets have some 300,000 of them."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Which fields count, by type key, and of the ticket's people by relation word."""

    fields: Mapping[str, tuple[str, ...]]
    people: tuple[str, ...]

    def of_text(self, subject: str, description: str) -> array[int]:
        """The traits of words alone, for a ticket that has no type yet.

        The subject counts twice: it was written to say what it is about.
        """
        said = [*words(subject)]
        return array("I", map(_number, (*said, *said, *words(description))))

    def of(
        self,
        type_key: str,
        subject: str,
        description: str,
        values: Mapping[str, object],
        people: Mapping[str, Value],
    ) -> array[int]:
        """The traits of a ticket; `values` by field key, `people` as `customer.level` → value."""
        found = self.of_text(subject, description)
        found.extend(map(_number, self._properties(type_key, values, people)))
        return found

    def of_facts(self, facts: Facts) -> array[int]:
        """The traits of a ticket as its facts stand."""
        return self.of(
            facts.text("type"),
            facts.text("subject"),
            facts.text("description"),
            facts.values,
            facts.values,
        )

    def _properties(
        self, type_key: str, values: Mapping[str, object], people: Mapping[str, Value]
    ) -> Iterator[str]:
        for key in self.fields.get(type_key, ()):
            yield from _said(key, values.get(key))
        for name in self.people:
            yield from _said(name, people.get(name))


def traits_of(desk: Desk) -> Traits:
    """What likeness may look at under this desk."""
    return Traits(
        {
            type_key: tuple(
                key
                for key, item in model.fields.items()
                if item.type in _TYPES
                and not item.sensitive
                and reads_everyone(desk, type_key, key)
            )
            for type_key, model in desk.types.items()
        },
        tuple(
            f"{word}.{key}"
            for word in _PEOPLE
            for key, item in desk.people.get(word, {}).items()
            if item.type in _PEOPLE_TYPES and not item.sensitive
        ),
    )


def _said(name: str, value: object) -> Iterator[str]:
    several: Iterable[object] = value if isinstance(value, (list, tuple)) else (value,)
    for one in several:
        if one is not None and one != "" and len(text := str(one)) <= _SHORT:
            yield f"{name}={fold(text)}"


def _number(trait: str) -> int:
    return zlib.crc32(trait.encode("utf-8", "surrogatepass")) & _BITS
