"""Which table can hold a condition: one about the values of a single field, known without asking.

What depends on who asks, when, or what an event changed stays with the evaluator.
"""

from __future__ import annotations

from typing import Final

from engine.evaluate import LIST_KINDS, TEXT_KINDS, tests
from engine.predicate import Op, Operand, Predicate, Test, Var

KEYS: Final = "keys"
"""Equality and emptiness: a table from value to rows."""
ORDER: Final = "order"
"""Comparison: cut points, and the rows of each stretch between them."""
WORDS: Final = "words"
"""Words in a text: an automaton that finds all of them in one pass."""
ITEMS: Final = "items"
"""Items in a list: a table from item to rows."""
REST: Final = ("rest", "")
"""What no table holds."""

Home = tuple[str, str]
"""The sort of a table and the name of the field it reads."""

EQUALITY: Final = frozenset({Op.IS, Op.IS_NOT, Op.ONE_OF, Op.NONE_OF, Op.UNDER})
ORDERING: Final = frozenset(
    {Op.AT_LEAST, Op.MORE_THAN, Op.AT_MOST, Op.LESS_THAN, Op.BETWEEN, Op.BEFORE, Op.AFTER}
)
_PARTS: Final = frozenset({Op.CONTAINS, Op.CONTAINS_ANY, Op.STARTS_WITH})
_ORDERED: Final = (int, str)


def home(pred: Predicate) -> Home:
    """The table that can hold the whole condition, or REST."""
    if isinstance(pred, Test):
        return _home_of_test(pred)
    found: set[Home] = set()
    for test in tests(pred):
        found.add(_home_of_test(test))
        if len(found) > 2:
            return REST
    names = {name for _, name in found}
    sorts = {sort for sort, _ in found}
    if len(names) != 1 or not sorts <= {KEYS, ORDER}:
        return REST
    if ORDER not in sorts:
        return KEYS, names.pop()
    # A truth value lies on no scale, so that a table of stretches can't tell it from others.
    comparable = all(_comparable(test) for test in tests(pred) if test.op in EQUALITY)
    return (ORDER, names.pop()) if comparable else REST


def several(operand: Operand) -> tuple[object, ...]:
    """The operand of a test as the values it allows."""
    return operand if isinstance(operand, tuple) else (operand,)


def identity(pred: Predicate) -> object:
    """A key by which equal tests are known; of larger parts each is known by itself.

    The tests for 1 and for true are equal in Python, so the types of the values belong to the key.
    """
    if isinstance(pred, Test):
        return pred, tuple(map(type, several(pred.operand)))
    return id(pred)


def _home_of_test(test: Test) -> Home:
    path, op, operand = test.path, test.op, test.operand
    if path.inside or not _is_known(operand):
        return REST
    if op in EQUALITY or op is Op.IS_EMPTY:
        return KEYS, path.name
    if op in ORDERING:
        return (ORDER, path.name) if _has_scale(op, operand) else REST
    if op in _PARTS and operand is not None and operand != ():
        if path.kind in LIST_KINDS:
            return (ITEMS, path.name) if op is not Op.STARTS_WITH else REST
        # A blank word would be found in blank text, which counts as none.
        if path.kind in TEXT_KINDS and all(
            type(word) is str and word.strip() for word in several(operand)
        ):
            return WORDS, path.name
    return REST


def _is_known(operand: Operand) -> bool:
    if type(operand) is tuple:
        return not any(type(item) is Var for item in operand)
    return type(operand) is not Var


def _has_scale(op: Op, operand: Operand) -> bool:
    if op is not Op.BETWEEN:
        return type(operand) in _ORDERED
    if not isinstance(operand, tuple) or len(operand) != 2:
        return False
    low, high = operand
    return type(low) in _ORDERED and type(low) is type(high)


def _comparable(test: Test) -> bool:
    return all(type(value) in _ORDERED for value in several(test.operand))
