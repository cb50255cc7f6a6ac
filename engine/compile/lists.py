"""Views, reports and dashboards: what is listed and counted, for whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.compile.condition import compile_condition
from engine.compile.context import Context, File, hue_of
from engine.compile.scope import Scope
from engine.compile.scopes import Scopes
from engine.evaluate import LIST_KINDS
from engine.model.lists import DashboardModel, Dimension, Measure, ReportModel, Tile, ViewModel
from engine.model.text import Words
from engine.predicate import TRUE, Path, Predicate
from engine.span import Span
from specs.problem import Code, Place

COLUMNS = ("number", "subject", "state", "priority", "requester", "assignee", "updated_at")
ALL = "all"


def compile_views(context: Context, scopes: Scopes) -> dict[str, ViewModel]:
    """Every view; `all` always exists (the command line exports it)."""
    found = {name: _view(context, file, scopes) for name, file in context.files("View").items()}
    if ALL not in found:
        scope = scopes.of(())
        updated = _path(scope, "updated_at")
        title = Words({"zh-CN": "全部工单", "en": "All tickets"})
        place = Place("tenant.yaml", 1, 1, 1, 1)
        found[ALL] = ViewModel(ALL, title, (), TRUE, COLUMNS, ((updated, True),), place)
    return found


def _view(context: Context, file: File, scopes: Scopes) -> ViewModel:
    spec = file.spec
    scope = scopes.of(spec.types or ())
    sort = tuple(
        (path, text.startswith("-"))
        for number, text in enumerate(spec.sort or ("-updated_at",))
        if (path := _checked(context, file, scope, text.lstrip("-"), "sort", number)) is not None
    )
    columns = tuple(
        path.name
        for number, text in enumerate(spec.columns or COLUMNS)
        if (path := _checked(context, file, scope, text, "columns", number)) is not None
    )
    group = _checked(context, file, scope, spec.group, "group") if spec.group else None
    return ViewModel(
        id=file.id,
        title=context.words(spec.title, file.id),
        types=tuple(context.key("type", name) for name in spec.types or ()),
        filter=_filter(context, file, spec.filter, scope, "filter"),
        columns=columns,
        sort=sort,
        place=file.place(),
        layout=spec.layout,
        group=group.name if group else "",
        hue=spec.hue or hue_of(file.id),
        who=context.who(spec.for_) if spec.for_ else None,
    )


def _filter(context: Context, file: File, raw: Any, scope: Scope, *path: str) -> Predicate:
    if raw is None:
        return TRUE
    found, problems = compile_condition(raw, scope, context.place_of(file, *path), lowerable=True)
    context.add(problems)
    return found


def _path(scope: Scope, text: str) -> Path:
    info = scope.find(tuple(text.split(".")))
    if info is None:
        raise LookupError(text)
    return info.path


def _checked(
    context: Context, file: File, scope: Scope, text: str, *path: str | int
) -> Path | None:
    info = scope.find(tuple(text.split(".")))
    if info is None:
        guess = scope.suggest(text)
        cure = f"did you mean `{guess}`?" if guess else ""
        context.error(Code.UNKNOWN_FIELD, f"there is no `{text}` to read", file.place(*path), cure)
        return None
    return info.path if context.reads(info, file.place(*path)) else None


def compile_reports(context: Context, scopes: Scopes) -> dict[str, ReportModel]:
    """Every report with its dimensions and measures as paths."""
    return {name: _report(context, file, scopes) for name, file in context.files("Report").items()}


def _report(context: Context, file: File, scopes: Scopes) -> ReportModel:
    spec = file.spec
    scope = scopes.of(spec.types or ())
    period = spec.period
    of = _checked(context, file, scope, period.of, "period", "of") if period else None
    return ReportModel(
        id=file.id,
        title=context.words(spec.title, file.id),
        types=tuple(context.key("type", name) for name in spec.types or ()),
        filter=_filter(context, file, spec.filter, scope, "filter"),
        period_of=of,
        period_last=Span.parse(str(period.last)) if period and period.last else None,
        by=tuple(_dimensions(context, file, scope)),
        measures=tuple(_measures(context, file, scope)),
        chart=spec.chart,
        place=file.place(),
        drill=tuple(
            path
            for number, text in enumerate(spec.drill or ())
            if (path := _checked(context, file, scope, text, "drill", number)) is not None
        ),
        period_from=str(period.from_ or "") if period else "",
        period_to=str(period.to or "") if period else "",
    )


def _dimensions(context: Context, file: File, scope: Scope) -> Iterable[Dimension]:
    for name, spec in (file.spec.by or {}).items():
        info = scope.find(tuple(spec.of.split(".")))
        if info is None:
            _checked(context, file, scope, spec.of, "by", name, "of")
            continue
        if info.path.inside or info.path.kind in LIST_KINDS:
            message = f"`{spec.of}` holds several values; a report groups by one"
            context.error(Code.OPERATOR_TYPE, message, file.place("by", name, "of"))
            continue
        if not context.reads(info, file.place("by", name, "of")):
            continue
        timed = info.path.kind in ("date", "datetime")
        if spec.step and not timed:
            message = f"`step` cuts times, but `{spec.of}` is {info.path.kind}"
            context.error(
                Code.OPERATOR_TYPE, message, file.place("by", name, "step"), "leave `step` out"
            )
        own = context.words(spec.title) if spec.title else info.field.label if info.field else None
        step = (spec.step or "day") if timed else ""
        yield Dimension(name, info.path, own or Words({}, name), step)


def _measures(context: Context, file: File, scope: Scope) -> Iterable[Measure]:
    for name, spec in file.spec.measures.items():
        path = ("measures", name)
        value, span = None, None
        if spec.value is not None and spec.value.path:
            value = _checked(context, file, scope, spec.value.path, *path, "value")
        elif spec.value is not None and spec.value.from_ and spec.value.to:
            ends = [
                _checked(context, file, scope, text, *path, "value", word)
                for word, text in (("from", spec.value.from_), ("to", spec.value.to))
            ]
            span = (ends[0], ends[1]) if ends[0] and ends[1] else None
        if spec.of in ("average", "median", "sum", "max", "min") and spec.value is None:
            context.error(
                Code.MISSING_KEY, f"`{spec.of}` needs a `value`", file.key_place(*path),
                "name a number field, or { from: created_at, to: solved_at }",
            )  # fmt: skip
        yield Measure(
            id=name,
            title=context.words(spec.title, name),
            of=spec.of,
            when=_filter(context, file, spec.when, scope, *path, "when"),
            value=value,
            span=span,
        )


def compile_dashboards(context: Context) -> dict[str, DashboardModel]:
    """Every dashboard with its tiles in order."""
    return {
        name: DashboardModel(
            id=name,
            title=context.words(file.spec.title, name),
            tiles=tuple(
                Tile(tile.report, tile.width, context.words(tile.title))
                for tile in file.spec.tiles.values()
            ),
            place=file.place(),
            who=context.who(file.spec.for_) if file.spec.for_ else None,
        )
        for name, file in context.files("Dashboard").items()
    }
