"""JSON Schemas of the kinds, for editors: general ones, and ones that know a tenant's own ids.

Families of field types are told apart by `if`/`then`, so that an editor names the one mistake and
not every type that the field is not. No schema refers to anything outside itself.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry

from generators.tenant_names import Names, NoNames, TenantNames
from specs.base import Spec
from specs.catalog import KINDS
from specs.clauses import (
    ActionMark,
    CellMark,
    ConditionMark,
    EventMark,
    FormulaMark,
    RuleMark,
    ValueMark,
    WhoMark,
)
from specs.kinds.spec_test import ExpectMark
from specs.marks import (
    DayMark,
    DecimalMark,
    FlagMark,
    IdMark,
    Marker,
    PathMark,
    PatternMark,
    Ref,
    SpanMark,
    StrMark,
    TextMark,
    WholeMark,
    Words,
)
from specs.shape import Shape, Slot, slots
from specs.spec_set import SpecSet
from specs.vocabulary import ACTION_VERBS, EVENTS, ID, LOCALE, WHO_WORDS

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS = ["string", "number", "boolean"]
_LOCALE = f"^{LOCALE.pattern[:-2]}$"
# `hue` looks like a language, but is a key of the long form.
_TITLE_LOCALE = f"^(?!hue$){_LOCALE[1:]}"
_SPAN = "([0-9]+w)?( ?[0-9]+d)?( ?[0-9]+h)?( ?[0-9]+m)?( plain)?"


def kind_schema(kind: str, names: Names | None = None) -> Schema:
    """The schema of a kind. `names` brings in the ids of a tenant."""
    model = KINDS[kind].model
    writer = _Writer(names or NoNames())
    body = writer.object(model)
    suffix = "schema.json" if names is None else "json"
    head: Schema = {"$schema": DIALECT, "$id": f"{kind}.{suffix}", "title": kind}
    return {**head, **body, "$defs": dict(sorted(writer.defs.items()))}


def schemas(names: Names | None = None) -> dict[str, Schema]:
    """The schemas of all kinds."""
    return {kind: kind_schema(kind, names) for kind in KINDS}


def validator(schema: Schema) -> Draft202012Validator:
    """A validator that fetches nothing: a `$ref` to somewhere else refuses."""
    return Draft202012Validator(schema, registry=Registry())


def check(instance: Any, kind: str) -> list[str]:
    """What the schema of a kind finds wrong with an object, as `path: message`, sorted."""
    found = validator(kind_schema(kind)).iter_errors(instance)
    return sorted(f"{error.json_path}: {error.message}" for error in found)


def text_of(schema: Schema) -> str:
    """A schema as it is written to a file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write the general schemas; what is there of former kinds is removed. Returns the files."""
    wanted = {f"{kind}.schema.json": text_of(schema) for kind, schema in schemas().items()}
    for old in folder.glob("*.schema.json"):
        if old.name not in wanted:
            old.unlink()
    return _write(folder, wanted)


def write_tenant_schemas(folder: Path, specs: SpecSet) -> list[Path]:
    """Write the schemas that know a tenant's ids into its `.specdesk/schema/`."""
    named = schemas(TenantNames(specs))
    wanted = {f"{kind}.json": text_of(schema) for kind, schema in named.items()}
    return _write(folder / ".specdesk" / "schema", wanted)


def _write(folder: Path, wanted: Mapping[str, str]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in wanted.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


@dataclass(slots=True)
class _Writer:
    """Turns shapes into schemas, collecting classes as definitions."""

    names: Names
    defs: dict[str, Schema] = field(default_factory=dict)

    def object(self, model: type[Spec]) -> Schema:
        keys = slots(model)
        schema: Schema = {"type": "object", "description": _said(model.__doc__)}
        schema["properties"] = {name: self.slot(slot) for name, slot in keys.items()}
        required = [name for name, slot in keys.items() if slot.required]
        if required:
            schema["required"] = required
        schema["additionalProperties"] = False
        return schema

    def slot(self, slot: Slot) -> Schema:
        schema = self.shape(slot.shape)
        return {"description": _said(slot.doc), **schema} if slot.doc else schema

    def shape(self, shape: Shape) -> Schema:
        schema = self.present(shape)
        if not shape.nullable:
            return schema
        if isinstance(schema.get("type"), list):
            return {**schema, "type": [*schema["type"], "null"]}
        return {"if": {"type": "null"}, "else": schema}

    def present(self, shape: Shape) -> Schema:
        if shape.form == "list" and shape.item is not None:
            item = self.shape(shape.item)
            many: Schema = {"type": "array", "items": item}
            return {"if": {"type": "array"}, "then": many, "else": item} if shape.bare else many
        if shape.form == "map" and shape.item is not None:
            return self.map(shape, shape.item)
        if shape.form == "object" and shape.model is not None:
            return self.reference(shape.model, shape.short)
        if shape.form == "tagged":
            return self.tagged(shape)
        if shape.words:
            return {"enum": _as_typed(shape.words)}
        return self.leaf(shape.marker) if shape.marker is not None else {}

    def map(self, shape: Shape, item: Shape) -> Schema:
        schema: Schema = {"type": "object", "additionalProperties": self.shape(item)}
        key = self.leaf(shape.key.marker) if shape.key and shape.key.marker else {}
        key.pop("type", None)
        if key:
            schema["propertyNames"] = key
        return schema

    def reference(self, model: type[Spec], short: str | None) -> Schema:
        name = model.__name__
        if name not in self.defs:
            self.defs[name] = {}
            self.defs[name] = self.object(model)
        whole: Schema = {"$ref": f"#/$defs/{name}"}
        if short is None:
            return whole
        alone = self.shape(slots(model)[short].shape)
        is_object: Schema = {"type": "object"}
        if short == "title":
            is_object["not"] = {"propertyNames": {"pattern": _TITLE_LOCALE}, "minProperties": 1}
        return {"if": is_object, "then": whole, "else": alone}

    def tagged(self, shape: Shape) -> Schema:
        words = [word for word, _ in shape.models]
        branches = [
            {
                "if": {"properties": {"type": {"const": word}}, "required": ["type"]},
                "then": self.reference(model, None),
            }
            for word, model in shape.models
        ]
        return {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"enum": words}},
            "allOf": branches,
        }

    def leaf(self, marker: Marker) -> Schema:
        for sort in type(marker).__mro__:
            write = _LEAVES.get(sort)
            if write is not None:
                return write(marker, self.names)
        return {}


def _said(doc: str | None) -> str:
    return " ".join((doc or "").split())


def _as_typed(words: tuple[str, ...]) -> list[Any]:
    """Words as text and as the number that a generic YAML editor takes them for."""
    return [typed for word in words for typed in ([int(word), word] if word.isdigit() else [word])]


# ---------------------------------------------------------------- one writer for each marker


def _id(marker: Any, names: Names) -> Schema:
    return {"type": "string", "pattern": f"^{ID.pattern[:-2]}$"}


def _ref(marker: Any, names: Names) -> Schema:
    known = names.ids(marker.kind)
    if known is not None:
        return {"type": "string", "enum": list(dict.fromkeys((*known, *marker.also)))}
    suggested = names.examples(marker.kind)
    return {"type": "string", "examples": suggested} if suggested else {"type": "string"}


def _path(marker: Any, names: Names) -> Schema:
    known = names.paths()
    if known is None:
        return {"type": "string"}
    signed = [f"-{path}" for path in known] if marker.signed else []
    words = list(dict.fromkeys((*known, *signed, *marker.also)))
    return {"type": "string", "anyOf": [{"enum": words}, {"pattern": r"^[^.]+\.[^.]+\.[^.]+$"}]}


def _expect(marker: Any, names: Names) -> Schema:
    known = names.paths()
    return {"type": "string", "examples": [*known]} if known else {"type": "string"}


def _text(marker: Any, names: Names) -> Schema:
    schema: Schema = {
        "type": [*_SCALARS, "object"],
        "propertyNames": {"pattern": _LOCALE},
        "additionalProperties": {"type": _SCALARS},
    }
    locales = names.locales()
    if locales:
        schema["propertyNames"] = {"enum": list(locales)}
        schema["properties"] = {locale: {"type": _SCALARS} for locale in locales}
    return schema


def _str(marker: Any, names: Names) -> Schema:
    schema: Schema = {"type": list(_SCALARS)}
    if marker.pattern is not None:
        schema["pattern"] = f"^(?:{marker.pattern})$"
    if marker.example:
        schema["examples"] = [marker.example]
    return schema


def _scalar(marker: Any, names: Names) -> Schema:
    return {"type": list(_SCALARS)}


def _flag(marker: Any, names: Names) -> Schema:
    return {"enum": [True, False, "yes", "no", "on", "off"]}


def _words(marker: Any, names: Names) -> Schema:
    return {"enum": list(marker.words)}


def _whole(marker: Any, names: Names) -> Schema:
    bounds = {"minimum": marker.least, "maximum": marker.most}
    return {"type": "integer", **{key: value for key, value in bounds.items() if value is not None}}


def _decimal(marker: Any, names: Names) -> Schema:
    return {"type": "number"}


def _day(marker: Any, names: Names) -> Schema:
    return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "examples": ["2026-03-02"]}


def _span(marker: Any, names: Names) -> Schema:
    share = "|[1-9][0-9]?%" if marker.share else ""
    return {"type": "string", "pattern": f"^(?:{_SPAN}{share})$", "examples": ["4h", "1d 4h"]}


def _rule(marker: Any, names: Names) -> Schema:
    return {"type": "string", "pattern": "^FREQ=", "examples": ["FREQ=WEEKLY;BYDAY=MO"]}


def _condition(marker: Any, names: Names) -> Schema:
    return {"type": "object"}


def _event(marker: Any, names: Names) -> Schema:
    kinds = ["string", "object"] if marker.condition else ["string"]
    words = "|".join((*EVENTS, "comment", "note"))
    return {"type": kinds, "pattern": rf"^({words})(\(.*\))?$", "examples": list(EVENTS)}


def _value(marker: Any, names: Names) -> Schema:
    return {}


def _who(marker: Any, names: Names) -> Schema:
    roles, teams = names.ids("Role"), names.ids("Team")
    role: Schema = {"enum": list(roles)} if roles is not None else {"type": "string"}
    team: Schema = {"enum": list(teams)} if teams is not None else {"type": "string"}
    schema: Schema = {
        "type": ["string", "object"],
        "properties": {"role": role, "team": team, "lead_of": team},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    words = [*WHO_WORDS, *((roles or ()) if marker.bare_role else ())]
    if not marker.bare_role or roles is not None:
        schema["if"] = {"type": "string"}
        schema["then"] = {"enum": list(dict.fromkeys(words))}
    return schema


def _action(marker: Any, names: Names) -> Schema:
    properties: Schema = {verb: {} for verb in ACTION_VERBS}
    for verb, kind in (("notify", "Notification"), ("tag", "Tag"), ("flag", "Flag")):
        known = names.ids(kind)
        if known is not None:
            one: Schema = {"enum": list(known)}
            many: Schema = {"type": "array", "items": one}
            properties[verb] = {"if": {"type": "array"}, "then": many, "else": one}
    who = _who(WhoMark(), names)
    properties["to"] = {
        "if": {"type": "array"},
        "then": {"type": "array", "items": who},
        "else": who,
    }
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 2,
    }


_LEAVES: dict[type, Callable[[Any, Names], Schema]] = {
    IdMark: _id,
    Ref: _ref,
    PathMark: _path,
    TextMark: _text,
    ExpectMark: _expect,
    StrMark: _str,
    PatternMark: _scalar,
    FormulaMark: _scalar,
    CellMark: _scalar,
    FlagMark: _flag,
    Words: _words,
    WholeMark: _whole,
    DecimalMark: _decimal,
    DayMark: _day,
    SpanMark: _span,
    RuleMark: _rule,
    ConditionMark: _condition,
    EventMark: _event,
    ValueMark: _value,
    WhoMark: _who,
    ActionMark: _action,
}


def main(arguments: list[str] | None = None) -> None:
    """Write `schemas/`, as `make generated` does."""
    parser = argparse.ArgumentParser(description="Write the JSON Schemas of the kinds.")
    parser.add_argument("folder", nargs="?", default="schemas", type=Path)
    write_schemas(parser.parse_args(arguments).folder)


if __name__ == "__main__":
    main()
