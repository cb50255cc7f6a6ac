"""A ticket as plain data for programs: ids as specs write them, exact values, within rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from engine.compile.asked import OUTSIDERS
from engine.decide.access import Rights
from engine.facts import Facts, Value, Viewer
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.values.registry import is_empty
from runtime.site import told
from runtime.site.desks import Live
from runtime.site.links import Links
from runtime.store.rows import FileRow, Person
from runtime.store.tickets import TicketRow

BUILT_IN: Final = (
    "number", "type", "subject", "description", "state", "phase", "priority", "channel", "tags",
    "flags", "requester", "customer", "team", "home_team", "assignee", "watchers", "created_at",
    "updated_at", "solved_at", "closed_at", "state_since", "reopened", "rating", "version", "due",
)  # fmt: skip
"""What is told of every ticket, in this order; `fields` and `masked` follow."""
_INSTANTS: Final = ("created_at", "updated_at", "solved_at", "closed_at", "state_since")
_PEOPLE: Final = ("requester", "customer", "assignee")

Files = Mapping[str, FileRow]


def told_to(viewer: Viewer) -> tuple[str, ...]:
    """The names that the viewer is told of a ticket besides its fields."""
    inside = viewer.is_staff or viewer.is_system
    return tuple(name for name in BUILT_IN if inside or name in OUTSIDERS)


def ticket_data(
    live: Live,
    viewer: Viewer,
    row: TicketRow,
    facts: Facts,
    rights: Rights,
    people: Mapping[str, Person],
    *,
    files: Files | None = None,
    only: Collection[str] | None = None,
) -> dict[str, Any]:
    """One ticket. `only`: the names wanted, built-in ones and ids of fields; None wants all.

    A field that is hidden from the viewer is not there; one that is masked is named in `masked`.
    Without `files` a field of files tells their ids alone.
    """
    desk = live.desk
    names = [n for n in told_to(viewer) if only is None or n in only]
    found = {name: _built_in(desk, name, row, facts, people) for name in names}
    values: dict[str, Any] = {}
    masked: list[str] = []
    for item in desk.types[row.type_key].fields.values():
        right = rights.fields.get(item.key, "hidden")
        wanted = only is None or item.id in only
        if right == "hidden" or item.type == "heading" or not wanted:
            continue
        if right == "masked" or (viewer.is_system and item.sensitive):
            masked.append(item.id)
        else:
            values[item.id] = value_data(live, item, facts.get(item.key), files)
    if only is None or values or masked or "fields" in only:
        found["fields"], found["masked"] = values, masked
    found["url"] = api_url(live.tenant, "tickets", row.number)
    return found


def api_url(tenant: str, *parts: str) -> str:
    """An address of the REST API."""
    return Links(tenant).api(*parts)


def _built_in(
    desk: Desk, name: str, row: TicketRow, facts: Facts, people: Mapping[str, Person]
) -> Any:
    value = facts.get(name)
    if name in _INSTANTS:
        return instant(desk, value)
    if name in _PEOPLE:
        return person_mark(str(value), people) if value else None
    match name:
        case "number" | "version":
            return getattr(row, name)
        case "type":
            return desk.types[row.type_key].id
        case "state":
            state = desk.types[row.type_key].states.get(row.state_key)
            return state.id if state else row.state_key
        case "team" | "home_team":
            return team_id(desk, value)
        case "watchers" | "tags" | "flags":
            return list(facts.names(name))
        case "due":
            return _dues(desk, row.type_key, facts)
        case "reopened":
            return value or 0
        case _:
            return None if is_empty(value) and name == "rating" else value or ""


def _dues(desk: Desk, type_key: str, facts: Facts) -> dict[str, Any]:
    """Clock id → when it falls due, what it does, whether it was missed."""
    policy = desk.policies.get(type_key)
    found: dict[str, Any] = {}
    for clock in policy.clocks.values() if policy else ():
        state = facts.clocks.get(clock.key)
        if state is not None:
            found[clock.id] = {
                "at": instant(desk, state.due_us),
                "state": state.phase,
                "breached": state.breached_us is not None,
            }
    return found


def person_mark(person_id: str, people: Mapping[str, Person]) -> dict[str, Any]:
    """Somebody by id and name; the name is null for who is not known any more."""
    person = people.get(person_id)
    return {"id": person_id, "name": person.name if person else None}


def team_id(desk: Desk, value: Value) -> str | None:
    """The id of a team by its stored key, None for no team."""
    return told.team_id(desk, value) if value else None


def instant(desk: Desk, value: Value) -> str | None:
    """An instant as RFC 3339 text in the tenant's zone."""
    return told.moment(desk, value) if isinstance(value, int) else None


def value_data(live: Live, item: FieldModel, value: Value, files: Files | None = None) -> Any:
    """The value of one field as JSON holds it: what `POST` and `PATCH` take, None when empty."""

    def listed(held: Value) -> list[dict[str, Any]]:
        several = held if isinstance(held, tuple) else (held,)
        return [_file(live, str(one), files) for one in several]

    return told.field_data(live.desk, item, value, listed)


def _file(live: Live, file_id: str, files: Files | None) -> dict[str, Any]:
    row = files.get(file_id) if files is not None else None
    return file_data(live.tenant, row) if row is not None else {"id": file_id}


def file_data(tenant: str, row: FileRow) -> dict[str, Any]:
    """A file by what people see of it, with the address of its bytes."""
    return {
        "id": row.id,
        "name": row.name,
        "size": row.size,
        "type": row.type_found,
        "url": api_url(tenant, "files", row.token),
    }
