"""Exports the tickets of a view: page by page, within the viewer's rights, in three forms."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from engine.decide import access
from engine.decide.say import Speaker, say_reason
from engine.facts import Value, Viewer
from engine.instant import from_us
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.lists import ViewModel
from engine.predicate import Path
from engine.values.base import Reader
from engine.values.duration import show_seconds
from engine.values.registry import is_empty, show, to_text
from runtime.queries.export_forms import FORMATS, MEDIA, Format, Head, in_form
from runtime.queries.list_tickets import Line, list_tickets, of_view
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store.rows import Person

__all__ = ["FORMATS", "MEDIA", "Counted", "Format", "Shape", "columns_of", "export"]

PAGE: Final = 500

BUILT_IN: Final = (
    "number", "type", "subject", "description", "state", "phase", "priority", "channel", "tags",
    "flags", "requester", "customer", "team", "assignee", "created_at", "updated_at", "solved_at",
    "closed_at", "state_since", "reopened", "rating", "time_spent",
)  # fmt: skip
_INSTANTS: Final = (
    "created_at", "updated_at", "solved_at", "closed_at", "state_since", "visit_at",
)  # fmt: skip
_NUMBERS: Final = ("reopened", "rating", "version")
_PEOPLE: Final = ("requester", "customer", "assignee")
_GROUPS: Final = {"customer": "customer", "requester": "requester", "assignee": "staff"}
_FIGURES: Final = frozenset({"money", "decimal", "integer", "rating"})
MASKED: Final = "•••"


@dataclass(frozen=True, slots=True)
class Shape:
    """How an export is written. `locale`: headings and values in words of people; "": ids, as an
    import reads them. `columns`: these alone, where there are any. `mark`: for Excel, of a CSV."""

    form: Format = "csv"
    locale: str = ""
    columns: tuple[str, ...] = ()
    mark: bool = False


@dataclass(slots=True)
class Counted:
    """How many rows went out so far."""

    rows: int = field(default=0)


def columns_of(live: Live, viewer: Viewer, view: ViewModel) -> tuple[str, ...]:
    """The columns of an export: what every ticket has, then each field by id, then the clocks.

    Fields are those of the view's types, or of all; one that the viewer's roles hide in every type
    is left out.
    """
    types = [live.desk.types[key] for key in view.types or live.desk.types]
    fields = {
        item.id: None
        for model in types
        for item in model.fields.values()
        if item.type != "heading" and _may_read(live.desk, viewer, model.key, item)
    }
    # When a promise is due is for those who keep it.
    inside = viewer.is_staff or viewer.is_system
    clocks = {
        name: None
        for model in types
        if inside and (policy := live.desk.policies.get(model.key)) is not None
        for clock in policy.clocks.values()
        for name in (
            f"due.{clock.id}",
            f"breached.{clock.id}",
            *([f"breach_reason.{clock.id}"] if policy.reason_required else []),
        )
    }
    return (*BUILT_IN, *(name for name in fields if name not in BUILT_IN), *clocks)


def _may_read(desk: Desk, viewer: Viewer, type_key: str, item: FieldModel) -> bool:
    """Whether any grant of the viewer shows the field at all, masked or not."""
    if viewer.is_system:
        return True
    found = access.grants(desk, viewer, type_key)
    return any(grant.fields.get(item.key) != "hidden" for grant in found if grant.see is not None)


def export(
    site: Site,
    tenant: str,
    viewer: Viewer,
    view: ViewModel,
    shape: Shape,
    counted: Counted | None = None,
) -> AsyncIterator[bytes]:
    """The export in pieces. Each page is a unit of its own, so a slow reader holds nothing open.

    The system sees everything but sensitive values, which stay masked for it: nobody signed in.
    """
    live = site.desks.get(tenant)
    assert live is not None
    names = shape.columns or columns_of(live, viewer, view)
    head = Head(names, _titles(live, view, names, shape.locale))
    rows = _pages(site, viewer, live, view, _Writer(live, viewer, names, shape.locale), counted)
    return in_form(shape.form, head, rows, mark=shape.mark)


async def _pages(
    site: Site,
    viewer: Viewer,
    live: Live,
    view: ViewModel,
    writer: _Writer,
    counted: Counted | None,
) -> AsyncIterator[list[Sequence[Any]]]:
    wanted = replace(of_view(view), limit=PAGE, counted=False)
    while True:
        page = await list_tickets(site, live.tenant, viewer, wanted)
        if counted is not None:
            counted.rows += len(page.lines)
        yield [writer.row(line, page.people) for line in page.lines]
        if not page.after:
            return
        wanted = replace(wanted, after=page.after)


def _titles(live: Live, view: ViewModel, names: Sequence[str], locale: str) -> tuple[str, ...]:
    if not locale:
        return tuple(names)
    speaker = Speaker.of(live.desk, locale, view.types[0] if len(view.types) == 1 else "")
    said = [speaker.label(Path(name, name, "text")) for name in names]
    return tuple(text[:1].upper() + text[1:] for text in said)


class _Writer:
    """Writes tickets as rows of the named columns, for one viewer."""

    def __init__(self, live: Live, viewer: Viewer, names: Sequence[str], locale: str) -> None:
        self.live, self.viewer, self.names, self.locale = live, viewer, names, locale
        self.zone = live.desk.tenant.zone
        self.teams = {key: team.title.say(locale) for key, team in live.desk.teams.items()}

    def row(self, line: Line, people: Mapping[str, Person]) -> list[Any]:
        """One ticket; what it does not have, or this viewer may not see, is None."""
        return [self._value(line, name, people) for name in self.names]

    def _value(self, line: Line, name: str, people: Mapping[str, Person]) -> Any:
        root, _, rest = name.partition(".")
        if root in ("due", "breached", "breach_reason") and rest:
            return self._clock(line, root, rest)
        if not rest and (name in BUILT_IN or name in _INSTANTS or name in _NUMBERS):
            return self._built_in(line, name, people)
        model = line.live.desk.types[line.row.type_key]
        item = model.fields.get(root) or next(
            (one for one in model.fields.values() if one.id == root), None
        )
        if not rest:
            return self._field(line, item, item.key, people) if item is not None else None
        return self._beyond(line, root, rest, item, people)

    def _clock(self, line: Line, root: str, clock: str) -> Any:
        """When a promise is due is for those who keep it."""
        if not (self.viewer.is_staff or self.viewer.is_system):
            return None
        policy = line.live.desk.policies.get(line.row.type_key)
        for one in policy.clocks.values() if policy else ():
            if clock in (one.id, one.key):
                value = line.facts.get(f"{root}.{one.key}")
                if root == "breach_reason" and self.locale and policy is not None:
                    return say_reason(policy.breach_reasons, str(value or ""), self.locale) or None
                return self._instant(value) if root == "due" else value
        return None

    def _built_in(self, line: Line, name: str, people: Mapping[str, Person]) -> Any:
        desk, value = line.live.desk, line.facts.get(name)
        if name in _INSTANTS:
            return self._instant(value)
        if name in _NUMBERS:
            return value
        if name == "time_spent":
            return show_seconds(value, Reader(self.locale)) if isinstance(value, int) else None
        if name in _PEOPLE:
            return self._person(people.get(str(value)))
        if name in ("tags", "flags"):
            return list(value) if isinstance(value, tuple) and value else None
        if name in ("type", "state", "team", "priority"):
            return self._named(desk, line, name, value)
        return value if not is_empty(value) else None

    def _named(self, desk: Desk, line: Line, name: str, value: Value) -> Any:
        """Type, state, team and priority: by their ids, or as people call them."""
        model = desk.types[line.row.type_key]
        if name == "priority":
            title = desk.tenant.priorities.get(str(value))
            return title.say(self.locale) if self.locale and title else value
        one = {
            "type": model,
            "state": model.states.get(line.row.state_key),
            "team": desk.teams.get(str(value)),
        }[name]
        if one is None:
            return line.row.state_key if name == "state" else value
        return one.title.say(self.locale) or one.id if self.locale else one.id

    def _person(self, person: Person | None) -> str | None:
        if person is None:
            return None
        return person.name if self.locale else person.email or person.name

    def _instant(self, value: Value) -> Any:
        return from_us(value, self.zone) if isinstance(value, int) else None

    def _beyond(
        self,
        line: Line,
        root: str,
        rest: str,
        item: FieldModel | None,
        people: Mapping[str, Person],
    ) -> Any:
        """What a field or a person points to; no right widens a sensitive value there."""
        desk = line.live.desk
        if item is not None and item.source in desk.sources:
            found = desk.sources[item.source].outputs.get(rest)
            name = f"{item.key}.{rest}"
            if line.rights.fields.get(item.key, "hidden") == "hidden":
                return None
        else:
            found, name = desk.people.get(_GROUPS.get(root, ""), {}).get(rest), f"{root}.{rest}"
        if found is None or is_empty(line.facts.get(name)):
            return None
        return MASKED if found.sensitive else self._said(found, line.facts.get(name), people)

    def _field(self, line: Line, item: FieldModel, name: str, people: Mapping[str, Person]) -> Any:
        value = line.facts.get(name)
        right = line.rights.fields.get(item.key, "hidden")
        if right == "hidden" or is_empty(value):
            return None
        if right == "masked" or (self.viewer.is_system and item.sensitive):
            return MASKED
        return self._said(item, value, people)

    def _said(self, item: FieldModel, value: Value, people: Mapping[str, Person]) -> Any:
        """Figures, truth, days and instants as what they are; all else as text."""
        if item.type == "boolean":
            return value
        if item.type in _FIGURES and isinstance(value, int):
            return Decimal(value).scaleb(-item.scale) if item.scale else value
        if item.type == "datetime" and isinstance(value, int):
            return self._instant(value)
        if item.type == "date" and isinstance(value, str):
            return date.fromisoformat(value)
        if not self.locale:
            return to_text(item, value, self.zone)
        names = {key: one.name for key, one in people.items()} | self.teams
        return show(item, value, self.locale, self.zone, names)
