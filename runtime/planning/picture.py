"""What a page shows beside a plan: the workflows of both sides, and what may take a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.change.change import Change
from engine.change.diff import Side
from engine.model.text import Words
from specs.kinds.ticket_type import TicketType


@dataclass(frozen=True, slots=True)
class Workflow:
    """The states of a type in order, with their titles, and the ways between them."""

    states: Mapping[str, Words]
    ways: frozenset[tuple[str, str]]


def workflow(side: Side | None, type_id: str) -> Workflow | None:
    """A type's workflow on one side; None where there is no such type."""
    spec = side.specs.specs(TicketType).get(type_id) if side is not None else None
    if spec is None or side is None:
        return None
    flow = spec.workflow
    ways = {(at, move.to) for move in flow.transitions.values() for at in move.from_}
    states = {name: _words(side, one.title, name) for name, one in flow.states.items()}
    return Workflow(states, frozenset(ways))


def beside(side: Side, change: Change) -> list[tuple[str, Words]]:
    """The ids that stand where something went, with their titles: options, states, teams."""
    if not change.path:
        files = side.specs.of(change.kind).items()
        titles = ((name, getattr(file.spec, "title", None)) for name, file in files)
        return [(name, _words(side, title, name)) for name, title in titles]
    file = side.specs.of(change.kind).get(change.id)
    here: Any = file.spec if file is not None else None
    for step in change.path[:-1]:
        here = _down(here, str(step))
    if not isinstance(here, dict):
        return []
    return [(name, _words(side, getattr(one, "title", None), name)) for name, one in here.items()]


def _down(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    return getattr(value, step, None)


def _words(side: Side, text: Any, name: str) -> Words:
    tenant = side.specs.tenant
    first = tenant.locales[0] if tenant is not None else "en"
    if isinstance(text, str):
        return Words({first: text}, name)
    return Words(dict(text or {}), name)
