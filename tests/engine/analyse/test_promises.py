"""Promises: proved for all tickets, broken by one that the decisions confirm, or left open."""

from __future__ import annotations

from itertools import product

import pytest

from engine.analyse import solver
from engine.analyse.promises import Proof, prove
from engine.analyse.world import NOW_US
from engine.decide import access
from engine.decide.move import way
from engine.facts import Ask, Facts, Viewer
from engine.model.desk import Desk
from specs.source import core, read
from tests.engine.analyse.linting import CLEAN, compiled, files_of, one, replaced

TYPE = "types/refund.yaml"
PAY = "    pay: { title: Pay, from: fresh, to: done, by: agent }\n"
WAYS = """\
    pay: { title: Pay, from: fresh, to: done, by: agent, when: { amount: { at_most: 200 } } }
    pay_large: { title: L, from: fresh, to: done, by: boss, when: { amount: { more_than: 200 } } }
"""
BOSS = """\
kind: Role
title: Boss
inherits: agent
any_type: { see: {}, edit: {}, do: [comment] }
"""


def tenant(ways: str = WAYS, states: str = "", **more: str) -> dict[str, bytes]:
    """The clean tenant with a boss and other ways."""
    end = "    done:  { title: Done, phase: solved }\n"
    files = replaced(TYPE, (PAY, ways), (end, end + states))
    files["roles/boss.yaml"] = BOSS.encode()
    return {**files, **{f"{k.replace('__', '/')}.yaml": v.encode() for k, v in more.items()}}


def proof(promise: str, files: dict[str, bytes] | None = None) -> Proof:
    """What becomes of one promise about refunds."""
    text = f"kind: SpecTest\nabout: refund\npromises:\n  it: {{ {promise} }}\n"
    found = {**(files or tenant()), "tests/refund.yaml": text.encode()}
    _, desk, problems = compiled(found)
    assert desk is not None, [p.headline for p in problems]
    return prove(desk, desk.promises[0])


@pytest.mark.parametrize(
    ("promise", "says"),
    [
        ("never: { do: pay, when: { amount: { more_than: 200 } } }", "proved"),
        ("never: { do: pay, when: { amount: { more_than: 199 } } }", "broken"),
        ("never: { do: pay, from: done }", "proved"),
        ("never: { do: pay_large, by: agent }", "proved"),
        ("never: { do: pay, by: boss }", "broken"),
        ("never: { do: [pay, pay_large], by: requester }", "proved"),
        ("never: { set: { team: claims }, when: { reason: late } }", "proved"),
        ("never: { set: { team: claims } }", "broken"),
        ("never: { set: { team: claims, priority: high } }", "proved"),
        ("always: { set: { team: claims }, when: { reason: damaged } }", "proved"),
        ("always: { set: { team: claims } }", "broken"),
        ("always: { set: { priority: normal } }", "proved"),
        ("always: { can_reach: { phase: solved }, from: any_state }", "proved"),
        ("always: { sees: boss }", "proved"),
        ("always: { sees: agent }", "broken"),
        ("never: { sees: agent, when: { amount: { more_than: 1000 } } }", "proved"),
        ("never: { sees: agent }", "broken"),
        ("never: { writes: fee }", "proved"),
        ("never: { writes: remark, by: boss }", "broken"),
        ("never: { reads: remark, by: agent }", "broken"),
    ],
)  # fmt: skip
def test_a_promise_is_proved_or_broken(promise: str, says: str) -> None:
    found = proof(promise)
    assert found.says == says, found
    assert bool(found.case) is (says == "broken")


def test_a_broken_promise_shows_a_case_that_reads() -> None:
    found = proof("never: { do: pay, when: { amount: { more_than: 199 } } }")
    node, problems = read(found.case, "case.yaml")
    assert problems == []
    case = core(node)["it_broken"]  # type: ignore[arg-type]
    assert str(case["ticket"]["amount"]) in ("199.01", "200.00", "200.0", "200")
    assert case["as"] == "somebody"
    assert case["people"]["somebody"]["roles"] in (["agent"], ["boss"])
    assert case["expect"] == {"can.pay": False}


def test_a_hole_in_the_guards_breaks_that_every_ticket_comes_to_an_end() -> None:
    ways = WAYS.replace("more_than: 200", "more_than: 500")
    found = proof("always: { can_reach: { phase: [solved, closed] } }", tenant(ways))
    assert found.says == "broken"
    assert "amount: 201.00" in found.case
    assert "state: fresh" in found.case


def test_what_is_needed_on_the_way_may_be_filled_in() -> None:
    ways = (
        "    check: { title: C, from: fresh, to: checked, by: agent, needs: [paid] }\n"
        "    pay: { from: checked, to: done, by: agent, when: { paid: { is_empty: false } } }\n"
    )
    states = "    checked: { title: C, phase: active }\n"
    promise = "always: { can_reach: { phase: solved }, from: fresh }"
    assert proof(promise, tenant(ways, states)).says == "proved"
    assert proof(promise, tenant(ways.replace(", needs: [paid]", ""), states)).says == "broken"


def test_a_hidden_field_is_read_by_nobody() -> None:
    text = CLEAN["roles/agent.yaml"].replace("any_type:", "types:\n  refund:")
    agent = text.replace("do: [comment]", "do: [comment], fields: { remark: hidden }")
    files = tenant(roles__agent=agent)
    assert proof("never: { reads: remark, by: agent }", files).says == "proved"
    assert proof("never: { reads: remark }", files).says == "broken"


def test_a_check_proves_what_the_boxes_can_not() -> None:
    """Nobody pays more than was paid: only `amount <= paid` says so."""
    promise = "never: { do: pay, when: { amount: { more_than: 100 }, paid: { less_than: 50 } } }"
    assert proof(promise).says == ("proved" if solver.is_there() else "unknown")


def test_without_z3_such_a_promise_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "is_there", lambda: False)
    found = proof(
        "never: { do: pay, when: { amount: { more_than: 100 }, paid: { less_than: 50 } } }"
    )
    assert found.says == "unknown"
    assert found.case == ""


@pytest.mark.parametrize(
    ("promise", "message"),
    [
        ("never: { when: { reason: late } }", "`never` of `it` has to say one thing"),
        ("never: { do: pay, set: { team: claims } }", "`never` of `it` has to say one thing"),
        ("note: nothing", "`it` promises nothing"),
        ("never: { do: pay }, always: { set: { team: desk } }", "`it` promises two things"),
    ],
)
def test_a_promise_says_one_thing(promise: str, message: str) -> None:
    text = f"kind: SpecTest\nabout: refund\npromises:\n  it: {{ {promise} }}\n"
    _, _, problems = compiled(files_of(tests__refund=text))
    assert one(problems, "E206").message == message


GUARDS = ("", ", when: { amount: { at_most: 2 } }", ", when: { reason: [late, damaged] }",
          ", when: { amount: { more_than: 1 }, damage: light }")  # fmt: skip
CLAIMS = (
    "amount: { more_than: 2 }",
    "reason: damaged",
    "damage: { is_empty: true }",
    "reason: regret",
)


def may_pay(desk: Desk) -> list[tuple[str, int, str | None]]:
    """Every ticket of a grid that somebody may pay."""
    found = []
    viewer = Viewer("ben", roles=frozenset({"agent"}), teams=frozenset({"desk"}))
    ask = Ask(NOW_US, viewer, "2026-03-02")
    model = desk.types["refund"]
    for reason, amount, damage in product(
        ("damaged", "late", "regret"), (100, 101, 200, 201, 300), ("light", "heavy", None)
    ):
        if damage is not None and reason != "damaged":
            continue
        values = {"reason": reason, "amount": amount, "damage": damage, "type": "refund"}
        facts = Facts(
            {**values, "state": "fresh", "phase": "new", "team": "desk", "teams": ("desk",)}
        )
        rights = access.rights(desk, facts, ask)
        if way(desk, model, model.transitions["pay"], facts, rights, ask).open:
            found.append((reason, amount, damage))
    return found


def claimed(claim: str, ticket: tuple[str, int, str | None]) -> bool:
    """Whether a ticket of the grid is one that a claim speaks of."""
    reason, amount, damage = ticket
    return {
        CLAIMS[0]: amount > 200,
        CLAIMS[1]: reason == "damaged",
        CLAIMS[2]: damage is None,
        CLAIMS[3]: reason == "regret",
    }[claim]


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("claim", CLAIMS)
def test_proofs_agree_with_trying_every_ticket(guard: str, claim: str) -> None:
    ways = PAY.replace(" }\n", f"{guard} }}\n")
    files = tenant(ways)
    _, desk, _ = compiled(files)
    assert desk is not None
    broken = any(claimed(claim, ticket) for ticket in may_pay(desk))
    found = proof(f"never: {{ do: pay, when: {{ {claim} }} }}", files)
    assert found.says == ("broken" if broken else "proved")
