"""An import: how the columns of a file become tickets and history."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import Extending, Spec, Str, Text, Zone
from specs.marks import PathMark, Ref, StrMark, Words

TARGETS: tuple[str, ...] = (
    "number",
    "subject",
    "description",
    "state",
    "priority",
    "channel",
    "tags",
    "requester",
    "customer",
    "team",
    "assignee",
    "created_at",
    "updated_at",
    "solved_at",
    "closed_at",
    "comment",
    "note",
    "reopened",
)


class TimeForm(Spec):
    """How times are written in the file."""

    format: Annotated[str, StrMark(".*%.*", "time format", "%d-%m-%Y %H:%M")] | None = None
    """In the letters of strptime; ISO 8601 where there is none."""
    zone: Zone | None = None
    """The zone of times without one; the tenant's where there is none."""


class Column(Spec):
    """Where a column goes."""

    to: Annotated[str, PathMark(also=TARGETS)]
    """A fact or field of the ticket."""
    values: dict[Str, Str] | None = None
    """What its values become; `-` leaves the ticket as it was."""
    text: Annotated[str, Ref("Field")] | None = None
    """A text field that keeps the words of the column, besides what `to` makes of them."""
    take: Annotated[str, Words("every", "last")] = "every"
    """For `rows: events`: of every row, or only of the last row of a ticket."""
    missing: Annotated[str, Words("create_value", "keep_as_text", "refuse")] | None = None
    """What happens with a value that is not known."""


class Import(Extending):
    """An import: how the columns of a file become tickets and history."""

    kind: Literal["Import"]
    title: Text | None = None
    """Its name."""
    type: Annotated[str, Ref("TicketType")]
    """What the rows become."""
    rows: Annotated[str, Words("tickets", "events")] = "tickets"
    """A row is a ticket, or a ticket as it was at a time."""
    key: Str
    """The column that tells one ticket from another."""
    at: Str | None = None
    """The column with the time of the row, for `rows: events`."""
    created: Str | None = None
    """The column with the time the ticket was made."""
    by: Str | None = None
    """The column that names who made the row; kept as text in the history."""
    set: dict[Annotated[str, PathMark(also=TARGETS)], Str] | None = None
    """What no column holds: fixed, or made from columns as `{column}`; used at the first row."""
    time: TimeForm | None = None
    """How times are written."""
    empty: tuple[Str, ...] | None = None
    """What stands for nothing, besides nothing."""
    columns: dict[Str, Column]
    """Where the columns go."""
    ignore: tuple[Str, ...] | None = None
    """Columns that are left out on purpose."""
