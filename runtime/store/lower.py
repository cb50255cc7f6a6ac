"""Conditions as SQL over tickets, equal on both databases to `engine.evaluate.holds`.

SQL is three-valued, conditions are not. `not` is pushed down to the tests, and only there, where a
value may be missing, is the unknown turned into an answer; so a plain equality stays one that an
index serves. The clause is meant for WHERE as it stands: negate the condition, never the clause.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    case,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.types import Boolean

from engine.evaluate import LIST_KINDS, TEXT_KINDS, resolve, window
from engine.facts import Ask
from engine.moved import STILL, Moved
from engine.predicate import All, AnyOf, Op, Path, Predicate, Test
from runtime.store import ticket_words
from runtime.store.columns import (
    INSIDE,
    HasItem,
    JsonPath,
    Kind,
    ListLength,
    breach_reason_column,
    breached_column,
    built_in_column,
    due_column,
    field_column,
    fold_column,
    kind_of,
    merged_of,
    reference_column,
    time_spent_column,
)
from runtime.store.moved import before_them, kept_as, through
from runtime.store.person_columns import of_house
from runtime.store.tables.people import person
from runtime.store.tables.tickets import OPEN_PHASES, ticket

_PEOPLE: Final = {
    "customer": ticket.c.customer_id,
    "requester": ticket.c.requester_id,
    "assignee": ticket.c.assignee_id,
}
_Column = ColumnElement[Any]
_Clause = ColumnElement[bool]


class NotLowerable(ValueError):
    """The condition asks what can not be asked of many rows (decisions.md 4)."""


def lower(pred: Predicate, ask: Ask) -> _Clause:
    """The clause for WHERE on `ticket`; the tenant is not in it. Raises NotLowerable."""
    return _clause(pred, ask, wanted=True)


def column_of(path: Path, moved: Moved = STILL) -> _Column:
    """The scalar at a path, for sorting, grouping and comparing; null when empty.

    While data moves run, `moved`, it is what rows will hold that were not reached yet.
    """
    column = _stored_column(path)
    return through(column, path.name, moved) if moved else column


def _stored_column(path: Path) -> _Column:
    root, _, rest = path.name.partition(".")
    if path.inside or path.kind in LIST_KINDS:
        raise NotLowerable(f"{path.spelled} holds several values")
    kind = kind_of(path.kind)
    if root == "due" and rest:
        return due_column(rest)
    if root == "breached" and rest:
        return breached_column(rest)
    if root == "breach_reason" and rest:
        return breach_reason_column(rest)
    if root in _PEOPLE and rest:
        return _of_person(_PEOPLE[root], path, kind)
    if root == "time_spent":
        return time_spent_column()
    if rest:
        return reference_column(root, rest, kind)
    built_in = built_in_column(root)
    return field_column(root, kind) if built_in is None else built_in


# Made once: an alias copies every column, and each stands alone in its own subquery.
_WHO: Final = person.alias("who")
_CHILD: Final = ticket.alias("child")


def _of_person(who: _Column, path: Path, kind: Kind) -> _Column:
    """What is known of a person of the ticket, read live; the default where nothing is."""
    table = _WHO
    key = path.name.partition(".")[2]
    value: _Column
    if key.startswith("organisation."):
        value = of_house(table, key.removeprefix("organisation."))
    else:
        value = table.c.name if key == "name" else JsonPath(table.c["values"], (key,), kind)
    if path.default is not None:
        value = func.coalesce(value, _value(path.default), type_=value.type)
    return (
        select(value)
        .where(table.c.tenant_id == ticket.c.tenant_id, table.c.id == who)
        .correlate(ticket)
        .scalar_subquery()
    )


def _clause(pred: Predicate, ask: Ask, *, wanted: bool) -> _Clause:
    """The clause that is true exactly where `pred` is `wanted`; elsewhere false or unknown."""
    if isinstance(pred, Test):
        return _test(pred, ask, wanted=wanted)
    if isinstance(pred, (All, AnyOf)):
        both = isinstance(pred, All) is wanted
        parts = [_clause(item, ask, wanted=wanted) for item in pred.items]
        if not parts:
            return true() if both else false()
        return and_(*parts) if both else or_(*parts)
    return _clause(pred.item, ask, wanted=not wanted)


def _test(test: Test, ask: Ask, *, wanted: bool) -> _Clause:
    if test.op is Op.IS_EMPTY:
        return _empty(test.path, ask, wanted=bool(test.operand) is wanted)
    if test.op in (Op.IS_NOT, Op.NONE_OF):
        other = Op.IS if test.op is Op.IS_NOT else Op.ONE_OF
        return _test(Test(test.path, other, test.operand), ask, wanted=not wanted)
    clause = _holds(test, ask)
    if wanted:
        return clause
    return not_(func.coalesce(clause, false(), type_=Boolean()))


def _holds(test: Test, ask: Ask) -> _Clause:
    """True where the test holds; false or unknown elsewhere, unknown where the value is empty."""
    if test.path.kind == ticket_words.KIND:
        return ticket_words.clause(test)
    lowered = _OPS.get(test.op)
    if lowered is None or test.path.inside:
        raise NotLowerable(f"{test.op.value} of {test.path.spelled}")
    return lowered(test, ask)


def _value(value: Any) -> _Column:
    """An operand as a parameter of the width that stored numbers have."""
    if isinstance(value, bool):
        return true() if value else false()
    return literal(value, BigInteger() if isinstance(value, int) else Text())


def _several(test: Test, ask: Ask) -> tuple[Any, ...]:
    found = resolve(test.operand, test.op, ask)
    values = found if isinstance(found, tuple) else (found,)
    return tuple(dict.fromkeys(value for value in values if value is not None))


def _among(test: Test, ask: Ask) -> _Clause:
    values = _several(test, ask)
    if not values:
        return false()
    column = column_of(test.path, ask.moved)
    if column is ticket.c.phase and set(values) == set(OPEN_PHASES):
        # In the words of the indexes over open tickets, which a parameter would hide.
        return column.in_([literal(one, Text(), literal_execute=True) for one in OPEN_PHASES])
    if len(values) == 1:
        clause = column == _value(values[0])
    else:
        clause = column.in_([_value(value) for value in values])
    olds = before_them(test.path.name, values, ask.moved)
    if not olds:
        return clause
    # What is stored narrows the search by an index; what it will be decides.
    stored = _stored_column(test.path).in_([_value(value) for value in (*values, *olds)])
    return and_(stored, clause)


def _compared(compare: Callable[[_Column, _Column], _Clause]) -> Callable[[Test, Ask], _Clause]:
    def lowered(test: Test, ask: Ask) -> _Clause:
        operand = resolve(test.operand, test.op, ask)
        column = column_of(test.path, ask.moved)
        return false() if operand is None else compare(column, _value(operand))

    return lowered


def _between(test: Test, ask: Ask) -> _Clause:
    ends = resolve(test.operand, test.op, ask)
    if None in ends:
        return false()
    return column_of(test.path, ask.moved).between(_value(ends[0]), _value(ends[1]))


def _within(test: Test, ask: Ask) -> _Clause:
    ends = window(test, ask)
    if ends is None:
        return false()
    return column_of(test.path, ask.moved).between(_value(ends[0]), _value(ends[1]))


# Texts by their folded form, lists by their items.


def _folded(path: Path) -> _Column:
    root, _, rest = path.name.partition(".")
    if root == "number":
        # Numbers are ASCII, where both databases fold alike.
        return func.lower(ticket.c.number, type_=Text())
    if rest and root not in _PEOPLE:
        return JsonPath(ticket.c.folds, (root, rest), "text")
    if rest or (root not in ("subject", "description") and built_in_column(root) is not None):
        raise NotLowerable(f"{path.spelled} is not kept folded")
    return fold_column(root)


def _contains(test: Test, ask: Ask) -> _Clause:
    values = _several(test, ask)
    if not values:
        return false()
    parts = [_has_moved(test.path, value, ask) for value in values]
    return and_(*parts) if test.op is Op.CONTAINS_ALL else or_(*parts)


def _has_moved(path: Path, value: Any, ask: Ask) -> _Clause:
    """Whether a list holds an item, or one that it takes the place of."""
    clause = _has(path, value)
    for old, there in kept_as(path.name, value, ask.moved):
        clause = or_(clause, and_(_has(path, old), there))
    return clause


def _has(path: Path, value: Any) -> _Clause:
    if path.kind in TEXT_KINDS:
        return _folded(path).contains(str(value), autoescape=True)
    root = path.name.partition(".")[0]
    clause: _Clause = HasItem(*_list(path), _value(value))
    if root in INSIDE:
        # Few tickets have anything in these: an index over those that do keeps the rest out.
        clause = and_(ticket.c[INSIDE[root][0]].is_not(None), clause)
    return _likely(clause) if path.name == "teams" else clause


def _likely(clause: _Clause) -> _Clause:
    """The same, for what many tickets hold.

    PostgreSQL takes an item of a list to be rare, and would read and sort all that hold it instead
    of stopping at fifty. Of a CASE it knows nothing, and takes half of them to hold it.
    """
    return case((clause, true()), else_=false())


def _starts(test: Test, ask: Ask) -> _Clause:
    values = _several(test, ask)
    column = _folded(test.path)
    return or_(false(), *(column.startswith(str(value), autoescape=True) for value in values))


def _list(path: Path) -> tuple[_Column, tuple[str, ...]]:
    """The JSON column that holds a list, and the way to the list inside."""
    root, _, rest = path.name.partition(".")
    if root in INSIDE:
        inside, way = INSIDE[root]
        return ticket.c[inside], way
    if not rest:
        built_in = built_in_column(root)
        return (ticket.c["values"], (root,)) if built_in is None else (built_in, ())
    if root in _PEOPLE:
        table = _WHO
        column = (
            select(table.c["values"])
            .where(table.c.tenant_id == ticket.c.tenant_id, table.c.id == _PEOPLE[root])
            .correlate(ticket)
            .scalar_subquery()
        )
        return column, (rest,)
    return ticket.c.refs, (root, "values", rest)


def _length(path: Path) -> _Column:
    if path.name != "children":
        return ListLength(*_list(path))
    child = _CHILD
    return (
        select(func.count())
        .where(child.c.tenant_id == ticket.c.tenant_id, child.c.parent_id == ticket.c.id)
        .where(merged_of(child).is_(None))
        .correlate(ticket)
        .scalar_subquery()
    )


def _count(test: Test, ask: Ask) -> _Clause:
    low, high = resolve(test.operand, test.op, ask)
    length = _length(test.path)
    filled = length >= _value(max(low, 1))
    return filled if high == -1 else and_(filled, length <= _value(high))


def _empty(path: Path, ask: Ask, *, wanted: bool) -> _Clause:
    """Missing, or there without holding anything."""
    if path.inside:
        raise NotLowerable(f"is_empty of {path.spelled}")
    if path.kind in LIST_KINDS:
        length = func.coalesce(_length(path), 0, type_=BigInteger())
        return length == 0 if wanted else length > 0
    column = column_of(path, ask.moved)
    if path.kind not in TEXT_KINDS:
        return column.is_(None) if wanted else column.is_not(None)
    return or_(column.is_(None), column == "") if wanted else column != ""


_OPS: Final[dict[Op, Callable[[Test, Ask], _Clause]]] = {
    Op.IS: _among,
    Op.ONE_OF: _among,
    Op.UNDER: _among,
    Op.AT_LEAST: _compared(lambda column, value: column >= value),
    Op.MORE_THAN: _compared(lambda column, value: column > value),
    Op.AT_MOST: _compared(lambda column, value: column <= value),
    Op.LESS_THAN: _compared(lambda column, value: column < value),
    Op.BEFORE: _compared(lambda column, value: column < value),
    Op.AFTER: _compared(lambda column, value: column > value),
    Op.BETWEEN: _between,
    Op.WITHIN_LAST: _within,
    Op.WITHIN_NEXT: _within,
    Op.CONTAINS: _contains,
    Op.CONTAINS_ANY: _contains,
    Op.CONTAINS_ALL: _contains,
    Op.STARTS_WITH: _starts,
    Op.COUNT: _count,
}
