"""A tenant without a fault, which each test of the analysis spoils in its own way."""

from __future__ import annotations

from engine.analyse.lint import lint
from engine.compile.desk import compile_desk
from engine.model.desk import Desk
from specs.load import load_files
from specs.problem import Problem, has_errors, ordered
from specs.spec_set import SpecSet

CLEAN = {
    "tenant.yaml": """\
kind: Tenant
language: 1
id: spruce
title: Spruce
locales: [en]
time_zone: Asia/Shanghai
currency: CNY
""",
    "people.yaml": """\
kind: People
customer:
  fields:
    level: { type: choice, label: Level, options: { plain: Plain, vip: VIP }, default: plain }
""",
    "teams/desk.yaml": "kind: Team\ntitle: Desk\ndefault: true\n",
    "teams/claims.yaml": "kind: Team\ntitle: Claims\n",
    "roles/agent.yaml": """\
kind: Role
title: Agent
any_type: { see: { teams: $my.teams }, edit: { team: $my.teams }, create: true, do: [comment] }
""",
    "portal.yaml": "kind: Portal\ntitle: Help\ntypes: { refund: { do: [comment] } }\n",
    "types/refund.yaml": """\
kind: TicketType
title: Refund
prefix: RF
fields:
  amount: { type: money, label: Amount, min: 0.01, max: 1000, required: true }
  paid:   { type: money, label: Paid, min: 0, max: 1000 }
  fee:    { type: money, label: Fee, formula: "amount * 0.1" }
  reason:
    { type: choice, label: Reason, required: true, options: { damaged: A, late: B, regret: C } }
  damage:
    { type: choice, label: D, options: { light: A, heavy: B }, show_when: { reason: damaged } }
  remark: { type: text, label: Remark }
checks:
  not_more: { must: "amount <= paid", at: amount, say: Too much }
workflow:
  start: fresh
  states:
    fresh: { title: New, phase: new }
    done:  { title: Done, phase: solved }
  transitions:
    pay: { title: Pay, from: fresh, to: done, by: agent }
""",
    "routing/refund.yaml": """\
kind: Routing
applies_to: refund
table:
  inputs: [reason, amount]
  sets: [team]
  rows:
    claims: [damaged, any, claims]
  otherwise: [desk]
""",
}


def files_of(**changes: str | None) -> dict[str, bytes]:
    """The tenant with files changed, added or (None) taken out; `__` in a name is `/`."""
    files = dict(CLEAN)
    for name, text in changes.items():
        path = name.replace("__", "/") + ".yaml"
        if text is None:
            files.pop(path)
        else:
            files[path] = text
    return {path: text.encode() for path, text in files.items()}


def replaced(file: str, *pairs: tuple[str, str]) -> dict[str, bytes]:
    """The tenant with pieces of one file replaced."""
    text = CLEAN[file]
    for old, new in pairs:
        assert old in text, f"{old!r} does not stand in {file}"
        text = text.replace(old, new)
    return {path: t.encode() for path, t in {**CLEAN, file: text}.items()}


def rows(*lines: str, inputs: str = "reason, amount", sets: str = "team", rest: str = "[desk]",
         hit: str = "first") -> dict[str, bytes]:  # fmt: skip
    """The tenant with these rows in its routing table."""
    body = "".join(f"    {line}\n" for line in lines)
    otherwise = f"  otherwise: {rest}\n" if rest else ""
    text = (
        "kind: Routing\napplies_to: refund\ntable:\n"
        f"  hit: {hit}\n  inputs: [{inputs}]\n  sets: [{sets}]\n  rows:\n{body}{otherwise}"
    )
    return files_of(routing__refund=text)


def compiled(files: dict[str, bytes]) -> tuple[SpecSet, Desk | None, list[Problem]]:
    """The specs, the desk and the problems of `validate`."""
    specs, problems = load_files(files)
    desk, more = compile_desk(specs)
    return specs, desk, ordered([*problems, *more])


def linted(files: dict[str, bytes], year: int = 2026) -> list[Problem]:
    """What `specdesk lint` would say; the tenant must be free of errors."""
    specs, desk, problems = compiled(files)
    assert not has_errors(problems), [one.headline for one in problems]
    assert desk is not None
    return [*problems, *lint(specs, desk, year)]


def codes(found: list[Problem]) -> list[str]:
    """Their codes, in order."""
    return [one.code.number for one in found]


def one(found: list[Problem], code: str) -> Problem:
    """The only finding of a code."""
    hits = [p for p in found if p.code.number == code]
    assert len(hits) == 1, [p.headline for p in found]
    return hits[0]
