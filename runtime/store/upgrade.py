"""Brings a store to this version's tables by the migrations beside it."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from runtime.store import walls

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any fixed number: one process at a time upgrades a PostgreSQL store.
_LOCK = 7_315_001
# The migration tool keeps its context in a module: one upgrade at a time in this process.
_ONE = threading.Lock()


def config(connection: Connection) -> Config:
    """The settings of the migration tool for an open connection."""
    made = Config()
    made.set_main_option("script_location", str(_MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def run(connection: Connection) -> None:
    """Run what migrations are missing, then put up the walls, in the transaction that is open."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    with _ONE:
        command.upgrade(config(connection), "head")
    walls.put_up(connection)
