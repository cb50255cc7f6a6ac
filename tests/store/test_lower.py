"""SQL says of every ticket what the reference evaluator says, on both databases."""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from engine.evaluate import LIST_KINDS, TEXT_KINDS, holds
from engine.facts import Ask, Facts, Value, Viewer
from engine.normal import fold
from engine.predicate import FALSE, TRUE, All, AnyOf, Not, Op, Path, Predicate, Var
from engine.predicate import Test as Leaf
from runtime.clock import FixedClock
from runtime.store import accounts, organisations, people, tickets
from runtime.store.indexes import indexed_field, reconcile
from runtime.store.lower import NotLowerable, lower
from runtime.store.open import Store
from runtime.store.tables.tickets import ticket
from tests.store.conftest import SHOP
from tests.store.making import a_ticket
from tests.stores import MONDAY_US

EXAMPLES = int(os.environ.get("SPECDESK_EXAMPLES", "150"))
TICKETS = 60
DAY_US = 86_400_000_000
TEXTS = ("refund", "退款", "退款 100%", "ＲＥＦＵＮＤ", "Straße", "STRASSE", "a_b", "a/b", "é", "İ")
NUMBERS = (-100, -1, 0, 1, 5000, 123456, 2**53 - 1)
CHOICES = ("damaged", "wrong_item", "late", "yes")
TAGS = ("fragile", "vip_care", "易碎")
TEAMS = ("after_sales", "finance", "claims")
DAYS = ("2026-02-27", "2026-03-01", "2026-03-02", "2026-03-03", "2026-04-01")
MOMENTS = tuple(MONDAY_US + n for n in (-40 * DAY_US, -DAY_US, -1, 0, 1, DAY_US, 9 * DAY_US))

PATHS: tuple[Path, ...] = (
    Path("note_text", "note_text", "text"),
    Path("subject", "subject", "text"),
    Path("description", "description", "long_text"),
    Path("number", "number", "text"),
    Path("order_no.product", "order_no.product", "text"),
    Path("customer.city", "customer.city", "text"),
    Path("requester.name", "requester.name", "text"),
    Path("customer.organisation.level", "customer.organisation.level", "text"),
    Path("amount", "amount", "money", 2),
    Path("pieces", "pieces", "integer"),
    Path("spent", "spent", "duration"),
    Path("rating", "rating", "rating"),
    Path("reopened", "reopened", "integer"),
    Path("order_no.paid", "order_no.paid", "money", 2),
    Path("customer.points", "customer.points", "integer", 0, "", 5),
    Path("signed_on", "signed_on", "date"),
    Path("order_no.signed_on", "order_no.signed_on", "date"),
    Path("called_at", "called_at", "datetime"),
    Path("created_at", "created_at", "datetime"),
    Path("solved_at", "solved_at", "datetime"),
    Path("due.solved", "due.solved", "datetime"),
    Path("reason", "reason", "choice"),
    Path("area", "area", "tree"),
    Path("state", "state", "state"),
    Path("team", "team", "team"),
    Path("assignee", "assignee", "person"),
    Path("customer.level", "customer.level", "choice", 0, "", "normal"),
    Path("urgent_case", "urgent_case", "boolean"),
    Path("breached.solved", "breached.solved", "boolean"),
    Path("parts_kinds", "parts_kinds", "multi_choice"),
    Path("tags", "tags", "tags"),
    Path("teams", "teams", "teams"),
    Path("watchers", "watchers", "people"),
    Path("customer.hobbies", "customer.hobbies", "multi_choice"),
    Path("photo", "photo", "files"),
    Path("parts", "parts", "lines"),
)
NO_FOLDS = ("customer.", "requester.")
WORDS = {"choice": CHOICES, "tree": CHOICES, "state": ("submitted", "finance"), "team": TEAMS}
ITEMS = {"multi_choice": CHOICES, "tags": TAGS, "teams": TEAMS}


def _lists(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, min_size=1, max_size=3, unique=True).map(tuple)


def _operators(path: Path) -> st.SearchStrategy[tuple[Op, Any]]:
    """An operator the kind has, with an operand that the compiler could have made."""
    empty = st.tuples(st.just(Op.IS_EMPTY), st.booleans())
    kind = path.kind
    if kind in TEXT_KINDS:
        return st.one_of(empty, *_of_text(path))
    if kind in ("files", "image", "lines"):
        ends = st.tuples(st.integers(0, 3), st.integers(-1, 3))
        return st.one_of(empty, st.tuples(st.just(Op.COUNT), ends))
    if kind in LIST_KINDS:
        return st.one_of(empty, *_of_list(kind))
    if kind in ("date", "datetime"):
        return st.one_of(empty, *_of_time(kind))
    if kind in ("money", "integer", "duration", "rating"):
        return st.one_of(empty, *_of_number())
    return st.one_of(empty, *_of_choice(kind))


def _of_text(path: Path) -> list[st.SearchStrategy[tuple[Op, Any]]]:
    words = st.sampled_from((*TEXTS, "RF-1", "Ann", "zz"))
    found = [
        st.tuples(st.sampled_from((Op.IS, Op.IS_NOT)), words),
        st.tuples(st.sampled_from((Op.ONE_OF, Op.NONE_OF)), _lists(words)),
    ]
    if path.name.startswith(NO_FOLDS):
        return found
    parts = st.sampled_from((*(fold(word)[:3] for word in TEXTS), "100%", "_", "/", "rf-", "\\"))
    return [
        *found,
        st.tuples(st.sampled_from((Op.CONTAINS, Op.STARTS_WITH)), parts),
        st.tuples(st.sampled_from((Op.CONTAINS_ANY, Op.CONTAINS_ALL)), _lists(parts)),
    ]


def _of_list(kind: str) -> list[st.SearchStrategy[tuple[Op, Any]]]:
    known = ITEMS.get(kind, ("ann", "ben"))
    items: st.SearchStrategy[Any] = st.sampled_from((*known, "unknown"))
    if kind == "people":
        items = items | st.just(Var("me"))
    several = _lists(items)
    if kind == "teams":
        several = several | st.just(Var("my.teams"))
    return [
        st.tuples(st.just(Op.CONTAINS), items),
        st.tuples(st.sampled_from((Op.CONTAINS_ANY, Op.CONTAINS_ALL)), several),
    ]


def _of_time(kind: str) -> list[st.SearchStrategy[tuple[Op, Any]]]:
    points: st.SearchStrategy[Any] = st.sampled_from(DAYS if kind == "date" else MOMENTS)
    zone = "" if kind == "date" else "Asia/Shanghai"
    points = points | st.just(Var("today", zone))
    spans = st.sampled_from((0, 1, 3, 30)).map(lambda days: days * DAY_US)
    return [
        st.tuples(st.sampled_from((Op.BEFORE, Op.AFTER)), points),
        st.tuples(st.just(Op.BETWEEN), st.tuples(points, points)),
        st.tuples(st.sampled_from((Op.WITHIN_LAST, Op.WITHIN_NEXT)), spans),
    ]


def _of_number() -> list[st.SearchStrategy[tuple[Op, Any]]]:
    numbers = st.sampled_from((*NUMBERS, 2, 3))
    orders = (Op.IS, Op.AT_LEAST, Op.MORE_THAN, Op.AT_MOST, Op.LESS_THAN)
    return [
        st.tuples(st.sampled_from(orders), numbers),
        st.tuples(st.just(Op.BETWEEN), st.tuples(numbers, numbers)),
    ]


def _of_choice(kind: str) -> list[st.SearchStrategy[tuple[Op, Any]]]:
    if kind == "boolean":
        return [st.tuples(st.sampled_from((Op.IS, Op.IS_NOT)), st.booleans())]
    if kind == "person":
        return [st.tuples(st.sampled_from((Op.IS, Op.IS_NOT)), st.just(Var("me")))]
    words: st.SearchStrategy[Any] = st.sampled_from((*WORDS[kind], "unknown", "vip", "normal"))
    several = _lists(words)
    if kind == "team":
        several = several | st.just(Var("my.teams"))
    if kind == "tree":
        return [st.tuples(st.just(Op.IS), words), st.tuples(st.just(Op.UNDER), several)]
    return [
        st.tuples(st.sampled_from((Op.IS, Op.IS_NOT)), words),
        st.tuples(st.sampled_from((Op.ONE_OF, Op.NONE_OF)), several),
    ]


TESTS = st.sampled_from(PATHS).flatmap(
    lambda path: _operators(path).map(lambda pair: Leaf(path, pair[0], pair[1]))
)
PREDICATES: st.SearchStrategy[Predicate] = st.recursive(
    TESTS | st.sampled_from((TRUE, FALSE)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: All(tuple(items))),
        st.lists(inner, max_size=3).map(lambda items: AnyOf(tuple(items))),
        inner.map(Not),
    ),
    max_leaves=6,
)


@dataclass(frozen=True)
class Filled:
    """A store with tickets, the facts of each by id, and whoever asks."""

    store: Store
    facts: dict[str, Facts]
    asks: tuple[Ask, ...]


def _some(chance: random.Random, options: tuple[Any, ...]) -> Any:
    return chance.choice((*options, None, None))


def _several(chance: random.Random, options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in options if chance.random() < 0.4)


def _known(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if value not in (None, ())}


async def _person(unit: Any, chance: random.Random, name: str) -> tuple[str, dict[str, Any]]:
    values = _known(
        {
            "city": _some(chance, TEXTS),
            "points": _some(chance, NUMBERS),
            "level": _some(chance, ("vip", "normal")),
            "hobbies": _several(chance, CHOICES),
        }
    )
    plain = {key: list(v) if isinstance(v, tuple) else v for key, v in values.items()}
    return await people.add_person(unit, name, values=plain), values


def _custom(chance: random.Random) -> dict[str, Any]:
    return _known(
        {
            "note_text": _some(chance, TEXTS),
            "amount": _some(chance, NUMBERS),
            "pieces": _some(chance, NUMBERS),
            "spent": _some(chance, NUMBERS),
            "signed_on": _some(chance, DAYS),
            "called_at": _some(chance, MOMENTS),
            "reason": _some(chance, CHOICES),
            "area": _some(chance, CHOICES),
            "urgent_case": _some(chance, (True, False)),
            "parts_kinds": _several(chance, CHOICES),
            "photo": _several(chance, ("f1", "f2", "f3")),
            "parts": tuple({"pieces": n} for n in range(chance.randrange(3))),
        }
    )


def _columns(chance: random.Random, persons: list[str]) -> dict[str, Any]:
    """Built-in names of a ticket, as facts have them."""
    return {
        "subject": chance.choice(TEXTS),
        "description": chance.choice((*TEXTS, "")),
        "state": chance.choice(("submitted", "finance")),
        "team": _some(chance, TEAMS),
        "assignee": _some(chance, tuple(persons)),
        "customer": _some(chance, tuple(persons)),
        "requester": _some(chance, tuple(persons)),
        "created_at": chance.choice(MOMENTS),
        "solved_at": _some(chance, MOMENTS),
        "rating": _some(chance, (1, 5)),
        "reopened": chance.randrange(3),
        "tags": _several(chance, TAGS),
        "teams": _several(chance, TEAMS),
        "watchers": _several(chance, tuple(persons)),
    }


_STORED = {
    "state": "state_key",
    "team": "team_key",
    "assignee": "assignee_id",
    "customer": "customer_id",
    "requester": "requester_id",
    "created_at": "created_us",
    "solved_at": "solved_us",
}


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


async def _add(unit: Any, chance: random.Random, n: int, who: dict[str, Any]) -> tuple[str, Facts]:
    own, custom = _columns(chance, list(who)), _custom(chance)
    record = _known(
        {
            "product": _some(chance, TEXTS),
            "paid": _some(chance, NUMBERS),
            "signed_on": _some(chance, DAYS),
        }
    )
    due, late = _some(chance, MOMENTS), chance.random() < 0.5
    clocks = {"solved": {"due_us": due, "breached": late}} if chance.random() < 0.7 else {}
    folds: dict[str, Any] = {
        name: fold(value)
        for name, value in {**own, **custom}.items()
        if name in ("subject", "description", "note_text") and value
    }
    folds["order_no"] = {k: fold(v) for k, v in record.items() if isinstance(v, str)}
    row = a_ticket(
        unit,
        f"RF-{n}",
        values={key: _plain(value) for key, value in custom.items()},
        folds=folds,
        refs={"order_no": {"key": "1", "values": record}} if record else {},
        clocks=clocks,
        **{_STORED.get(name, name): _plain(value) for name, value in own.items()},
    )
    await tickets.create(unit, row)
    values: dict[str, Value] = {**own, **custom, "number": row.number}
    values |= {f"order_no.{key}": value for key, value in record.items()}
    if clocks:
        values |= {"due.solved": due, "breached.solved": late}
    for word in ("customer", "requester"):
        if own[word]:
            known = {"level": "normal", "points": 5, **who[own[word]]}
            values |= {f"{word}.{key}": value for key, value in known.items()}
    return row.id, Facts(values)


async def _fill(url: str, folder: FilePath) -> Filled:
    opened = await Store.open(url, key_file=folder / "keys.json", clock=FixedClock(MONDAY_US))
    chance = random.Random(20260302)
    async with opened.unit(SHOP, write=True) as unit:
        await accounts.ensure_tenant(unit, {"en": "Spruce Select"})
        who: dict[str, Any] = {}
        for name in ("Ann", "Ben", "Cleo"):
            person_id, values = await _person(unit, chance, name)
            who[person_id] = {**values, "name": name}
            level = None if name == "Ben" else name[0]
            house = await organisations.add(unit, f"{name} Ltd", level=level)
            if name != "Cleo":
                await people.change_person(unit, person_id, organisation_id=house)
                who[person_id]["organisation.level"] = level
        facts = dict([await _add(unit, chance, n, who) for n in range(TICKETS)])
    first = next(iter(who))
    asks = (
        Ask(MONDAY_US, Viewer(first, "Ann", teams=frozenset(TEAMS[:2])), "2026-03-02"),
        Ask(MONDAY_US, Viewer(first, "Ann", teams=frozenset()), "2026-03-02"),
        Ask(MONDAY_US, Viewer(None), "2026-03-02"),
    )
    return Filled(opened, facts, asks)


async def _found(filled: Filled, pred: Predicate, ask: Ask) -> set[str]:
    async with filled.store.unit(SHOP) as unit:
        query = select(ticket.c.id).where(ticket.c.tenant_id == SHOP, lower(pred, ask))
        return {row[0] for row in await unit.rows(query)}


def test_sql_finds_what_the_evaluator_finds(fresh_url: str, tmp_path: FilePath) -> None:
    with asyncio.Runner() as runner:
        filled = runner.run(_fill(fresh_url, tmp_path))

        @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
        @given(pred=PREDICATES, number=st.integers(0, 2))
        def agree(pred: Predicate, number: int) -> None:
            ask = filled.asks[number]
            wanted = {key for key, facts in filled.facts.items() if holds(pred, facts, ask)}
            assert runner.run(_found(filled, pred, ask)) == wanted

        try:
            agree()
        finally:
            runner.run(filled.store.close())


def test_every_operator_splits_the_tickets(fresh_url: str, tmp_path: FilePath) -> None:
    """The sample is no sham: over its tests SQL finds some tickets and leaves some out."""
    with asyncio.Runner() as runner:
        filled = runner.run(_fill(fresh_url, tmp_path))
        try:
            for path, op, operand in SPLITTING:
                found = runner.run(_found(filled, Leaf(path, op, operand), filled.asks[0]))
                assert 0 < len(found) < TICKETS, (path.name, op)
        finally:
            runner.run(filled.store.close())


_BY_NAME = {path.name: path for path in PATHS}
SPLITTING = [
    (_BY_NAME[name], op, operand)
    for name, op, operand in (
        ("reason", Op.IS, "damaged"),
        ("reason", Op.IS_NOT, "damaged"),
        ("note_text", Op.CONTAINS, "refund"),
        ("note_text", Op.STARTS_WITH, "退款"),
        ("amount", Op.MORE_THAN, 100),
        ("amount", Op.BETWEEN, (0, 6000)),
        ("signed_on", Op.BEFORE, "2026-03-02"),
        ("called_at", Op.WITHIN_LAST, 3 * DAY_US),
        ("tags", Op.CONTAINS_ALL, ("fragile", "易碎")),
        ("teams", Op.CONTAINS_ANY, Var("my.teams")),
        ("customer.level", Op.IS, "normal"),
        ("customer.hobbies", Op.CONTAINS_ANY, CHOICES),
        ("order_no.paid", Op.AT_LEAST, 1),
        ("order_no.product", Op.CONTAINS, "退"),
        ("photo", Op.COUNT, (2, -1)),
        ("breached.solved", Op.IS, True),
        ("area", Op.UNDER, ("late", "yes")),
        ("assignee", Op.IS, Var("me")),
        ("description", Op.IS_EMPTY, True),
    )
]  # fmt: skip


@pytest.mark.parametrize(
    "test",
    [
        Leaf(Path("note_text", "note_text", "text"), Op.MATCHES, "a.*b"),
        Leaf(Path("reason", "reason", "choice"), Op.CHANGED, True),
        Leaf(Path("parts.pieces", "parts.pieces", "integer", 0, "parts"), Op.IS, 1),
        Leaf(Path("customer.city", "customer.city", "text"), Op.CONTAINS, "a"),
    ],
)
def test_what_can_not_be_asked_of_many_rows_is_refused(test: Leaf) -> None:
    with pytest.raises(NotLowerable):
        lower(test, Ask(MONDAY_US, Viewer(None), "2026-03-02"))


async def test_an_equality_is_served_by_the_index(store: Store) -> None:
    """Equality on an indexed field stands in the plan as that index, alone and beside others."""
    await reconcile(store, [indexed_field("reason", "text")])
    pred = All((Leaf(_BY_NAME["reason"], Op.IS, "late"), Not(Leaf(_BY_NAME["team"], Op.IS, "x"))))
    clause = lower(pred, Ask(MONDAY_US, Viewer(None), "2026-03-02"))
    query = select(ticket.c.id).where(ticket.c.tenant_id == SHOP, clause)
    async with store.unit(SHOP) as unit:
        dialect = unit.speech
        words = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        if unit.on_postgresql:
            await unit.run(text("SET LOCAL enable_seqscan = off"))
            plan = await unit.rows(text("EXPLAIN " + words.replace(":", "\\:")))
        else:
            plan = await unit.rows(text("EXPLAIN QUERY PLAN " + words))
    assert "ixf_values_reason" in " ".join(str(row) for row in plan)
