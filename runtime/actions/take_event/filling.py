"""What a channel makes of an event: type, words, fields, whom it is from and what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.model.channel import ChannelModel
from engine.model.desk import Desk
from engine.values.base import ValueProblem
from engine.values.phone import plain_phone
from engine.values.written import as_keys
from runtime.actions.intake.sender import LONGEST_NAME
from runtime.actions.intake.sorting import rule_of, through
from runtime.actions.open_ticket import Through
from runtime.actions.take_event.reading import as_text, text, text_at, value
from runtime.store.rows import Person

_LONGEST_SUBJECT: Final = 200


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
        text_at(body, places.name)[:LONGEST_NAME],
        any(one is not None for one in (places.email, places.phone)),
    )


def fill(desk: Desk, channel: ChannelModel, body: object, who: Person, now_us: int) -> Filled:
    """The ticket that the event becomes."""
    subject, description = _words(channel, body)
    rule = rule_of(desk, channel, subject, description, who, now_us)
    kind = rule.type if rule else channel.type
    said_tags = value(channel.tags, body)
    tags = said_tags if isinstance(said_tags, list) else as_text(said_tags).split(",")
    known = (as_text(tag).strip() for tag in tags)
    return Filled(
        kind,
        subject[:_LONGEST_SUBJECT],
        description,
        fields(desk, channel, kind, body),
        through(channel, rule, priority=text(channel.priority, body)),
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
