"""Bursts and patterns: what has to come together as steps, what agrees, and what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.compile.condition import compile_condition
from engine.compile.context import Context, File, Step
from engine.compile.events import clocks_of, compile_event
from engine.compile.scope import PathInfo, Scope
from engine.compile.scopes import Scopes
from engine.evaluate import LIST_KINDS
from engine.model.pattern import LONGEST_US, MOST_STEPS, PatternRule
from engine.model.pattern import Step as PatternStep
from engine.model.ticket_type import Action, FromMatch
from engine.predicate import TRUE, Path
from engine.span import Span
from specs.problem import Code, did_you_mean

TICKET: Final = Path("id", "ticket", "ticket")
"""`same: ticket`: events of one ticket."""
At = tuple[Step, ...]


def compile_pattern(
    context: Context, file: File, scopes: Scopes, scope: Scope, types: tuple[str, ...]
) -> PatternRule | None:
    """The burst or pattern that starts an automation for `types` (keys); None where none does."""
    starts = file.spec.starts
    if starts.burst is None and starts.pattern is None:
        return None
    compiler = _Pattern(context, file, scopes, scope, types)
    return compiler.burst(starts.burst) if starts.burst else compiler.pattern(starts.pattern)


def check_taken(context: Context, actions: tuple[Action, ...], rule: PatternRule | None) -> None:
    """`$same.x` stands only for what all events of the burst or pattern agree in."""
    known = {path.name for path in rule.same} if rule is not None else set()
    spelled = [path.spelled for path in rule.same] if rule is not None else []
    for action in actions:
        for path in _taken(action.args):
            if path.name not in known:
                message = f"`$same.{path.spelled}`: the events need not agree in it"
                if rule is None:
                    message = (
                        f"`$same.{path.spelled}`: only a burst or pattern has events that agree"
                    )
                cure = did_you_mean(path.spelled, spelled) or "take a value with $ticket.<path>"
                context.error(Code.ACTION, message, action.place, cure)


def _taken(args: Mapping[str, Any]) -> Iterator[Path]:
    for value in args.values():
        if isinstance(value, FromMatch):
            yield value.path
        elif isinstance(value, Mapping):
            yield from _taken(value)


class _Pattern:
    """One burst or pattern of one file."""

    def __init__(
        self, context: Context, file: File, scopes: Scopes, scope: Scope, types: tuple[str, ...]
    ) -> None:
        self.context, self.file, self.scopes = context, file, scopes
        self.scope, self.types = scope, types

    def burst(self, spec: Any) -> PatternRule | None:
        at: At = ("starts", "burst")
        triggers = compile_event(
            self.context, self.file, self.scope, spec.of, (*at, "of"), clocks_of(self.context)
        )
        same, within = self.same(spec, at), self.within(spec, at)
        if not triggers or not same or not within:
            return None
        step = PatternStep("event", tuple(triggers), self.types)
        return PatternRule(self.file.id, (step,), same, within, count=spec.count)

    def pattern(self, spec: Any) -> PatternRule | None:
        at: At = ("starts", "pattern")
        if not 2 <= len(spec.events) <= MOST_STEPS:
            message = f"a pattern joins 2 to {MOST_STEPS} events"
            cure = "count events of one sort with `burst`"
            self.wrong(message, (*at, "events"), cure if len(spec.events) < 2 else "")
            return None
        steps = [self.step(name, one, (*at, "events", name)) for name, one in spec.events.items()]
        same, within = self.same(spec, at), self.within(spec, at)
        different = self.different(spec, at)
        made = tuple(step for step in steps if step is not None)
        if len(made) < len(steps) or not same or not within or (spec.different and not different):
            return None
        return PatternRule(self.file.id, made, same, within, different, bool(spec.in_order))

    def step(self, name: str, spec: Any, at: At) -> PatternStep | None:
        types, scope = self.types_of(spec, at), self.scope
        if spec.type:
            scope = self.scopes.of(spec.type)
        triggers = compile_event(
            self.context, self.file, scope, spec.of, (*at, "of"), clocks_of(self.context)
        )
        when = TRUE
        if spec.when:
            place = self.context.place_of(self.file, *at, "when")
            when, problems = compile_condition(spec.when, scope, place, event=True)
            self.context.add(problems)
        return PatternStep(name, tuple(triggers), types, when) if triggers and types else None

    def types_of(self, spec: Any, at: At) -> tuple[str, ...]:
        """The types of an event: some of those that the automation is for."""
        if not spec.type:
            return self.types
        keys = [self.context.key("type", name) for name in spec.type]
        # A type that can't be read is told where it stands, once.
        read = self.context.files("TicketType")
        named = zip(spec.type, keys, strict=True)
        outside = [name for name, key in named if key not in self.types and name in read]
        if outside:
            cure = "name the type in `applies_to` too: what the pattern brings about is done there"
            self.wrong(f"the automation is not for `{outside[0]}`", (*at, "type"), cure)
            return ()
        return tuple(keys)

    def same(self, spec: Any, at: At) -> tuple[Path, ...]:
        found = [self.path(name, (*at, "same", number)) for number, name in enumerate(spec.same)]
        return () if None in found else tuple(path for path in found if path is not None)

    def different(self, spec: Any, at: At) -> Path | None:
        if not spec.different:
            return None
        if len(spec.different) > 1:
            message = "a pattern tells its events apart by one value"
            self.wrong(message, (*at, "different", 1), "keep the one that matters")
            return None
        return self.path(spec.different[0], (*at, "different", 0))

    def path(self, spelled: str, at: At) -> Path | None:
        if spelled == "ticket":
            return TICKET
        info = self.scope.find(spelled.split("."))
        if info is None:
            # The loader said that the path leads nowhere.
            return None
        if not self.context.reads(info, self.file.place(*at)):
            return None
        if _is_one_value(info):
            return info.path
        message = f"`{spelled}` holds several values, so that events can't agree in it"
        self.wrong(message, at, "name a field of one value")
        return None

    def within(self, spec: Any, at: At) -> int:
        length = Span.parse(str(spec.within)).plain_us
        if 0 < length <= LONGEST_US:
            return length
        self.wrong("a pattern over time takes from a minute to a year", (*at, "within"))
        return 0

    def wrong(self, message: str, at: At, cure: str = "") -> None:
        if not self.context.half_read:
            self.context.error(Code.BAD_VALUE, message, self.file.place(*at), cure)


def _is_one_value(info: PathInfo) -> bool:
    return info.path.kind not in LIST_KINDS and not info.path.inside
