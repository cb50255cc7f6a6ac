"""A person's own page: who they are, how they are told, when they work, their password."""

from dataclasses import dataclass

from runtime.web.screens.base import Page, PersonMark
from runtime.web.screens.choosing import Choice
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class SortLine:
    """A sort of notices; ``on`` holds for each way whether it is told by it. ``fixed``: urgent."""

    id: str
    title: str
    on: tuple[bool, ...]
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of the week with its hours, empty where there are none."""

    id: str
    title: str
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class HoursBox:
    """When somebody works: a calendar, or hours of their own. Only for staff."""

    calendar: str
    calendars: tuple[Choice, ...]
    days: tuple[DayLine, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PasswordBox:
    """A new password; the problems stand beside the old and the new one."""

    action: str
    old_problem: str = ""
    new_problem: str = ""


@dataclass(frozen=True, slots=True)
class ProfileBox:
    """The content of the page. ``ways`` name the columns that each sort's ``on`` is about."""

    action: str
    picture_action: str
    person: PersonMark
    name: str
    locale: str
    locales: tuple[Choice, ...]
    theme: str
    zone: str
    zones: tuple[Choice, ...]
    tenant_zone: str
    ways: tuple[Choice, ...]
    sorts: tuple[SortLine, ...]
    digest: str
    digest_at: str
    quiet_first: str
    quiet_last: str
    keys: bool
    hours: HoursBox | None = None
    password: PasswordBox | None = None
    name_problem: str = ""
    zone_problem: str = ""
    digest_problem: str = ""
    quiet_problem: str = ""
    picture_problem: str = ""


@dataclass(frozen=True, slots=True)
class ProfileScreen:
    """`/desk/profile`."""

    page: Page
    nav: SideNav
    box: ProfileBox


@dataclass(frozen=True, slots=True)
class PortalProfileScreen:
    """`/p/profile`."""

    page: Page
    box: ProfileBox
