"""Transactions: what commits, what is undone, who may write, and who sees whom."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from runtime.clock import FixedClock
from runtime.store import accounts, tickets
from runtime.store.indexes import indexed_field, reconcile
from runtime.store.open import Store, StoreUrlError, driver_url
from runtime.store.tables.base import SHARED_TABLES, TENANT_TABLES
from runtime.store.tables.people import person, tenant
from runtime.store.tables.tickets import event, ticket
from runtime.store.tables.work import idempotency
from runtime.store.unit import OutOfTime, ReadOnlyUnit
from tests.store.conftest import ELSEWHERE, SHOP, Cast
from tests.store.making import open_ticket


async def test_an_error_undoes_the_whole_unit(store: Store, cast: Cast) -> None:
    heard: list[str] = []
    with pytest.raises(ZeroDivisionError):
        async with store.unit(SHOP, write=True) as unit:
            unit.after_commit(lambda: heard.append("never"))
            await open_ticket(unit)
            raise ZeroDivisionError
    async with store.unit(SHOP) as unit:
        assert await unit.rows(select(ticket.c.id)) == []
        assert await unit.rows(select(event.c.id)) == []
    assert heard == []


async def test_what_waits_for_the_commit_is_called_after_it(store: Store, cast: Cast) -> None:
    heard: list[str] = []
    async with store.unit(SHOP, write=True) as unit:
        unit.after_commit(lambda: heard.append("woken"))
        assert heard == []
    assert heard == ["woken"]


async def test_a_unit_opened_to_read_never_writes(store: Store, cast: Cast) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        async with store.unit(SHOP) as unit:
            await unit.run(update(person).values(name="Eve"))
    with pytest.raises(ReadOnlyUnit):
        async with store.unit(SHOP) as unit:
            await tickets.next_number(unit, "RF")
    async with store.unit(SHOP) as unit:
        assert "Eve" not in [row.name for row in await unit.rows(select(person.c.name))]


async def test_a_reader_sees_one_moment(store: Store, cast: Cast) -> None:
    names = select(person.c.name).where(person.c.tenant_id == SHOP, person.c.id == cast.ben)
    async with store.unit(SHOP) as reader:
        assert await reader.value(names) == "Ben"
        async with store.unit(SHOP, write=True) as writer:
            await writer.run(update(person).where(person.c.id == cast.ben).values(name="Benno"))
        assert await reader.value(names) == "Ben"
    async with store.unit(SHOP) as reader:
        assert await reader.value(names) == "Benno"


async def test_fifty_writers_at_once_all_commit(store: Store, cast: Cast) -> None:
    """Two stores stand for two processes, so that it is the database that makes them wait."""
    other = await Store.open(store.url.render_as_string(hide_password=False), clock=store.clock)
    try:

        async def write(via: Store) -> str:
            async with via.unit(SHOP, write=True) as unit:
                return (await open_ticket(unit)).number

        numbers = await asyncio.gather(*(write((store, other)[n % 2]) for n in range(50)))
    finally:
        await other.close()
    assert sorted(numbers) == sorted(f"RF-{n}" for n in range(1, 51))
    async with store.unit(SHOP) as unit:
        assert len(await unit.rows(select(ticket.c.number))) == 50


async def test_numbers_count_per_tenant_and_prefix(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        found = [await tickets.next_number(unit, prefix) for prefix in ("RF", "RF", "CP")]
    async with store.unit(ELSEWHERE, write=True) as unit:
        found.append(await tickets.next_number(unit, "RF"))
    assert found == ["RF-1", "RF-2", "CP-1", "RF-1"]


async def test_a_function_of_another_tenant_finds_nothing(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        made = await open_ticket(unit, requester_id=cast.ann, external_key="old-1")
    async with store.unit(ELSEWHERE) as unit:
        assert await tickets.read(unit, made.id) is None
        assert await tickets.by_number(unit, made.number) is None
        assert await tickets.by_external_key(unit, "old-1") is None
        assert await tickets.read_many(unit, ticket.c.id == made.id) == []


async def test_a_ticket_can_not_name_a_person_of_another_tenant(store: Store, cast: Cast) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        async with store.unit(SHOP, write=True) as unit:
            await open_ticket(unit, requester_id=cast.dora)


async def test_row_level_security_holds_without_a_filter(store: Store, cast: Cast) -> None:
    """The second wall: a query that forgot its tenant sees and changes only its own tenant's."""
    if store.dialect == "sqlite":
        pytest.skip("SQLite has no row-level security")
    async with store.unit(SHOP, write=True) as unit:
        await open_ticket(unit, requester_id=cast.ann)
    async with store.unit(ELSEWHERE, write=True) as unit:
        for table in TENANT_TABLES:
            found = await unit.rows(select(table.c.tenant_id))
            assert {row.tenant_id for row in found} <= {ELSEWHERE}, table.name
        assert (await unit.run(update(ticket).values(subject="taken"))).rowcount == 0
        assert [row.id for row in await unit.rows(select(tenant.c.id))] == [ELSEWHERE]
        assert await unit.value(text("SELECT current_user")) == "specdesk_app"
    with pytest.raises(DBAPIError, match="row-level security"):
        async with store.unit(ELSEWHERE, write=True) as unit:
            row = {"tenant_id": SHOP, "key": "x", "body_digest": "", "at_us": 0}
            await unit.run(insert(idempotency), row)


async def test_work_for_the_installation_sees_only_what_is_shared(store: Store, cast: Cast) -> None:
    if store.dialect == "sqlite":
        pytest.skip("SQLite has no row-level security")
    async with store.unit(SHOP, write=True) as unit:
        await open_ticket(unit)
    async with store.system() as system:
        seen = {
            table.name for table in TENANT_TABLES if await system.rows(select(table.c.tenant_id))
        }
    assert seen <= SHARED_TABLES
    assert "person" in seen


async def test_the_wall_stands_on_every_table(store: Store) -> None:
    if store.dialect == "sqlite":
        pytest.skip("SQLite has no row-level security")
    query = text(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    async with store.owner() as owner:
        open_ones = {row[0] for row in await owner.run(query)}
    assert open_ones == {"account", "session", "alembic_version"}


def test_only_the_two_databases_are_known() -> None:
    for address in ("mysql://x/y", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(StoreUrlError):
            driver_url(address)
    assert driver_url("postgresql://x/y").drivername == "postgresql+asyncpg"


async def test_an_owner_without_privileges_is_bound_by_the_wall_itself(
    postgres_server: str | None, clock: FixedClock
) -> None:
    """Where nobody may make roles, the signed-in role owns the tables and is not above them."""
    if postgres_server is None:
        pytest.skip("no PostgreSQL")
    admin = await asyncpg.connect(postgres_server)
    try:
        await admin.execute("CREATE ROLE plain LOGIN")
        await admin.execute("CREATE DATABASE plain_store OWNER plain")
    finally:
        await admin.close()
    url = postgres_server.replace("owner@/postgres?", "plain@/plain_store?")
    store = await Store.open(url, clock=clock)
    try:
        await store.upgrade()
        await store.upgrade()
        assert store.role is None
        for tenant_id in (SHOP, ELSEWHERE):
            async with store.unit(tenant_id, write=True) as unit:
                await accounts.ensure_tenant(unit, {})
                await open_ticket(unit)
        async with store.unit(SHOP) as unit:
            assert len(await unit.rows(select(ticket.c.id))) == 1
        await reconcile(store, [indexed_field("amount", "number")])
    finally:
        await store.close()


async def test_a_write_inside_a_write_is_told_so(store: Store, cast: Cast) -> None:
    """On SQLite the inner one would wait for the outer for ever."""
    if store.dialect == "postgresql":
        pytest.skip("PostgreSQL has two writers")
    with pytest.raises(RuntimeError, match="inside a write"):
        async with store.unit(SHOP, write=True), store.unit(SHOP, write=True):
            pass
    async with store.unit(SHOP, write=True) as unit:
        await open_ticket(unit)


async def test_a_long_query_lets_others_go_on_and_is_broken_off(store: Store, cast: Cast) -> None:
    endless = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000)"
        " SELECT count(*) FROM n"
    )

    async def ask() -> None:
        async with store.unit(SHOP) as unit:
            await unit.rows_long(endless)

    asking = asyncio.ensure_future(ask())
    await asyncio.sleep(0.2)
    async with store.unit(SHOP, write=True) as unit:
        await open_ticket(unit)
    assert not asking.done()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asking, 5)
    async with store.unit(SHOP) as unit:
        assert len(await unit.rows(select(ticket.c.id))) == 1


async def test_a_query_that_goes_to_a_thread_gives_all_its_rows(store: Store, cast: Cast) -> None:
    counting = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
        " SELECT i FROM n"
    )
    async with store.unit(SHOP) as unit:
        found = await unit.rows_long(counting)
        assert (len(found), found[-1].i) == (100_000, 100_000)
        assert len(await unit.rows_long(counting, {})) == 100_000
        assert len(await unit.rows(counting)) == 100_000, "no bound is left on the connection"


async def test_a_query_is_broken_off_when_patience_ends(store: Store, cast: Cast) -> None:
    """And the unit goes on, with all the time it wants."""
    counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
    endless = text(f"{counting.format(10**9)} SELECT count(*) FROM n")
    short = text(f"{counting.format(300_000)} SELECT count(*) FROM n")
    async with store.unit(SHOP, write=True) as unit:
        number = await tickets.next_number(unit, "RF")
        with pytest.raises(OutOfTime):
            await unit.rows_long(endless, patience_s=0.05)
        assert (await unit.rows_long(short, patience_s=20))[0][0] == 300_000
        assert (await unit.rows_long(short))[0][0] == 300_000
    async with store.unit(SHOP, write=True) as unit:
        assert await tickets.next_number(unit, "RF") != number, "the unit was kept"


async def test_the_log_of_sqlite_is_written_back_while_we_go_on(
    store: Store, cast: Cast, tmp_path: Path
) -> None:
    if store.dialect == "postgresql":
        pytest.skip("PostgreSQL does so by itself")
    for _ in range(300):
        async with store.unit(SHOP, write=True) as unit:
            await tickets.next_number(unit, "RF")
    await asyncio.sleep(0.5)
    # What the file alone says, without its log.
    alone = tmp_path / "alone.sqlite"
    shutil.copy(store.url.database or "", alone)
    with contextlib.closing(sqlite3.connect(alone)) as connection:
        ((count,),) = connection.execute("SELECT n FROM counter").fetchall()
    assert count > 200
