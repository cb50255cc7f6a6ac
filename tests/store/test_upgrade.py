"""Migrations make exactly the tables that the code speaks of; upgrading twice changes nothing."""

from __future__ import annotations

import asyncio
import warnings
from dataclasses import fields
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from runtime.store.open import Store
from runtime.store.tables import METADATA
from runtime.store.tables.base import TENANT_TABLES
from runtime.store.tables.tickets import event, ticket
from runtime.store.tickets import TicketRow

INSTALLATION = {"account", "session", "tenant"}


def _differences(connection: Any) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(compare_metadata(context, METADATA))


async def test_the_migrations_make_the_tables_of_the_code(store: Store) -> None:
    async with store.owner() as owner:
        found = await owner.with_connection(_differences)
    assert found == []


async def test_upgrading_again_changes_nothing(store: Store) -> None:
    await asyncio.gather(store.upgrade(), store.upgrade())
    async with store.owner() as owner:
        assert await owner.with_connection(_differences) == []


async def test_several_processes_upgrade_a_new_store_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    opened = [await Store.open(url) for _ in range(3)]
    try:
        await asyncio.gather(*(one.upgrade() for one in opened))
        async with opened[0].owner() as owner:
            assert await owner.with_connection(_differences) == []
    finally:
        for one in opened:
            await one.close()


def test_every_key_of_a_tenants_table_starts_with_the_tenant() -> None:
    assert {table.name for table in TENANT_TABLES} == set(METADATA.tables) - INSTALLATION
    for table in TENANT_TABLES:
        assert _first(table.primary_key.columns) == "tenant_id", table.name
        for index in table.indexes:
            assert _first(index.columns) == "tenant_id", index.name
        for constraint in table.constraints:
            to_account = {key.column.table.name for key in table.foreign_keys} & {"account"}
            columns = [column.name for column in getattr(constraint, "columns", ())]
            if columns and not (to_account and columns == ["account_id"]):
                assert columns[0] == "tenant_id", (table.name, columns)


def _first(columns: Any) -> str:
    return str(next(iter(columns)).name)


def test_a_ticket_row_has_the_columns_of_the_table() -> None:
    derived = {"tenant_id", "priority_rank"}
    assert {f.name for f in fields(TicketRow)} == {c.name for c in ticket.c} - derived


def test_the_journal_has_the_columns_that_were_agreed() -> None:
    agreed = (
        "tenant_id id ticket_id seq at_us actor_kind actor_id verb cause_event_id revision"
        " desk_digest idempotency_key payload_id payload_digest prev_hash hash"
    )
    assert [column.name for column in event.c] == agreed.split()


def test_instants_are_whole_microseconds_of_64_bits() -> None:
    for table in METADATA.tables.values():
        for column in table.columns:
            if column.name.endswith("_us"):
                assert column.type.python_type is int, (table.name, column.name)
                assert type(column.type).__name__ == "BigInteger", (table.name, column.name)
