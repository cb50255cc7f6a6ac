"""Many tickets of one type decided as new under one desk, in columns.

What `decide` does ticket by ticket is done here name by name: the form settles the fields that some
rule reads, routing finds its rows by vectors, and so do automations and the table of targets. A
ticket on which an automation acts that does more than set values, and a type that opens in ways
the columns do not know, go through `decide`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.change.acts import Acts
from engine.change.asking import Asking
from engine.change.compare import Outcome, outcome_of
from engine.change.door import Door, asked_at
from engine.change.needs import Needs
from engine.change.past import Past
from engine.change.promised import Promised
from engine.change.replay import opened
from engine.decide.course import Course
from engine.decide.route import OUTPUTS
from engine.decide.subject import fill_subject
from engine.expression import evaluate
from engine.facts import Facts, Value
from engine.model.field import FieldModel
from engine.model.roster import Roster
from engine.model.routing import RoutingModel, Row
from engine.normal import is_empty, said

_DECIDED = ("priority", "tags", "home_team", "team", "teams")
_Rows = dict[str, list[list[Row]]]


@dataclass(frozen=True, slots=True)
class Opened:
    """One ticket as new: what was decided, and its facts after the whole cascade.

    `plain`: its clocks are as the table of targets says and are not in the facts.
    """

    outcome: Outcome
    facts: Facts
    plain: bool


class Bulk:
    """One type under one lenient desk, made ready for batches of its tickets."""

    def __init__(self, door: Door) -> None:
        self.door, self.desk, self.model = door, door.desk, door.model
        self.routings = self.desk.routings.get(self.model.key, {})
        self.needs = Needs(self.desk, self.model)
        self.promised = Promised(self.desk, self.model)

    def open(
        self, pasts: Sequence[Past], like: Asking | None = None
    ) -> tuple[list[Opened | None], Asking]:
        """The tickets as new, None where even a lenient desk refuses; and how they were asked.

        `like`: how the same tickets were asked under a desk whose `needs.form` is equal.
        """
        asking = like if like is not None else self._settled(pasts)
        if self.needs.strange:
            return [self._whole(past) for past in pasts], asking
        return self._decided(pasts, asking.copy()), asking

    def _whole(self, past: Past) -> Opened | None:
        verdict = opened(self.door, past)
        if not verdict.allowed:
            return None
        return Opened(outcome_of(verdict), verdict.facts, plain=False)

    # -- the form -------------------------------------------------------------------------------

    def _settled(self, pasts: Sequence[Past]) -> Asking:
        values = [self._first(past) for past in pasts]
        refs = [self.door.refs(past) for past in pasts]
        tickets = [Facts(own, theirs) for own, theirs in zip(values, refs, strict=True)]
        asking = Asking(values, tickets, [asked_at(self.desk, past.at_us) for past in pasts])
        if self.needs.strange:
            return asking
        for key in self.needs.fields:
            self._settle(self.model.fields[key], asking)
        if self.needs.made_subject:
            for own, facts, ask in zip(values, tickets, asking.asks, strict=True):
                course = Course(self.desk, facts, ask, Roster())
                fill_subject(course, self.model)
                own["subject"] = course.facts.get("subject")
        return asking

    def _first(self, past: Past) -> dict[str, Value]:
        """As `opening` has it: what is known, what every ticket has, what was typed, records."""
        start, given = self.model.states[self.model.start], past.given
        found: dict[str, Value] = {
            **past.known,
            "type": self.model.key,
            "state": start.key,
            "phase": start.phase,
            "state_since": past.at_us,
            "priority": self.model.default_priority,
            "channel": given.get("channel") or "",
            "requester": given.get("requester") or "",
            "customer": given.get("customer") or None,
            "parent": given.get("parent") or None,
            "created_at": past.at_us,
            "updated_at": past.at_us,
        }
        for name in self.needs.texts:
            text = said(str(given.get(name) or ""))
            found[name] = " ".join(text.split()) if name == "subject" else text
        for key in self.needs.typed:
            stored = given.get(key)
            if stored is not None:
                found[key] = self.door.value(key, stored)
        if self.needs.records:
            for key, ref in self.door.refs(past).items():
                found |= {f"{key}.{name}": one for name, one in ref.values.items()}
        return found

    def _settle(self, item: FieldModel, asking: Asking) -> None:
        """As `form.settle` does it for one field of one ticket."""
        key = item.key
        if item.filled_by:
            for values in asking.values:
                values[key] = values.get(item.filled_by)
        elif item.formula is not None:
            for values, facts, ask in zip(asking.values, asking.tickets, asking.asks, strict=True):
                values[key] = evaluate(item.formula, facts, ask)
        elif item.default is not None:
            for values in asking.values:
                if is_empty(values.get(key)):
                    values[key] = item.default
        if item.show_when is not None:
            (shown,) = asking.truth([item.show_when])
            for place in np.flatnonzero(~shown).tolist():
                asking.values[place][key] = None

    # -- decisions ------------------------------------------------------------------------------

    def _decided(self, pasts: Sequence[Past], asking: Asking) -> list[Opened | None]:
        models = {one.id: one for one in self.routings.values()}
        rows: _Rows = {name: _matching(model, asking) for name, model in models.items()}
        rules = [self._take(own, rows, place) for place, own in enumerate(asking.values)]
        acts = Acts(self.needs, len(pasts))
        after = acts.run(asking.changed(_DECIDED))
        targets = self.promised.rows(after)
        found: list[Opened | None] = []
        for place, past in enumerate(pasts):
            if acts.whole[place]:
                found.append(self._whole(past))
            else:
                row = targets[place] if targets is not None else None
                fired = tuple(acts.fired.get(place, ()))
                found.append(self._told(after, place, rules[place], row, fired))
        return found

    def _take(self, values: dict[str, Value], rows: _Rows, place: int) -> dict[str, str]:
        """Put down what routing decided for one ticket; gives the rules by topic."""
        rules: dict[str, str] = {}
        decided: dict[str, Value] = {}
        for output in OUTPUTS:
            value, rule = self._output(output, rows, place)
            if value is not None:
                decided[output], rules[output] = value, rule
        values["priority"] = decided["priority"]
        if decided.get("tags"):
            tags = decided["tags"]
            values["tags"] = tuple(dict.fromkeys(tags if isinstance(tags, tuple) else (tags,)))
        home, word = decided["team"], self.model.states[self.model.start].team
        team = home if word in ("", "home") else word
        values["home_team"], values["team"] = home, team
        values["teams"] = (home,) if team == home else (home, team)
        return rules

    def _output(self, output: str, rows: _Rows, place: int) -> tuple[Value, str]:
        """As `route` combines it: one value and the rule that stands for it."""
        model = self.routings.get(output)
        found = rows[model.id][place] if model is not None else []
        setting = [row for row in found if row.sets.get(output) is not None]
        if model is None or not setting:
            return self._default(output), "default"
        rule = f"routing/{model.id}.{setting[0].id}"
        if model.hit != "all" or output not in ("tags", "skills"):
            return setting[0].sets[output], rule
        merged: list[Value] = []
        for row in setting:
            one = row.sets[output]
            merged += one if isinstance(one, tuple) else (one,)
        return tuple(dict.fromkeys(merged)), rule

    def _default(self, output: str) -> Value:
        if output == "team":
            return self.model.default_team or self.desk.default_team.key
        return self.model.default_priority if output == "priority" else None

    def _told(
        self,
        asking: Asking,
        place: int,
        rules: dict[str, str],
        row: Row | None,
        fired: tuple[str, ...],
    ) -> Opened:
        """One ticket with its promises."""
        values, facts = asking.values[place], asking.tickets[place]
        promised = self.promised.begin(facts, asking.asks[place], row)
        tags = values.get("tags")
        outcome = Outcome(
            team=str(values["team"]),
            home=str(values["home_team"]),
            priority=str(values["priority"]),
            tags=tuple(map(str, tags)) if isinstance(tags, tuple) else (),
            rules={**rules, **promised.rules},
            fired=fired,
            targets=promised.targets,
            dues=promised.dues,
        )
        return Opened(outcome, promised.facts, promised.plain)


def _matching(model: RoutingModel, asking: Asking) -> list[list[Row]]:
    """For each ticket the rows that decide; as `route` finds them."""
    otherwise = [model.otherwise] if model.otherwise is not None else []
    conditions = [row.when for row in model.rows]
    if model.hit == "all":
        several = asking.every(conditions)
        return [[model.rows[n] for n in found] or otherwise for found in several]
    single = [[row] for row in model.rows]
    return [otherwise if n < 0 else single[n] for n in asking.first(conditions)]
