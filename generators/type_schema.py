"""A ticket type as JSON Schema 2020-12 for one viewer: what they may send, what they are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.decide import access
from engine.facts import Viewer
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.ticket_type import TypeModel

Schema = dict[str, Any]

_TEXTS: Final = {"email": "email", "url": "uri", "date": "date", "datetime": "date-time"}
_WHOLE: Final = ("integer", "rating")
_EXACT: Final = ("decimal", "money")
_FILES: Final = ("files", "image")


def create_schema(desk: Desk, viewer: Viewer, type_key: str, locale: str) -> Schema:
    """The body with which this viewer opens a ticket of the type."""
    model = desk.types[type_key]
    rights = access.rights_to_open(desk, viewer, type_key)
    items = [item for key, item in model.fields.items() if rights.writes(key)]
    fields: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {item.id: sent_schema(desk, item, locale) for item in items},
    }
    needed = [item.id for item in items if _always(item)]
    if needed:
        fields["required"] = needed
    asked = ["type"]
    asked += ["subject"] if model.subject.required and not model.subject.template else []
    asked += ["description"] if model.description.required else []
    asked += ["fields"] if needed else []
    return {
        "title": model.title.say(locale),
        "type": "object",
        "additionalProperties": False,
        "required": asked,
        "properties": {
            "type": {"const": model.id},
            "subject": {"type": "string", "maxLength": 200},
            "description": {"type": "string", "maxLength": 10_000},
            "requester": {
                "type": "string",
                "maxLength": 254,
                "description": "Id or e-mail of whom it is for; only staff may name others.",
            },
            "fields": fields,
        },
    }


def change_schema(desk: Desk, viewer: Viewer, type_key: str, locale: str) -> Schema:
    """The fields that this viewer may ever write on a ticket of the type."""
    items = [i for i in _known(desk, viewer, desk.types[type_key]) if i.is_input]
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {item.id: sent_schema(desk, item, locale) for item in items},
    }


def read_schema(desk: Desk, viewer: Viewer, type_key: str, locale: str) -> Schema:
    """The fields of a ticket of the type as this viewer is told of them."""
    items = _known(desk, viewer, desk.types[type_key])
    return {
        "title": desk.types[type_key].title.say(locale),
        "type": "object",
        "properties": {item.id: told_schema(desk, item, locale) for item in items},
    }


def _known(desk: Desk, viewer: Viewer, model: TypeModel) -> list[FieldModel]:
    return [
        item
        for key, item in model.fields.items()
        if item.type != "heading" and access.shows_sometimes(desk, viewer, key, model.key)
    ]


def _always(item: FieldModel) -> bool:
    """Whether it is asked of everybody, whatever else they say."""
    return item.required and item.show_when is None and item.default is None


def sent_schema(desk: Desk, item: FieldModel, locale: str) -> Schema:
    """The value of a field as a body holds it; null empties it."""
    shape = _sent(desk, item, locale)
    return {**_words(item, locale), **(shape if _always(item) else _or_null(shape))}


def told_schema(desk: Desk, item: FieldModel, locale: str) -> Schema:
    """The value of a field as an answer holds it; null is empty."""
    shape = _sent(desk, item, locale)
    if item.type in _EXACT:
        shape = {"type": "string"}
    if item.type in _FILES:
        shape = {"type": "array", "items": {"$ref": "#/components/schemas/File"}}
    if item.type == "lines":
        cells = {c.id: told_schema(desk, c, locale) for c in item.columns.values()}
        shape = {"type": "array", "items": {"type": "object", "properties": cells}}
    # What was kept before a limit or an option changed is told as it is.
    kept = {k: v for k, v in shape.items() if k in ("type", "items", "properties", "format")}
    return {**_words(item, locale), **_or_null(kept)}


def _or_null(shape: Schema) -> Schema:
    kind = shape.get("type")
    if kind is None:
        return {"anyOf": [shape, {"type": "null"}]}
    kinds = kind if isinstance(kind, list) else [kind]
    found = {**shape, "type": [*kinds, "null"]}
    if "enum" in shape:
        found["enum"] = [*shape["enum"], None]
    return found


def _words(item: FieldModel, locale: str) -> Schema:
    found: Schema = {"title": item.label.say(locale)}
    said = item.help.say(locale)
    if said:
        found["description"] = said
    if not item.is_input:
        found["readOnly"] = True
    return found


def _sent(desk: Desk, item: FieldModel, locale: str) -> Schema:
    limits = item.limits
    if item.type in _WHOLE:
        return {"type": "integer", **_bounds(limits.low, limits.high)}
    if item.type in _EXACT:
        digits = rf"(\.\d{{1,{item.scale}}})?" if item.scale else ""
        found: Schema = {"type": ["string", "integer"], "pattern": rf"^-?\d{{1,15}}{digits}$"}
        return {**found, "x-currency": item.currency} if item.currency else found
    if item.type == "boolean":
        return {"type": "boolean"}
    if item.type in _FILES:
        return _several({"type": "string", "description": "Token of an upload."}, item)
    if item.type == "multi_choice":
        return _several({"type": "string", **_options(item, locale)}, item)
    if item.type == "lines":
        return _several(_row(desk, item, locale), item)
    return _text(desk, item, locale)


def _text(desk: Desk, item: FieldModel, locale: str) -> Schema:
    found: Schema = {"type": "string"}
    if item.type in _TEXTS:
        found["format"] = _TEXTS[item.type]
    if item.options:
        found |= _options(item, locale)
    if item.type == "team":
        found["enum"] = [team.id for team in desk.teams.values()]
    if item.limits.max_length is not None:
        found["maxLength"] = item.limits.max_length
    if item.type == "reference":
        found["x-source"] = item.source
    if item.type == "duration":
        found["pattern"] = r"^\s*(\d{1,9}\s*[wdhms]\s*)+$"
    if item.type == "location":
        found["description"] = "latitude,longitude"
    return found


def _options(item: FieldModel, locale: str) -> Schema:
    titles: Mapping[str, str] = {o.id: o.title.say(locale) for o in item.options.values()}
    return {"enum": list(titles), "x-titles": titles}


def _several(one: Schema, item: FieldModel) -> Schema:
    found: Schema = {"type": "array", "items": one}
    if item.limits.max_count is not None:
        found["maxItems"] = item.limits.max_count
    return found


def _row(desk: Desk, item: FieldModel, locale: str) -> Schema:
    columns = [column for column in item.columns.values() if column.is_input]
    found: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {column.id: sent_schema(desk, column, locale) for column in columns},
    }
    needed = [column.id for column in columns if column.required]
    return {**found, "required": needed} if needed else found


def _bounds(low: int | None, high: int | None) -> Schema:
    found: Schema = {}
    if low is not None:
        found["minimum"] = low
    if high is not None:
        found["maximum"] = high
    return found
