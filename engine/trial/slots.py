"""What stands at a path of a ticket: how a test writes its value and how that is told again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from engine.compile.scope import BUILT_IN, CHANNELS
from engine.facts import Value
from engine.instant import from_us
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.ticket_type import TypeModel
from engine.normal import is_empty
from engine.values.datetime import parse_instant
from engine.values.registry import ValueProblem, say_problem, to_text
from engine.values.written import written
from specs.problem import did_you_mean
from specs.vocabulary import PHASES, PRIORITIES

_GROUPS: Final = {"requester": "requester", "customer": "customer", "assignee": "staff"}
_LISTS: Final = frozenset({"tags", "flags", "teams", "people", "tickets"})
_UNORDERED: Final = _LISTS | {"multi_choice"}
NOT_EMPTY: Final = "not empty"
"""What a test writes where it only wants something to stand there."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One value of a ticket: `name` in the facts, `spelled` in specs, its kind and, of a field, its
    model. `ids`: what a spec may write here, and the key that each stands for."""

    name: str
    spelled: str
    kind: str
    item: FieldModel | None = None
    ids: dict[str, str] = field(default_factory=dict)
    zone: str = "UTC"

    def read(self, raw: object) -> Value | Fault:
        """The value that a test writes, or what is wrong with it. Empty is None."""
        if raw is None or raw == "" or raw == "empty":
            return None
        if self.item is not None:
            found = written(self.item, raw, self.zone, self.ids)
            return Fault(say_problem(found, "en")) if isinstance(found, ValueProblem) else found
        if self.kind in _LISTS:
            return self._list(raw)
        return self._one(raw)

    def _list(self, raw: object) -> Value | Fault:
        found: list[Value] = []
        for item in raw if isinstance(raw, list) else [raw]:
            one = self._one(item)
            if isinstance(one, Fault):
                return one
            found.append(one)
        return tuple(found)

    def _one(self, raw: object) -> Value | Fault:
        if not isinstance(raw, str):
            return Fault("one value is wanted here")
        if self.ids:
            if raw not in self.ids:
                return Fault(f"there is no {self.kind} `{raw}`", did_you_mean(raw, self.ids))
            return self.ids[raw]
        if self.kind == "datetime":
            instant = parse_instant(raw, self.zone)
            cure = "write it like 2026-03-02T09:00:00+08:00"
            return Fault(f"`{raw}` is no moment", cure) if instant is None else instant
        if self.kind == "boolean":
            return raw == "true" if raw in ("true", "false") else Fault("write true or false")
        if self.kind in ("integer", "rating"):
            whole = raw.lstrip("-").isdecimal()
            return int(raw) if whole else Fault(f"`{raw}` is no whole number")
        return raw

    def same(self, one: Value, other: Value) -> bool:
        """Whether two values are equal here; of tags, flags and the like the order is no part."""
        if is_empty(one) or is_empty(other):
            return is_empty(one) and is_empty(other)
        if self.kind in _UNORDERED and isinstance(one, tuple) and isinstance(other, tuple):
            return sorted(map(str, one)) == sorted(map(str, other))
        return one == other

    def text(self, value: Value) -> str:
        """The value in a test's own words; `empty` for nothing."""
        if is_empty(value):
            return "empty"
        if isinstance(value, tuple):
            return ", ".join(self.text(one) for one in value)
        raw = self.raw(value)
        return raw if isinstance(raw, str) else str(raw)

    def raw(self, value: Value) -> object:
        """The value as a test would write it: text, or a list of texts."""
        if isinstance(value, tuple) and self.kind != "lines":
            return [self.raw(one) for one in value]
        if isinstance(value, int) and self.kind == "datetime":
            return from_us(value, self.zone).isoformat()
        if isinstance(value, bool):
            return "true" if value else "false"
        if self.item is not None:
            return to_text(self.item, value, self.zone)
        return next((id for id, key in self.ids.items() if key == value), str(value))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a written value can't stand there, and what would cure it."""

    message: str
    cure: str = ""


class Slots:
    """The paths of one ticket type, found by what a spec writes."""

    def __init__(self, desk: Desk, model: TypeModel) -> None:
        self._desk, self._model = desk, model
        self._zone = desk.tenant.zone
        self._found: dict[str, Slot] = {}
        self._built_in()
        for item in model.fields.values():
            if item.type != "heading":
                self._field(item, item.id, item.key)
        for word, group in _GROUPS.items():
            self._add(f"{word}.name", f"{word}.name", "text")
            for fact in desk.people.get(group, {}).values():
                self._field(fact, f"{word}.{fact.id}", f"{word}.{fact.key}")

    def find(self, path: str) -> Slot | None:
        """What stands at a path as a spec writes it, or None."""
        return self._found.get(path)

    def named(self, name: str) -> Slot | None:
        """What stands under a name of the facts, or None."""
        return next((slot for slot in self._found.values() if slot.name == name), None)

    def field(self, key: str) -> FieldModel | None:
        """The field of the type under a key, or None."""
        return self._model.fields.get(key)

    def phase_of(self, state: str) -> str:
        """The phase of a state by its key; of the first one where none is named."""
        return self._model.states[state or self._model.start].phase

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths that there are."""
        return tuple(self._found)

    def _add(self, spelled: str, name: str, kind: str, ids: dict[str, str] | None = None) -> None:
        self._found[spelled] = Slot(name, spelled, kind, None, ids or {}, self._zone)

    def _built_in(self) -> None:
        desk = self._desk
        teams = {one.id: one.key for one in desk.teams.values()}
        words: dict[str, dict[str, str]] = {
            "state": {one.id: one.key for one in self._model.states.values()},
            "phase": {word: word for word in PHASES},
            "priority": {word: word for word in PRIORITIES},
            "channel": {word: word for word in CHANNELS},
            "team": teams,
            "home_team": teams,
            "teams": teams,
            "type": {one.id: one.key for one in desk.types.values()},
            "tags": {one.id: one.key for one in desk.tenant.tags.values()},
            "flags": {one.id: one.key for one in desk.tenant.flags.values()},
        }
        for word, kind in BUILT_IN.items():
            self._add(word, word, kind, words.get(word))
        policy = desk.policies.get(self._model.key)
        for clock in policy.clocks.values() if policy is not None else ():
            self._add(f"due.{clock.id}", f"due.{clock.key}", "datetime")
            self._add(f"breached.{clock.id}", f"breached.{clock.key}", "boolean")
            self._add(f"breach_reason.{clock.id}", f"breach_reason.{clock.key}", "text")

    def _field(self, item: FieldModel, spelled: str, name: str) -> None:
        teams = {one.id: one.key for one in self._desk.teams.values()}
        # The ids of teams stand for keys; a team field of a form posts the key.
        slot = Slot(name, spelled, item.type, item, zone=self._zone)
        if item.type == "team":
            slot = Slot(name, spelled, "team", None, teams, self._zone)
        self._found[spelled] = slot
        source = self._desk.sources.get(item.source) if item.type == "reference" else None
        for output in source.outputs.values() if source is not None else ():
            self._field(output, f"{spelled}.{output.id}", f"{name}.{output.key}")
