"""The shop of the examples with one test of its own, compiled and run."""

from __future__ import annotations

from functools import cache
from textwrap import dedent

from engine.compile.desk import compile_desk
from engine.model.desk import Desk
from engine.trial.compile import compile_tests
from engine.trial.plan import Plan
from engine.trial.run import Result, run
from specs.load import load_files, read_folder
from specs.problem import Problem
from specs.spec_set import SpecSet
from tests.house.tree import ROOT

SHOP = ROOT / "examples" / "tenants" / "ecommerce"
HEAD = """\
kind: SpecTest
about: refund
now: 2026-03-02T09:00:00+08:00
people:
  ben: { roles: [agent], teams: [after_sales, claims] }
  fin: { roles: [finance], teams: [finance] }
  kai: { roles: [finance_lead], leads: [finance] }
  cleo: { roles: [service_lead], leads: [after_sales] }
"""


@cache
def shop() -> dict[str, bytes]:
    """The files of the shop without its own tests."""
    files, problems = read_folder(SHOP)
    assert problems == []
    return {name: body for name, body in files.items() if not name.startswith("tests/")}


@cache
def desk() -> Desk:
    """The shop's desk."""
    made, problems = compile_desk(load_files(shop())[0])
    assert made is not None, problems
    return made


def specs(text: str) -> tuple[SpecSet, list[Problem]]:
    """The shop with a test file `tests/mine.yaml`."""
    return load_files({**shop(), "tests/mine.yaml": (HEAD + dedent(text)).encode()})


def plan(text: str) -> tuple[Plan, list[Problem]]:
    """The plan of a test about refunds, with every problem in it."""
    found, problems = specs(text)
    made, more = compile_tests(found, desk())
    return made, [*problems, *more]


def results(text: str) -> dict[str, Result]:
    """The results of a test that has no problem, by the id of the case."""
    made, problems = plan(text)
    assert problems == []
    return {one.case.id: one for one in run(desk(), made.cases)}


def misses(text: str) -> list[tuple[str, str, str]]:
    """What is other than expected: key, expected, actual."""
    return [
        (miss.key, miss.expected, miss.actual)
        for one in results(text).values()
        for miss in one.misses
    ]
