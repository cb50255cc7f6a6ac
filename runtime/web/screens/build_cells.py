"""Values of tickets as cells: one way for lists, facts and records, within the viewer's rights."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from engine.decide.access import Rights
from engine.decide.say import BUILT_IN_LABELS, Speaker, say_reason
from engine.facts import ClockState, Facts, Value
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.ticket_type import TypeModel
from engine.predicate import Path
from engine.values.registry import is_empty, show
from runtime.clock import SECOND_US
from runtime.queries.read_ticket import TicketPage
from runtime.render.catalogues import N_
from runtime.render.words import duration, left
from runtime.site.desks import Live
from runtime.store.rows import Person
from runtime.web.pages import moment, person_mark
from runtime.web.requests import Visit
from runtime.web.screens.base import PersonMark, SlaMark, StatusMark
from runtime.web.screens.build_progress import status_mark
from runtime.web.screens.cells import (
    Cell,
    CodeCell,
    DayCell,
    DueCell,
    MoneyCell,
    NumberCell,
    PersonCell,
    PriorityCell,
    StatusCell,
    SubjectCell,
    TagMark,
    TagsCell,
    TextCell,
    TimeCell,
    YesNoCell,
)

_FIGURES = frozenset({"money", "decimal", "integer", "duration", "rating"})
WARN_SHARE = 25
"""Per cent of the time left below which a pill turns amber where the policy says nothing."""


class Cells:
    """Makes cells for one visit and the people its tickets name."""

    def __init__(self, visit: Visit, people: Mapping[str, Person], now_us: int) -> None:
        self.visit, self.people, self.now_us = visit, people, now_us
        self.desk: Desk = visit.desk.desk
        self.names = {person.id: person.name for person in people.values()}
        self.names |= {key: team.title.say(visit.locale) for key, team in self.desk.teams.items()}
        self._others: dict[int, Cells] = {}
        self._marks: dict[str, PersonMark] = {}

    def under(self, live: Live) -> Cells:
        """The same in the words of another desk: that of a ticket of a pilot."""
        if live.desk is self.desk:
            return self
        if live.generation not in self._others:
            other = Cells(self.visit.under(live), self.people, self.now_us)
            self._others[live.generation] = other
        return self._others[live.generation]

    def cell(self, facts: Facts, rights: Rights, name: str) -> Cell:
        """The cell under a dotted name; what the viewer may not read is empty."""
        built_in = self._built_in(facts, name)
        if built_in is not None:
            return built_in
        root, _, rest = name.partition(".")
        if root == "due":
            clock = facts.clocks.get(rest)
            return DueCell(self.sla(facts, rest, clock) if clock else None)
        if root == "breach_reason":
            policy = self.desk.policies.get(facts.text("type"))
            reasons = policy.breach_reasons if policy else {}
            return TextCell(say_reason(reasons, facts.text(name), self.visit.locale))
        item = self.field(facts, name)
        right = rights.fields.get(root, "read")
        if item is None or right == "hidden":
            return TextCell("")
        # No right widens a person's or a record's sensitive value: it stays masked for all.
        if right == "masked" or (item.sensitive and rest):
            return TextCell("••••" if not is_empty(facts.get(name)) else "")
        return self.value(item, facts.get(name), facts)

    def _built_in(self, facts: Facts, name: str) -> Cell | None:
        type_model = self.desk.types.get(facts.text("type"))
        value = facts.get(name)
        match name:
            case "number":
                return CodeCell(facts.text("number"))
            case "subject":
                return SubjectCell()
            case "state":
                return StatusCell(self.status(facts))
            case "priority":
                return self.priority(facts.text("priority"))
            case "requester" | "customer" | "assignee":
                return self.person(facts, name)
            case "team" | "home_team":
                return TextCell(self.names.get(facts.text(name), ""))
            case "type":
                return TextCell(type_model.title.say(self.visit.locale) if type_model else "")
            case "phase" | "channel":
                return TextCell(self.visit.say(PHASES.get(facts.text(name), facts.text(name))))
            case "tags" | "flags":
                return TagsCell(self.tags(facts, name))
            case (
                "created_at" | "updated_at" | "solved_at" | "closed_at" | "state_since" | "visit_at"
            ):
                at = moment(value) if isinstance(value, int) else None
                return TimeCell(at, ago=name in ("updated_at", "state_since"))
            case "rating" | "reopened" | "version":
                return NumberCell(Decimal(value) if isinstance(value, int) else None)
            case "time_spent":
                spent = timedelta(seconds=value if isinstance(value, int) else 0)
                return TextCell(duration(spent, self.visit.locale) if spent else "")
            case "description":
                return TextCell(facts.text(name)[:200])
            case _:
                return None

    def status(self, facts: Facts) -> StatusMark:
        """The state as word and glyph."""
        type_model = self.desk.types[facts.text("type")]
        if facts.get("merged") and facts.text("phase") == "closed":
            return StatusMark("closed", self.visit.say("Merged"))
        return status_mark(self.visit, type_model, facts.text("state"), facts.text("phase"))

    def priority(self, word: str) -> PriorityCell:
        """A priority with the tenant's word."""
        level = word if word in ("urgent", "high", "normal", "low") else "normal"
        return PriorityCell(level, self.desk.tenant.priorities[level].say(self.visit.locale))  # type: ignore[arg-type]

    def person(self, facts: Facts, relation: str) -> PersonCell:
        """A person of the ticket; a customer carries their level."""
        person = self.people.get(facts.text(relation))
        level = ""
        item = self.desk.people.get("customer", {}).get("level") if relation == "customer" else None
        value = facts.get("customer.level")
        if item is not None and value != item.default and not is_empty(value):
            level = show(item, value, self.visit.locale)
        return PersonCell(
            self._mark(person) if person else None, level, plain=relation != "assignee"
        )

    def _mark(self, person: Person) -> PersonMark:
        found = self._marks.get(person.id)
        if found is None:
            found = self._marks[person.id] = person_mark(person)
        return found

    def tags(self, facts: Facts, name: str) -> tuple[TagMark, ...]:
        """Tags or flags with their hues."""
        known = self.desk.tenant.tags if name == "tags" else self.desk.tenant.flags
        return tuple(
            TagMark(known[key].title.say(self.visit.locale), min(known[key].hue, 6))
            if key in known
            else TagMark(key)
            for key in facts.names(name)
        )

    def field(self, facts: Facts, name: str) -> FieldModel | None:
        """The field behind a dotted name: of the type, a record's output, or a person's."""
        root, _, rest = name.partition(".")
        type_model: TypeModel = self.desk.types[facts.text("type")]
        item = type_model.fields.get(root)
        if not rest:
            return item
        if item is not None and item.source in self.desk.sources:
            return self.desk.sources[item.source].outputs.get(rest)
        group = {"customer": "customer", "requester": "requester", "assignee": "staff"}.get(
            root, ""
        )
        return self.desk.people.get(group, {}).get(rest)

    def names_people(self, name: str) -> bool:
        """Whether a column tells people by what they are called, beside those of the ticket."""
        found = (self.field(Facts({"type": key}), name) for key in self.desk.types)
        return any(item is not None and item.type == "person" for item in found)

    def value(self, item: FieldModel, value: Value, facts: Facts | None = None) -> Cell:
        """A value of a field type as a cell."""
        if is_empty(value):
            return TextCell("")
        if item.type == "money" and isinstance(value, int):
            return MoneyCell(Decimal(value).scaleb(-item.scale), item.currency)
        if item.type in ("decimal", "integer", "rating") and isinstance(value, int):
            return NumberCell(Decimal(value).scaleb(-item.scale))
        if item.type == "boolean":
            return YesNoCell(bool(value))
        if item.type == "date" and isinstance(value, str):
            return DayCell(date.fromisoformat(value))
        if item.type == "datetime" and isinstance(value, int):
            return TimeCell(moment(value))
        if item.type == "multi_choice" and isinstance(value, tuple):
            titles = [
                item.options[k].title.say(self.visit.locale) if k in item.options else str(k)
                for k in map(str, value)
            ]
            return TagsCell(tuple(TagMark(title) for title in titles))
        ref = facts.refs.get(item.key) if facts is not None else None
        if ref is not None:
            return TextCell(ref.title)
        zone = self.desk.tenant.zone
        return TextCell(show(item, value, self.visit.locale, zone, self.names))

    def sla(self, facts: Facts, key: str, clock: ClockState) -> SlaMark:
        """One clock as a pill."""
        policy = self.desk.policies.get(facts.text("type"))
        model = policy.clocks.get(key) if policy else None
        title = model.title.say(self.visit.locale) if model else self.visit.say("This step")
        due = moment(clock.due_us) if clock.due_us is not None else None
        if clock.met_us is not None:
            late = clock.breached_us is not None
            said = self.visit.say("missed") if late else self.visit.say("met")
            return SlaMark("breached" if late else "met", said, title, 0)
        if clock.phase == "paused" and clock.breached_us is None:
            return SlaMark("paused", self.visit.say("paused"), title)
        now, due_us = self.now_us, clock.due_us or self.now_us
        text = left(timedelta(seconds=(due_us - now) // SECOND_US), self.visit.locale)
        if now >= due_us:
            return SlaMark("breached", text, title, 0, due)
        whole = max(due_us - clock.started_us, 1)
        percent = max(1, min(100, round(100 * (due_us - now) / whole)))
        warns = due_us - whole * WARN_SHARE // 100
        state = "warn" if now >= warns else "ok"
        return SlaMark(state, text, title, percent, due, moment(clock.started_us), moment(warns))  # type: ignore[arg-type]

    def label(self, name: str, types: tuple[str, ...] = ()) -> str:
        """The heading of a column."""
        index = 0 if self.visit.locale.startswith("zh") else 1
        root, _, rest = name.partition(".")
        if root == "due":
            clocks = [p.clocks[rest] for p in self.desk.policies.values() if rest in p.clocks]
            return clocks[0].title.say(self.visit.locale) if clocks else rest
        if root == "breach_reason":
            text = Speaker.of(self.desk, self.visit.locale).label(Path(name, name, "text"))
            return text[:1].upper() + text[1:]
        if not rest and name in BUILT_IN_LABELS:
            text = BUILT_IN_LABELS[name][index]
            return text[:1].upper() + text[1:]
        for key in types or tuple(self.desk.types):
            item = self.field(Facts({"type": key}), name)
            if item is not None:
                return item.label.say(self.visit.locale) or item.id
        return name

    def is_figure(self, name: str, types: tuple[str, ...] = ()) -> bool:
        """Whether the column's values stand to the right."""
        for key in types or tuple(self.desk.types):
            item = self.field(Facts({"type": key}), name)
            if item is not None:
                return item.type in _FIGURES
        return name in ("reopened", "rating", "version")


PHASES = {
    "new": N_("New"),
    "active": N_("In progress"),
    "waiting": N_("Waiting"),
    "solved": N_("Solved"),
    "closed": N_("Closed"),
    "portal": N_("Portal"),
    "desk": N_("Entered by staff"),
    "mail": N_("E-mail"),
    "import": N_("Import"),
    "api": N_("API"),
    "phone": N_("Phone"),
    "chat": N_("Chat"),
    "webhook": N_("Webhook"),
}


def shown_value(visit: Visit, found: TicketPage, item: FieldModel) -> str:
    """A field's value for this viewer: dots where masked, nothing where hidden or a file."""
    value = found.facts.get(item.key)
    right = found.rights.fields.get(item.key, "hidden")
    if right == "hidden" or is_empty(value) or item.type in ("files", "image", "heading"):
        return ""
    if right == "masked":
        return "••••"
    ref = found.facts.refs.get(item.key)
    if ref is not None:
        return ref.title
    names = {p.id: p.name for p in found.people.values()}
    names |= {key: team.title.say(visit.locale) for key, team in found.live.desk.teams.items()}
    return show(item, value, visit.locale, found.live.desk.tenant.zone, names)
