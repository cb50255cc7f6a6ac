"""Pages in any order meet every ticket once, counts stop, indexes serve, and figures agree."""

from __future__ import annotations

import random
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import ColumnElement, Select, select, text, true

from runtime.store import lists, reports, tickets
from runtime.store.buckets import Buckets, bucket_keys, offset_changes
from runtime.store.columns import (
    JsonPath,
    breached_column,
    due_column,
    field_column,
    fold_column,
    reference_column,
    sort_column,
)
from runtime.store.indexes import indexed_due, indexed_field, reconcile
from runtime.store.lists import Cursor
from runtime.store.open import Store
from runtime.store.reports import Dimension, Measure
from runtime.store.tables.tickets import ticket
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit
from tests.store.conftest import ELSEWHERE, SHOP, Cast
from tests.store.making import a_ticket

DAY_US = 86_400_000_000
REASONS = ("damaged", "late", None)


async def _fill(store: Store, count: int = 60) -> list[TicketRow]:
    chance = random.Random(7)
    made: list[TicketRow] = []
    async with store.unit(SHOP, write=True) as unit:
        for n in range(count):
            amount = chance.choice((None, 5, 80, 80, 1200))
            reason = chance.choice(REASONS)
            clocks = {"solved": {"due_us": chance.randrange(9), "breached": n % 2 == 0}}
            row = a_ticket(
                unit,
                f"RF-{n}",
                subject=chance.choice(("A", "B", "ä", "中", "a")),
                priority=chance.choice(("urgent", "high", "normal", "low")),
                values={"amount": amount} | ({"reason": reason} if reason else {}),
                clocks=clocks if n % 3 else {},
                created_us=unit.now_us() + n * DAY_US // 4,
                team_key=None if n % 5 == 0 else "after_sales",
            )
            made.append(row)
            await tickets.create(unit, row)
    return made


async def _all_pages(
    store: Store, order: list[tuple[ColumnElement[Any], Literal["asc", "desc"]]], size: int
) -> list[TicketRow]:
    """All tickets page by page; by both ways to a page, which give the same."""
    found: list[TicketRow] = []
    after: Cursor | None = None
    async with store.unit(SHOP) as unit:
        while True:
            page = await lists.list_tickets(unit, true(), order, after=after, limit=size)
            few = await lists.list_tickets(unit, true(), order, after=after, limit=size, few=True)
            assert few == page
            found += page.tickets
            if page.after is None:
                return found
            assert len(page.tickets) == size
            after = page.after


def _amount(row: TicketRow) -> Any:
    return row.values["amount"]


def _due(row: TicketRow) -> Any:
    return row.clocks.get("solved", {}).get("due_us")


def _sorted(rows: list[TicketRow], *keys: tuple[Any, bool], down: bool) -> list[str]:
    """Python's idea of the order: empty last in both directions, then by id."""
    found = sorted(rows, key=lambda row: row.id, reverse=down)
    for key, falls in reversed(keys):
        filled = [row for row in found if key(row) is not None]
        empty = [row for row in found if key(row) is None]
        found = sorted(filled, key=key, reverse=falls) if not falls else _falling(filled, key)
        found += empty
    return [row.id for row in found]


def _falling(rows: list[TicketRow], key: Any) -> list[TicketRow]:
    rows = rows[::-1]
    rows.sort(key=key)
    return rows[::-1]


@pytest.mark.parametrize("size", [7, 60])
async def test_pages_meet_every_ticket_once_in_order(store: Store, cast: Cast, size: int) -> None:
    rows = await _fill(store)
    amount, due = field_column("amount", "number"), due_column("solved")
    priority, subject = sort_column("priority"), ticket.c.subject
    assert priority is not None
    rank = tickets.PRIORITY_RANK

    async def ids(*order: tuple[ColumnElement[Any], Literal["asc", "desc"]]) -> list[str]:
        return [row.id for row in await _all_pages(store, list(order), size)]

    assert await ids() == _sorted(rows, down=False)
    assert await ids((amount, "asc")) == _sorted(rows, (_amount, False), down=False)
    assert await ids((amount, "desc")) == _sorted(rows, (_amount, True), down=True)
    assert await ids((subject, "asc")) == _sorted(rows, (lambda r: r.subject, False), down=False)
    assert await ids((due, "asc"), (amount, "desc")) == _sorted(
        rows, (_due, False), (_amount, True), down=False
    )
    assert await ids((priority, "desc"), (due, "asc")) == _sorted(
        rows, (lambda r: rank[r.priority], True), (_due, False), down=True
    )


async def test_counts_stop_at_their_cap(store: Store, cast: Cast) -> None:
    await _fill(store)
    async with store.unit(SHOP) as unit:
        assert await lists.count_capped(unit, true()) == 60
        assert await lists.count_capped(unit, true(), cap=11) == 11
        some = ticket.c.team_key.is_(None)
        assert await lists.count_many(unit, [true(), some]) == [60, 12]
    async with store.unit(ELSEWHERE) as unit:
        assert await lists.count_capped(unit, true()) == 0


async def test_a_path_of_another_kind_reads_as_empty(store: Store, cast: Cast) -> None:
    """One stored key may be a number here and a text there; neither may break the other."""
    async with store.unit(SHOP, write=True) as unit:
        row = a_ticket(
            unit,
            "RF-1",
            values={"size": "large", "ok": True, "n": 5},
            folds={"subject": "straße"},
            refs={"order": {"key": "A-1", "values": {"paid": 900, "product": "Lamp"}}},
            clocks={"solved": {"due_us": 9, "breached": False}},
        )
        await tickets.create(unit, row)
        read = select(
            field_column("ok", "boolean"),
            field_column("n", "number"),
            fold_column("subject"),
            reference_column("order", "paid", "number"),
            reference_column("order", "product", "text"),
            due_column("solved"),
            breached_column("solved"),
            field_column("nothing", "number"),
        )
        found = await unit.row(read)
    assert found is not None
    assert tuple(found) == (True, 5, "straße", 900, "Lamp", 9, False, None)
    if store.dialect == "postgresql":
        async with store.unit(SHOP) as unit:
            assert await unit.value(select(field_column("size", "number"))) is None


def test_a_key_that_is_none_never_gets_into_sql() -> None:
    for key in ("a'b", "", "a b", "$", "a.b", 'x"'):
        with pytest.raises(ValueError, match="no stored key"):
            JsonPath(ticket.c["values"], (key,), "text")


async def _plan(unit: Unit, query: Select[Any]) -> str:
    words = query.compile(dialect=unit.speech, compile_kwargs={"literal_binds": True}).string
    how = "EXPLAIN " if unit.on_postgresql else "EXPLAIN QUERY PLAN "
    rows = await unit.with_connection(
        lambda connection: connection.exec_driver_sql(how + words.replace("%%", "%")).all()
    )
    return "\n".join(str(tuple(row)) for row in rows)


async def test_published_indexes_are_made_used_and_dropped(store: Store, cast: Cast) -> None:
    await _fill(store)
    wanted = [
        indexed_field("amount", "number"),
        indexed_field("reason", "text"),
        indexed_due("solved"),
    ]
    assert len((await reconcile(store, wanted)).made) == 3
    assert await reconcile(store, wanted) == await reconcile(store, wanted)
    mine = select(ticket.c.id).where(ticket.c.tenant_id == SHOP)
    amount, due = field_column("amount", "number"), due_column("solved")
    async with store.unit(SHOP) as unit:
        if unit.on_postgresql:
            await unit.run(text("SET LOCAL enable_seqscan = off"))
            await unit.run(text("SET LOCAL enable_bitmapscan = off"))
        assert "ixf_values_amount" in await _plan(unit, mine.where(amount == 80))
        equal = mine.where(field_column("reason", "text") == "late")
        assert "ixf_values_reason" in await _plan(unit, equal)
        by_due = mine.where(due.is_not(None)).order_by(due.desc(), ticket.c.id.desc()).limit(5)
        plan = await _plan(unit, by_due)
        assert "ixf_clocks_solved_due_us" in plan
        assert "SORT" not in plan.upper(), "the index gives the order too"
    done = await reconcile(store, wanted[:1])
    assert (len(done.made), len(done.dropped)) == (0, 2)


async def test_figures_are_those_that_python_finds(store: Store, cast: Cast) -> None:
    rows = await _fill(store)
    amount, reason = field_column("amount", "number"), field_column("reason", "text")
    measures = [
        Measure("count"),
        Measure("sum", amount),
        Measure("average", amount),
        Measure("median", amount),
        Measure("min", amount),
        Measure("max", amount),
        Measure("share", when=amount > 100),
        Measure("count", when=amount > 100),
    ]
    async with store.unit(SHOP) as unit:
        by_reason = await reports.aggregate(unit, true(), [Dimension(reason)], measures)
        (whole,) = await reports.aggregate(unit, true(), [], measures[:4])
    assert [line.keys for line in by_reason] == [("damaged",), ("late",), (None,)]
    for line in by_reason:
        group = [row for row in rows if row.values.get("reason") == line.keys[0]]
        filled = sorted(_amount(row) for row in group if _amount(row) is not None)
        size, large = len(filled), sum(a > 100 for a in filled)
        middle = Decimal(filled[(size - 1) // 2] + filled[size // 2]) / 2
        assert line.figures == (
            len(group),
            sum(filled),
            Decimal(sum(filled)) / size,
            middle,
            filled[0],
            filled[-1],
            Decimal(large) / len(group),
            large,
        )
    assert whole.figures[0] == 60


@pytest.mark.parametrize("step", ["hour", "day", "week", "month", "quarter", "year"])
async def test_time_is_cut_as_the_wall_clock_there_cuts_it(
    store: Store, cast: Cast, step: Any
) -> None:
    """60 tickets over 15 days that hold the change to summer time in New York."""
    zone = ZoneInfo("America/New_York")
    rows = await _fill(store)
    since, until = rows[0].created_us, rows[-1].created_us + 1
    assert len(offset_changes("America/New_York", since, until)) == 2
    buckets = Buckets(step, "America/New_York", since, until)
    async with store.unit(SHOP) as unit:
        lines = await reports.aggregate(
            unit, true(), [Dimension(ticket.c.created_us, buckets)], [Measure("count")]
        )
    wanted: dict[str, int] = {}
    for row in rows:
        local = datetime.fromtimestamp(row.created_us / 1e6, zone)
        key = _bucket(step, local)
        wanted[key] = wanted.get(key, 0) + 1
    assert {line.keys[0]: line.figures[0] for line in lines} == wanted
    axis = bucket_keys(buckets)
    assert axis == sorted(set(axis))
    assert set(wanted) <= set(axis)


def _bucket(step: str, local: datetime) -> str:
    year, week, _ = local.isocalendar()
    return {
        "hour": local.strftime("%Y-%m-%dT%H"),
        "day": local.strftime("%Y-%m-%d"),
        "week": datetime.fromisocalendar(year, week, 1).strftime("%Y-%m-%d"),
        "month": local.strftime("%Y-%m-01"),
        "quarter": f"{local.year}-{(local.month - 1) // 3 * 3 + 1:02}-01",
        "year": local.strftime("%Y-01-01"),
    }[step]


async def test_two_dimensions(store: Store, cast: Cast) -> None:
    rows = await _fill(store)
    since, until = rows[0].created_us, rows[-1].created_us + 1
    day = Dimension(ticket.c.created_us, Buckets("day", "Asia/Shanghai", since, until))
    by = [day, Dimension(field_column("reason", "text"))]
    async with store.unit(SHOP) as unit:
        lines = await reports.aggregate(unit, true(), by, [Measure("count")])
    assert sum(int(line.figures[0] or 0) for line in lines) == 60
    assert lines[0].keys[0] == "2026-03-02"
    assert {line.keys[1] for line in lines} == set(REASONS)
