"""Where a name of a ticket lives in SQL: a column, or a path into one of its JSON columns.

Lists, reports, access and the index reconciler all build their expressions here, so that a query
says exactly what an expression index was made of, and the planner sees it.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from sqlalchemy import BigInteger, Boolean, ColumnElement, FromClause, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import Integer, TypeEngine

from runtime.store.tables.tickets import ticket

Kind = Literal["text", "number", "boolean"]
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_NUMBERS = frozenset({"integer", "decimal", "money", "rating", "duration", "datetime"})
_TYPES: dict[str, TypeEngine[Any]] = {
    "text": Text(),
    "number": BigInteger(),
    "boolean": Boolean(),
}

# Built-in names that are columns of their own (decisions.md 3); the rest goes by path.
BUILT_IN: dict[str, str] = {
    "id": "id",
    "number": "number",
    "type": "type_key",
    "state": "state_key",
    "phase": "phase",
    "priority": "priority",
    "channel": "channel",
    "subject": "subject",
    "description": "description",
    "requester": "requester_id",
    "customer": "customer_id",
    "team": "team_key",
    "home_team": "home_team_key",
    "assignee": "assignee_id",
    "parent": "parent_id",
    "created_at": "created_us",
    "updated_at": "updated_us",
    "solved_at": "solved_us",
    "closed_at": "closed_us",
    "state_since": "state_since_us",
    "visit_at": "visit_us",
    "version": "version",
    "rating": "rating",
    "reopened": "reopened",
    "tags": "tags",
    "flags": "flags",
    "watchers": "watchers",
    "teams": "teams",
}

# Lists that stand inside a document: the column and the way to them.
INSIDE: dict[str, tuple[str, tuple[str, ...]]] = {
    "approvers": ("pending", ("approvers",)),
    "_approvers_open": ("pending", ("open",)),
}


class JsonPath(ColumnElement[Any]):
    """The scalar at `path` in a JSON column of `ticket`, read as `kind`; null when it is another.

    The path stands in the statement as text, never as a parameter: only so do SQLite and
    PostgreSQL match it with an expression index.
    """

    __visit_name__ = "json_path"
    _traverse_internals = [  # noqa: RUF012 — the base class says so
        ("column", InternalTraversal.dp_clauseelement),
        ("path", InternalTraversal.dp_plain_obj),
        ("kind", InternalTraversal.dp_string),
    ]
    inherit_cache = True

    @property
    def _from_objects(self) -> Any:
        return self.column._from_objects

    def __init__(self, column: ColumnElement[Any], path: tuple[str, ...], kind: Kind) -> None:
        self.column = column
        self.path = _stored(path)
        self.kind = kind
        self.type = _TYPES[kind]


@compiles(JsonPath, "sqlite")
def _on_sqlite(element: JsonPath, compiler: SQLCompiler, **named: Any) -> str:
    column = compiler.process(element.column, **named)
    return f"json_extract({column}, '{_dotted(element.path)}')"


@compiles(JsonPath, "postgresql")
def _on_postgresql(element: JsonPath, compiler: SQLCompiler, **named: Any) -> str:
    column = compiler.process(element.column, **named)
    steps = _braced(element.path)
    if element.kind == "text":
        return f"(specdesk_text({column}, '{steps}') COLLATE \"C\")"
    # One key may be a number in one tenant and a text in another; a bare cast would fail there.
    value = f"specdesk_at({column}, '{steps}')"
    is_kind = f"specdesk_typeof({value}) = '{element.kind}'"
    return f"(CASE WHEN {is_kind} THEN specdesk_{element.kind}({value}) END)"


class HasItem(ColumnElement[bool]):
    """Whether the list at `path` in a JSON column holds a value; false where there is no list."""

    __visit_name__ = "has_item"
    _traverse_internals = [  # noqa: RUF012 — the base class says so
        ("column", InternalTraversal.dp_clauseelement),
        ("path", InternalTraversal.dp_plain_obj),
        ("item", InternalTraversal.dp_clauseelement),
    ]
    inherit_cache = True
    type = Boolean()

    def __init__(
        self, column: ColumnElement[Any], path: tuple[str, ...], item: ColumnElement[Any]
    ) -> None:
        self.column = column
        self.path = _stored(path)
        self.item = item


class ListLength(ColumnElement[int]):
    """How many items the list at `path` in a JSON column has; null where there is none."""

    __visit_name__ = "list_length"
    _traverse_internals = [  # noqa: RUF012 — the base class says so
        ("column", InternalTraversal.dp_clauseelement),
        ("path", InternalTraversal.dp_plain_obj),
    ]
    inherit_cache = True
    type = Integer()

    def __init__(self, column: ColumnElement[Any], path: tuple[str, ...]) -> None:
        self.column = column
        self.path = _stored(path)


class HasKey(ColumnElement[bool]):
    """Whether a JSON column of `ticket` has a key, whatever stands under it."""

    __visit_name__ = "has_key"
    _traverse_internals = [  # noqa: RUF012 — the base class says so
        ("column", InternalTraversal.dp_clauseelement),
        ("key", InternalTraversal.dp_string),
    ]
    inherit_cache = True
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], key: str) -> None:
        self.column = column
        (self.key,) = _stored((key,))


@compiles(HasKey, "sqlite")
def _has_key_sqlite(element: HasKey, compiler: SQLCompiler, **named: Any) -> str:
    column = compiler.process(element.column, **named)
    return f"(json_type({column}, '$.{element.key}') IS NOT NULL)"


@compiles(HasKey, "postgresql")
def _has_key_postgresql(element: HasKey, compiler: SQLCompiler, **named: Any) -> str:
    return f"jsonb_exists({compiler.process(element.column, **named)}, '{element.key}')"


@compiles(HasItem, "sqlite")
def _has_item_sqlite(element: HasItem, compiler: SQLCompiler, **named: Any) -> str:
    column = compiler.process(element.column, **named)
    item = compiler.process(element.item, **named)
    rows = f"json_each({column}, '{_dotted(element.path)}')"
    return f"EXISTS (SELECT 1 FROM {rows} AS each WHERE each.value = {item})"  # noqa: S608


@compiles(HasItem, "postgresql")
def _has_item_postgresql(element: HasItem, compiler: SQLCompiler, **named: Any) -> str:
    item = compiler.process(element.item, **named)
    return f"({_inner(element, compiler, **named)} @> to_jsonb({item}))"


@compiles(ListLength, "sqlite")
def _length_sqlite(element: ListLength, compiler: SQLCompiler, **named: Any) -> str:
    column = compiler.process(element.column, **named)
    return f"json_array_length({column}, '{_dotted(element.path)}')"


@compiles(ListLength, "postgresql")
def _length_postgresql(element: ListLength, compiler: SQLCompiler, **named: Any) -> str:
    inner = _inner(element, compiler, **named)
    return f"(CASE WHEN jsonb_typeof({inner}) = 'array' THEN jsonb_array_length({inner}) END)"


def _inner(element: HasItem | ListLength, compiler: SQLCompiler, **named: Any) -> str:
    column = compiler.process(element.column, **named)
    return f"({column} #> '{_braced(element.path)}')" if element.path else column


def _stored(path: tuple[str, ...]) -> tuple[str, ...]:
    """The path, which goes into the statement as text: keys of published specs and nothing else."""
    for step in path:
        if not _KEY.fullmatch(step):
            raise ValueError(f"no stored key: {step!r}")
    return path


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(("$", *path))


def _braced(path: tuple[str, ...]) -> str:
    return "{" + ",".join(path) + "}"


def kind_of(field_type: str) -> Kind:
    """How a value of this field type is kept."""
    if field_type in _NUMBERS:
        return "number"
    return "boolean" if field_type == "boolean" else "text"


def field_column(key: str, kind: Kind) -> ColumnElement[Any]:
    """A custom field by its stored key: scaled numbers are `number`, dates and choices `text`."""
    return JsonPath(ticket.c["values"], (key,), kind)


def fold_column(key: str) -> ColumnElement[Any]:
    """The folded text of a custom field, or of `subject` and `description`."""
    return JsonPath(ticket.c.folds, (key,), "text")


def reference_column(field_key: str, output: str, kind: Kind) -> ColumnElement[Any]:
    """An output of the record that a reference field points to, from the ticket's snapshot."""
    return JsonPath(ticket.c.refs, (field_key, "values", output), kind)


def due_column(clock_key: str) -> ColumnElement[Any]:
    """The instant at which a clock is due."""
    return JsonPath(ticket.c.clocks, (clock_key, "due_us"), "number")


def breached_column(clock_key: str) -> ColumnElement[Any]:
    """Whether a clock was breached; null when the ticket has no such clock."""
    return JsonPath(ticket.c.clocks, (clock_key, "breached"), "boolean")


def breach_reason_column(clock_key: str) -> ColumnElement[Any]:
    """The reason that was given for a breach; null where none was."""
    return JsonPath(ticket.c.clocks, (clock_key, "reason"), "text")


def time_spent_column() -> ColumnElement[Any]:
    """The time that was booked on a ticket, in seconds; null where none was."""
    return JsonPath(ticket.c.memory, ("time_spent",), "number")


def merged_of(table: FromClause) -> ColumnElement[Any]:
    """Whether a ticket, of the table or an alias of it, was merged into its parent."""
    return JsonPath(table.c.memory, ("merged",), "boolean")


def built_in_column(name: str) -> ColumnElement[Any] | None:
    """The column of a built-in name (`team`, `created_at`, …), or None when it has none."""
    found = BUILT_IN.get(name)
    return ticket.c[found] if found else None


def sort_column(name: str) -> ColumnElement[Any] | None:
    """As `built_in_column`, but by weight where letters would sort wrongly."""
    return ticket.c.priority_rank if name == "priority" else built_in_column(name)
