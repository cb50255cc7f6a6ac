"""An automation: what starts it, for which tickets, and what it does by itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from specs.base import (
    Actions,
    AppliesTo,
    Condition,
    Event,
    Extending,
    Flag,
    Id,
    OneOrMany,
    Path,
    Recurrence,
    ShortForm,
    Span,
    Spec,
    Text,
)
from specs.marks import PathMark, Ref, WholeMark

Same = Annotated[tuple[Annotated[str, PathMark(also=("ticket",))], ...], OneOrMany()]


class Burst(Spec):
    """Several events of one sort with the same values, within a time."""

    of: Event
    """The event that is counted."""
    same: Same
    """What has to be the same; `ticket` for events of one ticket."""
    count: Annotated[int, WholeMark(2, 1000)]
    """How many make a burst."""
    within: Span
    """From the first to the last of them."""


class PatternEvent(Spec):
    """One event of a pattern."""

    of: Event
    """The event."""
    type: Annotated[tuple[Annotated[str, Ref("TicketType")], ...], OneOrMany()] | None = None
    """Only of tickets of these types."""
    when: Condition | None = None
    """Only of tickets for which this is true."""


class EventPattern(Spec):
    """Events of several sorts that belong together."""

    events: dict[Id, PatternEvent]
    """The events; each has to happen once."""
    same: Same
    """What has to be the same in all of them; `ticket` for events of one ticket."""
    different: Annotated[tuple[Path, ...], OneOrMany()] | None = None
    """What has to differ between any two of them."""
    in_order: Flag = False
    """Whether they have to happen in the order written."""
    within: Span
    """From the first to the last of them."""


class Starts(Spec):
    """What starts an automation: exactly one of these."""

    event: Annotated[tuple[Event, ...], OneOrMany()] | None = None
    """Something happened to the ticket."""
    state: Annotated[tuple[Annotated[str, Ref("State")], ...], OneOrMany()] | None = None
    """The ticket has stood in one of these states for a time, see `for`."""
    for_: Span | None = Field(None, alias="for")
    """How long it has to stand there."""
    calendar: Annotated[str, Ref("Calendar")] | None = None
    """The hours that `for` counts in; the team's where none are named."""
    schedule: Recurrence | None = None
    """The same days and hour again and again: every open ticket that `when` holds for."""
    burst: Burst | None = None
    """The same happened several times."""
    pattern: EventPattern | None = None
    """Several things happened that belong together."""


class Automation(Extending):
    """An automation: what starts it, for which tickets, and what it does by itself."""

    kind: Literal["Automation"]
    title: Text | None = None
    """Its name."""
    applies_to: AppliesTo
    """The ticket types it is for, or `all_types`."""
    starts: Annotated[Starts, ShortForm("event")]
    """What starts it."""
    when: Condition | None = None
    """Only for tickets of which this is true then."""
    do: Actions
    """What it does, in order."""
