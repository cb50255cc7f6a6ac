"""A small shop whose specs the tests of changes edit, and the sides made of it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.change.diff import Side
from engine.compile.desk import compile_desk
from specs.load import load_files

SHOP: dict[str, str] = {
    "tenant.yaml": """
        kind: Tenant
        language: 1
        id: shop
        title: Shop
        locales: [en, zh-CN]
        time_zone: Asia/Shanghai
        calendar: office
        tags: { vip: Important, gift: Gift }
        skills: { glass: Glass }
        """,
    "calendars/office.yaml": """
        kind: Calendar
        hours: { mon: 09:00-18:00, tue: 09:00-18:00 }
        """,
    "teams/service.yaml": "{ kind: Team, title: Service, default: true }",
    "teams/finance.yaml": "{ kind: Team, title: Finance }",
    "roles/agent.yaml": """
        kind: Role
        title: Agent
        types:
          refund:
            see: { teams: $my.teams }
            edit: { team: $my.teams }
            do: [comment, note]
            fields: { amount: read }
        functions: [export]
        """,
    "roles/chief.yaml": "{ kind: Role, title: Chief, inherits: agent }",
    "fieldsets/contact.yaml": """
        kind: FieldSet
        fields:
          phone: { type: phone, label: Phone }
        """,
    "types/refund.yaml": """
        kind: TicketType
        title: { en: Refund, zh-CN: 退款 }
        prefix: RF
        include: contact
        fields:
          reason:
            type: choice
            label: Reason
            required: true
            options: { damaged: Damaged, late: Late, regret: Changed my mind }
          amount: { type: money, label: Amount, currency: CNY, min: 1, max: 500 }
          iban: { type: text, label: IBAN, sensitive: true }
          parts:
            type: tree
            options: { door: { title: Door, children: { hinge: Hinge } } }
          photo: { type: files, label: Photo, accept: [image/*], show_when: { reason: damaged } }
        checks:
          small: { must: "amount <= 400 || reason == 'late'", at: amount, say: Too much }
        workflow:
          start: submitted
          states:
            submitted: { title: Submitted, phase: new }
            paying: { title: Paying, phase: active, team: finance, limit: 8h }
            done: { title: Done, phase: solved }
          transitions:
            approve: { from: submitted, to: paying, by: agent }
            pay: { from: paying, to: done, by: agent, needs: [reason] }
            reject: { from: [submitted, paying], to: done, by: agent, needs: [comment] }
        """,
    "routing/refund.yaml": """
        kind: Routing
        applies_to: refund
        table:
          inputs: [reason, amount]
          sets: [team, priority]
          rows:
            big: [any, over 300, finance, high]
            late: [late, any, service, low]
          otherwise: [service, normal]
        """,
    "sla/refund.yaml": """
        kind: SlaPolicy
        applies_to: refund
        clocks:
          reply: { starts: created, stops: first_agent_reply }
        table: { inputs: [priority], sets: [reply], rows: { high: [high, 1h] }, otherwise: [4h] }
        """,
    "views/open.yaml": """
        kind: View
        title: Open
        types: refund
        filter: { phase: [new, active] }
        columns: [number, reason, state]
        """,
    "reports/volume.yaml": """
        kind: Report
        title: Volume
        by: { reason: { of: reason } }
        measures: { tickets: { of: count } }
        """,
    "automations/urgent.yaml": """
        kind: Automation
        applies_to: refund
        starts: created
        when: { amount: { more_than: 400 } }
        do: [{ tag: vip }]
        """,
    "portal.yaml": """
        kind: Portal
        title: Help
        types: { refund: { do: [comment], fields: { iban: edit } } }
        """,
}


def edited(
    *edits: tuple[str, str, str], drop: tuple[str, ...] = (), more: Mapping[str, str] | None = None
) -> dict[str, bytes]:
    """The shop's files after replacing texts in them; `more` are files beside or instead."""
    texts = {**SHOP, **(more or {})}
    for path, was, becomes in edits:
        assert texts[path].count(was) == 1, (path, was, texts[path].count(was))
        texts[path] = texts[path].replace(was, becomes)
    return {path: text.encode() for path, text in texts.items() if path not in drop}


def side(files: Mapping[str, bytes]) -> Side:
    """Files as one side of a comparison; they have to compile."""
    specs, problems = load_files(files)
    desk, more = compile_desk(specs)
    wrong = [str(one) for one in (*problems, *more) if one.is_error]
    assert desk is not None, wrong
    assert wrong == []
    return Side(specs, desk)
