"""A schedule: tickets that are made by themselves, by the calendar or by a meter."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import Condition, Extending, Id, LongText, Recurrence, Spec, Text, ToWho, Value
from specs.marks import Ref, StrMark, WholeMark, Words


class ForEach(Spec):
    """One ticket for each record of a source."""

    source: Annotated[str, Ref("Source")]
    """Whose records."""
    when: Condition | None = None
    """Only those of which this is true; it reads the source's values."""
    field: Annotated[str, StrMark()]
    """The field of the ticket that points to the record."""


class Meter(Spec):
    """A value of a record that grows, such as run hours."""

    value: Annotated[str, StrMark()]
    """Which value of the source."""
    every: Annotated[int, WholeMark(1)]
    """A ticket each time it passes a multiple of this."""


class Made(Spec):
    """The ticket that is made."""

    type: Annotated[str, Ref("TicketType")]
    """Its type."""
    subject: Text | None = None
    """Its subject; the schedule's title where nothing is said."""
    description: LongText | None = None
    """Its description."""
    values: dict[Id, Value] | None = None
    """Its fields; `$record.<value>` takes a value of the record, `$today` the day."""


class Schedule(Extending):
    """A schedule: tickets that are made by themselves, by the calendar or by a meter."""

    kind: Literal["Schedule"]
    title: Text
    """Its name."""
    every: Recurrence
    """When it looks; with a meter, when the meter is read."""
    calendar: Annotated[str, Ref("Calendar")] | None = None
    """The calendar that `on_closed` asks; the tenant's where none is named."""
    on_closed: Annotated[str, Words("run", "skip", "next_opening")] = "run"
    """What happens on a day off."""
    for_each: ForEach | None = None
    """One ticket for each record; a single one where nothing is said."""
    meter: Meter | None = None
    """Only for records whose meter has passed a multiple."""
    requester: ToWho
    """For whom the ticket is: the first of these; `lead` leads the type's own team."""
    create: Made
    """What is made."""
