"""More demo tickets out of those written by hand: other customers, other records, other days."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.model.ticket_type import TypeModel
from runtime.cli.demo_content import DemoContent, DemoPerson, DemoStep, DemoTicket
from runtime.site.desks import Live
from runtime.sources.table import Record, Table

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000
DAYS = 30
PACES = (0.1, 0.2, 0.3, 0.5, 1.0)
OPEN_US = 2 * DAY_US
"""An older ticket is made after a pattern that went a long way, so that few stay open for weeks."""


def varied(content: DemoContent, live: Live, count: int, seed: int = 7) -> DemoContent:
    """The content with up to `count` more tickets, the same for the same seed.

    A variation keeps the words, amounts and steps of its pattern; its records are its requester's.
    """
    chance = random.Random(seed)
    customers = [p for p in content.people.values() if p.kind == "customer"]
    patterns = [t for t in content.tickets if content.people[t.requester].kind == "customer"]
    if not customers or not patterns:
        return content
    ended = [t for t in patterns if sum(step.verb == "move" for step in t.steps) >= 3]
    more: list[DemoTicket] = []
    for _ in range(count * 3):
        if len(more) == count:
            break
        age, person = _age(chance), chance.choice(customers)
        pattern = chance.choice(ended if age > OPEN_US and ended else patterns)
        values = _values(live, live.desk.types[pattern.type], pattern, person, chance)
        if values is not None:
            pace = chance.choice(PACES)
            steps = tuple(_by(step, pattern.requester, person.key, pace) for step in pattern.steps)
            more.append(
                replace(pattern, requester=person.key, age_us=age, values=values, steps=steps)
            )
    return replace(content, tickets=(*content.tickets, *more))


def _by(step: DemoStep, was: str, becomes: str, pace: float) -> DemoStep:
    """The step at another pace, by the new requester where the old one took it."""
    by = becomes if step.by == was else step.by
    return replace(step, by=by, after_us=int(step.after_us * pace))


def _age(chance: random.Random) -> int:
    """Somewhere in the last month, in working hours, more on later days."""
    day = int(DAYS * chance.random() ** 1.4)
    return day * DAY_US + chance.randrange(1, 9) * HOUR_US + chance.randrange(HOUR_US)


def _values(
    live: Live,
    type_model: TypeModel,
    pattern: DemoTicket,
    person: DemoPerson,
    chance: random.Random,
) -> dict[str, Any] | None:
    """The pattern's values with records of another person; None where they have none that fits.

    A record fits when its money covers the pattern's amounts, so that guards go the same way.
    """
    values = dict(pattern.values)
    least = _amounts(type_model, pattern)
    for key in values:
        item = type_model.fields.get(key)
        table = live.tables.get(item.source) if item is not None else None
        if table is None:
            continue
        records = [r for r in _own(table, person) if (_greatest(table, r) or least) >= least]
        if not records:
            return None
        values[key] = chance.choice(records).key
    return values


def _own(table: Table, person: DemoPerson) -> Sequence[Record]:
    facts: Mapping[str, Any] = {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        **person.values,
    }
    own = {output: facts.get(fact) for output, fact in table.model.own.items()}
    return table.search("", own, 50)


def _greatest(table: Table, record: Record) -> int | None:
    paid = [
        value
        for name, item in table.model.outputs.items()
        if item.type == "money" and isinstance(value := record.values.get(name), int)
    ]
    return max(paid, default=None)


def _amounts(type_model: TypeModel, pattern: DemoTicket) -> int:
    """The greatest amount of money that the pattern or one of its steps names."""
    found = [0]
    for values in (pattern.values, *(step.values for step in pattern.steps)):
        for key, text in values.items():
            item = type_model.fields.get(key)
            if item is not None and item.type == "money":
                found.append(int(Decimal(str(text)).scaleb(item.scale)))
    return max(found)
