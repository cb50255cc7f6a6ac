"""The portal: what requesters are offered and what they see of their tickets."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import (
    Color,
    Condition,
    DoVerb,
    Extending,
    Flag,
    OneOrMany,
    Origin,
    Right,
    Spec,
    Text,
)
from specs.marks import Ref, Words


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
    see: Annotated[str, Words("own", "organisation")] = "own"
    """Whose tickets requesters see: their own, or those of all people of their organisation too,
    which they read."""
    guests: Flag | None = None
    """Whether it may be sent without signing in; as the portal says where nothing is written."""


class Embed(Spec):
    """Where the portal may stand inside another site."""

    allow: Annotated[tuple[Origin, ...], OneOrMany()]
    """The sites by their origin: `https://shop.example`. Everywhere else browsers refuse it."""


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
    guests: Flag = False
    """Whether forms may be sent without signing in, with a name and a mail address; a link by mail
    then leads to that one ticket."""
    sign_in_by_code: Annotated[str, Words("customers", "everybody")] | None = None
    """Who may sign in, or sign up, with a code that is sent to their mail address: customers, or
    everybody, staff too. Nobody where nothing is written."""
    embed: Embed | None = None
    """The sites that may show the portal inside their pages."""
