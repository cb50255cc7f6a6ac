"""A report's figures as rows to save: words of its groups, and numbers that stay numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any, Final

from runtime.queries.export_forms import Head
from runtime.queries.run_report import Figures
from runtime.web.requests import Visit
from runtime.web.screens.desk.build_filters import key_words
from runtime.web.screens.figures.build_dashboard import dimension_title
from runtime.web.screens.figures.build_figures import Said, bucket_words

_DIGITS: Final = 4
_UNITS: Final = {"span": "h", "seconds": "s", "share": "%"}


async def report_rows(visit: Visit, figures: Figures) -> AsyncIterator[list[Sequence[Any]]]:
    """One page: a row a group."""
    report = figures.report
    one = report.types[0] if len(report.types) == 1 else ""
    rows: list[Sequence[Any]] = []
    for line in figures.lines:
        words = [
            bucket_words(visit, by.step, str(key))
            if by.step and key is not None
            else key_words(visit, by.of, key, figures.names, one)
            for by, key in zip(report.by[:2], line.keys, strict=True)
        ]
        numbers = [
            _number(Said(visit, report, measure), value)
            for measure, value in zip(report.measures, line.figures, strict=False)
        ]
        rows.append([*words, *numbers])
    yield rows


def report_head(visit: Visit, figures: Figures) -> Head:
    """The columns with the units of their numbers; amounts with their currency."""
    report = figures.report
    names = [by.id for by in report.by[:2]] + [measure.id for measure in report.measures]
    titles = [dimension_title(visit, figures, by) for by in report.by[:2]]
    for measure in report.measures:
        said = Said(visit, report, measure)
        unit = said.currency if said.unit == "money" else _UNITS.get(said.unit, "")
        title = measure.title.say(visit.locale)
        titles.append(f"{title} ({unit})" if unit else title)
    return Head(tuple(names), tuple(titles))


def _number(said: Said, value: Any) -> Any:
    """A figure as it is drawn: hours, per cent, or the number itself."""
    drawn = said.scaled(value)
    return None if drawn is None else Decimal(repr(round(drawn, _DIGITS))).normalize()
