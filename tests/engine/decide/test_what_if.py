"""The smallest change lets the row win and nothing smaller does: tried out on all values."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decide.could_be import Space
from engine.decide.search import Table, rivals_of, wins
from engine.decide.what_if import WhatIf, what_if
from engine.evaluate import holds
from engine.facts import Facts, Value
from engine.model.field import FieldModel, Limits, Option
from engine.model.routing import Row
from engine.model.text import Words
from engine.predicate import TRUE, All, AnyOf, Not, Op, Path, Predicate
from engine.predicate import Test as Leaf
from tests.engine.language import ANN, PLACE

EXAMPLES = int(os.environ.get("SPECDESK_EXAMPLES", "120"))
REASONS = ("damaged", "late", "regret", "wrong")
KINDS = ("glass", "steel")
DAYS = tuple(f"2026-03-{day:02}" for day in range(1, 8))
PATHS = {
    "reason": Path("reason", "reason", "choice"),
    "pieces": Path("pieces", "pieces", "integer"),
    "signed": Path("signed", "signed", "date"),
    "kinds": Path("kinds", "kinds", "multi_choice"),
    "urgent": Path("urgent", "urgent", "boolean"),
}


def _field(key: str, kind: str, **more: Any) -> FieldModel:
    known = more.pop("known", ())
    options = {one: Option(one, one, Words({"en": one})) for one in known}
    return FieldModel(key, key, kind, Words({"en": key}), PLACE, options=options, **more)


SPACE = Space(
    {
        "reason": _field("reason", "choice", known=REASONS, required=True),
        "pieces": _field("pieces", "integer", limits=Limits(low=0, high=7)),
        "signed": _field("signed", "date", limits=Limits(low_date=DAYS[0], high_date=DAYS[-1])),
        "kinds": _field("kinds", "multi_choice", known=KINDS),
        "urgent": _field("urgent", "boolean"),
    }
)
EVERY: Mapping[str, tuple[Value, ...]] = {
    "reason": REASONS,
    "pieces": (None, *range(8)),
    "signed": (None, *DAYS),
    "kinds": (None, ("glass",), ("steel",), KINDS),
    "urgent": (None, True, False),
}


def _some(options: tuple[Any, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(options), min_size=1, max_size=2, unique=True).map(tuple)


def _operators(name: str) -> st.SearchStrategy[tuple[Op, Any]]:
    empty = st.tuples(st.just(Op.IS_EMPTY), st.booleans())
    if name == "reason":
        return st.tuples(st.sampled_from((Op.ONE_OF, Op.NONE_OF)), _some(REASONS))
    if name == "kinds":
        several = st.tuples(st.sampled_from((Op.CONTAINS_ANY, Op.CONTAINS_ALL)), _some(KINDS))
        return several | empty
    if name == "urgent":
        return st.tuples(st.sampled_from((Op.IS, Op.IS_NOT)), st.booleans()) | empty
    numbers: st.SearchStrategy[Any]
    numbers = st.integers(-1, 8) if name == "pieces" else st.sampled_from(DAYS)
    single = (
        (Op.IS, Op.AT_LEAST, Op.MORE_THAN, Op.AT_MOST, Op.LESS_THAN)
        if name == "pieces"
        else (Op.BEFORE, Op.AFTER)
    )
    return st.one_of(
        empty,
        st.tuples(st.sampled_from(single), numbers),
        st.tuples(st.just(Op.BETWEEN), st.tuples(numbers, numbers)),
    )


TESTS = st.sampled_from(tuple(PATHS)).flatmap(
    lambda name: _operators(name).map(lambda pair: Leaf(PATHS[name], pair[0], pair[1]))
)
PREDICATES: st.SearchStrategy[Predicate] = st.recursive(
    TESTS | st.just(TRUE),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: All(tuple(items))),
        st.lists(inner, max_size=3).map(lambda items: AnyOf(tuple(items))),
        inner.map(Not),
    ),
    max_leaves=4,
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of up to four rows with `otherwise`, of each way to hit."""
    found = draw(st.lists(PREDICATES, min_size=1, max_size=4))
    rows = [Row(f"r{n}", pred, {"team": "a"}, PLACE) for n, pred in enumerate(found)]
    hit = draw(st.sampled_from(("first", "only_one", "all")))
    return Table((*rows, Row("otherwise", TRUE, {"team": "b"}, PLACE)), hit, SPACE)


TICKETS = st.fixed_dictionaries({name: st.sampled_from(each) for name, each in EVERY.items()})


def _changes(facts: Facts, table: Table, target: Row) -> Iterator[tuple[frozenset[str], Facts]]:
    """Every ticket with which the row wins, and which values are other than now."""
    for values in itertools.product(*EVERY.values()):
        other = Facts(dict(zip(EVERY, values, strict=True)))
        if wins(table, target, other, ANN):
            yield frozenset(n for n in EVERY if other.get(n) != facts.get(n)), other


def _far(name: str, value: Value, now: Value) -> int:
    if name == "signed":
        return abs(DAYS.index(str(value)) - DAYS.index(str(now)))
    return abs(value - now) if isinstance(value, int) and isinstance(now, int) else 0


@settings(max_examples=EXAMPLES, deadline=None)
@given(table=tables(), values=TICKETS, place=st.integers(0, 4))
def test_the_change_lets_the_row_win_and_none_smaller_does(
    table: Table, values: dict[str, Value], place: int
) -> None:
    facts = Facts(values)
    target = table.rows[place % len(table.rows)]
    found, _ = what_if(table, target, facts, ANN)
    possible = list(_changes(facts, table, target))
    assert found.answer != "unknown"
    if found.answer != "change":
        assert not possible
        _blame(found, table, target)
        return
    changed = {change.path.name: change.after for change in found.changes}
    assert wins(table, target, facts.with_values(changed), ANN)
    names = frozenset(changed)
    assert all(facts.get(name) != value for name, value in changed.items())
    assert len(names) == min(len(each) for each, _ in possible)
    assert not any(each < names for each, _ in possible)
    for change in found.changes:
        _as_claimed(table, target, facts, changed, change.path.name, change.claim)
    if len(changed) == 1:
        _nearest(facts, changed, possible)


def _as_claimed(
    table: Table, target: Row, facts: Facts, changed: dict[str, Value], name: str, claim: Predicate
) -> None:
    """Whatever fits what is told of an option lets the row win; and what was found fits it."""
    assert holds(claim, Facts(changed), ANN)
    if name in ("reason", "urgent"):
        for value in EVERY[name]:
            other = facts.with_values({**changed, name: value})
            if value is not None and value != facts.get(name):
                assert holds(claim, other, ANN) is wins(table, target, other, ANN)


def _nearest(
    facts: Facts, changed: dict[str, Value], possible: list[tuple[frozenset[str], Facts]]
) -> None:
    """One number or day moves as little as it can; it is emptied only where nothing else helps."""
    ((name, value),) = changed.items()
    now = facts.get(name)
    if name not in ("pieces", "signed") or now is None:
        return
    others = [each.get(name) for names, each in possible if names == {name}]
    filled = [other for other in others if other is not None]
    assert (value is None) is not bool(filled)
    if filled:
        assert _far(name, value, now) == min(_far(name, other, now) for other in filled)


def _blame(found: WhatIf, table: Table, target: Row) -> None:
    """The row that is named stands in the way alone."""
    everything = [
        Facts(dict(zip(EVERY, v, strict=True))) for v in itertools.product(*EVERY.values())
    ]
    able = [facts for facts in everything if holds(target.when, facts, ANN)]
    assert (found.answer == "never") is not bool(able)
    if found.by:
        row = next(row for row in rivals_of(table, target) if row.id == found.by)
        assert all(holds(row.when, facts, ANN) for facts in able)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    table=tables(),
    values=TICKETS,
    place=st.integers(0, 4),
    closed=st.sampled_from(tuple(EVERY)),
)
def test_what_a_reader_is_told_hangs_on_nothing_they_may_not_see(
    table: Table, values: dict[str, Value], place: int, closed: str
) -> None:
    """The same answer for every value of the closed field, and right for every one of them."""
    hiding = Table(table.rows, table.hit, table.space, frozenset({closed}))
    target = table.rows[place % len(table.rows)]
    told = [
        what_if(hiding, target, Facts({**values, closed: value}), ANN)[0] for value in EVERY[closed]
    ]
    assert all(each == told[0] for each in told)
    for change in told[0].changes:
        assert change.path.name != closed
    changed = {change.path.name: change.after for change in told[0].changes}
    if told[0].answer == "change":
        for value in EVERY[closed]:
            facts = Facts({**values, closed: value, **changed})
            assert wins(table, target, facts, ANN)
