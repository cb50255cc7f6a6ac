"""Boxes say what the reference evaluator says, on random conditions and tickets, empty ones too."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analyse.axes import OTHER, Axis
from engine.analyse.boxes import Box, Explosion, Space, find, without
from engine.analyse.search import Searcher
from engine.analyse.world import COUNT, DAY, SOMEBODY, Domain, World, domain_of
from engine.evaluate import holds
from engine.facts import Facts, Value
from engine.predicate import FALSE, TRUE, All, AnyOf, Not, Op, Path, Predicate, Var
from engine.predicate import Test as Leaf

REASON = Path("reason", "reason", "choice")
PAID = Path("paid", "paid", "boolean")
AMOUNT = Path("amount", "amount", "money", 2)
WEIGHT = Path("weight", "weight", "decimal", 3)
DAY_OF = Path("day", "day", "date")
SEEN = Path("seen", "seen", "datetime")
TAGS = Path("tags", "tags", "tags")
PHOTO = Path("photo", "photo", "files")
NAME = Path("name", "name", "text")
WHO = Path("who", "who", "person")
TEAM = Path("team", "team", "team")
TEAMS = Path("teams", "teams", "teams")
PRICE = Path("parts.price", "parts.price", "integer", inside="parts")

REASONS = ("a", "b", "c")
DAYS = tuple(datetime.date(2026, 3, n).isoformat() for n in range(1, 6))
US = 3_600_000_000
MOMENTS = tuple(SOMEBODY.now_us + n * US for n in range(-2, 3))
TAG_WORDS = ("x", "y", "z")
WORLD = World(
    domains={
        "reason": Domain(REASON, "finite", REASONS),
        "paid": domain_of(PAID),
        "amount": Domain(AMOUNT, "whole", low=0, high=9),
        "weight": Domain(WEIGHT, "whole", low=-3, high=3, may_be_empty=False),
        "day": domain_of(DAY_OF),
        "tags": domain_of(TAGS, values=TAG_WORDS),
        "team": Domain(TEAM, "finite", ("desk", "claims")),
    }
)
MEMBER = replace(SOMEBODY, viewer=replace(SOMEBODY.viewer, teams=frozenset({"desk"})))
"""Who asks: a person of one team, so that what depends on the asker answers both ways."""
NUMBER_OPS = (Op.IS, Op.AT_LEAST, Op.MORE_THAN, Op.AT_MOST, Op.LESS_THAN)


def leaf(
    path: Path, ops: tuple[Op, ...], values: st.SearchStrategy[Any]
) -> st.SearchStrategy[Leaf]:
    return st.builds(lambda op, value: Leaf(path, op, value), st.sampled_from(ops), values)


def several(values: tuple[Any, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


def numbers(path: Path, low: int, high: int) -> st.SearchStrategy[Leaf]:
    whole = st.integers(low, high)
    ends = st.tuples(whole, whole)
    return leaf(path, NUMBER_OPS, whole) | leaf(path, (Op.BETWEEN,), ends)


EMPTY = st.builds(
    lambda path, wanted: Leaf(path, Op.IS_EMPTY, wanted),
    st.sampled_from([REASON, PAID, AMOUNT, WEIGHT, DAY_OF, SEEN, TAGS, PHOTO, NAME]),
    st.booleans(),
)
LEAVES = (
    EMPTY
    | leaf(REASON, (Op.IS, Op.IS_NOT), st.sampled_from(REASONS))
    | leaf(REASON, (Op.ONE_OF, Op.NONE_OF), several(REASONS))
    | leaf(PAID, (Op.IS, Op.IS_NOT), st.booleans())
    | numbers(AMOUNT, -2, 12)
    | numbers(WEIGHT, -4, 4)
    | leaf(DAY_OF, (Op.BEFORE, Op.AFTER), st.sampled_from(DAYS) | st.just(Var("today")))
    | leaf(DAY_OF, (Op.BETWEEN,), st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)))
    | leaf(DAY_OF, (Op.WITHIN_LAST, Op.WITHIN_NEXT), st.integers(0, 3).map(lambda n: n * 24 * US))
    | leaf(SEEN, (Op.BEFORE, Op.AFTER), st.sampled_from(MOMENTS) | st.just(Var("now")))
    | leaf(SEEN, (Op.WITHIN_LAST, Op.WITHIN_NEXT), st.integers(0, 3).map(lambda n: n * US))
    | leaf(TAGS, (Op.CONTAINS,), st.sampled_from(TAG_WORDS))
    | leaf(TAGS, (Op.CONTAINS_ANY, Op.CONTAINS_ALL), several(TAG_WORDS))
    | leaf(PHOTO, (Op.COUNT,), st.tuples(st.integers(0, 3), st.integers(-1, 4)))
    | leaf(NAME, (Op.IS, Op.IS_NOT), st.sampled_from(("p", "q")))
    | leaf(NAME, (Op.CONTAINS, Op.STARTS_WITH), st.sampled_from(("p", "q", "r")))
    | leaf(NAME, (Op.CONTAINS_ANY, Op.CONTAINS_ALL), several(("p", "q", "r")))
    | leaf(NAME, (Op.MATCHES,), st.sampled_from(("^p+$", "q.r")))
    | leaf(WHO, (Op.IS, Op.IS_NOT), st.just(Var("me")))
    | leaf(TEAM, (Op.ONE_OF, Op.NONE_OF), st.just(Var("my.teams")))
    | leaf(TEAMS, (Op.CONTAINS_ANY, Op.CONTAINS_ALL), st.just(Var("my.teams")))
    | leaf(PRICE, (Op.MORE_THAN, Op.IS), st.integers(0, 3))
)  # fmt: skip
CONDITIONS = st.recursive(
    LEAVES | st.sampled_from([TRUE, FALSE]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: All(tuple(items)))
        | st.lists(inner, max_size=3).map(lambda items: AnyOf(tuple(items)))
        | inner.map(Not)
    ),
    max_leaves=6,
)
TICKETS = st.fixed_dictionaries(
    {
        "reason": st.sampled_from((*REASONS, None)),
        "paid": st.sampled_from((True, False, None)),
        "amount": st.integers(0, 9) | st.none(),
        "weight": st.integers(-3, 3),
        "day": st.sampled_from((*DAYS, "0001-01-01", "9999-12-31", None)),
        "seen": st.sampled_from((*MOMENTS, None)) | st.integers(MOMENTS[0], MOMENTS[-1]),
        "tags": several(TAG_WORDS) | st.just(()),
        "photo": st.integers(0, 6).map(lambda n: tuple(f"f{i}" for i in range(n))),
        "name": st.sampled_from(("p", "q", "r", "pp", "qxr", "rpq", None)),
        "who": st.sampled_from(("somebody", "another", None)),
        "team": st.sampled_from(("desk", "claims", None)),
        "teams": st.sampled_from((("desk",), ("claims",), ("desk", "claims"), ())),
        "parts": st.lists(st.integers(0, 4), max_size=2).map(
            lambda prices: tuple({"price": price} for price in prices)
        ),
    }
)


def atom_of(axis: Axis, facts: Facts) -> int:
    """The number of the atom that a ticket lies in."""
    if axis.test is not None:
        return int(holds(axis.test, facts, MEMBER))
    name, _, element = axis.name.partition("~")
    value: Any = facts.get(name)
    if axis.element is not None:
        named = {"x", "y", "z"} if axis.element is not OTHER else set()
        assert axis.element is OTHER or element in named
        return int(element in value) if axis.element is not OTHER else -1
    if axis.stretches:
        if value in (None, ()):
            return axis.atoms.index(None)
        number = len(value) if axis.sort == COUNT else value
        if axis.sort == DAY:
            number = datetime.date.fromisoformat(value).toordinal()
        for at, stretch in enumerate(axis.stretches):
            if stretch is not None and stretch[0] <= number <= stretch[1]:
                return at
        # Beyond all that conditions name: the first or last stretch stands for it.
        known = [at for at, stretch in enumerate(axis.stretches) if stretch is not None]
        first = axis.stretches[known[0]]
        return known[0] if first is not None and number < first[0] else known[-1]
    return axis.atoms.index(value) if value in axis.atoms else axis.atoms.index(OTHER)


def point_of(space: Space, facts: Facts) -> Box:
    """The box of one ticket."""
    found = []
    for axis in space.axes:
        at = atom_of(axis, facts)
        if at < 0:
            named = {a.element for a in space.axes if a.name.startswith("tags~")}
            at = int(any(tag not in named for tag in facts.names("tags")))
        found.append(1 << at)
    return tuple(found)


def inside(point: Box, boxes: list[Box]) -> bool:
    return any(all(p & b for p, b in zip(point, box, strict=True)) for box in boxes)


@settings(max_examples=700, deadline=None)
@given(CONDITIONS, st.lists(TICKETS, min_size=1, max_size=5))
def test_boxes_hold_what_the_evaluator_holds(
    pred: Predicate, tickets: list[dict[str, Value]]
) -> None:
    space = Space.over(WORLD, [pred])
    yes, no = space.boxes(pred), space.boxes(pred, wanted=False)
    for values in tickets:
        facts = Facts(values)
        point = point_of(space, facts)
        assert inside(point, yes) is holds(pred, facts, MEMBER)
        assert inside(point, no) is not holds(pred, facts, MEMBER)


SMALL = World(
    domains={
        "reason": Domain(REASON, "finite", REASONS),
        "amount": Domain(AMOUNT, "whole", low=0, high=4),
        "paid": Domain(PAID, "finite", (True, False), may_be_empty=False),
    }
)
SMALL_LEAVES = (
    leaf(REASON, (Op.IS, Op.IS_NOT), st.sampled_from(REASONS))
    | leaf(REASON, (Op.NONE_OF,), several(REASONS))
    | leaf(PAID, (Op.IS,), st.booleans())
    | numbers(AMOUNT, -1, 5)
    | st.builds(lambda path: Leaf(path, Op.IS_EMPTY, True), st.sampled_from([REASON, AMOUNT]))
)
SMALL_CONDITIONS = st.recursive(
    SMALL_LEAVES,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda items: All(tuple(items)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda items: AnyOf(tuple(items)))
        | inner.map(Not)
    ),
    max_leaves=5,
)
ALL_SMALL = [
    Facts({"reason": reason, "amount": amount, "paid": paid})
    for reason, amount, paid in itertools.product(
        (*REASONS, None), (0, 1, 2, 3, 4, None), (True, False)
    )
]


@settings(max_examples=400, deadline=None)
@given(SMALL_CONDITIONS, st.lists(SMALL_CONDITIONS, max_size=4))
def test_a_search_agrees_with_trying_every_ticket(
    include: Predicate, exclude: list[Predicate]
) -> None:
    searcher = Searcher(SMALL, [include, *exclude])
    answer = searcher.ticket(include, exclude)
    fits = [
        facts
        for facts in ALL_SMALL
        if holds(include, facts, SOMEBODY)
        and not any(holds(one, facts, SOMEBODY) for one in exclude)
    ]
    assert answer.says == ("ticket" if fits else "never")
    assert searcher.can_be(include, exclude) is bool(fits)


@settings(max_examples=300, deadline=None)
@given(SMALL_CONDITIONS, st.lists(SMALL_CONDITIONS, max_size=3))
def test_what_is_left_of_a_box_is_cut_into_pieces_that_do_not_overlap(
    include: Predicate, exclude: list[Predicate]
) -> None:
    space = Space.over(SMALL, [include, *exclude])
    outside = [box for one in exclude for box in space.boxes(one)]
    for start in space.boxes(include):
        pieces = without(start, outside)
        for facts in ALL_SMALL:
            point = tuple(
                1 << axis.atoms.index(facts.get(axis.name))
                if not axis.stretches
                else 1 << atom_of(axis, facts)
                for axis in space.axes
            )
            held = sum(inside(point, [piece]) for piece in pieces)
            assert held == (inside(point, [start]) and not inside(point, outside))


def test_more_boxes_than_is_sensible_are_refused() -> None:
    pairs = [
        AnyOf(
            (
                Leaf(Path(f"f{n}", f"f{n}", "boolean"), Op.IS, True),
                Leaf(Path(f"g{n}", f"g{n}", "boolean"), Op.IS, True),
            )
        )
        for n in range(14)
    ]
    space = Space.over(World(), pairs)
    with pytest.raises(Explosion):
        space.boxes(All(tuple(pairs)))


def test_a_search_gives_up_in_time() -> None:
    with pytest.raises(Explosion):
        find([(3, 3, 3)], [(1, 1, 3), (2, 2, 3), (1, 2, 3), (2, 1, 3)], most=2)
