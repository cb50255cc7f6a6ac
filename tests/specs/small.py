"""A tenant as small as one can be, which each test spoils in its own way."""

from __future__ import annotations

from specs.load import load_files
from specs.problem import Problem, render
from specs.spec_set import SpecSet

SMALL = {
    "tenant.yaml": """\
kind: Tenant
language: 1
id: spruce
title: 云杉优选
locales: [zh-CN, en]
time_zone: Asia/Shanghai
skills: { appliances: 大家电 }
tags: { large: { title: 大额, hue: 2 } }
flags: { high_risk: 高风险 }
""",
    "people.yaml": """\
kind: People
customer:
  identity: [email, phone]
  fields: { level: { type: choice, options: { normal: 普通, vip: VIP } } }
""",
    "teams/after_sales.yaml": "kind: Team\ntitle: 售后\ndefault: true\n",
    "teams/finance.yaml": "kind: Team\ntitle: 财务\n",
    "roles/agent.yaml": """\
kind: Role
title: 客服
types: { refund: { see: { teams: $my.teams }, do: [comment], fields: { amount: read } } }
""",
    "sources/orders.yaml": """\
kind: Source
title: 订单
connector: table
file: demo/orders.csv
key: order_no
outputs:
  order_no: { type: text }
  paid:     { type: money }
""",
    "demo/orders.csv": "order_no,paid\nA1,20.00\n",
    "notifications/told.yaml": "kind: Notification\nchannels: [mail]\nsubject: 已退款\nbody: 好\n",
    "types/refund.yaml": """\
kind: TicketType
title: { zh-CN: 退款, en: Refund }
prefix: RF
subject: { template: "{reason} · {amount}" }
fields:
  order_no: { type: reference, source: orders }
  paid:     { type: money, filled_by: order_no.paid }
  amount:   { type: money, min: 0.01 }
  reason:   { type: choice, options: { damaged: 商品破损, late: 物流延迟 } }
form:
  what: { title: 哪件？, fields: [order_no, reason] }
workflow:
  start: submitted
  states:
    submitted: { phase: new, limit: 24h plain }
    refunded:  { phase: solved }
  transitions:
    pay: { from: submitted, to: refunded, by: agent, needs: [amount], notify: told }
""",
    "routing/refund.yaml": """\
kind: Routing
applies_to: refund
table:
  inputs: [reason, customer.level]
  sets: [team]
  rows:
    claims: [damaged, any, finance]
  otherwise: [after_sales]
""",
    "sla/refund.yaml": """\
kind: SlaPolicy
applies_to: refund
clocks: { solved: { stops: { phase: solved } } }
table: { inputs: [priority], sets: [solved], rows: { urgent: [urgent, 4h] }, otherwise: [8h] }
warn: { half: { at: 50%, do: [{ notify: told, to: [assignee, lead] }] } }
breach: [{ flag: high_risk }, { assign: lead }]
""",
    "views/open.yaml": """\
kind: View
title: 待处理
columns: [number, amount, due.solved]
sort: [-amount]
for: [{ role: agent }]
""",
}


def small(**changes: str | None) -> dict[str, bytes]:
    """The small tenant with files changed, added or (None) taken out; `__` in a name is `/`."""
    files = dict(SMALL)
    for name, text in changes.items():
        path = name.replace("__", "/") + ("" if "." in name else ".yaml")
        if text is None:
            files.pop(path, None)
        else:
            files[path] = text
    return {path: text.encode() for path, text in files.items()}


def spoiled(file: str, old: str, new: str) -> tuple[SpecSet, list[Problem]]:
    """The small tenant with one piece of text replaced in one file."""
    assert old in SMALL[file], f"{old!r} does not stand in {file}"
    files = {path: text.encode() for path, text in SMALL.items()}
    files[file] = SMALL[file].replace(old, new, 1).encode()
    return load_files(files)


def only(problems: list[Problem]) -> Problem:
    """The one problem there is."""
    assert len(problems) == 1, "\n".join(render(one, None) for one in problems)
    return problems[0]
