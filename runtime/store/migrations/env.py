"""Runs the migrations on the connection that the store hands in."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from runtime.store.tables import METADATA
from runtime.store.tables.base import DOCUMENT, WORDS


def include(item: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """Leave out what publishing makes: the indexes over custom fields."""
    return not (kind == "index" and (name or "").startswith("ixf_"))


def short(kind: str, item: Any, api: AutogenContext) -> str | Literal[False]:
    """Write the two types that most columns have by the names at the head of a migration."""
    if kind == "type" and item is WORDS:
        return "WORDS"
    if kind == "type" and item is DOCUMENT:
        return "DOCUMENT"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_object=include,
    render_item=short,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
