"""A condition as rows: it holds where all literals of one row do, each literal about one field."""

from __future__ import annotations

from typing import Final

from engine.index.fields import REST, home
from engine.predicate import All, AnyOf, Not, Op, Predicate, Test

MOST_ROWS: Final = 16
"""What would need more rows than this stays one literal, which the evaluator decides."""

Literals = tuple[Predicate, ...]


def rows_of(pred: Predicate) -> list[Literals]:
    """The rows of a condition: none if it never holds, an empty one if it always does.

    A literal is a test, or a larger part that reads one field alone, or a part left whole.
    """
    if isinstance(pred, All) and all(type(item) is Test for item in pred.items):
        if not any(test.op is Op.CONTAINS_ALL for test in pred.items if isinstance(test, Test)):
            return [pred.items]
    return _rows(pred)


def _rows(pred: Predicate) -> list[Literals]:
    if isinstance(pred, Test):
        return [_parts(pred)]
    if home(pred) != REST:
        return [(pred,)]
    if isinstance(pred, Not):
        return _rows_of_not(pred)
    return _rows_of_all(pred) if isinstance(pred, All) else _rows_of_any(pred)


def _parts(test: Test) -> Literals:
    """Several words that must all be there are as many tests, of which a table can hold each.

    Not so inside rows, where one row must have them all.
    """
    words = test.operand
    if test.op is not Op.CONTAINS_ALL or test.path.inside or not isinstance(words, tuple):
        return (test,)
    if not words:
        return (test,)
    return tuple(Test(test.path, Op.CONTAINS, part) for part in words)


def _rows_of_not(pred: Not) -> list[Literals]:
    """The complement moved inwards; before a test it is a literal of its own."""
    inner = pred.item
    if isinstance(inner, Test):
        return [(pred,)]
    if isinstance(inner, Not):
        return _rows(inner.item)
    turned = tuple(Not(item) for item in inner.items)
    return _rows(AnyOf(turned) if isinstance(inner, All) else All(turned))


def _rows_of_all(pred: All) -> list[Literals]:
    found: list[Literals] = [()]
    for item in pred.items:
        more = _rows(item)
        if len(found) * len(more) > MOST_ROWS:
            more = [(item,)]
        found = [(*one, *other) for one in found for other in more]
    return found


def _rows_of_any(pred: AnyOf) -> list[Literals]:
    found = [row for item in pred.items for row in _rows(item)]
    return found if len(found) <= MOST_ROWS else [(pred,)]
