"""What a person was told: the centre on the desk, and the small one in the portal."""

from dataclasses import dataclass
from datetime import datetime

from runtime.web.screens.base import Page
from runtime.web.screens.choosing import Choice
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; opening it marks it as read."""

    id: str
    title: str
    text: str
    at: datetime
    href: str
    read: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class NoticeGroup:
    """Notices about one ticket, the newest first; ``more`` are those behind the first few.

    ``number`` is empty where they are about no ticket. ``ids`` are of all of them.
    """

    number: str
    first: Notice
    others: tuple[Notice, ...]
    more: tuple[Notice, ...]
    ids: tuple[str, ...]
    unread: int
    urgent: bool = False
    done: bool = False


@dataclass(frozen=True, slots=True)
class NoticeTab:
    """One of the three ways to look at the centre."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class NoticeBox:
    """The centre's content, alike on the desk and in the portal.

    ``here`` is the address that acts come back to; ``sort`` the one sort that is shown, or empty.
    """

    groups: tuple[NoticeGroup, ...]
    unread: int
    tabs: tuple[NoticeTab, ...]
    url: str
    which: str
    sort: str
    sorts: tuple[Choice, ...]
    here: str
    read_action: str
    mark_action: str
    profile_href: str
    older_href: str = ""
    newer_href: str = ""


@dataclass(frozen=True, slots=True)
class InboxScreen:
    """`/desk/inbox`: the person's notices, grouped by ticket."""

    page: Page
    nav: SideNav
    box: NoticeBox


@dataclass(frozen=True, slots=True)
class PortalNoticesScreen:
    """`/p/notices`: the same for whoever asks for something."""

    page: Page
    box: NoticeBox


@dataclass(frozen=True, slots=True)
class BellScreen:
    """The bell of a page that was loaded already, with how many notices are unread."""

    page: Page
    href: str
    unread: int
