"""A webhook: what another system is told of tickets, and when."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import (
    AppliesTo,
    Condition,
    Event,
    Extending,
    OneOrMany,
    Path,
    SecretName,
    SettingName,
    Text,
)


class Webhook(Extending):
    """A webhook: what another system is told of tickets, and when."""

    kind: Literal["Webhook"]
    title: Text
    """Its name."""
    applies_to: AppliesTo
    """The ticket types it is for, or `all_types`."""
    upon: Annotated[tuple[Event, ...], OneOrMany()]
    """What it tells: `created`, `entered(refunded)`, `commented`."""
    when: Condition | None = None
    """Only of tickets of which this is true then."""
    url: SettingName
    """The setting with the address that is called."""
    secret: SecretName
    """The secret that signs the calls."""
    old_secret: SecretName | None = None
    """A second secret that signs too, while the first one is being changed."""
    send: tuple[Path, ...] | None = None
    """What of the ticket is told beside its number, type and state: `amount`, `order_no.paid`."""
