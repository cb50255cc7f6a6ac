"""Calendars whose public holidays are not known for the year in use."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.desk import Desk
from specs.kinds.calendar import Calendar
from specs.problem import Code, Problem, problem
from specs.spec_set import SpecSet


def check_years(specs: SpecSet, desk: Desk, year: int) -> Iterator[Problem]:
    """`year`: the one that deadlines are measured in now."""
    for id_, spec in specs.specs(Calendar).items():
        model = desk.calendars.get(id_)
        holidays = spec.holidays
        if model is None or holidays is None or model.known_to is None or model.known_to >= year:
            continue
        by_hand = {day.year for day in (*(holidays.add or ()), *(spec.workdays or ()))}
        if year in by_hand:
            continue
        message = (
            f"the holidays of {holidays.country} are known up to {model.known_to}; "
            f"in {year} days off and make-up days are guessed"
        )
        cure = "add the days under `holidays.add` and `workdays`, or update the holiday data"
        place = specs.of("Calendar")[id_].place("holidays")
        yield problem(Code.YEAR_WITHOUT_HOLIDAYS, message, place, cure=cure)
