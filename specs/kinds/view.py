"""A view: a list of tickets, chosen and laid out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from specs.base import Condition, Extending, Hue, OneOrMany, Path, SortPath, Text, ToWho
from specs.marks import Ref, Words


class View(Extending):
    """A view: a list of tickets, chosen and laid out."""

    kind: Literal["View"]
    title: Text
    """Its name."""
    types: Annotated[tuple[Annotated[str, Ref("TicketType")], ...], OneOrMany()] | None = None
    """Only tickets of these types."""
    filter: Condition | None = None
    """Which tickets are in it."""
    columns: tuple[Path, ...] | None = None
    """What is shown of each."""
    sort: Annotated[tuple[SortPath, ...], OneOrMany()] | None = None
    """The order; a `-` before the path turns it round."""
    layout: Annotated[str, Words("list", "kanban", "gantt", "calendar")] = "list"
    """How it is laid out."""
    group: Path | None = None
    """What the columns of a board or the groups of a list are."""
    hue: Hue | None = None
    """Color number of its mark."""
    for_: ToWho | None = Field(None, alias="for")
    """Who is offered it; everyone where nobody is named."""
