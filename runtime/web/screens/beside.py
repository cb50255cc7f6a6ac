"""What stands beside a ticket on its page: visits, time spent, reasons for missed promises."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from runtime.web.screens.choosing import Choice


@dataclass(frozen=True, slots=True)
class VisitForm:
    """A visit to be planned or moved. `clash`: why it was not planned yet; sent again it is.

    `day` as `2026-03-02`, `time` as `09:30`, `minutes` how long.
    """

    id: str = ""
    day: str = ""
    time: str = ""
    minutes: str = "60"
    person: str = ""
    place: str = ""
    note: str = ""
    problem: str = ""
    clash: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit. `form` while it can still be moved; `over`: its time has come."""

    id: str
    starts: datetime
    ends: datetime
    state: str
    label: str
    person: str = ""
    place: str = ""
    note: str = ""
    form: VisitForm | None = None
    end_action: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True)
class VisitsBox:
    """The visits of a ticket; `form` for a new one where the viewer may plan."""

    action: str
    lines: tuple[VisitLine, ...]
    form: VisitForm | None
    people: tuple[Choice, ...]
    lengths: tuple[Choice, ...]
    ics_href: str


@dataclass(frozen=True, slots=True)
class SpentLine:
    """One booking of work; `take_back` where it is the viewer's own."""

    id: str
    person: str
    day: date
    length: timedelta
    note: str = ""
    take_back: str = ""


@dataclass(frozen=True, slots=True)
class SpentSum:
    """What one person booked in all."""

    person: str
    length: timedelta


@dataclass(frozen=True, slots=True)
class SpentBox:
    """The time spent on a ticket: in all, by person, booking by booking; a form for more."""

    action: str
    total: timedelta
    sums: tuple[SpentSum, ...]
    lines: tuple[SpentLine, ...]
    today: str
    amount: str = ""
    day: str = ""
    note: str = ""
    problem: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class LateClock:
    """A promise that was missed: its reason, or the form that asks for one.

    `asks`: the viewer is the assignee or lead, and no reason was given yet.
    """

    clock: str
    title: str
    action: str
    reasons: tuple[Choice, ...]
    reason: str = ""
    chosen: str = ""
    words: str = ""
    problem: str = ""
    asks: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class PortalVisit:
    """A visit that is to come, as the requester is told it."""

    starts: datetime
    ends: datetime
    person: str = ""
    place: str = ""
