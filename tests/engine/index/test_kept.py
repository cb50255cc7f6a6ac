"""Tables of the desk ask their index, made once and kept with them, and answer as before."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from engine.evaluate import holds
from engine.index.kept import FEW, all_rows, first_row, index_of
from engine.model.routing import RoutingModel, Row
from engine.predicate import Predicate
from specs.problem import Place
from tests.engine.index.making import some_ask, some_facts, some_rules


def _table(rules: list[Predicate]) -> RoutingModel:
    place = Place("routing.yaml", 1, 1, 1, 1)
    rows = tuple(Row(str(number), rule, {}, place) for number, rule in enumerate(rules))
    return RoutingModel("r", "first", rows, None, ("team",), "routing.yaml", (), place)


def _exactly(chance: Random, size: int) -> list[Predicate]:
    return [rule for _ in range(size) for rule in some_rules(chance, 3)][:size]


@pytest.mark.parametrize("size", [0, 1, FEW, FEW + 1, 60])
def test_tables_small_and_large(size: int) -> None:
    chance = Random(size)
    table = _table(_exactly(chance, size))
    for _ in range(30):
        facts, ask = some_facts(chance), some_ask(chance)
        wanted = [row for row in table.rows if holds(row.when, facts, ask)]
        assert all_rows(table, facts, ask) == wanted
        assert first_row(table, facts, ask) is (wanted[0] if wanted else None)


def test_made_once_and_only_where_it_pays() -> None:
    chance = Random(1)
    few, many = _table(_exactly(chance, FEW)), _table(_exactly(chance, FEW + 1))
    for table in (few, many):
        first_row(table, some_facts(chance), some_ask(chance))
    assert few.made == {}
    assert index_of(many) is index_of(many)


def test_a_changed_table_has_no_index_yet() -> None:
    """What was made of other rows never answers for these; equal tables stay equal."""
    table = _table(some_rules(Random(3), 40))
    index_of(table)
    assert replace(table, rows=table.rows[:2]).made == {}
    assert replace(table) == table
