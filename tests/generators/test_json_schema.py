"""JSON Schemas: they take what the language takes, name the one mistake, and fetch nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing.exceptions import Unresolvable

from generators.json_schema import (
    check,
    kind_schema,
    schemas,
    text_of,
    validator,
    write_schemas,
    write_tenant_schemas,
)
from generators.tenant_names import TenantNames
from specs.catalog import KINDS
from specs.load import load, load_files
from specs.source import core, read
from tests.specs.small import small

ROOT = Path(__file__).parents[2]
TENANTS = sorted(path.parent for path in (ROOT / "examples/tenants").glob("*/tenant.yaml"))


def inside(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every key and value of a schema, at any depth."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            yield key, value
            yield from inside(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from inside(item)


def written(text: str) -> Any:
    node, problems = read(text, "a.yaml")
    assert node is not None
    assert problems == []
    return core(node)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one_and_leads_nowhere_else(kind: str) -> None:
    schema = kind_schema(kind)
    Draft202012Validator.check_schema(schema)
    keys = dict(inside(schema))
    assert "oneOf" not in keys
    assert all(ref.startswith("#/$defs/") for key, ref in inside(schema) if key == "$ref")
    assert schema["$id"] == f"{kind}.schema.json"
    assert schema["description"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_schema_is_the_generated_one(kind: str) -> None:
    committed = (ROOT / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert committed == text_of(kind_schema(kind)), "run `make generated`"


@pytest.mark.parametrize("folder", TENANTS, ids=lambda path: path.name)
def test_every_example_fits_the_schema_of_its_kind(folder: Path) -> None:
    specs, problems = load(folder)
    assert [one.headline for one in problems if one.is_error] == []
    checkers = {kind: validator(schema) for kind, schema in schemas().items()}
    found = [
        f"{file.file}{error.json_path}: {error.message}"
        for kind in KINDS
        for file in specs.of(kind).values()
        for error in checkers[kind].iter_errors(core(file.node))
    ]
    assert found == []
    assert sum(len(specs.of(kind)) for kind in KINDS) > 20


def test_text_positions_take_what_a_generic_editor_makes_of_them() -> None:
    text = (
        "kind: TicketType\ntitle: 010\n"
        "fields: { a: { type: choice, label: NO, options: { x: 1.10, y: true, z: 17:30 } } }\n"
        "workflow: { start: a, states: { a: { phase: new } }, transitions: {} }\n"
    )
    assert check(written(text), "TicketType") == []


def test_the_one_mistake_is_named_and_not_every_type_that_it_is_not() -> None:
    text = (
        "kind: FieldSet\n"
        "fields: { a: { type: money, mn: 1 }, b: { type: mony }, c: { label: x } }\n"
    )
    assert [one.partition(" is not one of")[0] for one in check(written(text), "FieldSet")] == [
        "$.fields.a: Additional properties are not allowed ('mn' was unexpected)",
        "$.fields.b.type: 'mony'",
        "$.fields.c: 'type' is a required property",
    ]


def test_short_and_long_forms_are_both_taken() -> None:
    tags = "{ a: 易碎, b: { zh-CN: 易碎, en: Fragile }, c: { title: X, hue: 3 }, d: { hue: 3 } }"
    text = (
        f"kind: Tenant\nlanguage: 1\nid: a\ntitle: A\nlocales: [en]\ntime_zone: UTC\ntags: {tags}\n"
    )
    assert check(written(text), "Tenant") == ["$.tags.d: 'title' is a required property"]


@pytest.mark.parametrize(
    "address",
    ["https://example.com/a.json", "http://127.0.0.1:1/a.json", "file:///etc/hostname", "b.json"],
)
def test_a_remote_reference_refuses_and_fetches_nothing(address: str) -> None:
    """The empty registry is the point: the library would fetch by itself."""
    with pytest.raises(Unresolvable):
        list(validator({"$ref": address}).iter_errors({"a": 1}))


def test_a_remote_reference_in_an_object_is_only_an_unknown_key() -> None:
    found = check({"kind": "Team", "title": "X", "$ref": "https://example.com/a"}, "Team")
    assert found == ["$: Additional properties are not allowed ('$ref' was unexpected)"]


def test_the_schemas_of_a_tenant_know_its_ids(tmp_path: Path) -> None:
    specs, problems = load_files(small())
    assert problems == []
    files = write_tenant_schemas(tmp_path, specs)
    assert {path.relative_to(tmp_path).as_posix() for path in files} == {
        f".specdesk/schema/{kind}.json" for kind in KINDS
    }
    named = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}
    for kind in KINDS:
        for file in specs.of(kind).values():
            assert list(validator(named[kind]).iter_errors(core(file.node))) == [], file.file
    team = {"kind": "Team", "title": "X", "parent": "financ"}
    assert check(team, "Team") == []
    [error] = validator(named["Team"]).iter_errors(team)
    assert error.json_path == "$.parent"
    assert error.validator_value == ["after_sales", "finance"]


@pytest.mark.parametrize(
    ("kind", "text", "path"),
    [
        ("View", "kind: View\ntitle: X\ncolumns: [number, amont]", "$.columns[1]"),
        ("View", "kind: View\ntitle: X\nsort: [-amount, -due.solvd]", "$.sort[1]"),
        ("View", "kind: View\ntitle: X\nfor: [{ role: agnt }]", "$.for[0].role"),
        ("Role", "kind: Role\ntitle: X\ntypes: { refnd: {} }", "$.types"),
        ("Role", "kind: Role\ntitle: X\ninherits: agnt", "$.inherits"),
        ("Team", "kind: Team\ntitle: { fr: X }", "$.title"),
        ("Dashboard", "kind: Dashboard\ntitle: X\ntiles: { a: { report: b } }", "$.tiles.a.report"),
    ],
)
def test_an_id_that_the_tenant_does_not_have(kind: str, text: str, path: str) -> None:
    names = TenantNames(load_files(small())[0])
    errors = list(validator(kind_schema(kind, names)).iter_errors(written(text)))
    assert [error.json_path for error in errors] == [path]


def test_schemas_of_former_kinds_are_removed(tmp_path: Path) -> None:
    (tmp_path / "Former.schema.json").write_text("{}")
    (tmp_path / "__init__.py").write_text("")
    write_schemas(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "__init__.py",
        *(f"{kind}.schema.json" for kind in KINDS),
    }
