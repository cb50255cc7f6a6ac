"""Views, reports and dashboards: what is listed, counted and shown to whom."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.rights import Who
from engine.model.text import NO_WORDS, Words
from engine.predicate import TRUE, Path, Predicate
from engine.span import Span
from specs.problem import Place


@dataclass(frozen=True, slots=True)
class ViewModel:
    """A saved list. `columns` and `sort` are dotted names; sort entries are (path, descending)."""

    id: str
    title: Words
    types: tuple[str, ...]
    filter: Predicate
    columns: tuple[str, ...]
    sort: tuple[tuple[Path, bool], ...]
    place: Place
    layout: str = "list"
    group: str = ""
    hue: int = 0
    who: Who | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """A grouping of a report. `step`: day week month for instants and dates, else ""."""

    id: str
    of: Path
    title: Words
    step: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure. of: count average median sum share max min. `value` a number field, or a `span`."""

    id: str
    title: Words
    of: str
    when: Predicate = TRUE
    value: Path | None = None
    span: tuple[Path, Path] | None = None


@dataclass(frozen=True, slots=True)
class ReportModel:
    """A report: what is counted, over which period and dimensions, and how it is drawn.

    The period is `period_last` up to now, or from `period_from` to `period_to` (days, both in).
    """

    id: str
    title: Words
    types: tuple[str, ...]
    filter: Predicate
    period_of: Path | None
    period_last: Span | None
    by: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    chart: str
    place: Place
    drill: tuple[Path, ...] = ()
    period_from: str = ""
    period_to: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A report's place on a dashboard; width in twelfths."""

    report: str
    width: int
    title: Words = NO_WORDS


@dataclass(frozen=True, slots=True)
class DashboardModel:
    """A page of tiles, for whom."""

    id: str
    title: Words
    tiles: tuple[Tile, ...]
    place: Place
    who: Who | None = None
