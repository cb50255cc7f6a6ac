"""Tells a ticket's history from rows: the facts after each row, and the clocks as they ran then.

Nothing is decided here (decisions.md 14): no routing, no assignment, no check, no notice. What the
row says is what the ticket was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.decide.course import Course
from engine.decide.deadline import deadlines
from engine.decide.form import with_refs
from engine.decide.subject import fill_subject
from engine.decide.verdict import Reason
from engine.expression import evaluate
from engine.facts import Ask, Facts, Value, Viewer
from engine.model.clock import mark_given
from engine.model.desk import Desk
from engine.model.importing import ImportModel
from engine.model.roster import Roster
from engine.model.sla import SlaPolicyModel
from engine.model.ticket_type import TypeModel
from runtime.actions.importing.values import Taken
from runtime.site.standing import ask_of
from runtime.site.stored import thawed

DONE: Final = ("solved", "closed")
_KEPT: Final = (
    "type", "state", "phase", "priority", "team", "home_team", "assignee", "subject", "description",
    "requester", "customer", "channel", "tags", "created_at", "solved_at", "closed_at", "reopened",
)  # fmt: skip
_EXPLAINED: Final = ("state", "team", "priority", "assignee")
_CARRIED: Final = frozenset(
    ("created", "moved", "entered", "assigned", "transferred", "reopened", "changed")
)
"""The events that an imported row can tell of; a clock that waits for another was never seen."""


@dataclass(frozen=True, slots=True)
class Told:
    """The ticket after a row: facts, the changes for the journal, words of events, and reasons."""

    facts: Facts
    changes: tuple[dict[str, Any], ...]
    events: tuple[str, ...]
    reasons: tuple[Reason, ...]


class Teller:
    """Tells rows of one mapping for one desk."""

    def __init__(self, desk: Desk, model: ImportModel, viewer: Viewer) -> None:
        self.desk, self.model, self.viewer = desk, model, viewer
        self.type: TypeModel = desk.types[model.type]
        self.rule = f"imports/{model.id}"
        self.clocks = _countable(desk.policies.get(self.type.key))

    def begin(self, taken: Taken, created_us: int, at_us: int, known: Mapping[str, Value]) -> Told:
        """A ticket by its first row; `known`: what is known of its people."""
        values: dict[str, Value] = {**known, **self._first(created_us), **_plain(taken)}
        team = str(values["team"])
        values |= {"home_team": team, "teams": (team,)}
        opened = with_refs(Facts(values), taken.refs)
        began = self._timed(None, opened, ("created",), created_us)
        done = self._apply(began.facts, taken, at_us, ["created"])
        names = (*self.type.fields, *_KEPT, *_clock_names(done.facts))
        changes = _changes(Facts({}), done.facts, names, self.rule)
        because = self._because(Facts({}), done.facts, taken)
        reasons = (*because, *began.reasons, *done.reasons)
        return replace(done, changes=changes, reasons=reasons)

    def go_on(self, before: Facts, taken: Taken, at_us: int) -> Told:
        """A ticket after a further row."""
        after = with_refs(before.with_values(_plain(taken)), taken.refs)
        events: list[str] = []
        done = self._apply(after, taken, at_us, events, before)
        names = (*self.type.fields, *_KEPT, *_clock_names(before), *_clock_names(done.facts))
        changes = _changes(before, done.facts, dict.fromkeys(names), self.rule)
        reasons = (*self._because(before, done.facts, taken), *done.reasons)
        return replace(done, changes=changes, reasons=reasons)

    def _first(self, created_us: int) -> dict[str, Value]:
        start = self.type.states[self.type.start]
        return {
            "type": self.type.key,
            "state": start.key,
            "phase": start.phase,
            "state_since": created_us,
            "priority": self.type.default_priority,
            "channel": "import",
            "subject": "",
            "description": "",
            "team": self.type.default_team or self.desk.default_team.key,
            "created_at": created_us,
            "updated_at": created_us,
        }

    def _apply(
        self, facts: Facts, taken: Taken, at_us: int, events: list[str], before: Facts | None = None
    ) -> Told:
        """State, team, people and computed fields of a row, then the clocks at its time."""
        was = before or facts
        facts = self._entered(facts, taken, at_us, events)
        facts = self._held(was, facts, events)
        facts = self._computed(facts, taken, ask_of(self.desk, self.viewer, at_us))
        latest = max(at_us, _number(was.get("updated_at")))
        facts = facts.with_values({"updated_at": _number(taken.values.get("updated_at")) or latest})
        return self._timed(was, facts, tuple(events), latest)

    def _entered(self, facts: Facts, taken: Taken, at_us: int, events: list[str]) -> Facts:
        """As `flow.enter`, with the row's own times where it has them."""
        key = taken.values.get("state")
        state = self.type.states.get(str(key)) if key else None
        values: dict[str, Value] = {}
        if state is not None and state.key != facts.get("state"):
            was, solved = facts.text("phase"), facts.get("solved_at")
            values = {"state": state.key, "phase": state.phase, "state_since": at_us}
            keep = state.phase == "closed" and isinstance(solved, int)
            values["solved_at"] = (solved if keep else at_us) if state.phase in DONE else None
            values["closed_at"] = at_us if state.phase == "closed" else None
            if state.phase in DONE and was not in DONE:
                values["state_before"] = facts.get("state")
            events += ["moved", f"entered:{state.key}"]
            if was in DONE and state.phase not in DONE:
                values["reopened"] = _number(facts.get("reopened")) + 1
                events.append("reopened")
        phase = str(values.get("phase") or facts.text("phase"))
        for name, fits in (("solved_at", phase in DONE), ("closed_at", phase == "closed")):
            if name in taken.values and fits:
                values[name] = taken.values[name]
            elif name in taken.source:
                column, cell = taken.source[name]
                taken.kept[column.column] = cell
        return facts.with_values(values)

    def _held(self, was: Facts, facts: Facts, events: list[str]) -> Facts:
        """Every team that had the ticket, and who had it there last."""
        values: dict[str, Value] = {}
        team, assignee = facts.text("team"), facts.text("assignee")
        if team != was.text("team"):
            events.append("transferred")
        if team not in facts.names("teams"):
            values["teams"] = (*facts.names("teams"), team)
        if assignee:
            values[f"last_assignee.{team}"] = assignee
            if assignee != was.text("assignee"):
                events.append("assigned")
        return facts.with_values(values)

    def _computed(self, facts: Facts, taken: Taken, ask: Ask) -> Facts:
        """Filled and computed fields that no column gives, and a subject where there is none."""
        for key in self.type.order:
            item = self.type.fields[key]
            if key in taken.values:
                continue
            if item.filled_by and facts.get(item.filled_by) is not None:
                facts = facts.with_values({key: facts.get(item.filled_by)})
            elif item.formula is not None:
                facts = facts.with_values({key: evaluate(item.formula, facts, ask)})
        if facts.text("subject"):
            return facts
        course = Course(self.desk, facts, ask, Roster())
        fill_subject(course, self.type)
        title = self.type.title.say(self.desk.tenant.locales[0])
        return facts.with_values({"subject": course.facts.text("subject") or title})

    def _timed(self, before: Facts | None, facts: Facts, events: tuple[str, ...], now: int) -> Told:
        """The clocks that the file can tell of. What fell due then was acted on elsewhere."""
        found = deadlines(self.desk, before, facts, events, ask_of(self.desk, self.viewer, now))
        clocks = {key: clock for key, clock in found.clocks.items() if key in self.clocks}
        for due in found.dues:
            if due.at_us <= now and due.clock in clocks:
                clocks[due.clock] = mark_given(clocks[due.clock], due.what)
        values = {
            name: value
            for name, value in found.values.items()
            if name.partition(".")[2] in clocks or name in facts.values
        }
        after = Facts({**facts.values, **values}, facts.refs, clocks)
        reasons = tuple(r for r in found.reasons if r.topic.removeprefix("due.") in clocks)
        return Told(after, (), events, reasons)

    def _because(self, before: Facts, after: Facts, taken: Taken) -> tuple[Reason, ...]:
        """Why the ticket is where it is: the column that said so."""
        return tuple(
            Reason(
                topic=name,
                outcome=after.get(name),
                rule=f"{self.rule}.{column.column}",
                place=str(column.place),
                said={"column": column.column, "cell": cell},
            )
            for name in _EXPLAINED
            if name in taken.source and before.get(name) != after.get(name)
            for column, cell in [taken.source[name]]
        )


def _countable(policy: SlaPolicyModel | None) -> frozenset[str]:
    """The clocks whose end a file of states can show: by a condition, or an event it carries."""
    if policy is None:
        return frozenset()
    return frozenset(
        model.key
        for model in policy.clocks.values()
        if any(stop.when is not None or stop.event in _CARRIED for stop in model.stops)
    )


def _plain(taken: Taken) -> dict[str, Value]:
    """What a row sets without more ado; state and times are told apart."""
    special = ("state", "updated_at", "solved_at", "closed_at")
    return {name: value for name, value in taken.values.items() if name not in special}


def _clock_names(facts: Facts) -> tuple[str, ...]:
    return tuple(f"{word}.{key}" for key in facts.clocks for word in ("due", "breached"))


def _changes(
    before: Facts, after: Facts, names: Iterable[str], rule: str
) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "name": name,
            "before": thawed(before.get(name)),
            "after": thawed(after.get(name)),
            "rule": rule,
        }
        for name in names
        if before.get(name) != after.get(name) and not _both_empty(before, after, name)
    )


def _both_empty(before: Facts, after: Facts, name: str) -> bool:
    return before.get(name) in (None, "", ()) and after.get(name) in (None, "", ())


def _number(value: Value) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
