"""Ticket types: fields with their FieldSets, form, checks and the workflow with its faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.compile.actions import compile_actions
from engine.compile.approval import compile_approval
from engine.compile.condition import compile_condition
from engine.compile.context import Context, File
from engine.compile.fields import plain_fields, with_conditions
from engine.compile.formula import compile_formula
from engine.compile.ordering import order_of
from engine.compile.scope import Scope, with_keys
from engine.evaluate import reads
from engine.model.field import FieldModel
from engine.model.rights import Who
from engine.model.ticket_type import (
    INPUTS,
    STATE_LATE,
    Action,
    Check,
    Section,
    State,
    StateWarning,
    Survey,
    TextField,
    Transition,
    TypeModel,
)
from engine.span import Span
from specs.marks import Share
from specs.problem import Code

WEEK = Span.parse("7d")


def bare_fields(context: Context, file: File) -> dict[str, FieldModel]:
    """The fields of a type by id without conditions: FieldSets first, then its own."""
    found: dict[str, FieldModel] = {}
    for name in file.spec.include or ():
        shared = context.files("FieldSet").get(name)
        if shared is not None:
            found |= plain_fields(context, shared, name, shared.spec.fields, "fields")
    own = plain_fields(context, file, file.id, file.spec.fields or {}, "fields")
    for name in own.keys() & found.keys():
        message = f"`{name}` stands in a field set that this type includes"
        cure = "give one of them another id"
        place = file.key_place("fields", name)
        context.error(Code.FIELD_CONFLICT, message, place, cure)
    return found | own


def compile_type(
    context: Context, file: File, bare: Mapping[str, FieldModel], scope: Scope
) -> TypeModel:
    """One type against the scope of its own fields."""
    spec = file.spec
    fields = _full_fields(context, file, bare, scope)
    by_key = {model.key: model for model in fields.values()}
    order, loop = order_of(by_key)
    if loop:
        chain = " → ".join((*loop, loop[0]))
        place = by_key[loop[0]].place
        message = f"these fields wait for each other: {chain}"
        context.error(Code.FIELD_LOOP, message, place, "let one of them read nothing")
    return TypeModel(
        id=file.id,
        key=context.key("type", file.id),
        title=context.words(spec.title, file.id),
        prefix=spec.prefix or file.id[:3].upper().replace("_", ""),
        place=file.place(),
        icon=spec.icon or "ticket",
        help=context.words(spec.help),
        subject=_subject(context, spec, scope),
        description=_description(context, spec),
        fields=by_key,
        order=order,
        sections=tuple(_sections(context, spec, fields)),
        checks=tuple(_checks(context, file, scope, fields)),
        start=context.key("state", spec.workflow.start, file.id),
        states={s.key: s for s in _states(context, file, scope)},
        transitions={t.id: t for t in _transitions(context, file, scope, fields)},
        survey=_survey(context, file),
        default_team=context.key("team", spec.default_team) if spec.default_team else "",
        default_priority=spec.default_priority or "normal",
        reopen_within=Span.parse(str(spec.reopen_within)) if spec.reopen_within else WEEK,
        knowledge=tuple(spec.knowledge or ()),
        notify={word: tuple(names) for word, names in (spec.notify or {}).items()},
    )


def _full_fields(
    context: Context, file: File, bare: Mapping[str, FieldModel], scope: Scope
) -> dict[str, FieldModel]:
    own = file.spec.fields or {}
    mine = {name: model for name, model in bare.items() if name in own}
    found = with_conditions(context, file, mine, own, scope, "fields")
    shared: dict[str, FieldModel] = {}
    for name in file.spec.include or ():
        part = context.files("FieldSet").get(name)
        if part is not None:
            plain = {n: bare[n] for n in part.spec.fields if n in bare and n not in own}
            shared |= with_conditions(context, part, plain, part.spec.fields, scope, "fields")
    return {name: (found.get(name) or shared.get(name) or model) for name, model in bare.items()}


def _subject(context: Context, spec: Any, scope: Scope) -> TextField:
    line = spec.subject
    if line is None:
        return TextField()
    template = with_keys(line.template or "", scope)
    return TextField(context.words(line.label), context.words(line.help), True, template)


def _description(context: Context, spec: Any) -> TextField:
    box = spec.description
    if box is None:
        return TextField(required=False)
    return TextField(context.words(box.label), context.words(box.help), box.required)


def _survey(context: Context, file: File) -> Survey | None:
    spec = file.spec.survey
    if spec is None:
        return None
    place = file.key_place("survey")
    if spec.low is not None and spec.low >= spec.scale:
        message = f"the best mark is {spec.scale}, so {spec.low} can't be low"
        at = file.place("survey", "low")
        context.error(Code.BAD_VALUE, message, at, "write a smaller mark")
    return Survey(
        question=context.words(spec.question),
        scale=spec.scale,
        place=place,
        ask_after_us=Span.parse(str(spec.ask_after)).plain_us if spec.ask_after else 0,
        low=spec.low or 0,
        notify=spec.notify or "",
    )


def _sections(context: Context, spec: Any, fields: Mapping[str, FieldModel]) -> Iterator[Section]:
    placed: set[str] = set()
    for name, part in (spec.form or {}).items():
        known = [n for n in part.fields if n in fields and n not in placed]
        placed |= set(known)
        yield Section(name, context.words(part.title), tuple(fields[n].key for n in known))
    rest = [model.key for name, model in fields.items() if name not in placed]
    if rest:
        yield Section("rest", context.words(None), tuple(rest))


def _checks(
    context: Context, file: File, scope: Scope, fields: Mapping[str, FieldModel]
) -> Iterator[Check]:
    for name, check in (file.spec.checks or {}).items():
        place = file.place("checks", name, "must")
        must, problems = compile_formula(check.must, scope, place, wants="boolean")
        context.add(problems)
        at = fields[check.at].key if check.at in fields else check.at
        if must is not None:
            yield Check(name, must, at, context.words(check.say), place)


def _states(context: Context, file: File, scope: Scope) -> Iterator[State]:
    for name, spec in file.spec.workflow.states.items():
        team = spec.team or ""
        path = ("workflow", "states", name)
        yield State(
            id=name,
            key=context.key("state", name, file.id),
            title=context.words(spec.title, name),
            phase=spec.phase,
            place=file.key_place("workflow", "states", name),
            look=spec.look or "",
            team=team if team in ("", "home") else context.key("team", team),
            limit=Span.parse(str(spec.limit)) if spec.limit else None,
            calendar=spec.calendar or "",
            guide=context.words(spec.guide),
            warnings=tuple(_warnings(context, file, scope, path, spec)),
            late=_late(context, file, scope, path, spec),
        )


def _warnings(
    context: Context, file: File, scope: Scope, path: tuple[str, ...], spec: Any
) -> Iterator[StateWarning]:
    if spec.warn and not spec.limit:
        message = f"`{path[-1]}` warns of the end of a time that it does not limit"
        context.error(Code.MISSING_KEY, message, file.key_place(*path, "warn"), "add `limit:`")
    for name, warning in (spec.warn or {}).items():
        at = warning.at
        do = compile_actions(context, file, warning.do, scope, *path, "warn", name, "do")
        yield StateWarning(name, at.percent if isinstance(at, Share) else Span.parse(str(at)), do)


def _late(
    context: Context, file: File, scope: Scope, path: tuple[str, ...], spec: Any
) -> tuple[Action, ...]:
    """What a state's limit sets going: its own actions, else the lead is told."""
    if spec.late is not None:
        if not spec.limit:
            message = f"`{path[-1]}` is never late, because it has no limit"
            context.error(Code.MISSING_KEY, message, file.key_place(*path, "late"), "add `limit:`")
        return compile_actions(context, file, spec.late, scope, *path, "late")
    place = file.key_place(*path)
    return (Action("notify", {"name": STATE_LATE}, Who(("lead",)), place),) if spec.limit else ()


def _transitions(
    context: Context, file: File, scope: Scope, fields: Mapping[str, FieldModel]
) -> Iterator[Transition]:
    for name, spec in file.spec.workflow.transitions.items():
        path = ("workflow", "transitions", name)
        when, problems = compile_condition(
            spec.when or {}, scope, context.place_of(file, *path, "when")
        )
        context.add(problems)
        needs = tuple(fields[n].key if n in fields else n for n in spec.needs or ())
        frozen = (*(path.name for path in reads(when)), *(n for n in needs if n not in INPUTS))
        yield Transition(
            id=name,
            title=context.words(spec.title, name),
            source=tuple(context.key("state", s, file.id) for s in spec.from_),
            target=context.key("state", spec.to, file.id),
            by=context.who(spec.by),
            place=file.key_place(*path),
            when=when,
            needs=needs,
            upon=_upon(context, file, fields, spec.upon or ""),
            notify=tuple(spec.notify or ()),
            do=compile_actions(context, file, spec.do or (), scope, *path, "do"),
            danger=spec.danger,
            icon=spec.icon or "",
            approval=compile_approval(context, file, scope, path, spec, frozen),
        )


def _upon(context: Context, file: File, fields: Mapping[str, FieldModel], text: str) -> str:
    """`entered(waiting)` as decisions emit it: `entered:waiting`, with the state's key."""
    name, _, inner = text.partition("(")
    arg = inner.rstrip(")").strip()
    if not arg:
        return name
    if name == "entered":
        return f"{name}:{context.key('state', arg, file.id)}"
    if name in ("due", "breached"):
        clock, comma, share = arg.partition(",")
        return f"{name}:{context.key('clock', clock.strip())}{':' if comma else ''}{share.strip()}"
    return f"{name}:{fields[arg].key if arg in fields else arg}"
