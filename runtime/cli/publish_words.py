"""How `publish` says that a change is held, and what would let it through."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import typer

from engine.change.change import CLASSES
from engine.change.plan import plan_body
from runtime.actions.let_through import Held
from runtime.cli.plan_report import need_lines


def held_words(held: Held, then: str = "publish --plan {plan}") -> str:
    """Why nothing was published, and the next step; `then`: the command after an approval."""
    return "\n".join(_lines(held, then))


def _lines(held: Held, then: str) -> Iterator[str]:
    number = held.saved.id if held.saved is not None else ""
    if held.moved:
        yield f"plan {number} is no longer what it says:"
        yield from (f"  {one}" for one in held.moved)
        yield "make the plan again: specdesk plan DIR --save"
        return
    body = plan_body(held.plan)
    missing = [
        one for one in body["needs"] if one["need"] != "approval" or one["thing"] in held.classes
    ]
    yield f"held: what it needs is not there yet (kept as plan {number})"
    for need in missing:
        yield from (f"  {line}" for line in need_lines(need, body["changes"]))
    if held.classes and not held.decisions:
        tenant, words = held.plan.tenant, " ".join(f"--approve {one}" for one in held.classes)
        yield f"  somebody else: specdesk approve {number} --tenant {tenant} --as EMAIL"
        yield f"  then:          specdesk {then.format(plan=number)} --tenant {tenant}"
        yield f"  or, as the operator, on your own word, which is recorded: {words}"


def classes_of(words: list[str]) -> frozenset[str]:
    """The classes of change that an option names; another word ends the command."""
    for word in words:
        if word not in CLASSES:
            known = ", ".join(CLASSES)
            print(f"specdesk: --approve: `{word}` is no class of change: {known}", file=sys.stderr)
            raise typer.Exit(2)
    return frozenset(words)
