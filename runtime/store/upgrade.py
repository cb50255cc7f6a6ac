"""Brings a store to this version's tables by the migrations beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from runtime.store import walls

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any fixed number: one process at a time upgrades a PostgreSQL store.
_LOCK = 7_315_001


def config(connection: Connection | None) -> Config:
    """The settings of the migration tool for an open connection."""
    made = Config()
    made.set_main_option("script_location", str(_MIGRATIONS))
    made.attributes["connection"] = connection
    return made


async def run(engine: AsyncEngine) -> None:
    """Run what migrations are missing, then put up the walls, in one transaction."""
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        await connection.run_sync(_upgrade)
        await walls.put_up(connection)


def _upgrade(connection: Any) -> None:
    command.upgrade(config(connection), "head")
