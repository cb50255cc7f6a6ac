"""Texts with holes: `{field}` stands for a value of the ticket, where everyone may read it."""

from __future__ import annotations

import re

from engine.decide import access
from engine.facts import Facts
from engine.model.desk import Desk
from engine.values.registry import show

_HOLE = re.compile(r"\{([a-z0-9_.]+)\}")
_PLAIN = ("number", "subject", "customer.name", "requester.name", "assignee.name")


def filled(text: str, desk: Desk, facts: Facts, locale: str) -> str:
    """The text with each hole filled, or empty where not everyone may read what belongs there.

    What some may not read must not come back through a text that everyone with the ticket reads.
    """
    return _HOLE.sub(lambda hole: _said(hole[1], desk, facts, locale), text)


def _said(name: str, desk: Desk, facts: Facts, locale: str) -> str:
    type_model = desk.types[facts.text("type")]
    root, _, output = name.partition(".")
    item, value = type_model.fields.get(root), facts.get(name)
    if item is None:
        return str(value) if name in _PLAIN and value is not None else ""
    if output:
        if not access.reads_everyone(desk, type_model.key, root) or item.source not in desk.sources:
            return ""
        item = desk.sources[item.source].outputs.get(output)
        secret = item is None or item.sensitive or value is None
        return "" if item is None or secret else show(item, value, locale)
    if item.sensitive or value is None or not access.reads_everyone(desk, type_model.key, name):
        return ""
    ref = facts.refs.get(name)
    return ref.title if ref is not None and ref.title else show(item, value, locale)
