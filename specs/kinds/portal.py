"""The portal: what requesters are offered and what they see of their tickets."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import Color, Condition, DoVerb, Extending, Right, Spec, Text
from specs.marks import Ref


class Offer(Spec):
    """A ticket type as requesters meet it; these are the rights of the role `requester`."""

    title: Text | None = None
    """Its name in the portal; the type's where there is none."""
    help: Text | None = None
    """One sentence on its card; the type's where there is none."""
    do: tuple[DoVerb, ...] = ("comment",)
    """What requesters may do besides the moves open to them."""
    edit: Condition | None = None
    """Which of their own tickets requesters may still change; none where nothing is written."""
    fields: dict[Annotated[str, Ref("TypeField")], Right] | None = None
    """Rights on single fields, where they differ."""


class Portal(Extending):
    """The portal: what requesters are offered and what they see of their tickets."""

    kind: Literal["Portal"]
    title: Text
    """The heading."""
    welcome: Text | None = None
    """One sentence below it."""
    contact: Text | None = None
    """How people are reached otherwise; stands at the foot."""
    accent: Color | None = None
    """The color of the brand."""
    types: dict[Annotated[str, Ref("TicketType")], Offer | None]
    """What is offered, in order."""
