"""Exports the tickets of a view as CSV or JSON lines: page by page, within the viewer's rights."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from engine.decide import access
from engine.facts import Value, Viewer
from engine.instant import from_us
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.lists import ViewModel
from engine.values.registry import is_empty, to_text
from runtime.queries.list_tickets import Line, list_tickets, of_view
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store.rows import Person

Format = Literal["csv", "jsonl"]
FORMATS: Final[tuple[Format, ...]] = ("csv", "jsonl")
PAGE: Final = 500

BUILT_IN: Final = (
    "number", "type", "subject", "description", "state", "phase", "priority", "channel", "tags",
    "flags", "requester", "customer", "team", "assignee", "created_at", "updated_at", "solved_at",
    "closed_at", "state_since", "reopened", "rating",
)  # fmt: skip
_INSTANTS: Final = ("created_at", "updated_at", "solved_at", "closed_at", "state_since")
_NUMBERS: Final = ("reopened", "rating")
_PEOPLE: Final = ("requester", "customer", "assignee")
MASKED: Final = "•••"
_NUMBER: Final = re.compile(r"-\d+(\.\d+)?", re.ASCII)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


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
        for name in (f"due.{clock.id}", f"breached.{clock.id}")
    }
    return (*BUILT_IN, *(name for name in fields if name not in BUILT_IN), *clocks)


def _may_read(desk: Desk, viewer: Viewer, type_key: str, item: FieldModel) -> bool:
    """Whether any grant of the viewer shows the field at all, masked or not."""
    if viewer.is_system:
        return True
    found = access.grants(desk, viewer, type_key)
    return any(grant.fields.get(item.key) != "hidden" for grant in found if grant.see is not None)


async def export(
    site: Site, tenant: str, viewer: Viewer, view: ViewModel, form: Format
) -> AsyncIterator[str]:
    """The export in pieces. Each page is a unit of its own, so a slow reader holds nothing open.

    The system sees everything but sensitive values, which stay masked for it: nobody signed in.
    """
    live = site.desks.get(tenant)
    assert live is not None
    columns = columns_of(live, viewer, view)
    if form == "csv":
        yield _csv_line(columns)
    wanted = replace(of_view(view), limit=PAGE)
    while True:
        page = await list_tickets(site, tenant, viewer, wanted)
        pages = [_record(live, viewer, line, page.people, columns) for line in page.lines]
        yield "".join(_csv_record(r, columns) if form == "csv" else _json_line(r) for r in pages)
        if not page.after:
            return
        wanted = replace(wanted, after=page.after)


def _record(
    live: Live, viewer: Viewer, line: Line, people: Mapping[str, Person], columns: Iterable[str]
) -> dict[str, Any]:
    """One ticket by column; what it does not have, or this viewer may not see, is None."""
    desk, facts = live.desk, line.facts
    found: dict[str, Any] = dict.fromkeys(columns)
    for name in BUILT_IN:
        found[name] = _built_in(desk, name, facts.get(name), people)
    found["type"] = desk.types[line.row.type_key].id
    state = desk.types[line.row.type_key].states.get(line.row.state_key)
    found["state"] = state.id if state else line.row.state_key
    for item in desk.types[line.row.type_key].fields.values():
        if item.id in found and item.id not in BUILT_IN:
            found[item.id] = _field(live, viewer, line, item)
    policy = desk.policies.get(line.row.type_key)
    for clock in policy.clocks.values() if policy else ():
        if f"due.{clock.id}" not in found:
            continue
        due, breached = facts.get(f"due.{clock.key}"), facts.get(f"breached.{clock.key}")
        found[f"due.{clock.id}"] = _instant(desk, due)
        found[f"breached.{clock.id}"] = breached
    return found


def _built_in(desk: Desk, name: str, value: Value, people: Mapping[str, Person]) -> Any:
    if name in _INSTANTS:
        return _instant(desk, value)
    if name in _NUMBERS:
        return value
    if name in _PEOPLE:
        person = people.get(str(value))
        return (person.email or person.name) if person else None
    if name == "team":
        team = desk.teams.get(str(value))
        return team.id if team else value
    if name in ("tags", "flags"):
        return list(value) if isinstance(value, tuple) and value else None
    return value if not is_empty(value) else None


def _instant(desk: Desk, value: Value) -> str | None:
    if not isinstance(value, int):
        return None
    return from_us(value, desk.tenant.zone).isoformat(timespec="seconds")


def _field(live: Live, viewer: Viewer, line: Line, item: FieldModel) -> Any:
    value = line.facts.get(item.key)
    right = line.rights.fields.get(item.key, "hidden")
    if right == "hidden" or is_empty(value):
        return None
    if right == "masked" or (viewer.is_system and item.sensitive):
        return MASKED
    if item.type == "boolean" or (item.type == "integer" and not isinstance(value, str)):
        return value
    return to_text(item, value, live.desk.tenant.zone)


def _json_line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def _csv_record(record: Mapping[str, Any], columns: Iterable[str]) -> str:
    return _csv_line(tuple(_cell(record[name]) for name in columns))


def _csv_line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    """A value as a cell; a text that spreadsheets run as a formula gets a quote before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
