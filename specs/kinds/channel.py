"""A channel: a door that messages of other systems come in by, and what they become."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import (
    Address,
    Condition,
    Extending,
    Flag,
    Id,
    OneOrMany,
    Pattern,
    Priority,
    SecretName,
    SettingName,
    Spec,
    Str,
    Text,
)
from specs.marks import JsonPathMark, Ref, Words

MAIL_PARTS: tuple[str, ...] = ("subject", "body")

Member = Annotated[str, JsonPathMark()]


class Mailbox(Spec):
    """A mailbox that is read over IMAP."""

    url: SettingName
    """The setting with its address: `imaps://user@host/INBOX`."""
    password: SecretName
    """The secret with its password."""
    after: Annotated[str, Words("seen", "move", "delete")] = "seen"
    """What happens to a message there once it is on record here."""
    folder: Str | None = None
    """Where `move` puts it."""


class Taken(Spec):
    """Where a value comes from: a place in the message, words that are found in it, or fixed."""

    path: Member | None = None
    """The place in a JSON message: `$.order.number`."""
    find: Pattern | None = None
    """A pattern; its first group, or all of it, is the value."""
    within: Annotated[tuple[Annotated[str, Words(*MAIL_PARTS)], ...], OneOrMany()] | None = None
    """Where it is looked for in a mail: subject, body; both where nothing is said."""
    value: Str | None = None
    """The value itself."""
    values: dict[Str, Str] | None = None
    """What values of the message become here; others stay as they are."""


class Caller(Spec):
    """Who a JSON message is from."""

    email: Member | None = None
    """The place of their mail address."""
    phone: Member | None = None
    """The place of their phone number."""
    name: Member | None = None
    """The place of their name."""


class Sorting(Spec):
    """What a message becomes when something is true of it."""

    when: Condition | None = None
    """What has to be true of its subject, description and requester."""
    to: Annotated[tuple[Address, ...], OneOrMany()] | None = None
    """Only what was sent to one of these addresses."""
    type: Annotated[str, Ref("TicketType")]
    """The type of the ticket."""
    team: Annotated[str, Ref("Team")] | None = None
    """Its team, instead of the one that routing finds."""
    priority: Priority | None = None
    """Its priority, instead of the one that routing finds."""


class Channel(Extending):
    """A channel: a door that messages of other systems come in by, and what they become."""

    kind: Literal["Channel"]
    title: Text
    """Its name."""
    receive: Annotated[str, Words("mail", "webhook", "phone")]
    """What comes in: mail, signed events of another system, or calls of a call centre."""
    addresses: Annotated[tuple[Address, ...], OneOrMany()] | None = None
    """The mail addresses whose messages it takes; the first one stands in answers."""
    mailbox: Mailbox | None = None
    """The mailbox that is read; without one, mail comes by the built-in receiver alone."""
    secret: SecretName | None = None
    """The secret that signs the events."""
    old_secret: SecretName | None = None
    """A second secret that holds too, while the first one is being changed."""
    type: Annotated[str, Ref("TicketType")]
    """What a message becomes, unless a rule says otherwise."""
    rules: dict[Id, Sorting] | None = None
    """What it becomes instead; the first rule that holds decides."""
    team: Annotated[str, Ref("Team")] | None = None
    """The team of all its tickets, instead of the one that routing finds."""
    subject: Taken | None = None
    """Where the subject of an event comes from."""
    description: Taken | None = None
    """Where the description of an event comes from."""
    transcript: Taken | None = None
    """Where the words of a call come from; they are kept as a note."""
    requester: Caller | None = None
    """Where an event says whom it is from."""
    agent: Member | None = None
    """Where a call names the mail address of the agent who gets the ticket."""
    external_key: Member | None = None
    """Where an event says what it is about; a second one of the same is added to the ticket."""
    comment: Taken | None = None
    """What a second event of the same ticket adds to it."""
    priority: Taken | None = None
    """Where an event says how urgent it is: urgent, high, normal or low."""
    tags: Taken | None = None
    """Where an event has its tags; those that the tenant does not know are left out."""
    fields: dict[Annotated[str, Ref("Field")], Taken] | None = None
    """Where the fields of the ticket come from."""
    requesters: Annotated[str, Words("anybody", "known")] = "anybody"
    """Who may write: anybody becomes a customer, or only people who are known."""
    incomplete: Annotated[str, Words("accept", "refuse")] = "accept"
    """What happens when the form wants more than the message says."""
    auto_reply: Annotated[str, Ref("Notification")] | None = None
    """What the sender of a new ticket is told at once."""
    copies: Flag = False
    """Whether people in copy watch the ticket, as far as they are known."""
