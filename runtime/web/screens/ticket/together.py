"""What belongs together with a ticket: parts, merged ones, links, watchers; and joining them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.web.screens.base import Page, PersonMark, SlaMark, StatusMark
from runtime.web.screens.choosing import Choice
from runtime.web.screens.side import SideNav

As = Literal["merge", "part", "related", "duplicate"]


@dataclass(frozen=True, slots=True)
class NearMark:
    """Another ticket in a line: state, number, subject, who, deadline.

    `sort` is what it is to this one, in words; `undo` the value that a form takes it away with, ""
    where the viewer may not.
    """

    href: str
    number: str
    subject: str
    status: StatusMark
    sla: SlaMark | None = None
    assignee: PersonMark | None = None
    requester: str = ""
    sort: str = ""
    undo: str = ""


@dataclass(frozen=True, slots=True)
class PartsPanel:
    """The sub-tickets with how far they are. `new`: types that one may be made of, by address."""

    parts: tuple[NearMark, ...] = ()
    done: int = 0
    count: int = 0
    hidden: int = 0
    hidden_done: int = 0
    next: SlaMark | None = None
    states: tuple[tuple[StatusMark, int], ...] = ()
    add_href: str = ""
    new: tuple[Choice, ...] = ()
    action: str = ""
    live_href: str = ""


@dataclass(frozen=True, slots=True)
class BatchPanel:
    """What was merged into this ticket, and what becomes of it."""

    taken_in: tuple[NearMark, ...]
    hidden: int = 0
    then: str = "solved"
    thens: tuple[Choice, ...] = ()
    action: str = ""


@dataclass(frozen=True, slots=True)
class Watching:
    """Who watches; `on`: the viewer does. `people`: who of the team could; `adds`: the viewer may
    choose."""

    on: bool
    action: str
    watchers: tuple[tuple[str, PersonMark], ...] = ()
    people: tuple[Choice, ...] = ()
    adds: bool = False


@dataclass(frozen=True, slots=True)
class TogetherPanel:
    """All of it on the ticket's page."""

    action: str = ""
    whole: NearMark | None = None
    merged: bool = False
    into: NearMark | None = None
    undo: bool = False
    parts: PartsPanel | None = None
    batch: BatchPanel | None = None
    links: tuple[NearMark, ...] = ()
    link_href: str = ""
    merge_href: str = ""
    split_href: str = ""
    copy_href: str = ""
    watching: Watching | None = None
    past_href: str = ""


@dataclass(frozen=True, slots=True)
class PartsPart:
    """The parts alone, for a page that looks again."""

    page: Page
    panel: PartsPanel


@dataclass(frozen=True, slots=True)
class Head:
    """A ticket's head, to be held beside another's."""

    near: NearMark
    type_title: str
    team: str
    opened: datetime
    said: int
    files: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """A ticket to be merged with what it would refuse, "" where nothing. `goal`: the others are
    merged into it."""

    near: NearMark
    refusal: str = ""
    goal: bool = False


@dataclass(frozen=True, slots=True)
class JoinScreen:
    """`/desk/tickets/<number>/join`: choose the other ticket, look at both, join them."""

    page: Page
    nav: SideNav
    way: As
    title: str
    lead: str
    action: str
    search_action: str
    back_href: str
    idempotency: str
    number: str
    query: str = ""
    found: tuple[NearMark, ...] = ()
    mine: Head | None = None
    other: Head | None = None
    moves: tuple[str, ...] = ()
    refusal: str = ""
    thens: tuple[Choice, ...] = ()
    button: str = ""


@dataclass(frozen=True, slots=True)
class MergeManyScreen:
    """`/desk/merge/check`: several tickets into one of them, into another, or a new batch;
    `most` are merged at once."""

    page: Page
    nav: SideNav
    check_action: str
    do_action: str
    back_href: str
    idempotency: str
    chosen: tuple[Chosen, ...]
    most: int
    well: int = 0
    into: str = ""
    query: str = ""
    found: tuple[NearMark, ...] = ()
    target: Head | None = None
    thens: tuple[Choice, ...] = ()
    batches: tuple[Choice, ...] = ()
    problem: str = ""
    done: tuple[str, ...] = ()
    done_href: str = ""


@dataclass(frozen=True, slots=True)
class SplitEntry:
    """Something that was said, to be chosen. `id`: the number of its event."""

    id: str
    person: PersonMark
    at: datetime
    text: str
    internal: bool = False
    files: tuple[str, ...] = ()
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class SplitScreen:
    """`/desk/tickets/<number>/split`: choose what was said and the type of the new ticket."""

    page: Page
    nav: SideNav
    number: str
    title: str
    action: str
    back_href: str
    entries: tuple[SplitEntry, ...]
    types: tuple[Choice, ...]
    type: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PastMark:
    """A past ticket with how it was solved, in a line."""

    near: NearMark
    at: datetime
    solution: str = ""


@dataclass(frozen=True, slots=True)
class PastGroup:
    """Past tickets of one customer, organisation or record; `all_href` lists every one."""

    title: str
    tickets: tuple[PastMark, ...]
    count: str
    all_href: str = ""


@dataclass(frozen=True, slots=True)
class PastPart:
    """`/desk/tickets/<number>/past`: what was before."""

    page: Page
    groups: tuple[PastGroup, ...]
