"""Keeps what the event patterns of a desk see in an event, in the transaction of that event."""

from __future__ import annotations

import json
from typing import Any

from engine.decide.patterns import Seen, seen
from engine.decide.verdict import Verdict
from engine.model.pattern import PatternRule
from runtime.site.desks import Live
from runtime.site.standing import SYSTEM, ask_of
from runtime.site.stored import secret_names, thawed
from runtime.store import patterns
from runtime.store.patterns import LiveEvent
from runtime.store.unit import Unit


async def keep_events(
    unit: Unit, live: Live, ticket_id: str, event_id: str, verdict: Verdict, verb: str
) -> None:
    """Keep the event for the patterns that it fits; `verb` is the deed's."""
    if not live.desk.patterns:
        return
    now = unit.now_us()
    ask = ask_of(live.desk, SYSTEM, now)
    found = seen(live.desk, verdict, ticket_id, ask, fresh=verb == "created")
    if not found:
        return
    secret = secret_names(live.desk, live.desk.types[verdict.facts.text("type")])
    rows = [
        LiveEvent(
            event_id=event_id,
            rule=one.rule.id,
            step=step,
            version=one.rule.version,
            ticket_id=ticket_id,
            same=_digest(unit, one.rule, one.same),
            differs=_digest(unit, one.rule, one.differs) if one.rule.different else "",
            at_us=now,
            until_us=now + one.rule.within_us,
            body=_kept(unit, one, event_id, secret),
        )
        for one in found
        for step in one.steps
    ]
    await patterns.keep(unit, rows)


def _digest(unit: Unit, rule: PatternRule, value: object) -> str:
    """128 bits that are equal where the values are; keyed, so that nobody can try values out."""
    text = json.dumps([rule.id, thawed(value)], ensure_ascii=False, sort_keys=True)
    return unit.keys.sign(unit.tenant_id, f"pattern\x00{text}".encode())[:32]


def _kept(unit: Unit, one: Seen, event_id: str, secret: frozenset[str]) -> dict[str, Any]:
    """The values in common by path, sealed where they are sensitive."""
    kept: dict[str, Any] = {}
    for path, value in zip(one.rule.same, one.same, strict=True):
        plain = thawed(value)
        about = f"pattern/{event_id}/{path.name}"
        kept[path.name] = unit.sealer.seal(plain, about) if path.name in secret else plain
    return kept
