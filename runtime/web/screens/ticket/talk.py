"""What was said and done on a ticket, and the box to say more in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from runtime.web.screens.base import FileMark, PersonMark


@dataclass(frozen=True, slots=True)
class Change:
    """One before → after inside an event."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Event:
    """A grey line: something changed. `text` is a sentence without the actor; `id` is for links."""

    actor: str
    text: str
    at: datetime
    icon: str = "circle-dot"
    changes: tuple[Change, ...] = ()
    src: str = ""
    src_href: str = ""
    id: str = ""
    kind: Literal["event"] = "event"


Line: TypeAlias = tuple[tuple[str, bool], ...]
"""A line of plain text in pieces, each with whether it names a colleague."""


@dataclass(frozen=True, slots=True)
class Message:
    """A reply or an internal note in plain text. `role` stands after the name.

    `folded`: what of a long text waits behind a fold; `rest`: what a mail quoted and signed beside
    it, folded too.
    """

    id: str
    person: PersonMark
    paragraphs: tuple[Line, ...]
    at: datetime
    folded: tuple[Line, ...] = ()
    internal: bool = False
    role: str = ""
    files: tuple[FileMark, ...] = ()
    rest: str = ""
    kind: Literal["message"] = "message"


Entry: TypeAlias = Event | Message


@dataclass(frozen=True, slots=True)
class TimelineTab:
    """One of the timeline's filters: all, conversation, changes."""

    id: Literal["all", "talk", "changes"]
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Composer:
    """Reply or note; what was typed is kept. `modes` leaves out what the person may not write.

    `draft` names what the browser keeps of it; `fresh`: it may come back, for nothing was refused.
    `steps`: what may be done to the ticket with the same click, (title, action).
    """

    action: str
    to: str
    modes: tuple[Literal["public", "internal"], ...] = ("public", "internal")
    mode: Literal["public", "internal"] = "public"
    text: str = ""
    problem: str = ""
    files: tuple[FileMark, ...] = ()
    draft: str = ""
    fresh: bool = True
    complete_url: str = ""
    quick_url: str = ""
    steps: tuple[tuple[str, str], ...] = ()
