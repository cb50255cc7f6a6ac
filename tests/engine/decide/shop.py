"""A small shop, compiled from YAML, for the tests of decisions: Ann asks, Ben works, Cleo leads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from engine.compile.desk import desk_from_files
from engine.decide.run import decide
from engine.decide.verdict import Event, Open, Verdict
from engine.facts import Ask, Facts, Ref, Value, Viewer
from engine.model.desk import Desk
from engine.model.roster import Member, Roster

MONDAY_US = 1_772_413_200_000_000
"""2026-03-02 09:00 in Shanghai, a Monday."""
HOUR_US = 3_600_000_000

FILES: Mapping[str, str] = {
    "tenant.yaml": """
kind: Tenant
language: 1
id: shop
title: { zh-CN: 小店, en: Shop }
locales: [zh-CN, en]
time_zone: Asia/Shanghai
currency: CNY
calendar: weekdays
skills: { erp: ERP }
tags: { fragile: 易碎, large: 大额 }
flags: { high_risk: 高风险 }
""",
    "people.yaml": """
kind: People
customer: { fields: { level: { type: choice, options: { normal: 普通, vip: VIP }, default: normal } } }
""",
    "calendars/weekdays.yaml": "kind: Calendar\ntitle: W\nhours: { weekdays: [09:00-12:00, 13:00-18:00] }\n",
    "teams/after_sales.yaml": "kind: Team\ntitle: 售后\nparent: service\nassignment: least_busy\ncapacity: 2\noverflow: reserve\ndefault: true\n",
    "teams/reserve.yaml": "kind: Team\ntitle: 后备\nassignment: round_robin\n",
    "teams/vip_desk.yaml": "kind: Team\ntitle: 会员\nassignment: skill_then_load\n",
    "teams/finance.yaml": "kind: Team\ntitle: 财务\nassignment: manual\n",
    "teams/service.yaml": "kind: Team\ntitle: 客服中心\n",
    "roles/agent.yaml": """
kind: Role
title: 客服
types:
  refund:
    see: { teams: $my.teams }
    edit: { team: $my.teams, phase: [new, active, waiting] }
    create: true
    do: [comment, note, assign, transfer]
    fields: { iban: hidden, cost: read }
""",
    "roles/finance.yaml": """
kind: Role
title: 财务
types:
  refund:
    see: { teams: $my.teams }
    edit: { team: finance, phase: [active] }
    do: [note]
    fields: { iban: edit, reason: read }
""",
    "roles/senior.yaml": "kind: Role\ntitle: 主管\ninherits: agent\ntypes:\n  refund:\n    see: {}\n    fields: { iban: masked }\n",
    "portal.yaml": "kind: Portal\ntitle: 帮助\ntypes:\n  refund: { fields: { cost: hidden, iban: edit } }\n",
    "sources/orders.yaml": """
kind: Source
title: 订单
connector: table
file: demo/orders.csv
key: order_no
outputs:
  order_no: { type: text, label: 订单号 }
  product: { type: text, label: 商品 }
  paid: { type: money, label: 实付 }
""",
    "demo/orders.csv": "order_no,product,paid\nA1,冰箱,4299.00\n",
    "notifications/told.yaml": "kind: Notification\nchannels: [in_app]\nto: requester\nsubject: 进度\nbody: '{{ ticket.number }}'\n",
    "notifications/late.yaml": "kind: Notification\nchannels: [in_app]\nto: [assignee, lead]\nsubject: 超时\nbody: '{{ clock.title }}'\n",
    "types/refund.yaml": """
kind: TicketType
title: 退款
prefix: RF
subject: { template: "{product} · {reason}" }
fields:
  order_no: { type: reference, source: orders, label: 订单, required: true }
  product: { type: text, label: 商品, filled_by: order_no.product }
  paid: { type: money, label: 实付, filled_by: order_no.paid }
  amount: { type: money, label: 金额, min: 0.01, required: true }
  reason: { type: choice, label: 原因, required: true, options: { damaged: 破损, late: 延迟, regret: 不想要了 } }
  photo: { type: files, label: 照片, show_when: { reason: damaged }, required_when: { reason: damaged } }
  note_text: { type: text, label: 说明, show_when: { reason: [damaged, late] } }
  iban: { type: text, label: 账号, sensitive: true }
  cost: { type: money, label: 成本, required: true }
  fee: { type: money, label: 手续费, formula: "reason == 'regret' ? amount * 0.10 : 0" }
checks:
  not_more: { must: "amount <= paid", at: amount, say: 不能大于实付 }
notify: { replied: told, assigned: late }
workflow:
  start: submitted
  states:
    submitted: { title: 待审核, phase: new, limit: 24h plain }
    finance: { title: 财务, phase: active, team: finance }
    inform: { title: 待告知, phase: active, team: home }
    waiting: { title: 待补充, phase: waiting }
    done: { title: 已退款, phase: solved }
    rejected: { title: 已拒绝, phase: closed }
  transitions:
    approve: { from: submitted, to: finance, by: agent }
    ask: { from: submitted, to: waiting, by: agent, needs: [comment] }
    answered: { from: waiting, to: submitted, by: requester, upon: comment }
    pay: { from: finance, to: inform, by: finance, when: { amount: { at_most: 2000 } }, needs: [iban], do: [{ tag: large }] }
    tell: { from: inform, to: done, by: agent, notify: told }
    reject: { from: [submitted, finance], to: rejected, by: [agent, finance], needs: [reason] }
""",
    "routing/refund.yaml": """
kind: Routing
applies_to: refund
table:
  inputs: [reason, amount, customer.level]
  sets: [team, priority]
  rows:
    vip: [any, any, vip, vip_desk, high]
    big: [damaged, over 1000, any, "-", urgent]
  otherwise: [after_sales, "-"]
""",
    "sla/refund.yaml": """
kind: SlaPolicy
applies_to: refund
clocks:
  first_reply: { starts: created, stops: first_agent_reply }
  solved: { starts: created, stops: { phase: [solved, closed] }, pauses: { phase: waiting } }
table:
  inputs: [priority]
  sets: [first_reply, solved]
  rows: { urgent: [urgent, 15m, 4h] }
  otherwise: [1h, 8h]
warn: { half: { at: 50%, do: [{ notify: late, to: assignee }] } }
breach: [{ flag: high_risk }, { notify: late, to: lead }, { assign: lead }]
""",
}


@cache
def shop() -> Desk:
    """The shop's desk."""
    desk, problems = desk_from_files({path: text.encode() for path, text in FILES.items()})
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
    event = Open("refund", values, "", "", "portal", "ann", "ann", {"order_no": ORDER} if refs is None else refs)  # fmt: skip
    known: dict[str, Value] = {"customer.level": level}
    return decide(shop(), Facts(known), event, ask(who), team or roster())


def then(
    facts: Facts, event: Event, who: Viewer, at_us: int = MONDAY_US + HOUR_US, team: Roster | None = None
) -> Verdict:  # fmt: skip
    """What comes of an event on a ticket."""
    return decide(shop(), facts, event, ask(who, at_us), team or roster())


def after(*events: tuple[Event, Viewer]) -> Facts:
    """The facts after a refund was opened and these events happened, each allowed."""
    verdict = opened()
    for number, (event, who) in enumerate(events, 1):
        verdict = then(verdict.facts, event, who, MONDAY_US + number * HOUR_US)
        assert verdict.allowed, verdict.refusals
    return verdict.facts
