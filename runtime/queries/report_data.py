"""Figures of a report as plain data: keys by the ids of specs, exact numbers with their unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from engine.model.desk import Desk
from engine.model.lists import Dimension, Measure, ReportModel
from runtime.queries.run_report import Figures
from runtime.store.rows import ReportLine

_UNITS: Final = {"duration": "seconds", "money": "money"}


def report_data(desk: Desk, found: Figures, locale: str) -> dict[str, Any]:
    """A report that was run: its period, its rows by their keys, and the total."""
    report, window = found.report, found.window
    return {
        **report_head(report, locale),
        "period": {"first": window.first.isoformat(), "last": window.last.isoformat()}
        if window
        else None,
        "rows": [_row(desk, report, line, found.names or {}) for line in found.lines],
        "total": _figures(report, found.total),
        "before": _figures(report, found.before) if found.before else None,
    }


def report_head(report: ReportModel, locale: str) -> dict[str, Any]:
    """What a report counts, by what."""
    return {
        "id": report.id,
        "title": report.title.say(locale),
        "by": [
            {"id": d.id, "title": d.title.say(locale), "of": d.of.spelled, "step": d.step or None}
            for d in report.by
        ],
        "measures": [
            {"id": m.id, "title": m.title.say(locale), "of": m.of, "unit": unit_of(m)}
            for m in report.measures
        ],
    }


def unit_of(measure: Measure) -> str:
    """count, share (of 1), seconds, money or number."""
    if measure.of in ("count", "share"):
        return measure.of
    if measure.span is not None:
        return "seconds"
    return _UNITS.get(measure.value.kind if measure.value else "", "number")


def _row(
    desk: Desk, report: ReportModel, line: ReportLine, names: Mapping[str, str]
) -> dict[str, Any]:
    pairs = zip(report.by, line.keys, strict=False)
    keys = {dimension.id: _key(desk, report, dimension, key, names) for dimension, key in pairs}
    return {"keys": keys, "figures": _figures(report, line)}


def _key(
    desk: Desk, report: ReportModel, dimension: Dimension, key: Any, names: Mapping[str, str]
) -> Any:
    """A key of a group by the id that a spec has for it; of a person their id and name."""
    if key is None or dimension.step or isinstance(key, (bool, int)):
        return key
    word, kind = str(key), dimension.of.kind
    if kind == "person":
        return {"id": word, "name": names.get(word)}
    if kind in ("team", "teams"):
        return desk.teams[word].id if word in desk.teams else word
    if kind == "type":
        return desk.types[word].id if word in desk.types else word
    models = [desk.types[t] for t in report.types or tuple(desk.types)]
    if kind == "state":
        return next((m.states[word].id for m in models if word in m.states), word)
    for model in models:
        item = model.fields.get(dimension.of.name)
        if item is not None and word in item.options:
            return item.options[word].id
    return word


def _figures(report: ReportModel, line: ReportLine) -> dict[str, str | int | None]:
    pairs = zip(report.measures, line.figures, strict=False)
    return {measure.id: _figure(measure, value) for measure, value in pairs}


def _figure(measure: Measure, value: int | Decimal | None) -> str | int | None:
    """A whole number, or decimal text for what is none; spans of time in seconds."""
    if value is None:
        return None
    number = Decimal(value)
    if measure.span is not None:
        number = number / 1_000_000
    elif unit_of(measure) in ("money", "number"):
        number = number.scaleb(-(measure.value.scale if measure.value else 0))
    if isinstance(value, int) and number == number.to_integral_value() and measure.of == "count":
        return int(number)
    text = f"{round(number, 6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
