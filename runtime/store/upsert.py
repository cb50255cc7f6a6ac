"""Writes a row whether or not one with its primary key is there, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from runtime.store.unit import Unit


async def put(unit: Unit, table: Table, row: Mapping[str, Any]) -> None:
    """Insert `row`, or replace what the row with its primary key says."""
    unit.must_write()
    make: Any = postgresql.insert if unit.on_postgresql else sqlite.insert
    key = [column.name for column in table.primary_key]
    statement = make(table).values(dict(row))
    rest = {name: statement.excluded[name] for name in row if name not in key}
    await unit.run(statement.on_conflict_do_update(index_elements=key, set_=rest))
