"""The command palette's answers, as its template reads them."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.web.screens.base import Page


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to go to or do: `detail` stands at its end, `key` is its shortcut."""

    label: str
    href: str
    icon: str
    detail: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one kind."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Palette:
    """What fits the words, by kind."""

    page: Page
    query: str
    groups: tuple[Group, ...]
