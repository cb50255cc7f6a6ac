"""The tenant that is measured: 8 custom fields, 100 routing rows, deadlines, notices, 5 teams."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

TENANT = "bench"
TEAMS = ("front", "returns", "payments", "parcels", "quality")
REGIONS = tuple(f"region_{n}" for n in range(10))
LINES = tuple(f"line_{n}" for n in range(20))
REASONS = ("damaged", "late", "wrong_item", "missing", "other")
PRIORITIES = ("urgent", "high", "normal", "low")
ROWS = 100

_TENANT = """\
kind: Tenant
language: 1
id: bench
title: { en: Bench, zh-CN: 测试台 }
locales: [en, zh-CN]
time_zone: Asia/Shanghai
currency: CNY
calendar: office
"""
_CALENDAR = """\
kind: Calendar
title: Office
hours: { weekdays: [09:00-12:00, 13:00-18:00] }
"""
_PEOPLE = """\
kind: People
customer:
  identity: [email]
  fields:
    level: { type: choice, label: Level, options: { normal: Standard, vip: Gold }, default: normal }
"""
_PORTAL = """\
kind: Portal
title: { en: Help, zh-CN: 帮助 }
types:
  claim: { title: { en: Claim, zh-CN: 索赔 }, do: [comment] }
"""
_AGENT = """\
kind: Role
title: Agent
types:
  claim:
    see:    { teams: $my.teams }
    edit:   { team: $my.teams }
    create: true
    do:     [comment, note, assign, transfer]
"""
_LEAD = """\
kind: Role
title: Team lead
inherits: agent
types:
  claim:
    see:    {}
    edit:   {}
    create: true
    do:     [comment, note, assign, transfer, export]
functions: [export]
"""
_TYPE = """\
kind: TicketType
title: { en: Claim, zh-CN: 索赔 }
prefix: CL
subject: { label: Subject }
description: { label: Details, required: false }
reopen_within: 7d
notify: { created: received, assigned: assigned }
fields:
  order_no: { type: text, label: Order, required: true }
  amount:   { type: money, label: Amount, required: true, min: 0.01, max: 50000, indexed: true }
  reason:   { type: choice, label: Reason, required: true, options: { REASONS }, indexed: true }
  region:   { type: choice, label: Region, required: true, options: { REGIONS } }
  line:     { type: choice, label: Line, required: true, options: { LINES }, indexed: true }
  quantity: { type: integer, label: Quantity, min: 1, max: 999 }
  bought:   { type: date, label: Bought on }
  story:    { type: long_text, label: Story }
workflow:
  start: fresh
  states:
    fresh:   { title: Fresh, phase: new }
    working: { title: In work, phase: active }
    waiting: { title: Waiting, phase: waiting }
    done:    { title: Done, phase: solved }
  transitions:
    take:  { title: Take, from: fresh, to: working, by: agent }
    ask:   { title: Ask, from: working, to: waiting, by: agent, needs: [comment] }
    back:  { title: Answered, from: waiting, to: working, by: requester, upon: comment }
    solve: { title: Solve, from: working, to: done, by: agent }
    again: { title: Not solved, from: done, to: working, by: requester, needs: [comment] }
"""
_SLA = """\
kind: SlaPolicy
applies_to: claim
clocks:
  replied: { title: First reply, stops: first_agent_reply }
  solved: { title: Solving, stops: { phase: [solved, closed] }, pauses: { phase: waiting } }
table:
  hit: first
  inputs: [priority]
  sets:   [replied, solved]
  rows:
    urgent: [urgent, 30m, 2h]
    high:   [high, 1h, 8h]
  otherwise: [4h, 3d]
"""
_RECEIVED = """\
kind: Notification
channels: [mail, in_app]
to: requester
subject: { en: "{{ ticket.number }} received: {{ ticket.subject }}" }
body: { en: "We look into it: {{ link }}" }
"""
_ASSIGNED = """\
kind: Notification
channels: [in_app]
to: assignee
subject: { en: "{{ ticket.number }} is yours" }
body: { en: "{{ ticket.subject }} {{ link }}" }
"""
_VIEW = """\
kind: View
title: { en: TITLE, zh-CN: TITLE }
types: [claim]
filter: { FILTER }
columns:
  [number, subject, state, priority, reason, amount, customer, assignee, due.solved, updated_at]
sort: [-updated_at]
"""
VIEWS = {
    "open": "phase: [new, active, waiting]",
    "damaged_open": "phase: [new, active, waiting], reason: damaged",
    "large": "amount: { at_least: 40000 }",
    "returns_open": "phase: [new, active, waiting], team: returns",
    "mine_new": "phase: new, team: $my.teams",
    "urgent": "priority: urgent, phase: [new, active]",
}


def _options(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name}: {name.replace('_', ' ').capitalize()}" for name in names)


def _rows(count: int) -> Iterator[str]:
    """Conditions on three or four fields, few of which match one ticket."""
    pairs = itertools.product(LINES, REGIONS)
    for n, (line, region) in enumerate(itertools.islice(pairs, 0, 2 * count, 2)):
        reason = REASONS[n % len(REASONS)]
        least = 100 * (n % 7)
        team, priority = TEAMS[n % len(TEAMS)], PRIORITIES[n % len(PRIORITIES)]
        yield f"    row_{n}: [{line}, {region}, {reason}, from {least}, {team}, {priority}]"


def routing(rows: int = ROWS) -> str:
    """The routing table with so many rows."""
    head = (
        "kind: Routing\napplies_to: claim\ntable:\n  hit: first\n"
        "  inputs: [line, region, reason, amount]\n  sets:   [team, priority]\n  rows:\n"
    )
    return head + "\n".join(_rows(rows)) + "\n  otherwise: [front, normal]\n"


def files() -> dict[str, bytes]:
    """The tenant's folder as path and bytes."""
    made = {
        "tenant.yaml": _TENANT,
        "people.yaml": _PEOPLE,
        "portal.yaml": _PORTAL,
        "calendars/office.yaml": _CALENDAR,
        "roles/agent.yaml": _AGENT,
        "roles/head.yaml": _LEAD,
        "types/claim.yaml": _TYPE.replace("REASONS", _options(REASONS))
        .replace("REGIONS", _options(REGIONS))
        .replace("LINES", _options(LINES)),
        "routing/claim.yaml": routing(),
        "sla/claim.yaml": _SLA,
        "notifications/received.yaml": _RECEIVED,
        "notifications/assigned.yaml": _ASSIGNED,
    }
    for place, team in enumerate(TEAMS):
        first = "default: true\n" if place == 0 else ""
        made[f"teams/{team}.yaml"] = (
            f"kind: Team\ntitle: {team.capitalize()}\n"
            f"assignment: least_busy\n{first}capacity: 10000\n"
        )
    for name, where in VIEWS.items():
        made[f"views/{name}.yaml"] = _VIEW.replace(
            "TITLE", name.capitalize().replace("_", " ")
        ).replace("FILTER", where)
    return {path: content.encode() for path, content in made.items()}


def form(n: int) -> dict[str, str]:
    """The n-th form as a browser sends it; the same n gives the same form."""
    return {
        "subject": f"Claim about order {n}",
        "description": "The parcel came open and the glass is broken. " * 3,
        "order_no": f"A{n:08d}",
        "amount": f"{(n * 7919) % 49_900 + 1}.50",
        "reason": REASONS[n % 5],
        "region": REGIONS[(n // 5) % 10],
        "line": LINES[(n * 13) % 20],
        "quantity": str(n % 9 + 1),
        "bought": f"2026-0{n % 9 + 1}-1{n % 10}",
        "story": "It stood in the rain for two days before anybody rang. " * 4,
    }
