"""A dashboard: reports side by side."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from specs.base import Extending, Id, Spec, Text, ToWho
from specs.marks import Ref, WholeMark


class Tile(Spec):
    """One report on a dashboard."""

    title: Text | None = None
    """Its heading; the report's title where there is none."""
    report: Annotated[str, Ref("Report")]
    """What it shows."""
    width: Annotated[int, WholeMark(1, 12)] = 6
    """How many of twelve columns it takes."""


class Dashboard(Extending):
    """A dashboard: reports side by side."""

    kind: Literal["Dashboard"]
    title: Text
    """Its name."""
    for_: ToWho | None = Field(None, alias="for")
    """Who is offered it; everyone who may read its reports where nobody is named."""
    tiles: dict[Id, Tile]
    """The reports, in order."""
