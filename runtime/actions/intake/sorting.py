"""Which rule of a Channel holds for a message, and what the Channel says of the ticket by it."""

from __future__ import annotations

from collections.abc import Set

from engine.evaluate import holds
from engine.facts import Facts, Value
from engine.model.channel import ChannelModel, SortingModel
from engine.model.desk import Desk
from runtime.actions.open_ticket import Through
from runtime.site.standing import SYSTEM, ask_of, person_values
from runtime.store.rows import Person


def rule_of(
    desk: Desk,
    channel: ChannelModel,
    subject: str,
    description: str,
    who: Person | None,
    now_us: int,
    to: Set[str] | None = None,
) -> SortingModel | None:
    """The first rule that holds for the words and the requester.

    `to`: the addresses it was sent to, in small letters; None for what is sent to none.
    """
    facts: dict[str, Value] = {
        "subject": subject,
        "description": description,
        "channel": channel.receive,
        "type": channel.type,
    }
    if who is not None:
        facts |= person_values(desk, "requester", who)
        facts |= person_values(desk, "customer", who) if who.kind == "customer" else {}
    ask = ask_of(desk, SYSTEM, now_us)
    for rule in channel.rules:
        sent = to is None or not rule.to or bool(to & set(rule.to))
        if sent and holds(rule.when, Facts(facts), ask):
            return rule
    return None


def through(
    channel: ChannelModel,
    rule: SortingModel | None,
    *,
    priority: str = "",
    watchers: tuple[str, ...] = (),
    notify: str = "",
) -> Through:
    """What the channel says of the ticket; what the rule says goes first."""
    return Through(
        channel_id=channel.id,
        team=(rule.team if rule else "") or channel.team,
        priority=(rule.priority if rule else "") or priority,
        watchers=watchers,
        notify=notify,
        lenient=channel.lenient,
    )
