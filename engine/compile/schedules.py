"""Schedules: their rule, the records they go over, and the ticket they make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.compile.condition import compile_condition
from engine.compile.context import Context, File
from engine.compile.recurring import compile_recurrence
from engine.compile.scope import Scope
from engine.compile.scopes import Scopes
from engine.expression import NUMBER_KINDS
from engine.model.schedule import Each, FromRecord, ScheduleModel
from engine.model.source import SourceModel
from engine.model.ticket_type import FromClock
from engine.values.registry import ValueProblem, normalise, say_problem
from engine.values.written import as_keys
from specs.problem import Code, did_you_mean

_TAKEN = re.compile(r"\$record\.([a-z0-9_]+)\Z")


def compile_schedules(
    context: Context, scopes: Scopes, sources: Mapping[str, SourceModel]
) -> dict[str, ScheduleModel]:
    """All schedules by id."""
    return {
        name: _Schedule(context, file, scopes, sources).model()
        for name, file in sorted(context.files("Schedule").items())
    }


class _Schedule:
    def __init__(
        self, context: Context, file: File, scopes: Scopes, sources: Mapping[str, SourceModel]
    ) -> None:
        self.context, self.file = context, file
        self.scope = scopes.of([file.spec.create.type])
        self.source = sources.get(file.spec.for_each.source) if file.spec.for_each else None

    def wrong(self, message: str, *path: str, cure: str = "") -> None:
        self.context.error(Code.BAD_VALUE, message, self.file.place(*path), cure)

    def unknown(self, message: str, *path: str, cure: str = "") -> None:
        """Nothing of that name; not told while a file that may declare it can't be read."""
        if not self.context.half_read:
            self.wrong(message, *path, cure=cure)

    def model(self) -> ScheduleModel:
        spec, context = self.file.spec, self.context
        told = [one.id for one in spec.requester if one.sort == "relation"]
        if set(told) - {"lead", "upper_lead"}:
            cure = "write lead, { lead_of: team } or { role: id }"
            self.wrong(
                f"no ticket is there yet, so nobody is its {told[0]}", "requester", cure=cure
            )
        tenant = context.specs.tenant
        return ScheduleModel(
            id=self.file.id,
            title=context.words(spec.title, self.file.id),
            when=compile_recurrence(context, spec.every),
            calendar=spec.calendar or (tenant.calendar if tenant else "") or "",
            on_closed=spec.on_closed,
            who=context.who(spec.requester),
            type=context.key("type", spec.create.type),
            place=self.file.place(),
            each=self._each(),
            meter=self._meter(),
            subject=context.words(spec.create.subject or spec.title, self.file.id),
            description=context.words(spec.create.description),
            values=self._values(),
        )

    def _each(self) -> Each | None:
        each = self.file.spec.for_each
        if each is None or self.source is None:
            return None
        info = self.scope.find((each.field,))
        if info is None or info.field is None or info.field.source != each.source:
            message = f"`{each.field}` is no field that points to a record of `{each.source}`"
            self.unknown(message, "for_each", "field", cure="name a field of type reference")
            return None
        scope = Scope.of_types([self.source.outputs])
        at = self.context.place_of(self.file, "for_each", "when")
        when, problems = compile_condition(each.when or {}, scope, at)
        self.context.add(problems)
        return Each(each.source, info.path.name, when)

    def _meter(self) -> tuple[str, int] | None:
        meter = self.file.spec.meter
        if meter is None:
            return None
        if self.source is None:
            cure = "add `for_each: { source: …, field: … }`"
            self.unknown("a meter is read from the records of a source", "meter", cure=cure)
            return None
        output = self.source.outputs.get(meter.value)
        if output is None or output.type not in NUMBER_KINDS:
            cure = did_you_mean(meter.value, self._numbers())
            message = f"`{meter.value}` is no number of `{self.source.id}`"
            self.unknown(message, "meter", "value", cure=cure)
            return None
        return meter.value, int(meter.every) * 10**output.scale

    def _numbers(self) -> list[str]:
        outputs = self.source.outputs if self.source is not None else {}
        return [name for name, item in outputs.items() if item.type in NUMBER_KINDS]

    def _values(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, raw in (self.file.spec.create.values or {}).items():
            info, path = self.scope.find((name,)), ("create", "values", name)
            if info is None or info.field is None:
                cure = did_you_mean(name, [p[0] for p in self.scope.infos if len(p) == 1])
                self.unknown(f"there is no field `{name}` to fill", *path, cure=cure)
                continue
            value = self._value(info.field, raw, path)
            if value is not None:
                found[info.path.name] = value
        return found

    def _value(self, item: Any, raw: Any, path: tuple[str, ...]) -> object:
        taken = _TAKEN.match(raw) if isinstance(raw, str) else None
        if taken is not None:
            known = self.source.outputs if self.source is not None else {}
            if taken[1] in known:
                return FromRecord(taken[1])
            cure = did_you_mean(taken[1], known) or "add `for_each:`"
            self.unknown(f"a record has no `{taken[1]}`", *path, cure=cure)
            return None
        if raw == "$today" and item.type == "date":
            return FromClock("today")
        teams = {name: self.context.key("team", name) for name in self.context.files("Team")}
        posted = as_keys(item, raw, teams)
        value = posted if isinstance(posted, ValueProblem) else normalise(item, posted)
        if isinstance(value, ValueProblem):
            self.wrong(f"`{item.id}` can't be filled so: {say_problem(value, 'en')}", *path)
            return None
        # What opens the ticket reads it once more, as it would a posted form.
        return posted
