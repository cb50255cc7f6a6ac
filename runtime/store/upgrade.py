"""Brings a store to this version's tables by the migrations beside it."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from runtime.store import ticket_words, walls

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any fixed number: one process at a time upgrades a PostgreSQL store.
_LOCK = 7_315_001
# The migration tool keeps its context in a module: one upgrade at a time in this process.
_ONE = threading.Lock()


class NewerStore(Exception):
    """A later version of Specdesk has changed the tables; the text says how far."""


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
        _refuse_newer(connection)
        command.upgrade(config(connection), "head")
    ticket_words.fill(connection)
    walls.put_up(connection)


def _refuse_newer(connection: Connection) -> None:
    """See that every migration the store went through is one that this version knows."""
    scripts = ScriptDirectory.from_config(config(connection))
    known = {one.revision for one in scripts.walk_revisions()}
    there = set(MigrationContext.configure(connection).get_current_heads())
    if there - known:
        step = ", ".join(sorted(there - known))
        raise NewerStore(f"a newer version of Specdesk wrote it (migration {step}); run that one")
