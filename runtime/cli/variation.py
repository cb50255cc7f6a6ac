"""More demo tickets out of those written by hand: other customers, other records, other days."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from engine.model.ticket_type import TypeModel
from runtime.cli.demo_content import DemoContent, DemoPerson, DemoStep, DemoTicket
from runtime.site.desks import Live
from runtime.sources.record import Record
from runtime.sources.table import Table

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000
DAYS = 30
OFTEN = 6
"""So often one pattern is used: the same words too often look made up."""
PACES = (0.1, 0.2, 0.3, 0.5, 1.0)
OPEN_US = 2 * DAY_US
"""An older ticket is made after a pattern that went a long way, so that few stay open for weeks."""


def varied(content: DemoContent, live: Live, count: int, seed: int = 7) -> DemoContent:
    """The content with up to `count` more tickets, the same for the same seed.

    A variation keeps the words, amounts and steps of its pattern; its records are its requester's.
    """
    chance = random.Random(seed)
    customers = [p for p in content.people.values() if p.kind == "customer"]
    patterns = [
        ticket
        for ticket in content.tickets
        if content.people[ticket.requester].kind == "customer" and not ticket.description.isascii()
    ]
    if not customers or not patterns:
        return content
    ended = [t for t in patterns if sum(step.verb == "move" for step in t.steps) >= 3]
    more: list[DemoTicket] = []
    used: Counter[int] = Counter()
    for _ in range(count * 3):
        if len(more) == count:
            break
        age, person = _age(chance), chance.choice(customers)
        pattern = chance.choice(ended if age > OPEN_US and ended else patterns)
        if used[id(pattern)] == OFTEN:
            continue
        values = _values(live, content.same, pattern, person, chance)
        if values is not None:
            used[id(pattern)] += 1
            pace = chance.choice(PACES)
            was = content.people[pattern.requester]
            steps = tuple(_by(step, was, person, pace) for step in pattern.steps)
            more.append(
                replace(pattern, requester=person.key, age_us=age, values=values, steps=steps)
            )
    return replace(content, tickets=(*content.tickets, *more))


def _by(step: DemoStep, was: DemoPerson, becomes: DemoPerson, pace: float) -> DemoStep:
    """The step at another pace; the new requester takes it, and is named, where the old one was."""
    return replace(
        step,
        by=becomes.key if step.by == was.key else step.by,
        after_us=int(step.after_us * pace),
        what=_renamed(step.what, was, becomes) if isinstance(step.what, str) else step.what,
        comment=_renamed(step.comment, was, becomes),
    )


def _renamed(text: str, was: DemoPerson, becomes: DemoPerson) -> str:
    """Words to the old requester (林女士, 林安) as words to the new one, by the whole name."""
    for title in ("先生", "女士", "小姐"):
        text = text.replace(f"{was.name[:1]}{title}", becomes.name)
    return text.replace(was.name, becomes.name)


def _age(chance: random.Random) -> int:
    """Somewhere in the last month, in working hours, more on later days."""
    day = int(DAYS * chance.random() ** 1.4)
    return day * DAY_US + chance.randrange(1, 9) * HOUR_US + chance.randrange(HOUR_US)


def _values(
    live: Live,
    same: Sequence[str],
    pattern: DemoTicket,
    person: DemoPerson,
    chance: random.Random,
) -> dict[str, Any] | None:
    """The pattern's values with records of another person; None where they have none that fits.

    A record fits when its money covers the pattern's amounts, so that guards go the same way.
    """
    type_model = live.desk.types[pattern.type]
    values = dict(pattern.values)
    least = _amounts(type_model, pattern)
    for key in values:
        item = type_model.fields.get(key)
        table = _table(live, item.source) if item is not None else None
        if table is None:
            continue
        told = _told(table, pattern)
        was = table.records.get(str(values[key]))
        records = [
            record
            for record in _own(table, person)
            if (_greatest(table, record) or least) >= least
            and told <= _pairs(record.title)
            and all(was and record.values.get(n) == was.values.get(n) for n in same)
        ]
        if not records:
            return None
        values[key] = chance.choice(records).key
    return values


def _table(live: Live, source: str) -> Table | None:
    """The records of a source, as the example's own folder has them."""
    return live.tables.get(source) or live.fixtures.get(source)


def _told(table: Table, pattern: DemoTicket) -> set[str]:
    """The pieces of records' names that the pattern's words speak of; they must fit the record."""
    said = pattern.description + "".join(
        f"{step.what if isinstance(step.what, str) else ''}{step.comment}" for step in pattern.steps
    )
    known = {pair for record in table.records.values() for pair in _pairs(record.title)}
    return {pair for pair in known if pair in said}


def _pairs(text: str) -> set[str]:
    """Every two neighbouring Chinese characters."""
    return {a + b for a, b in pairwise(text) if min(a, b) >= "\u4e00"}


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
