"""Writes rows whether or not those with their keys are there, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from runtime.store.unit import Parameters, Unit


def inserting(table: Table, dialect: str) -> Any:
    """An INSERT that can say what to do on a conflict, which each database has on its own."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


async def add_new(unit: Unit, table: Table, rows: Parameters) -> int:
    """Insert those rows whose keys are not there yet; gives how many, if it is one row."""
    unit.must_write()
    return (await unit.run(_adding(table, unit.dialect), rows)).rowcount


@cache
def _adding(table: Table, dialect: str) -> Any:
    """The statement, made once: SQLAlchemy keeps what it compiled beside it."""
    return inserting(table, dialect).on_conflict_do_nothing()


async def put(unit: Unit, table: Table, row: Mapping[str, Any]) -> None:
    """Insert `row`, or replace what the row with its primary key says."""
    unit.must_write()
    key = [column.name for column in table.primary_key]
    statement = inserting(table, unit.dialect).values(dict(row))
    rest = {name: statement.excluded[name] for name in row if name not in key}
    await unit.run(statement.on_conflict_do_update(index_elements=key, set_=rest))
