"""The dashboard page: tiles of reports, each mark a way to the tickets behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from runtime.web.screens.base import Page
from runtime.web.screens.choosing import Choice
from runtime.web.screens.desk.pages import (
    FilterChip,
)
from runtime.web.screens.figures.plots import Plot
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class Delta:
    """A comparison with the period before; `tone` is by goodness, not by direction."""

    text: str
    up: bool
    tone: Literal["", "good", "bad"] = ""
    against: str = ""


@dataclass(frozen=True, slots=True)
class TableHead:
    """A column of figures or of words."""

    title: str
    figures: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of a table; `href` is the list behind its first cell."""

    cells: tuple[str, ...]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The same figures as text."""

    heads: tuple[TableHead, ...]
    rows: tuple[TableRow, ...]
    foot: tuple[str, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class NumberTile:
    """One figure (KPI)."""

    id: str
    title: str
    value: str
    unit: str = ""
    href: str = ""
    delta: Delta | None = None
    note: str = ""
    line: str = ""
    area: str = ""
    kind: Literal["number"] = "number"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar across; shares are 0 to 100 of the longest."""

    label: str
    text: str
    share: float
    href: str = ""
    second_text: str = ""
    second_share: float = 0.0


@dataclass(frozen=True, slots=True)
class BarsTile:
    """Bars across, one a category; `second` names a second measure drawn over the first."""

    id: str
    title: str
    width: int
    bars: tuple[Bar, ...]
    table: Table
    first: str = ""
    second: str = ""
    second_bad: bool = False
    note: str = ""
    href: str = ""
    src: str = ""
    src_href: str = ""
    export_href: str = ""
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True, slots=True)
class PlotTile:
    """Lines or columns over time; `desc` says in words what the drawing shows."""

    id: str
    title: str
    width: int
    plot: Plot
    desc: str
    table: Table
    series: tuple[str, ...] = ()
    note: str = ""
    href: str = ""
    src: str = ""
    src_href: str = ""
    export_href: str = ""
    kind: Literal["plot"] = "plot"


@dataclass(frozen=True, slots=True)
class TableTile:
    """A report that is a table."""

    id: str
    title: str
    width: int
    table: Table
    note: str = ""
    href: str = ""
    src: str = ""
    src_href: str = ""
    export_href: str = ""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class BlankTile:
    """A report with nothing to draw: no tickets in the period, or no right to see it."""

    id: str
    title: str
    width: int
    why: Literal["empty", "denied"] = "empty"
    src: str = ""
    src_href: str = ""
    kind: Literal["blank"] = "blank"


Tile: TypeAlias = BarsTile | PlotTile | TableTile | BlankTile


@dataclass(frozen=True, slots=True)
class DashboardScreen:
    """`/desk/dashboards/<id>`: key figures above, tiles on 12 columns below."""

    page: Page
    nav: SideNav
    title: str
    at: datetime
    numbers: tuple[NumberTile, ...]
    tiles: tuple[Tile, ...]
    period: str = ""
    periods: tuple[Choice, ...] = ()
    period_value: str = ""
    action: str = ""
    chips: tuple[FilterChip, ...] = ()
    src: str = ""
    src_href: str = ""
    others: tuple[Choice, ...] = ()
