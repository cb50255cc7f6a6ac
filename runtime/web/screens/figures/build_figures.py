"""Figures of reports in words, against the period before, and the list behind each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from decimal import Decimal
from typing import Any

from engine.evaluate import reads
from engine.instant import end_of_day, start_of_day
from engine.model.field import FieldModel
from engine.model.lists import Measure, ReportModel
from engine.predicate import TRUE, Path
from engine.span import humanise
from runtime.clock import SECOND_US
from runtime.queries.filters import EMPTY, MEASURE, REPORT, name_of
from runtime.queries.periods import Window
from runtime.queries.run_report import Figures, paths_of
from runtime.render import words
from runtime.web.requests import Visit
from runtime.web.screens.desk.build_filters import day_words
from runtime.web.screens.figures.dashboard import Delta

Figure = int | Decimal | None
EVERY = "all"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Said:
    """A measure of a report for one visitor: how its figures are spoken."""

    visit: Visit
    report: ReportModel
    measure: Measure

    @property
    def unit(self) -> str:
        """count, share, span (microseconds), seconds, money, or number."""
        if self.measure.of in ("count", "share"):
            return self.measure.of
        if self.measure.span is not None:
            return "span"
        kind = self.measure.value.kind if self.measure.value else ""
        return {"duration": "seconds", "money": "money"}.get(kind, "number")

    @property
    def scale(self) -> int:
        """Decimal digits that are kept in a stored number."""
        return self.measure.value.scale if self.measure.value else 0

    @property
    def currency(self) -> str:
        """What an amount is in."""
        desk = self.visit.desk.desk
        key = self.measure.value.name if self.measure.value else ""
        for type_key in self.report.types or tuple(desk.types):
            item: FieldModel | None = desk.types[type_key].fields.get(key)
            if item is not None:
                return item.currency or desk.tenant.currency
        return desk.tenant.currency

    def scaled(self, value: Figure) -> float | None:
        """The height of a mark: hours, per cent, or the number itself."""
        if value is None:
            return None
        number = Decimal(value)
        match self.unit:
            case "span":
                return float(number / (3600 * SECOND_US))
            case "seconds":
                return float(number / 3600)
            case "share":
                return float(number * 100)
            case _:
                return float(number.scaleb(-self.scale))

    def axis(self, value: float) -> str:
        """A word of the value axis."""
        match self.unit:
            case "span" | "seconds":
                return self.visit.say("%(hours)s h", hours=f"{value:g}")
            case "share":
                return f"{value:g}%"
            case _:
                return words.number(value, self.visit.locale)


def figure_words(said: Said, value: Figure) -> str:
    """One figure as people read it, its unit with it; a dash where nothing was measured."""
    number, unit = number_parts(said, value)
    return f"{number}{unit}"


def number_parts(said: Said, value: Figure) -> tuple[str, str]:
    """A figure and its unit apart, as a key figure sets them."""
    locale = said.visit.locale
    if value is None:
        return "–", ""
    number = Decimal(value)
    match said.unit:
        case "span":
            return humanise(int(number), locale), ""
        case "seconds":
            return humanise(int(number) * SECOND_US, locale), ""
        case "share":
            return words.number(round(number * 100, 1), locale), "%"
        case "money":
            return words.money(number.scaleb(-said.scale), locale, said.currency), ""
        case _:
            return words.number(round(number.scaleb(-said.scale), 2), locale), ""


def bucket_words(visit: Visit, step: str, key: str) -> str:
    """A stretch of time by its key: a day, a week, a month …"""
    if step == "hour":
        day, _, hour = key.partition("T")
        return f"{day_words(visit, day)} {hour}:00"
    at = date.fromisoformat(key)
    if step == "year":
        return str(at.year)
    if step == "quarter":
        return f"{at.year} Q{(at.month + 2) // 3}"
    if step == "month":
        return visit.say("%(month)s/%(year)s", month=at.month, year=at.year)
    said = day_words(visit, key)
    return visit.say("Week of %(day)s", day=said) if step == "week" else said


# -- against the period before --------------------------------------------------------------------


def delta_of(said: Said, figures: Figures, number: int) -> Delta | None:
    """The change since the period before; None where there is nothing to compare with."""
    if figures.before is None or figures.window is None:
        return None
    now, then = (
        line.figures[number] if number < len(line.figures) else None
        for line in (figures.total, figures.before)
    )
    if now is None or then is None or now == then:
        return None
    change = Decimal(now) - Decimal(then)
    if said.unit == "share":
        points = words.number(round(abs(change) * 100, 1), said.visit.locale)
        text = said.visit.say("%(points)s pt", points=points)
    elif then:
        text = f"{words.number(round(abs(change) * 100 / abs(Decimal(then))), said.visit.locale)}%"
    else:
        return None
    up = change > 0
    less_is_better = said.unit in ("span", "seconds") or counts_breaches(said.measure)
    tone: Any = ("bad" if up else "good") if less_is_better else ""
    days = figures.window.days
    return Delta(text, up, tone, said.visit.say("vs the %(days)s days before", days=days))


def counts_breaches(measure: Measure) -> bool:
    """Whether a measure counts what nobody wants: tickets that missed a deadline."""
    return any(path.name.startswith("breached.") for path in reads(measure.when))


# -- the list behind a figure ---------------------------------------------------------------------


def drill(said: Said, figures: Figures, keys: tuple[Any, ...], *, whole: bool = False) -> str:
    """The list of exactly the tickets that a mark stands for.

    `whole`: of the group, not only of what the measure counts.
    """
    report, asked = said.report, dict[str, str]()
    counted = said.measure.when != TRUE and not whole
    if counted or report.types or report.filter != TRUE or _own_fields(said):
        asked[REPORT] = report.id
    if counted:
        asked[MEASURE] = said.measure.id
    if figures.window is not None and report.period_of is not None:
        if not name_of(report.period_of):
            return ""
        asked |= _range(name_of(report.period_of), report.period_of, figures.window)
    zone = said.visit.desk.desk.tenant.zone
    for dimension, key in zip(report.by, keys, strict=False):
        name = name_of(dimension.of)
        if not name:
            return ""
        if dimension.step and key is not None:
            narrow = bucket_window(dimension.step, str(key), zone)
            same = dimension.of == report.period_of and figures.window is not None
            window = _both(narrow, figures.window) if same and figures.window else narrow
            asked |= _range(name, dimension.of, window)
        else:
            asked[name] = EMPTY if key is None else _value(key)
    return said.visit.links.view(EVERY, **asked)


def _own_fields(said: Said) -> bool:
    """Whether the report looks at fields of types, so that rights on them bound what it counts."""
    types = said.visit.desk.desk.types.values()
    roots = {path.name.partition(".")[0] for path in paths_of(said.report)}
    return any(root in model.fields for root in roots for model in types)


def _value(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def bucket_window(step: str, key: str, zone: str) -> Window:
    """The time a bucket covers."""
    if step == "hour":
        day, _, hour = key.partition("T")
        at = date.fromisoformat(day)
        since = start_of_day(at, zone) + int(hour) * 3600 * SECOND_US
        return Window(at, at, since, since + 3600 * SECOND_US, whole=False)
    first = date.fromisoformat(key)
    months = {"month": 1, "quarter": 3, "year": 12}.get(step, 0)
    if months:
        year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
        last = date(year, month + 1, 1) - _DAY if year <= MAXYEAR else date.max
    else:
        last = first + min((6 if step == "week" else 0) * _DAY, date.max - first)
    return Window(first, last, start_of_day(first, zone), end_of_day(last, zone))


def _both(one: Window, other: Window) -> Window:
    return Window(
        max(one.first, other.first),
        min(one.last, other.last),
        max(one.since_us, other.since_us),
        min(one.until_us, other.until_us),
        one.whole and other.whole,
    )


def _range(name: str, path: Path, window: Window) -> dict[str, str]:
    """From and to as days where the window is whole days, else as instants."""
    whole = path.kind == "date" or window.whole
    ends = (
        (window.first.isoformat(), window.last.isoformat())
        if whole
        else (str(window.since_us), str(window.until_us))
    )
    return {f"{name}.from": ends[0], f"{name}.to": ends[1]}
