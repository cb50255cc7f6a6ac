"""A team: who gets tickets, in which hours, and how they are dealt out."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import Address, Extending, Flag, Text
from specs.marks import Ref, WholeMark, Words

ASSIGNMENTS: tuple[str, ...] = (
    "least_busy",
    "round_robin",
    "skill_then_load",
    "seniority_then_load",
    "manual",
)


class Team(Extending):
    """A team: who gets tickets, in which hours, and how they are dealt out."""

    kind: Literal["Team"]
    title: Text
    """Its name."""
    parent: Annotated[str, Ref("Team")] | None = None
    """The department it belongs to."""
    calendar: Annotated[str, Ref("Calendar")] | None = None
    """Its hours; the tenant's where there are none."""
    capacity: Annotated[int, WholeMark(0, 10000)] | None = None
    """How many open tickets a member takes, unless the member says otherwise; 0 takes none."""
    assignment: Annotated[str, Words(*ASSIGNMENTS)] = "manual"
    """How tickets are dealt out to members."""
    overflow: Annotated[str, Ref("Team")] | None = None
    """Who gets the ticket when no member has room."""
    default: Flag = False
    """The team of tickets that nothing routes; exactly one team is."""
    mail: Address | None = None
    """The address of its letters; that of the channel or of the tenant where there is none."""
    mail_name: Text | None = None
    """The name beside its address; the tenant's title where there is none."""
