"""The column kinds of the store and the one way to declare a tenant's table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Text sorts by code point on both databases, so a list has one order everywhere.
WORDS = Text().with_variant(Text(collation="C"), "postgresql")
DOCUMENT = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

# Tables of one tenant's rows, in the order of their declaration: each gets row-level security.
TENANT_TABLES: list[Table] = []
# Those of them that work for the whole installation (leasing, sign-in, following) may read through.
SHARED_TABLES: set[str] = set()


def words(name: str, *items: SchemaItem, null: bool = False) -> Column[Any]:
    """A text column; `null` allows it to be missing."""
    return Column(name, WORDS, *items, nullable=null)


def whole(name: str, *, null: bool = False) -> Column[Any]:
    """A small whole number."""
    return Column(name, Integer, nullable=null, autoincrement=False)


def instant(name: str, *, null: bool = False) -> Column[Any]:
    """Microseconds UTC; the name ends in `_us`."""
    return Column(name, BigInteger, nullable=null, autoincrement=False)


def big(name: str, *, null: bool = False) -> Column[Any]:
    """A whole number of 64 bits."""
    return Column(name, BigInteger, nullable=null, autoincrement=False)


def yes_no(name: str) -> Column[Any]:
    """A truth value, never missing."""
    return Column(name, Boolean(create_constraint=False), nullable=False)


def raw(name: str, *, null: bool = False) -> Column[Any]:
    """Bytes as they are."""
    return Column(name, LargeBinary, nullable=null)


def document(name: str, *, null: bool = False) -> Column[Any]:
    """A JSON value; JSONB on PostgreSQL."""
    return Column(name, DOCUMENT, nullable=null)


def tenant_table(
    name: str,
    *items: SchemaItem,
    key: tuple[str, ...],
    rooted: bool = True,
    shared: bool = False,
    narrow: bool = False,
) -> Table:
    """Declare a table whose every key starts with `tenant_id`.

    `key` names the rest of the primary key. `rooted` ties the row to `tenant`; the tables written
    most leave it out, they hang on a ticket. `shared` lets installation-wide work see all rows.
    `narrow`: little more than its key, which SQLite then keeps once.
    """
    extra: list[SchemaItem] = [PrimaryKeyConstraint("tenant_id", *key)]
    if rooted:
        extra.append(ForeignKeyConstraint(["tenant_id"], ["tenant.id"]))
    wide: dict[str, Any] = {"sqlite_with_rowid": False} if narrow else {}
    table = Table(name, metadata, words("tenant_id"), *items, *extra, **wide)
    TENANT_TABLES.append(table)
    if shared:
        SHARED_TABLES.add(name)
    return table


def to_ticket(column: str = "ticket_id") -> ForeignKeyConstraint:
    """The tie from `column` to a ticket of the same tenant."""
    return ForeignKeyConstraint(["tenant_id", column], ["ticket.tenant_id", "ticket.id"])


def to_person(column: str) -> ForeignKeyConstraint:
    """The tie from `column` to a person of the same tenant."""
    return ForeignKeyConstraint(["tenant_id", column], ["person.tenant_id", "person.id"])
