"""JSON Schemas of the kinds, for editors: general ones, and ones that know a tenant's own ids.

Families of field types are told apart by `if`/`then`, so that an editor names the one mistake and
not every type that the field is not. No schema refers to anything outside itself.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry

from generators.json_leaves import LEAVES, LOCALE_PATTERN, Schema
from generators.tenant_names import Names, NoNames, TenantNames
from specs.base import Spec
from specs.catalog import KINDS, NOT_EXTENDED
from specs.marks import Marker
from specs.shape import Shape, Slot, slots
from specs.spec_set import SpecSet

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# `hue` looks like a language, but is a key of the long form.
_TITLE_LOCALE = f"^(?!hue$){LOCALE_PATTERN[1:]}"


def kind_schema(kind: str, names: Names | None = None) -> Schema:
    """The schema of a kind. `names` brings in the ids of a tenant."""
    model = KINDS[kind].model
    writer = _Writer(names or NoNames())
    body = writer.object(model)
    if kind not in NOT_EXTENDED:
        part = _Part(writer.names, writer.defs)
        said = body.pop("description")
        body = {"if": {"required": ["extends"]}, "then": part.object(model), "else": body}
        body = {"description": said, **body}
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
        name = self.name_of(model)
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

    def name_of(self, model: type[Spec]) -> str:
        """How a class is called among the definitions."""
        return model.__name__

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
            write = LEAVES.get(sort)
            if write is not None:
                return write(marker, self.names)
        return {}


_PLACE: Schema = {
    "type": "object",
    "properties": {"after": {"type": "string"}, "before": {"type": "string"}},
    "additionalProperties": False,
}
_OVER: Schema = {"replace": {"enum": [True]}, "place": _PLACE}
"""What may stand in every object of an overlay."""


class _Part(_Writer):
    """The shapes of an overlay: nothing has to be there, lists may be added to."""

    def object(self, model: type[Spec]) -> Schema:
        schema = _Writer.object(self, model)
        schema.pop("required", None)
        schema["properties"] = {**_OVER, **schema["properties"]}
        return schema

    def name_of(self, model: type[Spec]) -> str:
        return f"{model.__name__}Part"

    def present(self, shape: Shape) -> Schema:
        schema = _Writer.present(self, shape)
        if shape.form != "list":
            return schema
        whole = schema if not shape.bare else schema["then"]
        edit: Schema = {
            "type": "object",
            "properties": dict.fromkeys(("add", "drop"), whole),
            "additionalProperties": False,
        }
        cells: Schema = {"required": ["cells"], "properties": {"cells": whole, "place": _PLACE}}
        return {"anyOf": [schema, edit, cells]}

    def tagged(self, shape: Shape) -> Schema:
        words = [word for word, _ in shape.models]
        known: Schema = {}
        for _, model in shape.models:
            for name, slot in slots(model).items():
                one = self.slot(slot)
                known[name] = one if known.get(name, one) == one else {}
        known["type"] = {"enum": words}
        return {
            "type": "object",
            "properties": {**_OVER, **known},
            "additionalProperties": False,
        }


def _said(doc: str | None) -> str:
    return " ".join((doc or "").split())


def _as_typed(words: tuple[str, ...]) -> list[Any]:
    """Words as text and as the number that a generic YAML editor takes them for."""
    return [typed for word in words for typed in ([int(word), word] if word.isdigit() else [word])]


def main(arguments: list[str] | None = None) -> None:
    """Write `schemas/`, as `make generated` does."""
    parser = argparse.ArgumentParser(description="Write the JSON Schemas of the kinds.")
    parser.add_argument("folder", nargs="?", default="schemas", type=Path)
    write_schemas(parser.parse_args(arguments).folder)


if __name__ == "__main__":
    main()
