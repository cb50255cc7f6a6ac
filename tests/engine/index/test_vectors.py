"""Many tickets at once: the answers are those of the reference evaluator, ticket by ticket."""

from __future__ import annotations

import os
from random import Random

import numpy as np
import pytest

from engine.evaluate import holds
from engine.facts import Ask, Facts
from engine.index import columns
from engine.index.columns import Columns
from engine.index.index import compile_index
from engine.index.vectors import Vectors
from engine.predicate import FALSE, TRUE, Predicate
from tests.engine.index.making import ASKS, some_facts, some_rules

PAIRS = int(os.environ.get("SPECDESK_RULE_PAIRS", "20000"))
TICKETS = 150


def _agree(rules: list[Predicate], tickets: list[Facts], ask: Ask) -> None:
    held = np.array([[holds(rule, facts, ask) for rule in rules] for facts in tickets])
    asked = Vectors(rules, Columns(tickets), ask)
    assert asked.counts().tolist() == held.sum(axis=0).tolist()
    wanted = [int(row.argmax()) if row.any() else -1 for row in held]
    assert asked.first().tolist() == wanted
    found = np.zeros_like(held)
    for rule, places in asked.matches():
        found[places, rule] = True
    assert (found == held).all()


def test_random_rule_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks are small here, so that the last one is part of one and tickets lie in several."""
    monkeypatch.setattr(columns, "CHUNK", 64)
    pairs, seed = 0, 0
    while pairs < PAIRS:
        chance = Random(seed)
        rules = some_rules(chance, 30)
        _agree(rules, [some_facts(chance) for _ in range(TICKETS)], chance.choice(ASKS))
        pairs += len(rules) * TICKETS
        seed += 1


def test_what_was_found_before_serves_other_rules() -> None:
    chance = Random(5)
    tickets = [some_facts(chance) for _ in range(80)]
    kept = Columns(tickets)
    for turn in range(6):
        rules = some_rules(chance, 20)
        asked = Vectors(rules, kept, ASKS[turn % len(ASKS)]).first().tolist()
        index = compile_index(rules)
        found = [index.first(facts, ASKS[turn % len(ASKS)]) for facts in tickets]
        assert asked == [-1 if one is None else one for one in found]


def test_no_tickets_and_no_rules() -> None:
    assert Vectors([TRUE], Columns([]), ASKS[0]).first().tolist() == []
    assert Vectors([TRUE], Columns([]), ASKS[0]).counts().tolist() == [0]
    some = Columns([Facts({}), Facts({})])
    assert Vectors([], some, ASKS[0]).first().tolist() == [-1, -1]
    assert Vectors([FALSE, TRUE], some, ASKS[0]).first().tolist() == [1, 1]


def test_numbers_beyond_a_machine_word() -> None:
    from engine.predicate import Op, Path
    from engine.predicate import Test as Leaf

    path = Path("pieces", "pieces", "integer")
    rules: list[Predicate] = [Leaf(path, Op.MORE_THAN, 2**70), Leaf(path, Op.AT_MOST, 5)]
    tickets = [Facts({"pieces": value}) for value in (2**80, 2**70, 5, -(2**90))]
    _agree(rules, tickets, ASKS[0])
