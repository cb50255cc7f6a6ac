"""What a Channel makes of a mail: its type, subject, description, and the fields it finds in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import re2

from engine.model.channel import ChannelModel, TakenModel
from engine.model.desk import Desk
from runtime.actions.intake.sorting import rule_of, through
from runtime.actions.open_ticket import Through
from runtime.channels.mail.parsed import Mail
from runtime.store.rows import Person

_SEARCHED: Final = 50_000
"""So many characters of a text are looked through for fields."""
_LONGEST_SUBJECT: Final = 200
_SNIPPET: Final = 60


@dataclass(frozen=True, slots=True)
class Filled:
    """A ticket to be: `values` raw by field key; `rest`: what was quoted, signed or passed on."""

    type: str
    subject: str
    description: str
    values: Mapping[str, str]
    through: Through
    rest: str


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a mail as a new ticket has them."""

    subject: str
    text: str
    rest: str


def said_of(mail: Mail, channel: ChannelModel, desk: Desk) -> Said:
    """Subject and words; who passes a mail on says what is in it."""
    passed_on = mail.forwarded is not None
    text = mail.text if passed_on or not mail.text_new.strip() else mail.text_new
    rest = "" if text is mail.text else mail.text_rest
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    title = channel.title.say(desk.tenant.locales[0])
    subject = mail.subject.strip() or first[:_SNIPPET] or title
    return Said(subject[:_LONGEST_SUBJECT], text.strip(), rest.strip())


def fill(
    desk: Desk,
    channel: ChannelModel,
    said: Said,
    to: frozenset[str],
    requester: Person | None,
    now_us: int,
    *,
    quiet: bool,
    watchers: tuple[str, ...] = (),
    without: frozenset[str] = frozenset(),
) -> Filled:
    """The ticket. `without`: field keys whose values the form did not take."""
    rule = rule_of(desk, channel, said.subject, said.text, requester, now_us, to)
    type_key = rule.type if rule else channel.type
    model = desk.types[type_key]
    values = {
        key: found
        for key, taken in channel.fields.items()
        if key in model.fields and key not in without and (found := value_of(taken, said))
    }
    text = said.text
    if model.subject.template and said.subject not in text:
        # The type makes its subject itself; what the mail's says is not lost.
        text = f"{said.subject}\n\n{text}".strip()
    notify = "" if quiet else channel.auto_reply
    way = through(channel, rule, watchers=watchers, notify=notify)
    return Filled(type_key, said.subject, text or said.subject, values, way, said.rest)


def value_of(taken: TakenModel, said: Said) -> str:
    """What is found for a value, "" for nothing."""
    if taken.value is not None:
        return taken.value
    if taken.find is None:
        return ""
    pattern: Any = re2.compile(taken.find)
    parts = {"subject": said.subject, "body": said.text[:_SEARCHED]}
    for name in taken.within:
        match = pattern.search(parts.get(name, ""))
        if match:
            found = str((match.group(1) if pattern.groups else match.group(0)) or "").strip()
            return taken.values.get(found, found)
    return ""
