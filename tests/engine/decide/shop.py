"""A small shop, compiled from YAML, for the tests of decisions: Ann asks, Ben works, Cleo leads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from engine.compile.desk import desk_from_files
from engine.decide.run import decide
from engine.decide.verdict import Event, Open, Verdict
from engine.facts import Ask, Facts, Ref, Value, Viewer
from engine.model.desk import Desk
from engine.model.roster import Member, Roster
from specs.load import read_folder

MONDAY_US = 1_772_413_200_000_000
"""2026-03-02 09:00 in Shanghai, a Monday."""
HOUR_US = 3_600_000_000

FOLDER = Path(__file__).resolve().parents[1] / "cases" / "shop"


@cache
def shop() -> Desk:
    """The shop's desk."""
    files, unread = read_folder(FOLDER)
    assert unread == []
    desk, problems = desk_from_files(files)
    assert desk is not None, [problem.headline for problem in problems]
    assert problems == []
    return desk


def viewer(name: str, *roles: str, teams: tuple[str, ...] = (), staff: bool = True) -> Viewer:
    """Somebody with roles (widened by what they inherit) and teams."""
    held = frozenset[str]().union(*(shop().roles[role].includes for role in roles))
    return Viewer(name, name.title(), held, frozenset(teams), is_staff=staff)


ANN = viewer("ann", staff=False)
BEN = viewer("ben", "agent", teams=("after_sales",))
FAY = viewer("fay", "finance", teams=("finance",))
CLEO = viewer("cleo", "senior", teams=("after_sales",))
EVE = viewer("eve", "agent", teams=("reserve",))
ORDER = Ref("A1", MONDAY_US, "d", {"order_no": "A1", "product": "冰箱", "paid": 429900}, "A1")
FILLED: Mapping[str, object] = {"order_no": "A1", "amount": "100", "reason": "late"}


def roster(*members: Member) -> Roster:
    """Ben and Cleo (lead) in after-sales, Eve in reserve, unless others are named."""
    found = members or (
        Member("ben", "Ben", "after_sales"),
        Member("cleo", "Cleo", "after_sales", lead=True, load=1),
        Member("eve", "Eve", "reserve"),
    )
    teams: dict[str, tuple[Member, ...]] = {}
    for member in found:
        teams[member.team] = (*teams.get(member.team, ()), member)
    return Roster(teams)


def ask(who: Viewer, at_us: int = MONDAY_US) -> Ask:
    """Somebody's question at an instant."""
    return Ask(at_us, who, "2026-03-02")


def opened(
    values: Mapping[str, object] = FILLED,
    *,
    level: Value = "normal",
    who: Viewer = ANN,
    team: Roster | None = None,
    refs: Mapping[str, Ref] | None = None,
) -> Verdict:
    """What comes of a new refund."""
    found = {"order_no": ORDER} if refs is None else refs
    event = Open("refund", values, "", "", "portal", "ann", "ann", found)
    known: dict[str, Value] = {"customer.level": level}
    return decide(shop(), Facts(known), event, ask(who), team or roster())


def then(
    facts: Facts,
    event: Event,
    who: Viewer,
    at_us: int = MONDAY_US + HOUR_US,
    team: Roster | None = None,
) -> Verdict:
    """What comes of an event on a ticket."""
    return decide(shop(), facts, event, ask(who, at_us), team or roster())


def after(*events: tuple[Event, Viewer]) -> Facts:
    """The facts after a refund was opened and these events happened, each allowed."""
    verdict = opened()
    for number, (event, who) in enumerate(events, 1):
        verdict = then(verdict.facts, event, who, MONDAY_US + number * HOUR_US)
        assert verdict.allowed, verdict.refusals
    return verdict.facts
