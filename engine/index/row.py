"""A row of the index: its literals sorted to the tables that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.index import choice, steps
from engine.index.choice import Choice
from engine.index.fields import ITEMS, KEYS, ORDER, WORDS, Home, home, identity, several
from engine.index.normal_form import Literals
from engine.index.steps import Ranges
from engine.predicate import Op, Predicate, Test


@dataclass(frozen=True, slots=True)
class Asked:
    """A literal that no table settles. `words` of the text `name` one of which must be there, else
    `pred` as it is. `found`: where the automaton has read the text, nothing is left to ask.
    """

    name: str
    words: tuple[str, ...]
    pred: Predicate
    found: bool

    @property
    def identity(self) -> object:
        """A key that equal questions share."""
        return (self.name, self.words) if self.words else identity(self.pred)


@dataclass(frozen=True, slots=True)
class Row:
    """The literals of one row, of each table's sort by the name of the field."""

    keys: list[tuple[str, Choice]]
    order: list[tuple[str, Ranges]]
    words: list[tuple[str, tuple[str, ...]]]
    items: list[tuple[str, tuple[Any, ...]]]
    asked: list[Asked]


def row_of(literals: Literals) -> Row:
    """Sort the literals; those of one field and sort come together."""
    found: dict[Home, list[Predicate]] = {}
    for literal in literals:
        found.setdefault(home(literal), []).append(literal)
    row = Row([], [], [], [], [])
    for (sort, name), preds in found.items():
        _ADD.get(sort, _add_rest)(row, name, preds)
    return row


def _add_keys(row: Row, name: str, preds: list[Predicate]) -> None:
    parts = [choice.choice_of(pred) for pred in preds]
    whole = parts[0] if len(parts) == 1 else choice.all_or_any(parts, every=True)
    row.keys.append((name, whole))


def _add_order(row: Row, name: str, preds: list[Predicate]) -> None:
    parts = [steps.ranges_of(pred) for pred in preds]
    whole = parts[0] if len(parts) == 1 else steps.all_or_any(parts, every=True)
    row.order.append((name, whole))


def _add_words(row: Row, name: str, preds: list[Predicate]) -> None:
    """The automaton looks for the words of one literal; of the others each is asked."""
    for number, pred in enumerate(preds):
        assert isinstance(pred, Test)
        words = tuple(str(word) for word in several(pred.operand))
        if number == 0:
            row.words.append((name, words))
        anywhere = pred.op is not Op.STARTS_WITH
        row.asked.append(
            Asked(name, words if anywhere else (), pred, found=anywhere and number == 0)
        )


def _add_items(row: Row, name: str, preds: list[Predicate]) -> None:
    first, *others = preds
    assert isinstance(first, Test)
    row.items.append((name, several(first.operand)))
    _add_rest(row, name, others)


def _add_rest(row: Row, name: str, preds: list[Predicate]) -> None:
    row.asked.extend(Asked(name, (), pred, found=False) for pred in preds)


_ADD = {KEYS: _add_keys, ORDER: _add_order, WORDS: _add_words, ITEMS: _add_items}
