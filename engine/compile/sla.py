"""SLA policies: clocks and what moves them, the table of targets, warnings, breach actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from engine.compile.actions import compile_actions
from engine.compile.cells import compile_result
from engine.compile.condition import compile_condition
from engine.compile.context import Context, File
from engine.compile.events import compile_event
from engine.compile.ranking import Claim, winners
from engine.compile.scope import Scope
from engine.compile.scopes import Scopes
from engine.compile.tables import Result, table_otherwise, table_rows
from engine.facts import Value
from engine.model.automation import AutomationModel
from engine.model.routing import Row
from engine.model.sla import STATE_LIMIT, ClockModel, SlaPolicyModel, Trigger, Warning
from engine.predicate import TRUE, AnyOf, Predicate
from engine.span import Span
from specs.marks import Share
from specs.problem import Code, Place


def compile_policies(context: Context, scopes: Scopes) -> dict[str, SlaPolicyModel]:
    """type key → the one policy of its tickets; a type without one has no clocks."""
    claims: list[Claim[SlaPolicyModel]] = []
    for file in context.files("SlaPolicy").values():
        applies = tuple(file.spec.applies_to)
        scope = scopes.of(() if "all_types" in applies else applies)
        claims.append(Claim(file, applies, "deadlines", _policy(context, file, scope)))
    found = winners(context, claims)
    return {key: models["deadlines"] for key, models in found.items() if "deadlines" in models}


def _policy(context: Context, file: File, scope: Scope) -> SlaPolicyModel:
    spec = file.spec
    clocks = dict(_clocks(context, file, scope))
    target = partial(_target, context)
    return SlaPolicyModel(
        id=file.id,
        calendar=spec.calendar or "",
        clocks=clocks,
        rows=table_rows(context, file, scope, target),
        otherwise=_otherwise(context, file, target),
        warnings=tuple(_warnings(context, file, scope, frozenset(clocks))),
        breach=compile_actions(context, file, spec.breach or (), scope, "breach"),
        reason_required=spec.reason_required or bool(spec.breach_reasons),
        breach_reasons={
            name: context.words(title, name) for name, title in (spec.breach_reasons or {}).items()
        },
        when_changed=spec.when_changed or "new_tickets",
        file=file.file,
    )


def with_shares(
    policies: Mapping[str, SlaPolicyModel], automations: Iterable[AutomationModel]
) -> dict[str, SlaPolicyModel]:
    """The policies with a silent warning for each share that an automation waits for.

    `due(solved, 80%)` is then an event like that of any warning; its name, `80%`, can't be an id.
    """
    found = dict(policies)
    for automation in automations:
        for trigger in automation.events:
            clock, _, share = trigger.arg.partition(":")
            if trigger.event != "due" or not share:
                continue
            for key in automation.types:
                policy = found.get(key)
                if policy is not None and clock in policy.clocks:
                    found[key] = _with_share(policy, clock, share, automation.place)
    return found


def _with_share(policy: SlaPolicyModel, clock: str, share: str, place: Place) -> SlaPolicyModel:
    kept = tuple(one for one in policy.warnings if one.id != share)
    had = next((one.clocks for one in policy.warnings if one.id == share), frozenset())
    percent = int(share.removesuffix("%"))
    made = Warning(share, percent, None, (), place, had | {clock})
    return replace(policy, warnings=(*kept, made))


# --- clocks ---------------------------------------------------------------------------------------


def _clocks(context: Context, file: File, scope: Scope) -> Iterable[tuple[str, ClockModel]]:
    for name, spec in file.spec.clocks.items():
        place = file.key_place("clocks", name)
        if name == STATE_LIMIT:
            message = f"`{name}` is the clock of a state's own limit"
            context.error(Code.RESERVED_ID, message, place, "choose another id")
        pauses = _triggers(context, file, scope, name, "pauses")
        for trigger in pauses:
            if trigger.when is None:
                message = f"`{trigger.event}` is a moment, and a pause lasts"
                at = file.place("clocks", name, "pauses")
                context.error(Code.EVENT, message, at, "write a condition: { phase: waiting }")
        key = context.key("clock", name)
        yield (
            key,
            ClockModel(
                id=name,
                key=key,
                title=context.words(spec.title, name),
                starts=_triggers(context, file, scope, name, "starts"),
                stops=_triggers(context, file, scope, name, "stops"),
                pauses=_any(trigger.when for trigger in pauses if trigger.when is not None),
                resets=_triggers(context, file, scope, name, "resets"),
                place=place,
            ),
        )


def _any(items: Iterable[Predicate]) -> Predicate | None:
    found = tuple(items)
    if len(found) < 2:
        return found[0] if found else None
    return AnyOf(found)


def _triggers(
    context: Context, file: File, scope: Scope, clock: str, slot: str
) -> tuple[Trigger, ...]:
    entries = getattr(file.spec.clocks[clock], slot) or ()
    made: list[Trigger] = []
    for number, entry in enumerate(entries):
        # What is written without a list stands at the key itself.
        path: tuple[Any, ...] = ("clocks", clock, slot, number)
        if len(entries) == 1 and file.place(*path) == file.place(*path[:-1]):
            path = path[:-1]
        if isinstance(entry, str):
            clocks = {name: context.key("clock", name) for name in file.spec.clocks}
            made += compile_event(context, file, scope, entry, path, clocks)
            continue
        when, problems = compile_condition(entry, scope, context.place_of(file, *path), event=True)
        context.add(problems)
        made.append(Trigger(when=when))
    return tuple(made)


# --- targets --------------------------------------------------------------------------------------


def _otherwise(context: Context, file: File, result: Result) -> Row:
    # The analysis tells whether a table without `otherwise` leaves tickets undecided.
    found = table_otherwise(file, result)
    return found or Row("", TRUE, {}, file.key_place("table"))


def _target(context: Context, clock: str, text: str, place: Place) -> tuple[str, Value]:
    """clock key, and the text of its Span; `-` leaves the clock out."""
    value, problems = compile_result(text, "duration", {}, place)
    context.add(problems)
    return context.key("clock", clock), value


# --- warnings -------------------------------------------------------------------------------------


def _warnings(
    context: Context, file: File, scope: Scope, clocks: frozenset[str]
) -> Iterable[Warning]:
    for name, spec in (file.spec.warn or {}).items():
        share = isinstance(spec.at, Share)
        named = frozenset(context.key("clock", clock) for clock in spec.clocks or ())
        yield Warning(
            id=name,
            percent=spec.at.percent if share else None,
            before=None if share else _before(context, file, name),
            do=compile_actions(context, file, spec.do, scope, "warn", name, "do"),
            place=file.key_place("warn", name),
            clocks=named or clocks,
        )


def _before(context: Context, file: File, name: str) -> Span:
    try:
        return Span.parse(str(file.spec.warn[name].at))
    except ValueError as error:
        context.error(Code.BAD_VALUE, str(error), file.place("warn", name, "at"))
        return Span()
