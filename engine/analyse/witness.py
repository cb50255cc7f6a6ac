"""A ticket that shows a finding, as YAML to paste under `cases:` of a SpecTest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.analyse.search import Answer
from engine.analyse.world import World
from engine.facts import Facts, Value
from engine.model.desk import Desk
from engine.values.registry import to_text
from specs.writing import flow, scalar

_UNNAMED = ("person", "people")


def case(
    desk: Desk, world: World, answer: Answer, name: str, expect: Mapping[str, Any], **more: Any
) -> str:
    """One case: its id, the ticket, then what is expected of it; "" where no ticket was found."""
    if answer.says != "ticket":
        return ""
    parts = {"ticket": ticket(desk, world, answer), **more, "expect": dict(expect)}
    lines = [f"{case_id(name)}:"]
    lines += [f"  {scalar(key)}: {flow(value)}" for key, value in parts.items()]
    return "\n".join(lines)


def case_id(name: str) -> str:
    """An id from any words: small letters, digits and `_`, at most 40."""
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in name.lower())
    return (plain if plain[:1].isalpha() else f"case_{plain}")[:40]


def ticket(desk: Desk, world: World, answer: Answer) -> dict[str, Any]:
    """The values that matter, under the names and in the words that people write."""
    found: dict[str, Any] = {}
    for name in answer.names:
        domain = world.domains.get(name)
        if domain is None or domain.path.kind in _UNNAMED or name == "type":
            continue
        if any(other.startswith(f"{name}.") for other in answer.names):
            continue  # which record it is does not matter, its values do
        found[domain.path.spelled] = said(desk, world, name, answer.facts)
    return found


def said(desk: Desk, world: World, name: str, facts: Facts) -> Any:
    """A value as a spec says it: options, states and teams by id, money as a decimal text."""
    domain, value = world.domains[name], facts.get(name)
    if isinstance(value, tuple):
        return [_word(desk, world, domain.path.kind, name, item) for item in value]
    if domain.field is not None and value is not None and not domain.field.options:
        return to_text(domain.field, value, desk.tenant.zone)
    return _word(desk, world, domain.path.kind, name, value)


def _word(desk: Desk, world: World, kind: str, name: str, value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    key = str(value)
    if kind in ("team", "teams") and key in desk.teams:
        return desk.teams[key].id
    if kind == "state" and world.type is not None and key in world.type.states:
        return world.type.states[key].id
    item = world.domains[name].field
    if item is not None and key in item.options:
        return item.options[key].id
    return key
