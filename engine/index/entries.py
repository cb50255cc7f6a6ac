"""The literals of all rows, sorted to the tables that hold them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.index import choice, steps
from engine.index.choice import Choice
from engine.index.fields import ITEMS, KEYS, ORDER, WORDS, Home, home, identity, several
from engine.index.normal_form import Literals
from engine.index.steps import Ranges
from engine.predicate import Op, Predicate, Test

T = TypeVar("T")
ByRow = list[tuple[int, T]]
"""What rows ask, with their numbers, ascending."""


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


@dataclass(slots=True)
class Entries:
    """What rows ask of each table, by the name of its field, and what is `asked` apart from them.

    Kept by table and not by row: ten thousand rows are some hundred lists, which neither memory nor
    the collector feel.
    """

    keys: dict[str, ByRow[Choice]] = field(default_factory=dict)
    order: dict[str, ByRow[Ranges]] = field(default_factory=dict)
    words: dict[str, ByRow[tuple[str, ...]]] = field(default_factory=dict)
    items: dict[str, ByRow[tuple[Any, ...]]] = field(default_factory=dict)
    asked: ByRow[Asked] = field(default_factory=list)
    _choices: dict[object, Choice] = field(default_factory=dict)

    def add(self, row: int, literals: Literals) -> None:
        """Sort the literals of the next row."""
        found = [(home(literal), literal) for literal in literals]
        if len({of for of, _ in found}) == len(found):
            for of, literal in found:
                self._add(row, of, [literal])
            return
        together: dict[Home, list[Predicate]] = {}
        for of, literal in found:
            together.setdefault(of, []).append(literal)
        for of, several_of in together.items():
            self._add(row, of, several_of)

    def between(self, start: int, end: int) -> Entries:
        """What the rows from `start` to before `end` ask, numbered from 0."""
        return Entries(
            _parts(self.keys, start, end),
            _parts(self.order, start, end),
            _parts(self.words, start, end),
            _parts(self.items, start, end),
            _part(self.asked, start, end),
        )

    def _add(self, row: int, of: Home, preds: list[Predicate]) -> None:
        sort, name = of
        if sort == KEYS:
            parts = [self._choice(pred) for pred in preds]
            one = parts[0] if len(parts) == 1 else choice.all_or_any(parts, every=True)
            self.keys.setdefault(name, []).append((row, one))
        elif sort == ORDER:
            along = [steps.ranges_of(pred) for pred in preds]
            whole = along[0] if len(along) == 1 else steps.all_or_any(along, every=True)
            self.order.setdefault(name, []).append((row, whole))
        elif sort == WORDS:
            self._add_words(row, name, preds)
        elif sort == ITEMS:
            assert isinstance(preds[0], Test)
            self.items.setdefault(name, []).append((row, several(preds[0].operand)))
            self._add_rest(row, name, preds[1:])
        else:
            self._add_rest(row, name, preds)

    def _choice(self, pred: Predicate) -> Choice:
        """Rules name the same few values again and again; each choice is worked out once."""
        if not isinstance(pred, Test):
            return choice.choice_of(pred)
        operand = pred.operand
        known = (pred.op, operand) if type(operand) is str else None
        if known is None:
            return choice.choice_of(pred)
        found = self._choices.get(known)
        if found is None:
            found = self._choices[known] = choice.choice_of(pred)
        return found

    def _add_words(self, row: int, name: str, preds: list[Predicate]) -> None:
        """The automaton looks for the words of one literal; of the others each is asked."""
        for number, pred in enumerate(preds):
            assert isinstance(pred, Test)
            words = tuple(str(word) for word in several(pred.operand))
            if number == 0:
                self.words.setdefault(name, []).append((row, words))
            anywhere = pred.op is not Op.STARTS_WITH
            found = anywhere and number == 0
            self.asked.append((row, Asked(name, words if anywhere else (), pred, found)))

    def _add_rest(self, row: int, name: str, preds: list[Predicate]) -> None:
        self.asked.extend((row, Asked(name, (), pred, found=False)) for pred in preds)


def _parts(found: dict[str, ByRow[T]], start: int, end: int) -> dict[str, ByRow[T]]:
    parts = {name: _part(entries, start, end) for name, entries in found.items()}
    return {name: entries for name, entries in parts.items() if entries}


def _part(entries: ByRow[T], start: int, end: int) -> ByRow[T]:
    low = bisect_left(entries, start, key=_row)
    high = bisect_left(entries, end, key=_row)
    return [(row - start, what) for row, what in entries[low:high]]


def _row(entry: tuple[int, object]) -> int:
    return entry[0]
