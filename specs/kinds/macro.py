"""A macro: several things that an agent does to a ticket by one click."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specs.base import Actions, AppliesTo, Condition, Extending, Icon, Text, ToWho


class Macro(Extending):
    """A macro: several things that an agent does to a ticket by one click."""

    kind: Literal["Macro"]
    title: Text
    """Its name in the menu."""
    help: Text | None = None
    """A sentence below it."""
    icon: Icon | None = None
    """The icon in the menu."""
    applies_to: AppliesTo
    """The ticket types it is for, or `all_types`."""
    when: Condition | None = None
    """Offered only for tickets of which this is true."""
    for_: ToWho | None = Field(None, alias="for")
    """Who is offered it; everyone who works on the ticket where nobody is named."""
    do: Actions
    """What it does, in order, as the person who clicks it."""
