"""What a recorded ticket brings to the door of a desk: its values in the desk's terms.

A replay asks what routing, targets and automations make of a ticket, not whether its form would be
taken today: nothing is required, no limit holds, no team is too full. A value that has no meaning
to the desk (an option that is gone) counts as empty.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from engine.change.past import Past
from engine.decide.verdict import Open
from engine.facts import Ask, Facts, Ref, Value, Viewer
from engine.instant import from_us
from engine.model.desk import Desk
from engine.model.field import FieldModel, Limits
from engine.model.ticket_type import TypeModel
from engine.values.base import ValueProblem
from engine.values.lines import rows_of
from engine.values.registry import normalise, to_text

SYSTEM: Final = Viewer(None)


def lenient(desk: Desk) -> Desk:
    """The desk as a replay asks it: it takes every ticket, and every team has room."""
    types = {key: _free(model) for key, model in desk.types.items()}
    teams = {key: replace(team, overflow="") for key, team in desk.teams.items()}
    return replace(desk, types=types, teams=teams)


def _free(model: TypeModel) -> TypeModel:
    fields = {key: _free_field(item) for key, item in model.fields.items()}
    subject = replace(model.subject, required=False)
    described = replace(model.description, required=False)
    return replace(model, fields=fields, checks=(), subject=subject, description=described)


def _free_field(item: FieldModel) -> FieldModel:
    columns = {key: _free_field(column) for key, column in item.columns.items()}
    return replace(item, required=False, required_when=None, limits=Limits(), columns=columns)


def asked_at(desk: Desk, at_us: int) -> Ask:
    """The question of a moment of the past."""
    return Ask(at_us, SYSTEM, day_at(desk.tenant.zone, at_us))


@lru_cache(maxsize=4096)
def _day(zone: str, hour: int) -> str:
    return from_us(hour * 3_600_000_000, zone).date().isoformat()


def day_at(zone: str, at_us: int) -> str:
    """The date in a zone; instants of one clock hour share it but where an offset is no hour."""
    hour, rest = divmod(at_us, 3_600_000_000)
    first, last = _day(zone, hour), _day(zone, hour + 1)
    return first if first == last or not rest else from_us(at_us, zone).date().isoformat()


class Door:
    """Brings tickets of one type to one desk. `written`: the desk whose fields the values have."""

    def __init__(self, written: Desk, desk: Desk, type_key: str) -> None:
        self.desk, self.model = desk, desk.types[type_key]
        self._written = written.types.get(type_key)
        self._zone = desk.tenant.zone
        self._kept: dict[str, dict[Hashable, Value]] = {key: {} for key in self.model.fields}

    def value(self, key: str, stored: Value) -> Value:
        """The value of a field in this desk's terms; None where it means nothing here."""
        kept = self._kept[key]
        try:
            return kept[type(stored), stored]
        except KeyError:
            found = kept[type(stored), stored] = self._taken(key, stored)
            return found
        except TypeError:  # rows, which no dictionary holds
            return self._taken(key, stored)

    def _taken(self, key: str, stored: Value) -> Value:
        found = normalise(self.model.fields[key], self.typed(key, stored), self._zone)
        return None if isinstance(found, ValueProblem) else found

    def typed(self, key: str, stored: Value) -> object:
        """The value as a person would type it, by the field it was recorded under."""
        here = self.model.fields[key]
        item = self._written.fields.get(key, here) if self._written is not None else here
        return _typed(item, stored, self._zone)

    def inputs(self, past: Past) -> dict[str, Value]:
        """The stored values of the fields that this desk asks for."""
        fields = self.model.fields
        return {
            key: value
            for key, value in past.given.items()
            if value is not None and key in fields and fields[key].is_input
        }

    def refs(self, past: Past) -> dict[str, Ref]:
        """Records by field key; one whose answer is not recorded stands there without values."""
        found = {key: ref for key, ref in past.refs.items() if key in self.model.fields}
        for key, value in past.given.items():
            item = self.model.fields.get(key)
            if item is not None and item.type == "reference" and value and key not in found:
                found[key] = Ref(str(value), past.at_us, "", {})
        return found

    def opening(self, past: Past) -> Open:
        """The ticket as an event for `decide`."""
        inputs = self.inputs(past)
        values = {
            key: self.typed(key, stored)
            for key, stored in inputs.items()
            if self.value(key, stored) is not None
        }
        return Open(
            type=self.model.key,
            values=values,
            subject=_text(past, "subject"),
            description=_text(past, "description"),
            channel=_text(past, "channel"),
            requester=_text(past, "requester"),
            customer=_text(past, "customer"),
            refs=self.refs(past),
            parent=_text(past, "parent"),
        )


def known(past: Past) -> Facts:
    """What is known of the people of a ticket before it is opened."""
    return Facts(dict(past.known))


def _text(past: Past, name: str) -> str:
    value = past.given.get(name)
    return value if isinstance(value, str) else ""


def _typed(item: FieldModel, value: Value, zone: str) -> object:
    if item.columns:
        return tuple(
            {k: _typed(item.columns[k], cell, zone) for k, cell in row.items() if k in item.columns}
            for row in rows_of(value)
        )
    if type(value) is int:
        return to_text(item, value, zone)
    if isinstance(value, Mapping):
        return dict(value)
    return value
