"""Rebalancing as a plan: level, within capacity, skill and seniority, the same in any order."""

from __future__ import annotations

import random

import pytest

from engine.decide.assign import Want, room
from engine.decide.rebalance import Held, Plan, rebalance
from engine.model.roster import Member
from tests.engine.decide.shop import roster
from tests.engine.decide.test_seniority import a_crowd, app, office

ERP = frozenset({"erp"})


def held(number: str, phase: str = "new", priority: str = "normal", **more: object) -> Held:
    want = more.pop("want", Want())
    assert isinstance(want, Want)
    return Held(number, str(more.get("team", "apps")), phase, priority, int(number), want)


def plan(*members: Member, tickets: list[Held], waiting: bool = False) -> Plan:
    return rebalance(office(), roster(*members), "ben", tickets, waiting=waiting)


def moved(found: Plan) -> list[tuple[str, str]]:
    return [(one.number, one.to) for one in found.hands]


def why(found: Plan) -> dict[str, str]:
    return {one.number: one.why for one in found.stays}


def several(count: int) -> list[Held]:
    return [held(str(n)) for n in range(1, count + 1)]


def test_the_backlog_is_levelled_and_no_further() -> None:
    found = plan(app("Ben", load=8), app("Chen", load=2), tickets=several(8))
    assert moved(found) == [("1", "chen"), ("2", "chen"), ("3", "chen")]
    assert set(why(found).values()) == {"even"}


def test_it_is_shared_among_the_idle() -> None:
    found = plan(app("Ben", load=6), app("Chen"), app("Sue", load=1), tickets=several(6))
    assert [to for _, to in moved(found)] == ["chen", "chen", "sue"]


def test_levels_are_shares_of_capacity() -> None:
    found = plan(app("Ben", load=4), app("Chen", load=1, capacity=2), tickets=several(4))
    assert moved(found) == []
    wide = plan(app("Ben", load=4), app("Chen", load=4, capacity=40), tickets=several(4))
    assert moved(wide) == [("1", "chen"), ("2", "chen")]


def test_of_somebody_away_everything_goes() -> None:
    found = plan(app("Ben", load=3, absent=True), app("Chen", load=6), tickets=several(3))
    assert moved(found) == [("1", "chen"), ("2", "chen")]
    assert why(found) == {"3": "full"}


def test_what_is_not_begun_goes_first_then_the_urgent_then_the_old() -> None:
    tickets = [
        held("1", "active", "urgent"),
        held("2", "new", "low"),
        held("3", "new", "urgent"),
        held("4", "new", "low"),
    ]
    found = plan(app("Ben", load=4, absent=True), app("Chen"), tickets=tickets)
    assert [number for number, _ in moved(found)] == ["3", "2", "4", "1"]


def test_waiting_tickets_stay_unless_asked_for() -> None:
    tickets = [held("1", "waiting"), held("2")]
    crew = (app("Ben", load=2, absent=True), app("Chen"))
    assert why(plan(*crew, tickets=tickets)) == {"1": "waiting"}
    assert moved(plan(*crew, tickets=tickets, waiting=True)) == [("2", "chen"), ("1", "chen")]


def test_skills_and_seniority_are_kept_strictly() -> None:
    tickets = [held("1", want=Want(ERP)), held("2", want=Want(frozenset(), "hard"))]
    junior = app("Chen", "junior")
    away = app("Ben", "senior", load=2, absent=True)
    assert why(plan(away, junior, tickets=tickets)) == {"1": "skills", "2": "junior"}
    able = app("Sue", "senior", skills=ERP)
    assert moved(plan(away, junior, able, tickets=tickets)) == [("1", "sue"), ("2", "sue")]


def test_nobody_else_and_nobody_there() -> None:
    assert why(plan(app("Ben", load=1), tickets=several(1))) == {"1": "no_member"}
    gone = (app("Ben", load=1), app("Chen", absent=True))
    assert why(plan(*gone, tickets=several(1))) == {"1": "away"}
    nowhere = plan(app("Ben"), tickets=[held("1", team="nowhere")])
    assert why(nowhere) == {"1": "no_member"}


def test_without_limits_plain_numbers_are_compared() -> None:
    desk = office()
    two = roster(Member("ben", "Ben", "vip_desk", load=5), Member("eve", "Eve", "vip_desk"))
    tickets = [held(str(n), team="vip_desk") for n in range(1, 6)]
    found = rebalance(desk, two, "ben", tickets)
    assert len(found.hands) == 2


@pytest.mark.parametrize("seed", range(200))
def test_the_plan_is_the_same_in_any_order_and_overloads_nobody(seed: int) -> None:
    chance = random.Random(seed)
    desk = office()
    crowd = [m for team in ("apps", "skilled") for m in a_crowd(chance, team)]
    crowd.append(Member("ben", "Ben", "apps", load=6, absent=chance.random() < 0.3))
    tickets = [
        Held(
            f"T-{n}",
            chance.choice(["apps", "apps", "skilled"]),
            chance.choice(["new", "active", "waiting"]),
            chance.choice(["urgent", "high", "normal", "low"]),
            chance.randint(1, 3),
            Want(
                frozenset(chance.sample(["erp", "cnc"], chance.randint(0, 1))),
                chance.choice(["easy", "normal", "hard"]),
            ),
        )
        for n in range(8)
    ]
    waiting = chance.random() < 0.5
    first = rebalance(desk, roster(*crowd), "ben", tickets, waiting=waiting)
    for _ in range(3):
        chance.shuffle(crowd)
        chance.shuffle(tickets)
        assert rebalance(desk, roster(*crowd), "ben", tickets, waiting=waiting) == first
    numbers = [one.number for one in (*first.hands, *first.stays)]
    assert sorted(numbers) == sorted(one.number for one in tickets)
    loads = {(m.team, m.person_id): m for m in crowd}
    by_number = {one.number: one for one in tickets}
    for hand in first.hands:
        to, ticket = loads[hand.team, hand.to], by_number[hand.number]
        gained = sum(1 for one in first.hands if (one.team, one.to) == (hand.team, hand.to))
        assert not to.absent
        assert hand.to != "ben"
        assert to.load + gained <= room(to, desk.teams[hand.team])
        assert ticket.want.skills <= to.skills
        assert waiting or ticket.phase != "waiting"
