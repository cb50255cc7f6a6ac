"""Which automations would have been set off by what happened to a ticket after it was opened.

Their conditions are asked of the ticket as it was at that moment. What they would do is not done:
later moments stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.change.door import asked_at
from engine.change.needs import Needs
from engine.change.past import Moment, Past
from engine.change.replay import laid
from engine.decide.clock import line_of
from engine.evaluate import holds
from engine.facts import Ask, Facts, Value
from engine.model.automation import AutomationModel, Held
from engine.model.desk import Desk


class Reactions:
    """The automations of one type under one desk that events or a long stay in a state set off."""

    def __init__(self, desk: Desk, needs: Needs) -> None:
        self.desk = desk
        self._heard = [one for one in needs.automations if one.events]
        self._held = [one for one in needs.automations if one.held is not None]
        self._roots = {trigger.event for one in self._heard for trigger in one.events}

    def of(self, past: Past, opened: Facts, now_us: int) -> tuple[str, ...]:
        """The ids of those set off by later moments, once for each time."""
        if not self._heard and not self._held:
            return ()
        return (*self._by_events(past, opened), *self._by_stays(past, opened, now_us))

    def _by_events(self, past: Past, facts: Facts) -> Iterator[str]:
        for moment in past.moments:
            values = laid(moment, facts)
            before = {name: facts.get(name) for name in values}
            facts = facts.with_values(values) if values else facts
            turned = bool(before) and "changed" in self._roots
            if not turned and self._roots.isdisjoint(w.partition(":")[0] for w in moment.events):
                continue
            ask = replace(asked_at(self.desk, moment.at_us), before=before)
            yield from (one.id for one in self._heard if _fired(one, moment, facts, ask))

    def _by_stays(self, past: Past, facts: Facts, now_us: int) -> Iterator[str]:
        if not self._held:
            return
        since = past.at_us
        for moment in (*past.moments, None):
            until = moment.at_us if moment is not None else now_us
            if moment is not None and moment.values.get("state", facts.get("state")) == facts.get(
                "state"
            ):
                facts = facts.with_values(laid(moment, facts))
                continue
            yield from (one.id for one in self._held if self._stood(one, facts, since, until))
            if moment is not None:
                facts, since = facts.with_values(laid(moment, facts)), moment.at_us

    def _stood(self, one: AutomationModel, facts: Facts, since: int, until: int) -> bool:
        held = one.held
        if held is None or facts.get("state") not in held.states or facts.get("merged"):
            return False
        due = self._due(held, facts, since)
        return due <= until and holds(one.when, facts, asked_at(self.desk, due))

    def _due(self, held: Held, facts: Facts, since: int) -> int:
        return line_of(self.desk, held.calendar, facts, held.span).add(since, held.span)


def _fired(one: AutomationModel, moment: Moment, facts: Facts, ask: Ask) -> bool:
    changed: Mapping[str, Value] = ask.before
    for trigger in one.events:
        if trigger.event == "changed":
            started = trigger.arg in changed if trigger.arg else bool(changed)
        else:
            started = trigger.named(moment.events)
        if started:
            return holds(one.when, facts, ask)
    return False
