"""The studio's screen of one source: what it is asked, what it answers, what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.web.screens.base import Page
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class SourceExchange:
    """A request and its reply; secrets are masked."""

    request: str
    headers: tuple[tuple[str, str], ...]
    body: str
    status: str
    reply_headers: tuple[tuple[str, str], ...]
    reply: str
    took: str
    wrong: str


@dataclass(frozen=True, slots=True)
class SourceOutput:
    """An output: where it is looked for, what stood there, what became of it, what is wrong."""

    output: str
    at: str
    raw: str
    value: str
    why: str
    src: str
    src_href: str


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record as the mapping has it."""

    key: str
    title: str
    outputs: tuple[SourceOutput, ...]


@dataclass(frozen=True, slots=True)
class StudioSource:
    """`/studio/sources/<id>`. Without ``action`` the visitor may not ask.

    ``verdict`` says how the last question went, "" before the first; ``tone`` is ok or warn.
    """

    page: Page
    nav: SideNav
    id: str
    title: str
    connector: str
    src: str
    src_href: str
    missing: tuple[str, ...]
    settings_href: str
    action: str = ""
    asked: str = ""
    search: bool = False
    verdict: str = ""
    tone: str = "ok"
    exchanges: tuple[SourceExchange, ...] = ()
    records: tuple[SourceRecord, ...] = ()
    more: bool = False
