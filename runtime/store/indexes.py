"""Keeps the expression indexes over custom fields equal to what the published specs mark indexed.

An index covers (tenant, expression, id). Its name holds a digest of its definition, so that a
definition that changes is another index. Tenants share one: the definition speaks of stored keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Dialect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from runtime.store.columns import JsonPath, Kind
from runtime.store.open import Store
from runtime.store.tables.tickets import ticket

PREFIX = "ixf_"


@dataclass(frozen=True, slots=True, order=True)
class Indexed:
    """A path to be indexed: `column` is `values`, `folds`, `refs` or `clocks` of the ticket."""

    column: str
    path: tuple[str, ...]
    kind: Kind


def indexed_field(key: str, kind: Kind) -> Indexed:
    """The index of a custom field, matching `columns.field_column(key, kind)`."""
    return Indexed("values", (key,), kind)


def indexed_due(clock_key: str) -> Indexed:
    """The index of a clock's due time, matching `columns.due_column(clock_key)`."""
    return Indexed("clocks", (clock_key, "due_us"), "number")


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a reconciliation did, by index name."""

    made: tuple[str, ...]
    dropped: tuple[str, ...]


async def reconcile(store: Store, wanted: Iterable[Indexed]) -> Reconciled:
    """Make the indexes that are missing and drop those that nobody wants any more.

    `wanted` is the union over all tenants of the installation. Outside any unit: on PostgreSQL
    the indexes are made without keeping writers out.
    """
    async with store.owner() as unit:
        speech = unit.speech
        there = {row[0] for row in await unit.rows(text(_THERE[unit.dialect]))}
    want = {_name(speech, one): one for one in wanted}
    made = tuple(sorted(set(want) - there))
    dropped = tuple(sorted(there - set(want)))
    words = [word for name in made for word in _create(speech, name, want[name])]
    words += [_drop(speech, name) for name in dropped]
    for word in words:
        await _say(store, word)
    if made:
        await store.study()
    return Reconciled(made, dropped)


_THERE = {
    "sqlite": "SELECT name FROM sqlite_master"
    " WHERE type = 'index' AND name LIKE 'ixf!_%' ESCAPE '!'",
    # An index whose making was cut short is invalid: it counts as missing.
    "postgresql": "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE i.indrelid = 'ticket'::regclass AND i.indisvalid"
    " AND c.relname LIKE 'ixf!_%' ESCAPE '!'",
}


async def _say(store: Store, words: str) -> None:
    if isinstance(store.engine, AsyncEngine):
        # CONCURRENTLY wants no transaction around it.
        plain = store.engine.execution_options(isolation_level="AUTOCOMMIT")
        async with plain.connect() as connection:
            await connection.exec_driver_sql(words)
    else:
        async with store.owner() as unit:
            await unit.with_connection(lambda connection: connection.exec_driver_sql(words))


def _create(speech: Dialect, name: str, one: Indexed) -> tuple[str, ...]:
    expression = _expression(speech, one)
    if speech.name == "sqlite":
        return (f"CREATE INDEX IF NOT EXISTS {name} ON ticket (tenant_id, {expression}, id)",)
    return (
        f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
        f"CREATE INDEX CONCURRENTLY {name} ON ticket (tenant_id, ({expression}), id)",
    )


def _drop(speech: Dialect, name: str) -> str:
    how = "CONCURRENTLY " if speech.name == "postgresql" else ""
    return f"DROP INDEX {how}IF EXISTS {name}"


def _expression(speech: Dialect, one: Indexed) -> str:
    path = JsonPath(ticket.c[one.column], one.path, one.kind)
    # An index speaks of its own table's columns without the table.
    return str(path.compile(dialect=speech)).replace("ticket.", "").replace("%%", "%")


def _name(speech: Dialect, one: Indexed) -> str:
    digest = hashlib.sha256(_expression(speech, one).encode()).hexdigest()
    return PREFIX + "_".join((one.column, *one.path))[:40].lower() + "_" + digest[:8]
