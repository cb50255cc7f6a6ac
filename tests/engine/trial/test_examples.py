"""The example tenants come with tests of their own: they hold, and reach what decides."""

from __future__ import annotations

import pytest

from engine.compile.desk import compile_desk
from engine.trial.compile import compile_tests
from engine.trial.coverage import cover
from engine.trial.run import run
from specs.load import load
from tests.house.tree import ROOT

TENANTS = ("ecommerce", "education", "internet", "manufacturing")
WHOLE = ("routing rows", "SLA rows", "transitions", "checks", "warnings and breaches")


@pytest.mark.parametrize("name", TENANTS)
def test_the_tests_of_a_tenant_hold_and_reach_every_row_and_transition(name: str) -> None:
    specs, problems = load(ROOT / "examples" / "tenants" / name)
    desk, more = compile_desk(specs)
    assert desk is not None, more
    plan, wrong = compile_tests(specs, desk)
    assert [*problems, *wrong] == []
    assert {case.type for case in plan.cases} == set(desk.types)
    results = list(run(desk, plan.cases))
    assert [(one.case.name, one.misses) for one in results if not one.passed] == []
    found = cover(desk, results)
    assert [(one.sort, one.name) for one in found.missed if one.sort in WHOLE] == []
