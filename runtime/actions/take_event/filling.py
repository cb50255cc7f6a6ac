"""What a channel makes of an event: type, words, fields, whom it is from and what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.evaluate import holds
from engine.facts import Facts, Value
from engine.model.channel import ChannelModel, SortingModel
from engine.model.desk import Desk
from engine.values.base import ValueProblem
from engine.values.phone import plain_phone
from engine.values.written import as_keys
from runtime.actions.open_ticket import Through
from runtime.actions.take_event.reading import as_text, text, text_at, value
from runtime.site.standing import SYSTEM, ask_of, person_values
from runtime.store.rows import Person

_LONGEST_SUBJECT: Final = 200
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom an event is from; `named`: the channel says where that stands."""

    email: str
    phone: str
    name: str
    named: bool


@dataclass(frozen=True, slots=True)
class Filled:
    """A ticket to be; `values` raw by field key, `tags` those the tenant knows."""

    type: str
    subject: str
    description: str
    values: Mapping[str, object]
    through: Through
    tags: tuple[str, ...]


def caller(channel: ChannelModel, body: object) -> Caller:
    """Whom the event is from, as far as it says so."""
    places = channel.requester
    email = text_at(body, places.email)
    return Caller(
        email if "@" in email and len(email) <= 200 and len(email.split()) == 1 else "",
        plain_phone(text_at(body, places.phone)),
        text_at(body, places.name)[:_LONGEST_NAME],
        any(one is not None for one in (places.email, places.phone)),
    )


def fill(desk: Desk, channel: ChannelModel, body: object, who: Person, now_us: int) -> Filled:
    """The ticket that the event becomes."""
    subject, description = _words(channel, body)
    rule = _rule(desk, channel, subject, description, who, now_us)
    kind = rule.type if rule else channel.type
    said_tags = value(channel.tags, body)
    tags = said_tags if isinstance(said_tags, list) else as_text(said_tags).split(",")
    known = (as_text(tag).strip() for tag in tags)
    through = Through(
        channel_id=channel.id,
        team=(rule.team if rule else "") or channel.team,
        priority=(rule.priority if rule else "") or text(channel.priority, body),
        lenient=channel.lenient,
    )
    return Filled(
        kind,
        subject[:_LONGEST_SUBJECT],
        description,
        fields(desk, channel, kind, body),
        through,
        tuple(dict.fromkeys(tag for tag in known if tag in desk.tenant.tags)),
    )


def fields(desk: Desk, channel: ChannelModel, kind: str, body: object) -> dict[str, object]:
    """The fields of a type that the event fills, as they came."""
    items = desk.types[kind].fields
    teams = {one.id: key for key, one in desk.teams.items()}
    found: dict[str, object] = {}
    for key, taken in channel.fields.items():
        raw = value(taken, body)
        if key in items and raw not in (None, "", []):
            known = as_keys(items[key], raw, teams)
            # What is no option of ours stays as it came, and the form says so.
            found[key] = raw if isinstance(known, ValueProblem) else known
    return found


def _words(channel: ChannelModel, body: object) -> tuple[str, str]:
    subject = " ".join(text(channel.subject, body).split())
    description = text(channel.description, body)
    if not subject:
        first = description or text(channel.transcript, body)
        subject = " ".join(first.split())
    return subject, description


def _rule(
    desk: Desk, channel: ChannelModel, subject: str, description: str, who: Person, now_us: int
) -> SortingModel | None:
    """The first rule of the channel that holds for the words, the fields and the requester."""
    facts: dict[str, Value] = {
        "subject": subject,
        "description": description,
        "channel": channel.receive,
        "type": channel.type,
    }
    for word in ("requester", "customer"):
        if word == "requester" or who.kind == "customer":
            facts |= person_values(desk, word, who)
    ask = ask_of(desk, SYSTEM, now_us)
    return next((rule for rule in channel.rules if holds(rule.when, Facts(facts), ask)), None)
