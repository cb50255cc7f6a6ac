"""Fields: first what they hold, so that conditions can be typed against them; then conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from engine.compile.condition import compile_condition
from engine.compile.context import Context, File, hue_of
from engine.compile.formula import compile_formula
from engine.compile.ordering import order_of
from engine.compile.scope import Scope
from engine.model.field import FieldModel, Limits, Option
from engine.values.money import digits_of
from engine.values.registry import ValueProblem, say_problem
from engine.values.written import written
from specs.problem import Code

_SIZES = {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
MAX_FILE_BYTES = 20 << 20
MAX_FILES = 10


def plain_fields(
    context: Context, file: File, owner: str, specs: Mapping[str, Any], *base: str
) -> dict[str, FieldModel]:
    """The fields of one map without their conditions, by id, in order of `place`.

    `owner`: whose they are, for their stored keys (see Context.key).
    """
    found = {
        name: _plain(context, file, owner, name, spec, (*base, name))
        for name, spec in specs.items()
    }
    return _placed(found, specs)


def _placed(found: dict[str, FieldModel], specs: Mapping[str, Any]) -> dict[str, FieldModel]:
    order = list(found)
    for name, spec in specs.items():
        if spec.place is None:
            continue
        order.remove(name)
        anchor = spec.place.after or spec.place.before
        at = order.index(anchor) if anchor in order else len(order)
        order.insert(at + 1 if spec.place.after else at, name)
    return {name: found[name] for name in order}


def _plain(
    context: Context, file: File, owner: str, name: str, spec: Any, path: tuple[str, ...]
) -> FieldModel:
    named_team = getattr(spec, "team", None) or getattr(spec, "under", None)
    currency = (getattr(spec, "currency", None) or context.currency) if spec.type == "money" else ""
    scale = digits_of(currency) if spec.type == "money" else getattr(spec, "places", 0) or 0
    model = FieldModel(
        id=name,
        key=context.key("field", name, owner),
        type=spec.type,
        label=context.words(spec.label, name),
        place=file.key_place(*path),
        help=context.words(spec.help),
        placeholder=context.words(spec.placeholder),
        required=spec.required,
        sensitive=spec.sensitive,
        indexed=spec.indexed,
        options=dict(_options(context, f"{owner}.{name}", getattr(spec, "options", None) or {})),
        limits=_limits(context, spec, scale),
        scale=scale,
        currency=currency,
        source=getattr(spec, "source", "") or "",
        team=context.key("team", named_team) if named_team else "",
        role=getattr(spec, "role", "") or "",
        types=tuple(context.key("type", one) for one in getattr(spec, "types", None) or ()),
        columns=dict(_bare_columns(context, file, f"{owner}.{name}", spec, path)),
    )
    return _with_default(context, file, model, spec, path)


def _bare_columns(
    context: Context, file: File, owner: str, spec: Any, path: tuple[str, ...]
) -> Iterator[tuple[str, FieldModel]]:
    for name, item in (getattr(spec, "fields", None) or {}).items():
        column = _plain(context, file, owner, name, item, (*path, "fields", name))
        yield column.key, column


def _with_default(
    context: Context, file: File, model: FieldModel, spec: Any, path: tuple[str, ...]
) -> FieldModel:
    if spec.default is None:
        return model
    teams = {name: context.key("team", name) for name in context.files("Team")}
    value = written(model, spec.default, teams=teams)
    if isinstance(value, ValueProblem):
        said = say_problem(value, "en")
        place = file.place(*path, "default")
        context.error(Code.BAD_VALUE, f"the default of `{model.id}` can't stand: {said}", place)
        return model
    return replace(model, default=value)


def _options(
    context: Context, owner: str, options: Mapping[str, Any], parent: str = ""
) -> Iterator[tuple[str, Option]]:
    for name, spec in options.items():
        key = context.key("option", name, owner)
        hue = getattr(spec, "hue", None) or hue_of(key)
        yield key, Option(name, key, context.words(spec.title, name), parent, hue)
        yield from _options(context, owner, getattr(spec, "children", None) or {}, key)


def _limits(context: Context, spec: Any, scale: int) -> Limits:
    low, high = getattr(spec, "min", None), getattr(spec, "max", None)
    dated = spec.type in ("date", "datetime")
    is_file = spec.type in ("files", "image")
    most = getattr(spec, "scale", None) if spec.type == "rating" else None
    return Limits(
        low=1 if most else None if dated else _scaled(low, scale),
        high=most or (None if dated else _scaled(high, scale)),
        max_length=getattr(spec, "max_length", None),
        pattern=getattr(spec, "pattern", None),
        pattern_say=context.words(getattr(spec, "pattern_says", None)),
        min_count=getattr(spec, "min_count", None),
        max_count=getattr(spec, "max_count", None) or (MAX_FILES if is_file else None),
        max_bytes=_bytes(getattr(spec, "max_size", None)) if is_file else None,
        accept=tuple(getattr(spec, "accept", None) or ()),
        low_date=str(low) if dated and low else None,
        high_date=str(high) if dated and high else None,
    )


def _scaled(bound: Any, scale: int) -> int | None:
    if bound is None:
        return None
    if isinstance(bound, (int, Decimal)):
        return int((Decimal(bound) * 10**scale).to_integral_value(ROUND_HALF_EVEN))
    minutes: int = bound.wall_minutes  # a duration's bound; durations are kept in seconds
    return minutes * 60


def _bytes(text: str | None) -> int:
    if not text:
        return MAX_FILE_BYTES
    return int(text[:-2].strip()) * _SIZES[text[-2:]]


def with_conditions(
    context: Context,
    file: File,
    plain: Mapping[str, FieldModel],
    specs: Mapping[str, Any],
    scope: Scope,
    *base: str,
) -> dict[str, FieldModel]:
    """The same fields with show_when, required_when, filled_by and formula compiled."""
    return {
        name: _conditions(context, file, model, specs[name], scope, (*base, name))
        for name, model in plain.items()
    }


def _conditions(
    context: Context,
    file: File,
    model: FieldModel,
    spec: Any,
    scope: Scope,
    path: tuple[str, ...],
) -> FieldModel:
    changes: dict[str, Any] = {}
    for name in ("show_when", "required_when"):
        raw = getattr(spec, name)
        if raw is not None:
            place_of = context.place_of(file, *path, name)
            changes[name], problems = compile_condition(raw, scope, place_of)
            context.add(problems)
    if spec.formula is not None:
        place = file.place(*path, "formula")
        changes["formula"], problems = compile_formula(
            spec.formula, scope, place, wants=model, stored=True
        )
        context.add(problems)
    if model.columns:
        columns = dict(_columns(context, file, model, spec, scope, path))
        order, loop = order_of(columns)
        if loop:
            message = f"these cells of `{model.id}` wait for each other: {' → '.join(loop)}"
            cure = "let one of them read nothing"
            context.error(Code.FIELD_LOOP, message, model.place, cure)
        changes |= {"columns": columns, "row_order": order}
    if spec.filled_by is not None:
        changes["filled_by"] = _filler(context, file, model, spec.filled_by, scope, path)
    return replace(model, **changes)


def _columns(
    context: Context,
    file: File,
    model: FieldModel,
    spec: Any,
    scope: Scope,
    path: tuple[str, ...],
) -> Iterator[tuple[str, FieldModel]]:
    """The columns of rows; a formula of one reads the other cells of its row, and the ticket."""
    row = scope.of_row(model)
    for key, column in model.columns.items():
        own = spec.fields[column.id]
        at = (*path, "fields", column.id)
        for word in ("show_when", "required_when", "filled_by"):
            if getattr(own, word) is not None:
                message = f"`{word}` can't stand in a row of `{model.id}`"
                cure = "leave it out; a row is shown whole"
                context.error(Code.FIELD_CONFLICT, message, file.key_place(*at, word), cure)
        if own.formula is None:
            yield key, column
            continue
        place = file.place(*at, "formula")
        made, problems = compile_formula(own.formula, row, place, wants=column, stored=True)
        context.add(problems)
        yield key, replace(column, formula=made)


def _filler(
    context: Context,
    file: File,
    model: FieldModel,
    text: str,
    scope: Scope,
    path: tuple[str, ...],
) -> str:
    place = file.place(*path, "filled_by")
    info = scope.find(tuple(text.split(".")))
    if info is None:
        guess = scope.suggest(text)
        cure = f"did you mean `{guess}`?" if guess else ""
        message = f"`{text}` leads nowhere, so `{model.id}` can't be filled by it"
        context.error(Code.UNKNOWN_FIELD, message, place, cure)
        return ""
    if (info.path.kind, info.path.scale) != (model.type, model.scale):
        message = f"`{text}` is {info.path.kind}, but `{model.id}` is {model.type}"
        cure = f"give `{model.id}` the type `{info.path.kind}`"
        context.error(Code.FIELD_CONFLICT, message, place, cure)
    return info.path.name
