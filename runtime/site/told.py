"""What another system is told of a ticket: values as JSON, by the paths that a spec names.

Choices, states, types and teams go by their ids, numbers with decimals as exact text, instants by
RFC 3339 in the tenant's zone, people by name and address; what is empty is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from engine.evaluate import value_of
from engine.facts import Facts, Value
from engine.instant import from_us
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.ticket_type import TypeModel
from engine.predicate import Path
from engine.values.lines import rows_of
from engine.values.number import plain_number
from engine.values.registry import is_empty, to_text
from runtime.store.rows import Person

PEOPLE: Final = ("requester", "customer", "assignee")
_WHOLE: Final = frozenset({"integer", "rating"})


def told(
    desk: Desk, facts: Facts, paths: Iterable[Path], people: Mapping[str, Person]
) -> dict[str, Any]:
    """The values of the paths, as they are spelled in the specs."""
    model = desk.types[facts.text("type")]
    return {path.spelled: _told(desk, model, facts, path, people) for path in paths}


def people_in(facts: Facts, paths: Iterable[Path]) -> set[str]:
    """The ids of the persons that are to be told of."""
    found = (facts.get(path.name) for path in paths if path.kind in ("person", "people"))
    return {
        str(one)
        for value in found
        for one in (value if isinstance(value, tuple) else (value,))
        if one
    }


def _told(
    desk: Desk, model: TypeModel, facts: Facts, path: Path, people: Mapping[str, Person]
) -> Any:
    value = value_of(path, facts)
    item = _field(desk, model, path)
    if item is not None and not path.inside:
        return _value(desk, item, value, people)
    if isinstance(value, tuple):
        return [_plain(desk, model, path, item, one, people) for one in value]
    return _plain(desk, model, path, item, value, people)


def _field(desk: Desk, model: TypeModel, path: Path) -> FieldModel | None:
    """The field, column, record output or person's field that a path reads."""
    if path.inside:
        rows = model.fields.get(path.inside)
        return rows.columns.get(path.name.rpartition(".")[2]) if rows else None
    first, dot, rest = path.name.partition(".")
    if not dot:
        return model.fields.get(first)
    if first in model.fields:
        source = desk.sources.get(model.fields[first].source or "")
        return source.outputs.get(rest) if source else None
    return desk.people.get("staff" if first == "assignee" else first, {}).get(rest)


def field_data(
    desk: Desk,
    item: FieldModel,
    value: Value,
    files: Callable[[Value], Any],
    person: Callable[[Value], Any] | None = None,
) -> Any:
    """The value of one field as JSON holds it, None when empty.

    `files`, `person`: what is told of such a value; a person's id where nothing else is.
    """
    if is_empty(value):
        return None
    if item.type == "boolean":
        return bool(value)
    if item.type in _WHOLE and isinstance(value, int):
        return value
    if item.type == "person" and person is not None:
        return person(value)
    if item.type == "team":
        return team_id(desk, value)
    if item.type == "multi_choice" and isinstance(value, tuple):
        return [item.options[k].id if k in item.options else k for k in map(str, value)]
    if item.type in ("files", "image"):
        return files(value)
    if item.type == "lines":
        return [
            {
                column.id: field_data(desk, column, row.get(column.key), files, person)
                for column in item.columns.values()
            }
            for row in rows_of(value)
        ]
    return to_text(item, value, desk.tenant.zone)


def _value(desk: Desk, item: FieldModel, value: Value, people: Mapping[str, Person]) -> Any:
    # The bytes of files are read here, with a right to them; who is told gets a count.
    return field_data(
        desk,
        item,
        value,
        lambda files: len(files) if isinstance(files, tuple) else 1,
        lambda one: _person(one, people),
    )


def _plain(
    desk: Desk,
    model: TypeModel,
    path: Path,
    item: FieldModel | None,
    value: Value,
    people: Mapping[str, Person],
) -> Any:
    """One value that no field of the type describes, by the kind of its path."""
    if item is not None:
        return _value(desk, item, value, people)
    if is_empty(value):
        return None
    if path.kind in ("person", "people"):
        return _person(value, people)
    if path.kind in ("team", "teams"):
        return team_id(desk, value)
    if path.kind == "state":
        state = model.states.get(str(value))
        return state.id if state else value
    if path.kind == "type":
        return desk.types[str(value)].id if str(value) in desk.types else value
    if path.kind == "datetime" and isinstance(value, int):
        return moment(desk, value)
    if path.scale and isinstance(value, int):
        return plain_number(value, path.scale)
    return value


def moment(desk: Desk, at_us: int) -> str:
    """An instant as RFC 3339 text in the tenant's zone."""
    at = from_us(at_us, desk.tenant.zone)
    return at.isoformat(timespec="microseconds" if at.microsecond else "seconds")


def _person(value: Value, people: Mapping[str, Person]) -> dict[str, Any]:
    person = people.get(str(value))
    return {"name": person.name if person else None, "email": person.email if person else None}


def team_id(desk: Desk, value: Value) -> str:
    """The id of a team by its stored key."""
    team = desk.teams.get(str(value))
    return team.id if team else str(value)
