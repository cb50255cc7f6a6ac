"""A report: tickets counted and measured over a time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from specs.base import Condition, Day, Extending, Id, OneOrMany, Path, ShortForm, Span, Spec, Text
from specs.marks import Ref, Words


class Period(Spec):
    """The time a report looks at."""

    of: Path
    """Which moment of a ticket counts."""
    last: Span | None = None
    """Up to now, this long."""
    from_: Day | None = Field(None, alias="from")
    """The first day."""
    to: Day | None = None
    """The last day."""


class Dimension(Spec):
    """What tickets are grouped by."""

    title: Text | None = None
    """Its name."""
    of: Path
    """The value that makes the groups."""
    step: Annotated[str, Words("hour", "day", "week", "month", "quarter", "year")] | None = None
    """How wide a group of times is."""


class Between(Spec):
    """The time between two moments of a ticket; may be written as one path to a number."""

    path: Path | None = None
    """A number of the ticket."""
    from_: Path | None = Field(None, alias="from")
    """Where the time begins."""
    to: Path | None = None
    """Where the time ends."""


class Measure(Spec):
    """What is counted or measured."""

    title: Text | None = None
    """Its name."""
    of: Annotated[str, Words("count", "share", "average", "median", "sum", "max", "min")]
    """How."""
    when: Condition | None = None
    """Counts only these; for `share` the part of all."""
    value: Annotated[Between, ShortForm("path")] | None = None
    """What is measured: a number field, or the time from one moment to another."""


class Report(Extending):
    """A report: tickets counted and measured over a time."""

    kind: Literal["Report"]
    title: Text
    """Its name."""
    types: Annotated[tuple[Annotated[str, Ref("TicketType")], ...], OneOrMany()] | None = None
    """Only tickets of these types."""
    filter: Condition | None = None
    """Which tickets are in it."""
    period: Period | None = None
    """The time it looks at."""
    by: dict[Id, Dimension] | None = None
    """What tickets are grouped by; at most two."""
    measures: dict[Id, Measure]
    """What is counted or measured."""
    chart: Annotated[str, Words("table", "number", "bar", "line")] = "table"
    """How it is drawn."""
    drill: tuple[Path, ...] | None = None
    """What a click leads into, step by step."""
