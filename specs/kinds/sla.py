"""A service level: clocks of a ticket, their targets, and what happens when they run out."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import (
    Actions,
    AppliesTo,
    Cell,
    EventOrCondition,
    Extending,
    Flag,
    Id,
    OneOrMany,
    Path,
    ShareOrSpan,
    Spec,
    Text,
)
from specs.marks import Ref, Words

Events = Annotated[tuple[EventOrCondition, ...], OneOrMany()]


class Clock(Spec):
    """A clock: what starts, stops, pauses and resets it."""

    title: Text | None = None
    """Its name."""
    starts: Events = ("created",)
    """What starts it."""
    stops: Events
    """What stops it: an event, or a condition that becomes true."""
    pauses: Events | None = None
    """While this is true it stands still."""
    resets: Events | None = None
    """What makes it begin again."""


class SlaTable(Spec):
    """Rows of cells: what is looked at, then the target of each clock."""

    hit: Annotated[str, Words("first", "only_one")] = "first"
    """How many rows may decide."""
    inputs: tuple[Path, ...]
    """What is looked at."""
    sets: tuple[Annotated[str, Ref("Clock")], ...]
    """The clocks whose targets are decided."""
    rows: dict[Id, tuple[Cell, ...]]
    """One cell for each input, then one for each clock."""
    otherwise: tuple[Cell, ...] | None = None
    """The targets when no row matches."""


class EarlyWarning(Spec):
    """What happens before a clock runs out."""

    at: ShareOrSpan
    """A part of the budget, or a time before the end."""
    clocks: Annotated[tuple[Annotated[str, Ref("Clock")], ...], OneOrMany()] | None = None
    """Only for these clocks."""
    do: Actions
    """What happens."""


class SlaPolicy(Extending):
    """A service level: clocks of a ticket, their targets, and what happens when they run out."""

    kind: Literal["SlaPolicy"]
    title: Text | None = None
    """Its name."""
    applies_to: AppliesTo
    """The ticket types it is for, or `all_types`."""
    calendar: Annotated[str, Ref("Calendar")] | None = None
    """The hours the clocks run in; the tenant's where none are named."""
    clocks: dict[Id, Clock]
    """The clocks."""
    table: SlaTable
    """Their targets."""
    warn: dict[Id, EarlyWarning] | None = None
    """What happens before the end."""
    breach: Actions | None = None
    """What happens at the end."""
    reason_required: Flag = False
    """Whether the assignee or lead is asked on the ticket why a promise was missed."""
    breach_reasons: dict[Id, Text] | None = None
    """The reasons there are to choose from; without them the reason is told in words alone."""
    when_changed: Annotated[str, Words("open_tickets", "new_tickets")] | None = None
    """Whether a change of targets holds for open tickets or only for new ones."""
