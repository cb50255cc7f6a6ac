"""The one table of field types, and the few questions everyone asks of a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.facts import Value
from engine.model.field import FieldModel
from engine.normal import fold, is_empty
from engine.values import (
    boolean,
    choice,
    date,
    datetime,
    decimal,
    duration,
    email,
    files,
    heading,
    image,
    integer,
    lines,
    location,
    long_text,
    money,
    multi_choice,
    person,
    phone,
    rating,
    reference,
    rich_text,
    team,
    text,
    ticket,
    tree,
    url,
)
from engine.values.base import Reader, ValueProblem, ValueType
from engine.values.messages import sentence

__all__ = [
    "TYPES",
    "Reader",
    "ValueProblem",
    "check",
    "fold",
    "is_empty",
    "normalise",
    "say_problem",
    "show",
    "to_text",
]

TYPES: Final[dict[str, ValueType]] = {
    "text": text.TYPE,
    "long_text": long_text.TYPE,
    "rich_text": rich_text.TYPE,
    "integer": integer.TYPE,
    "decimal": decimal.TYPE,
    "money": money.TYPE,
    "boolean": boolean.TYPE,
    "date": date.TYPE,
    "datetime": datetime.TYPE,
    "duration": duration.TYPE,
    "choice": choice.TYPE,
    "multi_choice": multi_choice.TYPE,
    "tree": tree.TYPE,
    "email": email.TYPE,
    "phone": phone.TYPE,
    "url": url.TYPE,
    "person": person.TYPE,
    "team": team.TYPE,
    "reference": reference.TYPE,
    "ticket": ticket.TYPE,
    "files": files.TYPE,
    "image": image.TYPE,
    "rating": rating.TYPE,
    "location": location.TYPE,
    "heading": heading.TYPE,
}
TYPES["lines"] = lines.LinesValue(TYPES.__getitem__)


def normalise(item: FieldModel, raw: object, zone: str = "UTC") -> Value | ValueProblem:
    """The value of what came in at the door; `zone` reads a wall clock that names none."""
    return TYPES[item.type].normalise(raw, item, zone)


def check(item: FieldModel, value: Value) -> ValueProblem | None:
    """Whether a normalised value keeps to the field's limits; an empty one always does."""
    return None if is_empty(value) else TYPES[item.type].check(value, item)


def show(
    item: FieldModel,
    value: Value,
    locale: str,
    zone: str = "UTC",
    names: Mapping[str, str] | None = None,
) -> str:
    """The value for people, "" when empty. `names`: what people, teams, tickets are called."""
    if is_empty(value):
        return ""
    return TYPES[item.type].show(value, item, Reader(locale, zone, names or {}))


def to_text(item: FieldModel, value: Value, zone: str = "UTC") -> str:
    """The value for an export: `12.30`, ISO instants, option ids; "" when empty."""
    return "" if is_empty(value) else TYPES[item.type].to_text(value, item, Reader(zone=zone))


def say_problem(wrong: ValueProblem, locale: str) -> str:
    """The sentence for a refused value in the reader's language."""
    return sentence(wrong.code, wrong.args, locale)
