"""A mill where buying wants an approval: Ben asks, Guo of the money team answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from engine.compile.desk import desk_from_files
from engine.decide.run import decide
from engine.decide.verdict import Event, Move, Open, Verdict
from engine.facts import Ask, Facts, Viewer
from engine.model.desk import Desk
from engine.model.roster import Member, Roster
from tests.engine.decide.shop import HOUR_US, MONDAY_US

TENANT = """\
kind: Tenant
language: 1
id: mill
title: Mill
locales: [en]
time_zone: Asia/Shanghai
currency: CNY
calendar: hours
"""
HOURS = """\
kind: Calendar
time_zone: Asia/Shanghai
hours: { weekdays: [09:00-18:00] }
"""
TYPE = """\
kind: TicketType
title: Purchase
fields:
  amount: { type: money, label: Amount, required: true }
  account: { type: text, label: Account }
  colour: { type: text, label: Colour }
workflow:
  start: need
  states:
    need: { phase: new }
    bought: { phase: active }
    declined: { phase: closed }
    done: { phase: solved }
  transitions:
    buy:
      from: need
      to: bought
      by: buyer
      when: { amount: { more_than: 100 } }
      needs: [account, comment]
      notify: bought
      approval: {APPROVAL}
    drop: { from: need, to: declined, by: buyer }
    finish: { from: bought, to: done, by: buyer }
"""
ROLE = """\
kind: Role
title: Role
types:
  purchase:
    see: { team: buying }
    edit: { team: buying }
    create: true
    do: [comment, note, assign, transfer]
"""
FILES = {
    "tenant.yaml": TENANT,
    "calendars/hours.yaml": HOURS,
    "teams/top.yaml": "kind: Team\ntitle: Top\n",
    "teams/buying.yaml": "kind: Team\ntitle: Buying\nparent: top\ndefault: true\n",
    "teams/money.yaml": "kind: Team\ntitle: Money\n",
    "roles/buyer.yaml": ROLE,
    "roles/boss.yaml": "kind: Role\ntitle: Boss\ninherits: buyer\n",
    "roles/auditor.yaml": "kind: Role\ntitle: Auditor\n",
    "notifications/bought.yaml": "kind: Notification\nchannels: [mail]\nto: [requester]\n"
    "subject: Bought\nbody: Bought\n",
}


ANY = "{ of: { lead_of: money }, mode: any, within: 4h }"
ALL = "{ of: { lead_of: money }, mode: all, within: 4h }"
TWO = "{ of: { lead_of: money }, mode: { at_least: 2 }, within: 4h }"


@cache
def desk(approval: str = ANY, extra: str = "") -> Desk:
    """A tenant with one type, whose purchase wants this approval."""
    files = {**FILES, "types/purchase.yaml": TYPE.replace("{APPROVAL}", approval) + extra}
    found, problems = desk_from_files({path: text.encode() for path, text in files.items()})
    assert found is not None, [one.headline for one in problems]
    return found


BEN = Viewer("ben", "Ben", frozenset({"buyer"}), frozenset({"buying"}), is_staff=True)
GIL = Viewer("gil", "Gil", frozenset({"buyer"}), frozenset({"buying"}), is_staff=True)
GUO = Viewer("guo", "Guo", frozenset(), frozenset({"money"}), frozenset({"money"}), is_staff=True)
HAN = Viewer("han", "Han", frozenset(), frozenset({"money"}), frozenset({"money"}), is_staff=True)
IDA = Viewer("ida", "Ida", frozenset(), frozenset({"money"}), frozenset({"money"}), is_staff=True)
SAM = Viewer("sam", "Sam", is_staff=True)
SYSTEM = Viewer(None)


def lead(name: str, *, absent: bool = False, substitute: str = "") -> Member:
    return Member(name, name.title(), "money", lead=True, absent=absent, substitute=substitute)


def team(*leads: Member) -> Roster:
    rest = (Member("ben", "Ben", "buying"), Member("gil", "Gil", "buying", lead=True))
    top = (Member("tia", "Tia", "top", lead=True),)
    roles = {"buyer": ("ben", "gil"), "boss": ("tia",)}
    return Roster({"money": leads or (lead("guo"),), "buying": rest, "top": top}, roles)


THREE = team(lead("guo"), lead("han"), lead("ida"))
ASKED = Move("buy", {"account": "ICBC 1"}, comment="It is on its way")


@dataclass
class Ticket:
    """A purchase and what happened to it last."""

    desk: Desk
    roster: Roster
    at_us: int = MONDAY_US
    last: Verdict | None = None

    @property
    def facts(self) -> Facts:
        assert self.last is not None
        return self.last.facts

    def do(self, event: Event, who: Viewer, hours: float = 0.25) -> Verdict:
        self.at_us += int(hours * HOUR_US)
        before = self.last.facts if self.last else Facts({})
        ask = Ask(self.at_us, who, "2026-03-02")
        found = decide(self.desk, before, event, ask, self.roster)
        if found.allowed:
            self.last = found
        return found

    def codes(self, event: Event, who: Viewer) -> set[str]:
        """Why the event may not happen."""
        return {refusal.code for refusal in self.do(event, who).refusals}

    def told(self) -> dict[str, tuple[str, ...]]:
        assert self.last is not None
        return {
            str(e.args["notification"]): e.to.people or e.to.relations
            for e in self.last.effects
            if e.to is not None
        }


def ticket(approval: str = "", roster: Roster | None = None, extra: str = "") -> Ticket:
    """A purchase of 500, opened by Ben."""
    of = desk(approval or ANY, extra)
    made = Ticket(of, roster or team())
    opened = Open("purchase", {"amount": "500"}, "Press", "", "desk", "ben")
    assert made.do(opened, BEN, 0).allowed
    return made


def asked(approval: str = "", roster: Roster | None = None) -> Ticket:
    """The same, after Ben asked."""
    made = ticket(approval, roster)
    verdict = made.do(ASKED, BEN)
    assert verdict.allowed, verdict.refusals
    return made
