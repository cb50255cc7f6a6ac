"""Workflow faults that refuse a publish: states out of reach or without a way out, needs unmet."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.desk import Desk
from engine.model.ticket_type import INPUTS, OPEN_PHASES, Transition, TypeModel
from specs.problem import Code, Problem


def check_workflows(desk: Desk) -> list[Problem]:
    """Every fault of every type's workflow (language.md 6)."""
    return [problem for model in desk.types.values() for problem in _check(desk, model)]


def _check(desk: Desk, model: TypeModel) -> Iterator[Problem]:
    reached = _reached(model)
    leaving = {source for t in model.transitions.values() for source in t.source}
    for key, state in model.states.items():
        if key not in reached:
            message = f"nothing leads into `{state.id}` of {model.id}"
            cure = "let a transition lead `to` it, or remove it"
            yield Problem(Code.STATE_UNREACHABLE, message, state.place, cure=cure)
        if state.phase in OPEN_PHASES and key not in leaving:
            message = f"a ticket in `{state.id}` of {model.id} can never go on"
            cure = "add a transition `from` it, or give it the phase solved or closed"
            yield Problem(Code.STATE_STUCK, message, state.place, cure=cure)
    for transition in model.transitions.values():
        yield from _needs(desk, model, transition)


def _reached(model: TypeModel) -> set[str]:
    found = {model.start}
    while True:
        more = {
            t.target
            for t in model.transitions.values()
            if t.target not in found and found & set(t.source)
        }
        if not more:
            return found
        found |= more


def _needs(desk: Desk, model: TypeModel, transition: Transition) -> Iterator[Problem]:
    for need in transition.needs:
        if need in INPUTS:
            continue
        item = model.fields.get(need)
        if item is None:
            continue  # told by the loader
        if not item.is_input:
            message = f"`{transition.id}` needs `{item.id}`, which no one can type"
            cure = "need a field that people fill in"
            yield Problem(Code.NEEDS_UNFILLABLE, message, transition.place, cure=cure)
        elif transition.by.roles and not _fillable(desk, model, transition, need):
            roles = ", ".join(transition.by.roles)
            message = f"`{transition.id}` needs `{item.id}`, but {roles} can't write it"
            cure = f"give one of them `fields: {{ {item.id}: edit }}` with an `edit:` condition"
            yield Problem(Code.NEEDS_UNFILLABLE, message, transition.place, cure=cure)


def _fillable(desk: Desk, model: TypeModel, transition: Transition, need: str) -> bool:
    """Whether a role in `by` (or one that includes it) may write the field where it may edit."""
    sensitive = model.fields[need].sensitive
    for role in desk.roles.values():
        if not role.includes & set(transition.by.roles):
            continue
        for grant in role.grants.get(model.key, ()):
            right = grant.fields.get(need, "masked" if sensitive else "edit")
            if grant.edit is not None and right == "edit":
                return True
    # A requester, assignee or lead named beside the roles is judged by their own grants.
    return bool(transition.by.relations or transition.by.teams or transition.by.leads_of)
