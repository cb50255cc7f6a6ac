"""Channels, compiled: what comes in by one door becomes which ticket, with which values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.model.sla import Trigger
from engine.model.text import Words
from engine.predicate import TRUE, Path, Predicate
from specs.problem import Place


@dataclass(frozen=True, slots=True)
class TakenModel:
    """Where a value comes from; exactly one of `path`, `find`, `value` is set.

    `path`: steps into a JSON message, names and places in lists. `find`: an RE2 pattern over the
    parts of a mail named in `within`. `values`: what a value of the message becomes.
    """

    path: tuple[str | int, ...] | None = None
    find: str | None = None
    within: tuple[str, ...] = ("subject", "body")
    value: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MailboxModel:
    """A mailbox: the names of its setting and secret, and what becomes of a message there."""

    url: str
    password: str
    after: str
    folder: str


@dataclass(frozen=True, slots=True)
class SortingModel:
    """A rule of a channel; `to` in small letters, all addresses where empty. Keys of type, team."""

    id: str
    when: Predicate
    to: tuple[str, ...]
    type: str
    team: str
    priority: str


@dataclass(frozen=True, slots=True)
class CallerModel:
    """Where a JSON message says whom it is from, as steps; None where it does not."""

    email: tuple[str | int, ...] | None = None
    phone: tuple[str | int, ...] | None = None
    name: tuple[str | int, ...] | None = None


@dataclass(frozen=True, slots=True)
class ChannelModel:
    """One channel. `type`, `team`: keys; `fields`: field key → where it comes from.

    `secrets`: the names of the secrets that sign what comes in, the first one newest.
    """

    id: str
    title: Words
    receive: str
    place: Place
    type: str
    addresses: tuple[str, ...] = ()
    mailbox: MailboxModel | None = None
    secrets: tuple[str, ...] = ()
    rules: tuple[SortingModel, ...] = ()
    team: str = ""
    subject: TakenModel | None = None
    description: TakenModel | None = None
    transcript: TakenModel | None = None
    comment: TakenModel | None = None
    requester: CallerModel = CallerModel()
    agent: tuple[str | int, ...] | None = None
    external_key: tuple[str | int, ...] | None = None
    priority: TakenModel | None = None
    tags: TakenModel | None = None
    fields: Mapping[str, TakenModel] = field(default_factory=dict)
    known_only: bool = False
    lenient: bool = True
    auto_reply: str = ""
    copies: bool = False


@dataclass(frozen=True, slots=True)
class WebhookModel:
    """One webhook. `types`: keys; `upon`: what it tells, by the keys of what happened.

    `secrets`: the names of the secrets that sign, the newest first; `send`: what is told beside
    number, type and state.
    """

    id: str
    title: Words
    place: Place
    types: frozenset[str]
    upon: tuple[Trigger, ...]
    url: str
    secrets: tuple[str, ...]
    when: Predicate = TRUE
    send: tuple[Path, ...] = ()
