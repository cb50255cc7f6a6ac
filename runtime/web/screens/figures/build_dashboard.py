"""A dashboard from what its reports found: key figures, bars, lines, tables, and their ways on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.decide.say import Speaker
from engine.model.lists import DashboardModel, Dimension, Tile
from runtime.queries.run_report import Figures
from runtime.render import words
from runtime.site.links import with_query
from runtime.store.rows import ReportLine
from runtime.web.pages import moment, page
from runtime.web.requests import Visit
from runtime.web.screens.choosing import Choice
from runtime.web.screens.desk.build_filters import key_words
from runtime.web.screens.figures.build_figures import (
    Said,
    bucket_words,
    counts_breaches,
    delta_of,
    drill,
    figure_words,
    number_parts,
)
from runtime.web.screens.figures.dashboard import (
    Bar,
    BarsTile,
    BlankTile,
    DashboardScreen,
    NumberTile,
    PlotTile,
    Table,
    TableHead,
    TableRow,
    TableTile,
)
from runtime.web.screens.figures.dashboard import Tile as AnyTile
from runtime.web.screens.figures.plots import Point, column_plot, line_plot, spark_line
from runtime.web.screens.side import SideNav

PERIODS = (7, 30, 90)
BARS = 12
ROWS = 50


@dataclass(frozen=True, slots=True)
class Board:
    """What a dashboard's page is built from; `days` 0 leaves each report its own period."""

    visit: Visit
    model: DashboardModel
    found: dict[str, Figures]
    days: int
    nav: SideNav
    others: tuple[DashboardModel, ...] = ()


def dashboard_screen(board: Board) -> DashboardScreen:
    """The whole page."""
    visit, model = board.visit, board.model
    url = visit.links.desk("dashboards", model.id)
    days = board.days or _shared_days(board)
    title = model.title.say(visit.locale)
    numbers: list[NumberTile] = []
    tiles: list[AnyTile] = []
    for place, tile in enumerate(model.tiles, 1):
        figures = board.found[tile.report]
        if figures.report.chart == "number" and not figures.denied:
            numbers += _numbers(visit, tile, figures, place)
        else:
            tiles.append(_tile(visit, tile, figures, place))
    now_us = visit.site.clock.now_us()
    return DashboardScreen(
        page=page(visit, title, "desk", now_us=now_us),
        nav=board.nav,
        title=title,
        at=moment(now_us),
        numbers=tuple(numbers),
        tiles=tuple(tiles),
        period=_period(board),
        periods=tuple(_periods(visit, days)) if _slides(board) else (),
        period_value=f"{days}d" if days else "",
        action=url,
        src=f"{model.place.file}:{model.place.line}",
        src_href=_src_href(visit, model.place),
        others=tuple(_others(board)),
    )


def _others(board: Board) -> Iterable[Choice]:
    for other in board.others:
        visit = board.visit
        url = visit.links.desk("dashboards", other.id)
        period = {"period": f"{board.days}d"} if board.days else {}
        yield Choice(with_query(url, **period), other.title.say(visit.locale))


def _slides(board: Board) -> bool:
    return any(f.report.period_last is not None for f in board.found.values())


def _shared_days(board: Board) -> int:
    """The days that all sliding reports look at, when they agree and the select offers them."""
    spans = {f.report.period_last for f in board.found.values()} - {None}
    span = spans.pop() if len(spans) == 1 else None
    days = span.weeks * 7 + span.days if span is not None and not span.seconds else 0
    return days if days in PERIODS else 0


def _periods(visit: Visit, days: int) -> Iterable[Choice]:
    if not days:
        yield Choice("", visit.say("As each report says"))
    for number in PERIODS:
        yield Choice(f"{number}d", visit.say("Last %(days)s days", days=number))


def _period(board: Board) -> str:
    windows = {f.window for f in board.found.values() if f.window is not None}
    if len(windows) != 1:
        return ""
    window, locale = windows.pop(), board.visit.locale
    first, last = (words.day(d, locale, window.last) for d in (window.first, window.last))
    return f"{first} – {last}" if first != last else first


def _src_href(visit: Visit, place: Any) -> str:
    may = visit.viewer.functions & {"edit_specs", "publish_specs"}
    return visit.links.source(str(place)) if may else ""


# -- key figures ----------------------------------------------------------------------------------


def _numbers(visit: Visit, tile: Tile, figures: Figures, place: int) -> Iterable[NumberTile]:
    for number, measure in enumerate(figures.report.measures):
        said = Said(visit, figures.report, measure)
        value, unit = number_parts(said, _at(figures.total, number))
        delta = delta_of(said, figures, number)
        line, area = spark_line(figures.days) if number == 0 else ("", "")
        yield NumberTile(
            id=f"n{place}-{number}",
            title=_title(visit, tile, figures) if number == 0 else measure.title.say(visit.locale),
            value=value,
            unit=unit,
            href=drill(said, figures, ()),
            delta=delta,
            note="" if delta else visit.say("No change to compare"),
            line=line,
            area=area,
        )


def _title(visit: Visit, tile: Tile, figures: Figures) -> str:
    return tile.title.say(visit.locale) or figures.report.title.say(visit.locale)


def _at(line: ReportLine, number: int) -> Any:
    return line.figures[number] if number < len(line.figures) else None


# -- tiles ----------------------------------------------------------------------------------------


def _tile(visit: Visit, tile: Tile, figures: Figures, place: int) -> AnyTile:
    report = figures.report
    name, title = f"tile{place}", _title(visit, tile, figures)
    if figures.denied or figures.empty:
        why: Any = "denied" if figures.denied else "empty"
        return BlankTile(name, title, tile.width, why)
    src: dict[str, Any] = {
        "src": f"{report.place.file}:{report.place.line}",
        "src_href": _src_href(visit, report.place),
        "href": drill(Said(visit, report, report.measures[0]), figures, (), whole=True),
        "export_href": _export_href(visit, report.id),
    }
    table = _table(visit, figures)
    timed = bool(report.by and report.by[0].step)
    if report.chart == "table" or not report.by:
        return TableTile(name, title, tile.width, table, **src)
    if timed:
        return _plot(visit, figures, PlotOf(name, title, tile.width, table), src)
    return _bars(visit, figures, PlotOf(name, title, tile.width, table), src)


def _export_href(visit: Visit, report: str) -> str:
    if "export" not in visit.viewer.functions:
        return ""
    url = visit.links.desk("reports", report, "export")
    return with_query(url, format="xlsx", period=visit.query("period"))


@dataclass(frozen=True, slots=True)
class PlotOf:
    """The frame of a drawn tile: where it stands, what it is called, its figures as text."""

    id: str
    title: str
    width: int
    table: Table


def _alike(figures: Figures) -> list[int]:
    """The measures drawn together: the first, and a second of the same unit."""
    measures = figures.report.measures
    unit = _unit(measures[0])
    second = next((n for n, m in enumerate(measures[1:], 1) if _unit(m) == unit), None)
    return [0] if second is None else [0, second]


def _unit(measure: Any) -> object:
    if measure.of in ("count", "share"):
        return measure.of
    return measure.value or "span"


def _bars(visit: Visit, figures: Figures, frame: PlotOf, src: dict[str, Any]) -> BarsTile:
    report, drawn = figures.report, _alike(figures)
    ranked = _ranked(figures.firsts)
    most = max((float(_at(line, n) or 0) for line in ranked for n in drawn), default=0.0) or 1.0
    bars = []
    for line in ranked[:BARS]:
        texts = [figure_words(Said(visit, report, report.measures[n]), _at(line, n)) for n in drawn]
        shares = [max(0.0, 100.0 * float(_at(line, n) or 0) / most) for n in drawn]
        label = key_words(visit, report.by[0].of, line.keys[0], figures.names, _one_type(figures))
        href = drill(Said(visit, report, report.measures[0]), figures, line.keys)
        second = (texts[1], shares[1]) if len(drawn) > 1 else ("", 0.0)
        bars.append(Bar(label, texts[0], shares[0], href, *second))
    titles = [report.measures[n].title.say(visit.locale) for n in drawn]
    more = len(ranked) - BARS
    return BarsTile(
        frame.id,
        frame.title,
        frame.width,
        tuple(bars),
        frame.table,
        first=titles[0],
        second=titles[1] if len(titles) > 1 else "",
        second_bad=len(drawn) > 1 and counts_breaches(report.measures[drawn[1]]),
        note=visit.say("%(count)s more in the table", count=more) if more > 0 else "",
        **src,
    )


def _ranked(lines: Sequence[ReportLine]) -> list[ReportLine]:
    """The greatest first, tickets without a value last."""
    filled = [line for line in lines if line.keys[0] is not None]
    filled.sort(key=lambda line: -float(_at(line, 0) or 0))
    return [*filled, *(line for line in lines if line.keys[0] is None)]


def _one_type(figures: Figures) -> str:
    types = figures.report.types
    return types[0] if len(types) == 1 else ""


def _plot(visit: Visit, figures: Figures, frame: PlotOf, src: dict[str, Any]) -> PlotTile:
    report, drawn = figures.report, _alike(figures)
    known = {line.keys[0]: line for line in figures.firsts}
    step = report.by[0].step
    series = []
    for n in drawn:
        said = Said(visit, report, report.measures[n])
        none = 0 if report.measures[n].of in ("count", "sum") else None
        points = []
        for key in figures.axis:
            line = known.get(key)
            value = none if line is None else _at(line, n)
            href = drill(said, figures, (key,))
            points.append(
                Point(
                    bucket_words(visit, step, key),
                    said.scaled(value),
                    figure_words(said, value),
                    href,
                )
            )
        series.append(points)
    said = Said(visit, report, report.measures[drawn[0]])
    draw = line_plot if report.chart == "line" else column_plot
    return PlotTile(
        frame.id,
        frame.title,
        frame.width,
        draw(series, said.axis),
        _described(visit, series[0]),
        frame.table,
        tuple(report.measures[n].title.say(visit.locale) for n in drawn),
        **src,
    )


def _described(visit: Visit, points: Sequence[Point]) -> str:
    """The drawing in one sentence, for who does not see it."""
    known = [point for point in points if point.value is not None]
    if not known:
        return visit.say("No figures in this period")
    low = min(known, key=lambda point: point.value or 0)
    high = max(known, key=lambda point: point.value or 0)
    return visit.say(
        "Between %(low)s (%(low_at)s) and %(high)s (%(high_at)s)",
        low=low.text, low_at=low.label, high=high.text, high_at=high.label,
    )  # fmt: skip


# -- tables ---------------------------------------------------------------------------------------


def _table(visit: Visit, figures: Figures) -> Table:
    """The figures as text: a column a dimension and a measure, one line a group."""
    report = figures.report
    heads = [TableHead(dimension_title(visit, figures, d)) for d in report.by[:2]]
    heads += [TableHead(m.title.say(visit.locale), figures=True) for m in report.measures]
    lines = list(figures.lines)
    if not report.by or not report.by[0].step:
        lines = _in_order(lines) if len(report.by) > 1 else _ranked(lines) if report.by else lines
    rows = tuple(_row(visit, figures, line) for line in lines[:ROWS])
    foot: tuple[str, ...] = ()
    if len(lines) > 1:
        totals = tuple(_cells(visit, figures, figures.total))
        foot = (visit.say("Total"), *([""] * (len(report.by[:2]) - 1)), *totals)
    more = len(lines) - ROWS
    said = visit.count("%(count)s more row", "%(count)s more rows", more) if more > 0 else ""
    if not report.by:
        heads, rows = (
            [TableHead(""), *heads],
            tuple(replace(row, cells=(visit.say("All"), *row.cells)) for row in rows),
        )
    return Table(tuple(heads), rows, foot, said)


def dimension_title(visit: Visit, figures: Figures, dimension: Dimension) -> str:
    """The spec's title, else what people call the value it groups by."""
    title = dimension.title.say(visit.locale)
    if title and title != dimension.id:
        return title
    label = Speaker.of(visit.desk.desk, visit.locale, _one_type(figures)).label(dimension.of)
    return label[:1].upper() + label[1:]


def _in_order(lines: list[ReportLine]) -> list[ReportLine]:
    """Groups of the first dimension by their size, inside them the second by its own."""
    sums: dict[Any, float] = {}
    for line in lines:
        sums[line.keys[0]] = sums.get(line.keys[0], 0.0) + float(_at(line, 0) or 0)
    return sorted(
        lines,
        key=lambda line: (
            line.keys[0] is None,
            -sums[line.keys[0]],
            str(line.keys[0]),
            -float(_at(line, 0) or 0),
        ),
    )


def _row(visit: Visit, figures: Figures, line: ReportLine) -> TableRow:
    report = figures.report
    names = []
    for dimension, key in zip(report.by[:2], line.keys, strict=True):
        if dimension.step and key is not None:
            names.append(bucket_words(visit, dimension.step, str(key)))
        else:
            names.append(key_words(visit, dimension.of, key, figures.names, _one_type(figures)))
    href = drill(Said(visit, report, report.measures[0]), figures, line.keys, whole=True)
    return TableRow((*names, *_cells(visit, figures, line)), href)


def _cells(visit: Visit, figures: Figures, line: ReportLine) -> Iterable[str]:
    for number, measure in enumerate(figures.report.measures):
        yield figure_words(Said(visit, figures.report, measure), _at(line, number))
