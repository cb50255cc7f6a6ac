"""The backtest of a draft: what it would have done to the tickets of the past."""

from dataclasses import dataclass
from typing import Literal

from runtime.web.screens.base import Page
from runtime.web.screens.figures.dashboard import PlotTile
from runtime.web.screens.side import SideNav

Look = Literal["none", "nothing", "faulty", "waiting", "failed", "done"]


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """A period to look back over."""

    days: int
    label: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """Tickets that fare otherwise: from, to, how many, why; `width` of 100 of its bar."""

    before: str
    after: str
    kind: str
    count: str
    width: float
    because: str
    judged: str
    href: str


@dataclass(frozen=True, slots=True)
class TeamRate:
    """What of a team's deadlines is missed, before and after."""

    team: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ClockTile:
    """One kind of deadline: missed before and after, in words and by week."""

    title: str
    before: str
    after: str
    tone: Literal["", "ok", "danger"]
    counts: str
    really: str
    plot: PlotTile | None
    teams: tuple[TeamRate, ...]


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A team's tickets a week and its busiest hour, before and after."""

    team: str
    before: str
    after: str
    peak_before: str
    peak_after: str


@dataclass(frozen=True, slots=True)
class FiredRow:
    """How often an automation ran."""

    title: str
    before: str
    after: str
    really: str
    changed: bool


@dataclass(frozen=True, slots=True)
class BacktestView:
    """What was found. `share_width` of 1000; `notes`: what is to be known of the figures."""

    period: str
    rerouted: str
    share: str
    share_text: str
    share_width: float
    flows: tuple[Flow, ...]
    more: str
    priorities: tuple[Flow, ...]
    clocks: tuple[ClockTile, ...]
    work: tuple[WorkRow, ...]
    fired: tuple[FiredRow, ...]
    notes: tuple[str, ...]
    disagree: str


@dataclass(frozen=True, slots=True)
class BacktestScreen:
    """The page; while it is under way it fetches itself again. `percent` is done then."""

    page: Page
    nav: SideNav
    look: Look
    action: str
    here: str
    days: int
    periods: tuple[PeriodChoice, ...]
    percent: int
    progress: str
    why: str
    took: str
    back_href: str
    view: BacktestView | None


@dataclass(frozen=True, slots=True)
class SideTold:
    """One side's decision about a ticket; `label` says which side."""

    label: str
    outcome: str
    rule: str
    place: str
    place_href: str
    read: str
    lost_row: str
    lost_why: str


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A ticket with both decisions."""

    number: str
    subject: str
    href: str
    sides: tuple[SideTold, ...]


@dataclass(frozen=True, slots=True)
class BacktestTicketsScreen:
    """The tickets of one flow, explained."""

    page: Page
    nav: SideNav
    title: str
    because: str
    summary: str
    back_href: str
    samples: tuple[SampleRow, ...]
    more_href: str
