"""Automations and macros: what starts them becomes triggers, their actions resolved verbs."""

from __future__ import annotations

from collections.abc import Iterator

from engine.compile.actions import compile_actions
from engine.compile.condition import compile_condition
from engine.compile.context import Context, File
from engine.compile.events import clocks_of, compile_event
from engine.compile.patterns import check_taken, compile_pattern
from engine.compile.recurring import compile_recurrence
from engine.compile.scope import Scope
from engine.compile.scopes import Scopes
from engine.model.automation import AutomationModel, Held, MacroModel
from engine.model.sla import Trigger
from engine.model.text import Words
from engine.predicate import Predicate
from engine.span import Span


def compile_automations(context: Context, scopes: Scopes) -> tuple[AutomationModel, ...]:
    """All automations, in the order of their ids."""
    return tuple(_automation(context, file, scopes) for file in _files(context, "Automation"))


def compile_macros(context: Context, scopes: Scopes) -> dict[str, MacroModel]:
    """All macros by id."""
    return {file.id: _macro(context, file, scopes) for file in _files(context, "Macro")}


def _files(context: Context, kind: str) -> list[File]:
    return sorted(context.files(kind).values(), key=lambda file: file.id)


def types_of(context: Context, file: File) -> tuple[str, ...]:
    """The keys of the types a spec applies to, in the desk's order."""
    applies = file.spec.applies_to
    known = context.files("TicketType")
    return tuple(
        context.key("type", name) for name in known if "all_types" in applies or name in applies
    )


def scope_of(file: File, scopes: Scopes) -> Scope:
    """What its conditions may read."""
    applies = file.spec.applies_to
    return scopes.of(() if "all_types" in applies else applies)


def _when(
    context: Context, file: File, scope: Scope, *, event: bool, lowerable: bool = False
) -> Predicate:
    at = context.place_of(file, "when")
    raw = file.spec.when or {}
    when, problems = compile_condition(raw, scope, at, event=event, lowerable=lowerable)
    context.add(problems)
    return when


def _automation(context: Context, file: File, scopes: Scopes) -> AutomationModel:
    spec, scope, types = file.spec, scope_of(file, scopes), types_of(context, file)
    pattern = compile_pattern(context, file, scopes, scope, types)
    do = compile_actions(context, file, spec.do, scope, "do")
    if pattern is not None or not (spec.starts.burst or spec.starts.pattern):
        check_taken(context, do, pattern)
    return AutomationModel(
        id=file.id,
        title=context.words(spec.title, file.id),
        types=types,
        events=tuple(_events(context, file, scope)),
        held=_held(context, file, scope),
        when=_when(
            context,
            file,
            scope,
            event=spec.starts.event is not None,
            lowerable=spec.starts.schedule is not None,
        ),
        do=do,
        place=file.place(),
        recurring=compile_recurrence(context, spec.starts.schedule)
        if spec.starts.schedule
        else None,
        pattern=pattern,
    )


def _events(context: Context, file: File, scope: Scope) -> Iterator[Trigger]:
    clocks = clocks_of(context)
    for number, text in enumerate(file.spec.starts.event or ()):
        path = ("starts", "event", number)
        if file.place(*path) == file.place("starts"):
            path = ("starts", number)  # type: ignore[assignment]
        yield from compile_event(context, file, scope, text, path, clocks)


def _held(context: Context, file: File, scope: Scope) -> Held | None:
    starts = file.spec.starts
    if starts.state is None or starts.for_ is None:
        return None
    info = scope.find(("state",))
    known = info.options if info is not None else {}
    keys = tuple(key for name in starts.state for key in known.get(name, ()))
    return Held(keys, Span.parse(str(starts.for_)), starts.calendar or "")


def _macro(context: Context, file: File, scopes: Scopes) -> MacroModel:
    spec, scope = file.spec, scope_of(file, scopes)
    return MacroModel(
        id=file.id,
        title=context.words(spec.title, file.id),
        types=types_of(context, file),
        do=compile_actions(context, file, spec.do, scope, "do"),
        place=file.place(),
        help=context.words(spec.help) if spec.help else Words({}),
        icon=spec.icon or "",
        when=_when(context, file, scope, event=False),
        who=context.who(spec.for_) if spec.for_ else None,
    )
