"""The index says of every ticket what the reference evaluator says, one by one and all at once."""

from __future__ import annotations

import os
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluate import holds
from engine.facts import Ask, Facts
from engine.index.index import RuleIndex, compile_index
from engine.predicate import FALSE, TRUE, All, AnyOf, Not, Op, Path, Predicate
from engine.predicate import Test as Leaf
from tests.engine.index.making import ASKS, some_ask, some_facts, some_rules

PAIRS = int(os.environ.get("SPECDESK_RULE_PAIRS", "20000"))
TICKETS = 20


def _agree(index: RuleIndex, rules: list[Predicate], facts: Facts, ask: Ask) -> list[int]:
    wanted = [number for number, rule in enumerate(rules) if holds(rule, facts, ask)]
    assert index.all(facts, ask) == wanted
    assert index.first(facts, ask) == (wanted[0] if wanted else None)
    return wanted


def test_random_rule_sets() -> None:
    """A seed of its own for each set, so that a failure can be looked at alone."""
    pairs, held, seed = 0, 0, 0
    while pairs < PAIRS:
        chance = Random(seed)
        rules = some_rules(chance, 40)
        index = compile_index(rules)
        for _ in range(TICKETS):
            held += len(_agree(index, rules, some_facts(chance), some_ask(chance)))
            pairs += len(rules)
        seed += 1
    assert 0.1 < held / pairs < 0.9


def test_many_rules() -> None:
    """Rows in several tiers, numbers beyond what is read bit by bit."""
    chance = Random(4)
    rules = [rule for _ in range(120) for rule in some_rules(chance, 40)]
    index = compile_index(rules)
    assert len(rules) > 2000
    for _ in range(4):
        _agree(index, rules, some_facts(chance), some_ask(chance))


def test_rare_rules() -> None:
    """The first that holds lies in any of the tiers."""
    path, text = Path("pieces", "pieces", "integer"), Path("subject", "subject", "text")
    rules: list[Predicate] = [
        All((Leaf(path, Op.IS, number), Leaf(text, Op.CONTAINS, str(number % 7))))
        for number in range(6000)
    ]
    index = compile_index(rules)
    for number in (0, 255, 256, 1023, 1024, 4095, 4096, 5999, 6000):
        for word in (str(number % 7), "x"):
            facts = Facts({"pieces": number, "subject": f"no {word}"})
            held = number < 6000 and word != "x"
            assert index.first(facts, ASKS[0]) == (number if held else None)
            assert index.all(facts, ASKS[0]) == ([number] if held else [])


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_small_rule_sets(chance: Random) -> None:
    """The same, so that what fails becomes small."""
    rules = some_rules(chance, 3)
    _agree(compile_index(rules), rules, some_facts(chance), some_ask(chance))


def test_no_rules_and_trivial_ones() -> None:
    facts, ask = Facts({}), ASKS[0]
    assert compile_index([]).first(facts, ask) is None
    assert compile_index([]).all(facts, ask) == []
    index = compile_index([FALSE, TRUE, FALSE, Not(FALSE)])
    assert index.first(facts, ask) == 1
    assert index.all(facts, ask) == [1, 3]


def test_one_and_true_are_different() -> None:
    path = Path("pieces", "pieces", "integer")
    rules: list[Predicate] = [Leaf(path, Op.IS, 1), Leaf(path, Op.IS, True), Leaf(path, Op.IS, "1")]
    index = compile_index(rules)
    for number, value in enumerate((1, True, "1")):
        assert index.all(Facts({"pieces": value}), ASKS[0]) == [number]


def test_words_are_looked_for_in_folded_text() -> None:
    path = Path("subject", "subject", "text")
    rules: list[Predicate] = [
        Leaf(path, Op.CONTAINS, word) for word in ("refund", "strasse", "退款")
    ]
    index = compile_index([*rules, AnyOf((rules[0], rules[2]))])
    facts = Facts({"subject": "ＲＥＦＵＮＤ 退款"})
    assert index.all(facts, ASKS[0]) == [0, 2, 3]
