"""Runs Report specs for a viewer: what they may see, nothing beyond, added up by the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args

from engine.decide import access
from engine.evaluate import reads
from engine.facts import Ask, Viewer
from engine.instant import from_us
from engine.model.desk import Desk
from engine.model.lists import Dimension, Measure, ReportModel
from engine.predicate import TRUE, All, Path, Predicate
from runtime.queries.periods import Window, before, window_of
from runtime.site.handles import Site
from runtime.site.standing import ask_of, reports_of
from runtime.store import people, reports
from runtime.store.buckets import Buckets, Step, bucket_keys, date_column, date_keys
from runtime.store.lower import NotLowerable, column_of, lower
from runtime.store.rows import ReportLine
from runtime.store.unit import Unit

PEOPLE = {"requester": "requester", "customer": "customer", "assignee": "staff"}
MOST_BUCKETS = 400
"""So many points are a drawing still; a report over more days shows the newest."""


_PROMISES = ("due", "breached", "breach_reason")
NOTHING = ReportLine((), ())


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report found. `denied`: not the viewer's to read, and nothing else is filled in.

    `lines` have one key per dimension; `firsts` the first dimension alone, where there are two.
    `axis` are the keys of a first dimension of time without gaps. `days` is the first measure by
    day, for a key figure. `before` the figures of the period before.
    """

    report: ReportModel
    denied: bool = False
    window: Window | None = None
    lines: tuple[ReportLine, ...] = ()
    firsts: tuple[ReportLine, ...] = ()
    total: ReportLine = NOTHING
    axis: tuple[str, ...] = ()
    before: ReportLine | None = None
    days: tuple[int | float | None, ...] = ()
    names: Mapping[str, str] | None = None

    @property
    def empty(self) -> bool:
        """Whether no ticket was counted."""
        return not self.lines


async def run_reports(
    site: Site, tenant: str, viewer: Viewer, names: Sequence[str], days: int = 0
) -> dict[str, Figures]:
    """The figures of several reports by id, each within the viewer's rights.

    Unknown ids are left out. `days` overrides the periods that slide with the present.
    """
    live = site.desks.get(tenant)
    assert live is not None
    found: dict[str, Figures] = {}
    async with site.store.unit(tenant) as unit:
        ask = ask_of(live.desk, viewer, unit.now_us())
        for name in dict.fromkeys(names):
            report = live.desk.reports.get(name)
            if report is not None:
                found[name] = await _Run(unit, live.desk, report, ask, days).figures()
    return found


def may_read(desk: Desk, viewer: Viewer, report: ReportModel) -> bool:
    """Whether one of the viewer's roles names the report, and they read every field it looks at."""
    if not viewer.is_system and report.id not in reports_of(desk, viewer):
        return False
    return all(_may_look(desk, viewer, report, path) for path in paths_of(report))


def paths_of(report: ReportModel) -> tuple[Path, ...]:
    """Every path a report looks at: filter, period, dimensions, measures."""
    found = [*reads(report.filter), *(dimension.of for dimension in report.by)]
    found += [report.period_of] if report.period_of else []
    for measure in report.measures:
        found += reads(measure.when)
        found += [measure.value] if measure.value else []
        found += measure.span or ()
    return tuple(dict.fromkeys(found))


def _may_look(desk: Desk, viewer: Viewer, report: ReportModel, path: Path) -> bool:
    root, _, rest = path.name.partition(".")
    if root in PEOPLE:
        item = desk.people.get(PEOPLE[root], {}).get(rest)
        return item is None or not item.sensitive
    for type_key in report.types or tuple(desk.types):
        item = desk.types[type_key].fields.get(root)
        source = desk.sources.get(item.source) if item is not None else None
        output = source.outputs.get(rest) if source is not None and rest else None
        if output is not None and output.sensitive:
            return False
    return access.reads_always(desk, viewer, root, report.types)


def narrowed_to(desk: Desk, viewer: Viewer, report: ReportModel) -> Predicate:
    """The tickets a report may count: seen by the viewer with every field it looks at readable."""
    roots = tuple(dict.fromkeys(path.name.partition(".")[0] for path in paths_of(report)))
    return All((access.readable(desk, viewer, roots, report.types), report.filter))


class _Run:
    """One report in one unit."""

    def __init__(self, unit: Unit, desk: Desk, report: ReportModel, ask: Ask, days: int) -> None:
        self.unit, self.desk, self.report, self.ask = unit, desk, report, ask
        self.zone = desk.tenant.zone
        self.window = window_of(report, ask.now_us, self.zone, days)

    async def figures(self) -> Figures:
        """Everything the report shows."""
        denied = Figures(self.report, denied=True)
        if not may_read(self.desk, self.ask.viewer, self.report):
            return denied
        try:
            return await self._all()
        except NotLowerable:
            # The compiler refuses such a report; a revision published before it did still loads.
            return denied

    async def _all(self) -> Figures:
        report, measures = self.report, [self._measure(m) for m in self.report.measures]
        where = self._where(self.window)
        by, axis = await self._dimensions(where)
        lines = await reports.aggregate(self.unit, where, by, measures)
        total = lines[0] if not by and lines else await self._one(where, measures)
        count = await self._one(where, [reports.Measure("count")]) if not by else None
        if count is not None and not count.figures[0]:
            lines = []
        firsts = lines
        if len(by) > 1:
            firsts = await reports.aggregate(self.unit, where, by[:1], measures)
        found = Figures(
            report,
            window=self.window,
            lines=tuple(lines),
            firsts=tuple(firsts),
            total=total,
            axis=axis,
            names=await self._names(lines),
        )
        return await self._compared(found, measures) if report.chart == "number" else found

    async def _compared(self, found: Figures, measures: list[reports.Measure]) -> Figures:
        if self.window is None or self.report.period_of is None:
            return found
        earlier = self._where(before(self.window, self.zone))
        by_day = Dimension("day", self.report.period_of, self.report.title, "day")
        dimension, keys = self._timed(by_day, self.window)
        where = self._where(self.window)
        lines = await reports.aggregate(self.unit, where, [dimension], measures[:1])
        known = {line.keys[0]: line.figures[0] for line in lines}
        zero = 0 if self.report.measures[0].of in ("count", "sum") else None
        days = tuple(_plain(known.get(key, zero)) for key in keys)
        return replace(found, before=await self._one(earlier, measures), days=days)

    async def _one(self, where: reports.Clause, measures: Sequence[reports.Measure]) -> ReportLine:
        lines = await reports.aggregate(self.unit, where, [], measures)
        return lines[0] if lines else ReportLine((), ())

    def _where(self, window: Window | None) -> reports.Clause:
        parts = [narrowed_to(self.desk, self.ask.viewer, self.report)]
        if window is not None and self.report.period_of is not None:
            parts.append(window.holds(self.report.period_of))
        where = lower(All(tuple(parts)), self.ask)
        dimensions = (dimension.of for dimension in self.report.by)
        of_all = (*reads(self.report.filter), *dimensions, self.report.period_of)
        return where & reports.NOT_MERGED if _promises(of_all) else where

    def _measure(self, measure: Measure) -> reports.Measure:
        when = None if measure.when == TRUE else lower(measure.when, self.ask)
        value = column_of(measure.value, self.ask.moved) if measure.value is not None else None
        if measure.span is not None:
            start, end = measure.span
            if start.kind != "datetime" or end.kind != "datetime":
                raise NotLowerable(f"no time from {start.spelled} to {end.spelled}")
            value = column_of(end, self.ask.moved) - column_of(start, self.ask.moved)
        looks = (*reads(measure.when), measure.value, *(measure.span or ()))
        among = reports.NOT_MERGED if _promises(looks) else None
        return reports.Measure(_FIGURES[measure.of], value, when, among)

    # -- dimensions ---------------------------------------------------------------------------

    async def _dimensions(
        self, where: reports.Clause
    ) -> tuple[list[reports.Dimension], tuple[str, ...]]:
        found: list[reports.Dimension] = []
        axis: tuple[str, ...] = ()
        for number, dimension in enumerate(self.report.by[:2]):
            if not dimension.step:
                found.append(reports.Dimension(column_of(dimension.of, self.ask.moved)))
                continue
            window = await self._bounds(dimension, where)
            made, keys = self._timed(dimension, window)
            found.append(made)
            axis = keys if number == 0 else axis
        return found, axis

    async def _bounds(self, dimension: Dimension, where: reports.Clause) -> Window:
        """The times a dimension covers: the report's period, else what its tickets hold."""
        if self.window is not None and dimension.of == self.report.period_of:
            return self.window
        column = column_of(dimension.of, self.ask.moved)
        ends = (reports.Measure("min", column), reports.Measure("max", column))
        low, high = (await self._one(where, ends)).figures
        if dimension.of.kind == "date":
            today = self.ask.today or from_us(self.ask.now_us, self.zone).date().isoformat()
            first, last = (date.fromisoformat(str(end or today)) for end in (low, high))
            return Window(first, last, 0, 0)
        since, until = int(low or self.ask.now_us), int(high or self.ask.now_us)
        first, last = (from_us(at, self.zone).date() for at in (since, until))
        return Window(first, last, since, until + 1)

    def _timed(
        self, dimension: Dimension, window: Window
    ) -> tuple[reports.Dimension, tuple[str, ...]]:
        """A dimension of time and its keys in order; only the newest when there are very many."""
        step = _STEPS[dimension.step]
        column = column_of(dimension.of, self.ask.moved)
        if dimension.of.kind == "date":
            keys = date_keys(step, window.first, window.last)
            made = reports.Dimension(date_column(column, step, window.first, window.last))
            return made, tuple(keys[-MOST_BUCKETS:])
        buckets = Buckets(step, self.zone, window.since_us, window.until_us)
        return reports.Dimension(column, buckets), tuple(bucket_keys(buckets)[-MOST_BUCKETS:])

    async def _names(self, lines: Iterable[ReportLine]) -> dict[str, str]:
        """What the people among the keys are called."""
        places = [n for n, d in enumerate(self.report.by[:2]) if d.of.kind == "person"]
        ids = {str(line.keys[n]) for line in lines for n in places if line.keys[n]}
        found = await people.persons_by_id(self.unit, sorted(ids)[:500])
        return {person.id: person.name for person in found.values()}


_FIGURES: Mapping[str, reports.Figure] = {word: word for word in get_args(reports.Figure)}
_STEPS: Mapping[str, Step] = {word: word for word in get_args(Step)}


def _promises(paths: Iterable[Path | None]) -> bool:
    """Whether a figure is about deadlines: of a merged ticket it says nothing, since that is
    handled elsewhere."""
    return any(path is not None and path.name.partition(".")[0] in _PROMISES for path in paths)


def _plain(value: object) -> int | float | None:
    return value if isinstance(value, int) or value is None else float(str(value))
