"""Routing: tables and rules become rows; one spec decides each output of each type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.compile.cells import compile_cell, compile_result
from engine.compile.condition import compile_condition
from engine.compile.context import Context, File
from engine.compile.ranking import Claim, winners
from engine.compile.scope import Scope
from engine.compile.scopes import Scopes
from engine.evaluate import reads
from engine.facts import Value
from engine.model.routing import RoutingModel, Row
from engine.predicate import TRUE, All, Path, Predicate
from specs.problem import Code, Place

OUTPUTS = ("team", "priority", "skills", "tags")


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
        rows, otherwise = _table(context, file, scope)
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
    if otherwise is None:
        place = file.key_place("table") if spec.table is not None else file.place()
        cure = "add `otherwise:` with a cell for each output"
        context.error(
            Code.TABLE_NOT_TOTAL, "tickets that no row matches stay undecided", place, cure
        )
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
    )


def _only_for_lists(context: Context, file: File, hit: str, outputs: list[str]) -> None:
    single = [output for output in outputs if output not in ("tags", "skills")]
    if hit == "all" and single:
        message = f"`hit: all` can't decide `{single[0]}`, which holds one value"
        context.error(
            Code.RESULT_TYPE, message, file.place(), "use `hit: first`, or set only tags and skills"
        )


def _table(context: Context, file: File, scope: Scope) -> tuple[list[Row], Row | None]:
    table = file.spec.table
    infos = [(text, scope.find(tuple(text.split(".")))) for text in table.inputs]
    for number, (text, info) in enumerate(infos):
        if info is None:
            guess = scope.suggest(text)
            place = file.place("table", "inputs", number)
            cure = f"did you mean `{guess}`?" if guess else ""
            context.error(Code.UNKNOWN_FIELD, f"there is no `{text}` to look at", place, cure)
    rows = []
    for name, cells in table.rows.items():
        if len(cells) != len(table.inputs) + len(table.sets):
            continue  # told by the loader
        tests: list[tuple[Path, Predicate]] = []
        for number, (_, info) in enumerate(infos):
            if info is None:
                continue
            place = file.place("table", "rows", name, number)
            found, problems = compile_cell(cells[number], info, place)
            context.add(problems)
            tests.append((info.path, found))
        sets = _results(context, file, cells[len(infos) :], ("table", "rows", name), len(infos))
        when = All(tuple(test for _, test in tests if test != TRUE))
        rows.append(Row(name, when, sets, file.key_place("table", "rows", name), tuple(tests)))
    otherwise = None
    if table.otherwise is not None and len(table.otherwise) == len(table.sets):
        sets = _results(context, file, table.otherwise, ("table", "otherwise"), 0)
        otherwise = Row("otherwise", TRUE, sets, file.key_place("table", "otherwise"))
    return rows, otherwise


def _results(
    context: Context, file: File, cells: tuple[str, ...], path: tuple[str, ...], first: int
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for number, (output, text) in enumerate(zip(file.spec.table.sets, cells, strict=True)):
        place = file.place(*path, first + number)
        value = _result(context, output, text, place)
        if value is not None:
            found[output] = value
    return found


def _result(context: Context, output: str, text: str, place: Place) -> Value:
    value, problems = compile_result(text, output, known(context, output), place)
    context.add(problems)
    return value


def known(context: Context, output: str) -> Mapping[str, str]:
    """id → key of what an output may be."""
    tenant = context.specs.tenant
    if output == "team":
        return {name: context.key("team", name) for name in context.files("Team")}
    if output == "priority":
        return {word: word for word in ("urgent", "high", "normal", "low")}
    named = getattr(tenant, output, None) if tenant else None
    return {name: name for name in named or {}}


def _outcome(context: Context, spec: Any) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if spec.team:
        found["team"] = context.key("team", spec.team)
    if spec.priority:
        found["priority"] = spec.priority
    for name in ("skills", "tags"):
        if getattr(spec, name):
            found[name] = tuple(getattr(spec, name))
    return found
