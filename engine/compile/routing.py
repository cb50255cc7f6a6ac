"""Routing: tables and rules become rows; one spec decides each output of each type."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from engine.compile.cells import compile_result
from engine.compile.condition import compile_condition
from engine.compile.context import Context, File
from engine.compile.ranking import Claim, winners
from engine.compile.scope import Scope
from engine.compile.scopes import Scopes
from engine.compile.tables import table_otherwise, table_rows
from engine.evaluate import reads
from engine.facts import Value
from engine.model.routing import RoutingModel, Row
from engine.predicate import TRUE
from specs.problem import Code, Place
from specs.vocabulary import DIFFICULTIES, PRIORITIES

OUTPUTS = ("team", "priority", "skills", "difficulty", "tags")


def compile_routings(context: Context, scopes: Scopes) -> dict[str, dict[str, RoutingModel]]:
    """type key → output → the Routing that decides it (decisions.md 8)."""
    claims: list[Claim[RoutingModel]] = []
    for file in context.files("Routing").values():
        applies = tuple(file.spec.applies_to)
        model = _routing(context, file, scopes.of(() if "all_types" in applies else applies))
        claims += [Claim(file, applies, output, model) for output in model.outputs]
    return winners(context, claims)


def _routing(context: Context, file: File, scope: Scope) -> RoutingModel:
    spec = file.spec
    rows: list[Row] = []
    otherwise: Row | None = None
    outputs: list[str] = []
    hit = spec.hit or "first"
    if spec.table is not None:
        hit = spec.table.hit
        result = partial(_result, context)
        rows += table_rows(context, file, scope, result)
        otherwise = table_otherwise(file, result)
        outputs = list(spec.table.sets)
    for name, rule in (spec.rules or {}).items():
        when, problems = compile_condition(
            rule.when, scope, context.place_of(file, "rules", name, "when")
        )
        context.add(problems)
        place = file.key_place("rules", name)
        rows.append(Row(name, when, _outcome(context, rule.set), place))
    if spec.otherwise is not None:
        place = file.key_place("otherwise")
        otherwise = Row("otherwise", TRUE, _outcome(context, spec.otherwise), place)
    for row in (*rows, *([otherwise] if otherwise else [])):
        outputs += [output for output in OUTPUTS if output in row.sets]
    _only_for_lists(context, file, hit, outputs)
    read = {path.name: path for row in rows for path in reads(row.when)}
    return RoutingModel(
        file.id,
        hit,
        tuple(rows),
        otherwise,
        tuple(dict.fromkeys(outputs)),
        file.file,
        tuple(read.values()),
        file.key_place("table") if spec.table is not None else file.place(),
    )


def _only_for_lists(context: Context, file: File, hit: str, outputs: list[str]) -> None:
    single = [output for output in outputs if output not in ("tags", "skills")]
    if hit == "all" and single:
        message = f"`hit: all` can't decide `{single[0]}`, which holds one value"
        context.error(
            Code.RESULT_TYPE, message, file.place(), "use `hit: first`, or set only tags and skills"
        )


def _result(context: Context, output: str, text: str, place: Place) -> tuple[str, Value]:
    value, problems = compile_result(text, output, known(context, output), place)
    context.add(problems)
    return output, value


def known(context: Context, output: str) -> Mapping[str, str]:
    """id → key of what an output may be."""
    tenant = context.specs.tenant
    if output == "team":
        return {name: context.key("team", name) for name in context.files("Team")}
    if output == "priority":
        return {word: word for word in PRIORITIES}
    if output == "difficulty":
        return {word: word for word in DIFFICULTIES}
    named = getattr(tenant, output, None) if tenant else None
    return {name: name for name in named or {}}


def _outcome(context: Context, spec: Any) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if spec.team:
        found["team"] = context.key("team", spec.team)
    if spec.priority:
        found["priority"] = spec.priority
    if spec.difficulty:
        found["difficulty"] = spec.difficulty
    for name in ("skills", "tags"):
        if getattr(spec, name):
            found[name] = tuple(getattr(spec, name))
    return found
