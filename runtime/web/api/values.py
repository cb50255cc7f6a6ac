"""Values of fields in a body: ids of fields and options as specs write them, exact JSON types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from engine.decide.access import Rights
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.ticket_type import TypeModel
from engine.values.base import ValueProblem
from engine.values.registry import say_problem
from engine.values.written import as_keys
from runtime.render.catalogues import N_
from runtime.web.api.bodies import pointer
from runtime.web.api.calling import Call
from runtime.web.api.problems import ApiProblem, Fault

_TEXT, _WHOLE, _EITHER = N_("text"), N_("a whole number"), N_("decimal text or a whole number")
_FLAG, _LIST, _ROWS = N_("true or false"), N_("a list of texts"), N_("a list of objects")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


_SHAPES: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "integer": (_is_whole, _WHOLE),
    "rating": (_is_whole, _WHOLE),
    "decimal": (lambda value: _is_text(value) or _is_whole(value), _EITHER),
    "money": (lambda value: _is_text(value) or _is_whole(value), _EITHER),
    "boolean": (lambda value: isinstance(value, bool), _FLAG),
    "multi_choice": (_is_texts, _LIST),
    "files": (_is_texts, _LIST),
    "image": (_is_texts, _LIST),
    "lines": (_is_rows, _ROWS),
}
_FILES: Final = ("files", "image")


@dataclass(frozen=True, slots=True)
class Given:
    """Raw values by field key, and tokens of uploads by field key."""

    values: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def given(
    call: Call, desk: Desk, model: TypeModel, rights: Rights, raw: Mapping[str, Any], at: str
) -> Given:
    """The values of a body under the keys that are stored.

    A field that is hidden from the caller is as unknown as one that there is not.

    Raises:
        ApiProblem: a field is unknown, or its value is of another JSON type.
    """
    ids = {
        item.id: item
        for key, item in model.fields.items()
        if rights.fields.get(key, "hidden") != "hidden" and item.type != "heading"
    }
    teams = {team.id: team.key for team in desk.teams.values()}
    values: dict[str, object] = {}
    files: dict[str, tuple[str, ...]] = {}
    faults: list[Fault] = []
    for name, value in raw.items():
        item = ids.get(name)
        where = at + pointer([name])
        if item is None:
            faults.append(Fault(where, "unknown_field", N_("There is no such field here")))
            continue
        wrong = _misfit(call, item, value, teams, where)
        if wrong is not None:
            faults.append(wrong)
        elif item.type in _FILES and value:
            files[item.key] = tuple(value)
        else:
            values[item.key] = as_keys(item, value, teams) if value is not None else ""
    if faults:
        raise ApiProblem("invalid-body", faults=faults)
    return Given(values, files)


def _misfit(
    call: Call, item: FieldModel, value: object, teams: Mapping[str, str], where: str
) -> Fault | None:
    if value is None:
        return None
    fits, wanted = _SHAPES.get(item.type, (_is_text, _TEXT))
    if not fits(value):
        said = N_("It has to be %(wanted)s")
        return Fault(where, "wrong_type", said, {"wanted": call.say(wanted)})
    if item.type == "team" and value and value not in teams:
        return Fault(where, "unknown_team", N_("There is no such team"))
    keyed = as_keys(item, value, teams)
    if isinstance(keyed, ValueProblem):
        return Fault(where, "value", say_problem(keyed, call.locale))
    return _in_rows(call, item, value, where) if isinstance(value, Sequence) else None


def _in_rows(call: Call, item: FieldModel, rows: object, where: str) -> Fault | None:
    """The first cell of a row that is unknown or of another type."""
    columns = {column.id: column for column in item.columns.values()}
    if not columns or not isinstance(rows, list):
        return None
    for number, row in enumerate(rows):
        for name, cell in row.items():
            place = f"{where}/{number}" + pointer([name])
            column = columns.get(name)
            if column is None:
                return Fault(place, "unknown_field", N_("There is no such field here"))
            wrong = _misfit(call, column, cell, {}, place) if cell is not None else None
            if wrong is not None:
                return wrong
    return None
