"""A node of a cascading choice, kept by key."""

from __future__ import annotations

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import Reader
from engine.values.choice import ChoiceValue, title_of


def way_to(key: str, item: FieldModel) -> tuple[str, ...]:
    """The keys from the root down to a node; a circle in a broken spec ends the walk."""
    way: list[str] = []
    while key and key not in way:
        way.append(key)
        option = item.options.get(key)
        key = option.parent if option else ""
    return tuple(reversed(way))


def below(key: str, item: FieldModel) -> tuple[str, ...]:
    """A node and every node under it, in the order of the spec."""
    return tuple(one for one in item.options if key in way_to(one, item))


class TreeValue(ChoiceValue):
    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        way = way_to(str(value), item)
        return " / ".join(title_of(key, item, reader.locale) for key in way)


TYPE = TreeValue()
