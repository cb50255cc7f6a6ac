"""The studio's screen of webhooks: how each stands, what was sent, and sending it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.web.screens.base import Page
from runtime.web.screens.side import SideNav

Tone = Literal["", "ok", "warn", "danger", "info"]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many events of a webhook are in a state, and where they are listed."""

    label: str
    count: int
    href: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class HookRow:
    """One webhook. Addresses of actions are "" where they make no sense, or not for this person.

    `secrets`: the names of those that are written.
    """

    id: str
    title: str
    href: str
    standing: str
    tone: Tone
    events: tuple[str, ...]
    address: str
    secrets: tuple[str, ...]
    tallies: tuple[Tally, ...]
    test_action: str = ""
    start_action: str = ""
    replay_action: str = ""
    dead: int = 0


@dataclass(frozen=True, slots=True)
class Try:
    """One call: when, what came back, how long it took."""

    at: datetime
    said: str
    ms: int | None
    ok: bool


@dataclass(frozen=True, slots=True)
class SentRow:
    """One event; `key` is its id for the receiver, `due` when it is tried next."""

    id: str
    webhook: str
    event: str
    number: str
    href: str
    state: str
    tone: Tone
    key: str
    at: datetime
    due: datetime | None
    tries: tuple[Try, ...]
    replay_action: str = ""


@dataclass(frozen=True, slots=True)
class StudioWebhooks:
    """`/studio/webhooks`: webhooks, and a page of events, maybe of one and in one state."""

    page: Page
    nav: SideNav
    hooks: tuple[HookRow, ...]
    rows: tuple[SentRow, ...]
    filtered: str = ""
    all_href: str = ""
    older_href: str = ""
