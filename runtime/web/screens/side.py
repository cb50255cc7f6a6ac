"""The side navigation that the desk, the dashboards and the studio share."""

from dataclasses import dataclass
from typing import Literal

CAP = 1000
"""Counts above this are not counted on, only said to be more."""
SIDE_CAP = 200
"""The same for the navigation, whose dozen counts come with every page."""


@dataclass(frozen=True, slots=True)
class NavLink:
    """One entry. ``hue`` shows a dot instead of the icon; ``go`` is its key after ``g``."""

    href: str
    label: str
    icon: str = "layers"
    count: str = ""
    hue: int = 0
    current: bool = False
    badge: str = ""
    tone: Literal["", "accent", "warn", "danger"] = ""
    go: str = ""


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Entries under a heading; the first group has none."""

    title: str
    links: tuple[NavLink, ...]


@dataclass(frozen=True, slots=True)
class Pinned:
    """Urgent notices that say the same of a ticket and are not read: they stand on top of every
    page of the desk, once."""

    ids: tuple[str, ...]
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class SideNav:
    """The whole navigation; ``search_url`` takes ``?q=`` and is empty where there is no search.

    ``palette_url`` is where the command palette asks; ``bell_url`` the stream of new notices;
    ``pinned`` what is urgent, ``read_action`` where it is marked read;
    ``counts_url`` where an open page asks for the counts anew.
    """

    label: str
    groups: tuple[NavGroup, ...]
    search_url: str = ""
    inbox_url: str = ""
    unread: int = 0
    palette_url: str = ""
    counts_url: str = ""
    bell_url: str = ""
    pinned: tuple[Pinned, ...] = ()
    read_action: str = ""


def capped(count: int, cap: int = CAP) -> str:
    """A count as it is shown: ``46``, ``1000+`` when the count stopped there, nothing where it took
    too long to count."""
    if count < 0:
        return ""
    return f"{cap}+" if count > cap else str(count)
