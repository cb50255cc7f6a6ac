"""`specdesk lint`: every finding that does not refuse a publish, over one tenant's specs."""

from __future__ import annotations

from engine.analyse.clashes import check_clashes
from engine.analyse.conditions import check_conditions
from engine.analyse.guards import check_guards
from engine.analyse.house import judge
from engine.analyse.rights import check_rights
from engine.analyse.tables import check_tables
from engine.analyse.texts import check_texts
from engine.analyse.unused import check_unused
from engine.analyse.years import check_years
from engine.model.desk import Desk
from specs.problem import Problem, ordered
from specs.spec_set import SpecSet


def lint(specs: SpecSet, desk: Desk, year: int) -> list[Problem]:
    """The findings in order, as the house rules take them. `year`: the present one, for calendars.

    Errors here are what a house rule raised.
    """
    found = [
        *check_tables(desk),
        *check_guards(desk),
        *(one for one in check_clashes(desk) if not one.is_error),
        *check_rights(desk),
        *check_conditions(desk),
        *check_unused(specs),
        *check_texts(specs),
        *check_years(specs, desk, year),
    ]
    return ordered(judge(specs, found))
