"""What the rules of a type read, so that of each old ticket no more than that is made ready."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from engine.evaluate import CHANGES, reads, tests
from engine.expression import paths
from engine.model.automation import AutomationModel
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.sla import SlaPolicyModel, Trigger
from engine.model.text import NO_WORDS
from engine.model.ticket_type import TypeModel
from engine.predicate import Path, Predicate
from specs.problem import Place

_NOWHERE = Place("", 1, 1, 1, 1)


class Needs:
    """Of one type under one desk: the names that its rules read, and how far columns know it."""

    def __init__(self, desk: Desk, model: TypeModel) -> None:
        self.desk, self.model = desk, model
        self.strata = desk.strata.get(model.key, ())
        self.automations = [one for stratum in self.strata for one in stratum]
        self.started = [one for one in self.automations if self._at_opening(one)]

    def _at_opening(self, one: AutomationModel) -> bool:
        team = self.model.states[self.model.start].team
        words = ("created",) if team in ("", "home") else ("created", "transferred")
        return any(t.event != "changed" and t.named(words) for t in one.events)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that a rule reads, and those that the form reads to fill it."""
        conditions = self._conditions()
        found = {path.inside or path.name for one in conditions for path in reads(one)}
        for key in reversed(self.model.order):
            if key in found:
                found |= set(_feeds(self.model.fields[key]))
        return frozenset(found)

    def _conditions(self) -> Iterator[Predicate]:
        for model in self.desk.routings.get(self.model.key, {}).values():
            yield from (row.when for row in model.rows)
        policy = self.desk.policies.get(self.model.key)
        if policy is not None:
            yield from (row.when for row in policy.rows)
            yield from of_clocks(policy)
        yield from (one.when for one in self.automations)

    @cached_property
    def hanging(self) -> frozenset[str]:
        """The names on which the value of some field, or its being shown, hangs."""
        return frozenset(name for item in self.model.fields.values() for name in _feeds(item))

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields to settle, each after those it reads; a subject may be made of any of them."""
        read, all_ = self.names, self.made_subject
        return tuple(key for key in self.model.order if all_ or key in read)

    @cached_property
    def strange(self) -> bool:
        """Whether tickets of this type open in ways that columns do not know."""
        waits = any(one.upon == "created" for one in self.model.transitions.values())
        made = any(
            column.formula is not None
            for key in self.fields
            for column in self.model.fields[key].columns.values()
        )
        turned = any(test.op in CHANGES for one in self.started for test in tests(one.when))
        return waits or made or turned

    @cached_property
    def made_subject(self) -> bool:
        """Whether a rule reads a subject that the type makes of its fields."""
        return bool(self.model.subject.template) and "subject" in self.names

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Which of subject and description are read."""
        both = ("subject", "description")
        return both if self.made_subject else tuple(name for name in both if name in self.names)

    @cached_property
    def typed(self) -> tuple[str, ...]:
        """The fields whose recorded values matter."""
        return tuple(key for key in self.fields if self.model.fields[key].is_input)

    @cached_property
    def records(self) -> bool:
        """Whether a value of a record is read."""
        roots = {name.partition(".")[0] for name in self.names if "." in name}
        return self.made_subject or bool(roots & self.model.fields.keys())

    @cached_property
    def form(self) -> object:
        """What of the form bears on the rules: where it is equal, so are the settled values."""
        fields = [_bare(self.model.fields[key]) for key in self.fields]
        subject = self.model.subject.template if self.made_subject else ""
        start = self.model.states[self.model.start]
        first = (start.key, start.phase, self.model.default_priority, self.desk.tenant.zone)
        names = (self.names, self.texts, self.typed, self.records, self.strange)
        return names, self.fields, fields, subject, first


def of_clocks(policy: SlaPolicyModel) -> Iterator[Predicate]:
    """Every condition that starts, stops, pauses or resets a clock."""
    for clock in policy.clocks.values():
        triggers: tuple[Trigger, ...] = (*clock.starts, *clock.stops, *clock.resets)
        yield from (trigger.when for trigger in triggers if trigger.when is not None)
        if clock.pauses is not None:
            yield clock.pauses


def _feeds(item: FieldModel) -> Iterator[str]:
    """The names that a field takes its value, or its being shown, from."""
    found: list[Path] = list(reads(item.show_when)) if item.show_when is not None else []
    found += paths(item.formula) if item.formula is not None else ()
    yield from (path.inside or path.name for path in found)
    if item.filled_by:
        yield item.filled_by


def _bare(item: FieldModel) -> FieldModel:
    """A field without what only people read."""
    return replace(
        item, label=NO_WORDS, help=NO_WORDS, placeholder=NO_WORDS, place=_NOWHERE, indexed=False
    )
