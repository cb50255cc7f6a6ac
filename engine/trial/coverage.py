"""What a run of tests reached: rows, transitions, checks, automations, warnings, branches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine.decide.explain import explain
from engine.decide.reacting import TOPIC
from engine.decide.say import plain_test
from engine.decide.verdict import Edit, Fall, Move, Open
from engine.evaluate import holds, tests
from engine.expression import evaluate
from engine.facts import Ask, Facts
from engine.model.desk import Desk
from engine.model.routing import Row
from engine.model.sla import STATE_LIMIT
from engine.model.ticket_type import TypeModel
from engine.predicate import Predicate, Test
from engine.trial.play import Moment
from engine.trial.run import Result
from specs.problem import Place

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a test can reach. `sort` is the group it is counted in."""

    sort: str
    name: str
    place: Place
    reached: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """Everything that could be reached, in the order of the specs."""

    items: tuple[Item, ...]

    @property
    def total(self) -> int:
        """How many things there are."""
        return len(self.items)

    @property
    def reached(self) -> int:
        """How many of them were reached."""
        return sum(1 for one in self.items if one.reached)

    @property
    def percent(self) -> int:
        """The share in whole percent, rounded down; 100 where there is nothing to reach."""
        return 100 * self.reached // self.total if self.total else 100

    @property
    def missed(self) -> tuple[Item, ...]:
        """What was not reached, by place."""
        return tuple(sorted((i for i in self.items if not i.reached), key=lambda i: i.place))

    def by_sort(self) -> Iterator[tuple[str, list[Item]]]:
        """The items by group, in a fixed order."""
        found: dict[str, list[Item]] = {}
        for one in self.items:
            found.setdefault(one.sort, []).append(one)
        yield from found.items()


def cover(desk: Desk, results: Iterable[Result]) -> Coverage:
    """What these results reached of a desk."""
    known = _known(desk)
    reached: set[Key] = set()
    for result in results:
        for moment in result.moments:
            reached |= _of_moment(desk, result.case.type, moment)
    return Coverage(tuple(replace(item, reached=key in reached) for key, item in known.items()))


# ---------------------------------------------------------------- what there is


def _known(desk: Desk) -> dict[Key, Item]:
    found: dict[Key, Item] = {}
    routings = {one.id: one for models in desk.routings.values() for one in models.values()}
    for routing in routings.values():
        rows = [row for row in (*routing.rows, routing.otherwise) if row is not None]
        _add_rows(found, "routing rows", f"routing/{routing.id}", rows)
    for policy in {one.id: one for one in desk.policies.values()}.values():
        address = f"sla/{policy.id}"
        _add_rows(found, "SLA rows", address, [*policy.rows, policy.otherwise])
        for warning in policy.warnings:
            name = f"{address}.warn.{warning.id}"
            found["warning", name] = Item("warnings and breaches", name, warning.place)
        for clock in policy.clocks.values():
            name = f"{address}.{clock.id}"
            found["breach", name] = Item("warnings and breaches", f"{name} is missed", clock.place)
    for model in desk.types.values():
        _add_type(found, model)
    automations = {
        one.id: one for strata in desk.strata.values() for part in strata for one in part
    }
    # What several tickets or the hour set off lies outside of a case, which is about one ticket.
    for automation in (one for one in automations.values() if one.events or one.held):
        rule = automation.rule
        found["automation", rule] = Item("automations", f"{rule} acts", automation.place)
        _add_tests(found, rule, automation.when, automation.place)
    return found


def _add_rows(found: dict[Key, Item], sort: str, address: str, rows: list[Row]) -> None:
    for row in rows:
        rule = f"{address}.{row.id}"
        found["row", rule] = Item(sort, rule, row.place)
        _add_tests(found, rule, row.when, row.place)


def _add_tests(found: dict[Key, Item], rule: str, when: Predicate, place: Place) -> None:
    for test in dict.fromkeys(tests(when)):
        for held in (True, False):
            word = "true" if held else "false"
            name = f"{rule}: {plain_test(test)} is {word}"
            found[_branch(rule, test, held)] = Item("branches", name, place)


def _branch(rule: str, test: Test, held: bool) -> Key:
    return "branch", rule, repr(test), str(held)


def _add_type(found: dict[Key, Item], model: TypeModel) -> None:
    address = f"types/{model.id}"
    for move in model.transitions.values():
        name = f"{address}.{move.id}"
        found["move", name] = Item("transitions", name, move.place)
        _add_tests(found, name, move.when, move.place)
    for check in model.checks:
        for held in ("holds", "is broken"):
            name = f"{address}.checks.{check.id}"
            found["check", name, held] = Item("checks", f"{name} {held}", check.place)
    for state in model.states.values():
        if state.limit is not None:
            name = f"{address}.{state.id}"
            said = f"{name}: limit is over"
            found["limit", name] = Item("warnings and breaches", said, state.place)
        for warning in state.warnings:
            name = f"{address}.{state.id}.warn.{warning.id}"
            found["warning", name] = Item("warnings and breaches", name, state.place)
    for item in model.fields.values():
        for word, when in (("show_when", item.show_when), ("required_when", item.required_when)):
            if when is not None:
                _add_tests(found, f"{address}.{item.id}.{word}", when, item.place)


# ---------------------------------------------------------------- what was reached


def _of_moment(desk: Desk, type_key: str, moment: Moment) -> set[Key]:
    model = desk.types[type_key]
    found = _of_refusals(model, moment)
    if isinstance(moment.event, Move):
        move = model.transitions.get(moment.event.transition)
        if move is not None:
            found |= _tested(f"types/{model.id}.{move.id}", move.when, moment.before, moment.ask)
    if not moment.verdict.allowed:
        return found
    found |= _of_reasons(desk, type_key, moment)
    found |= _of_steps(model, moment)
    found |= _of_timers(desk, model, moment)
    if isinstance(moment.event, (Open, Edit, Move)):
        found |= _of_form(model, moment)
    return found


def _of_refusals(model: TypeModel, moment: Moment) -> set[Key]:
    broken = {one.place for one in moment.verdict.refusals if one.code == "check"}
    return {
        ("check", f"types/{model.id}.checks.{check.id}", "is broken")
        for check in model.checks
        if str(check.place) in broken
    }


def _of_reasons(desk: Desk, type_key: str, moment: Moment) -> set[Key]:
    found: set[Key] = set()
    for reason in moment.verdict.reasons:
        if reason.topic == TOPIC:
            if reason.outcome:
                found.add(("automation", reason.rule))
            one = desk.automation(type_key, reason.rule.partition("/")[2])
            if one is not None:
                found |= _tested(one.rule, one.when, moment.verdict.facts, moment.ask)
            continue
        found.add(("row", reason.rule))
        address = reason.rule.rpartition(".")[0]
        for row in explain(desk, type_key, reason, moment.ask).rows:
            if row.won:
                found.add(("row", f"{address}.{row.id}"))
            found |= {_branch(f"{address}.{row.id}", each.test, each.held) for each in row.tested}
    return found


def _tested(rule: str, when: Predicate, facts: Facts, asked: Ask) -> set[Key]:
    return {_branch(rule, test, holds(test, facts, asked)) for test in tests(when)}


def _of_steps(model: TypeModel, moment: Moment) -> set[Key]:
    # A transition that waits for approval has changed fields, but nothing has moved yet.
    moved = "moved" in moment.verdict.events
    rules = {step.rule for step in moment.verdict.steps} if moved else set()
    return {
        ("move", f"types/{model.id}.{rule.partition(':')[2]}")
        for rule in rules
        if rule.startswith("move:")
    }


def _of_timers(desk: Desk, model: TypeModel, moment: Moment) -> set[Key]:
    policy = desk.policies.get(model.key)
    found: set[Key] = set()
    if not isinstance(moment.event, Fall) or not moment.verdict.events:
        return found
    kind, _, name = moment.event.what.partition(":")
    if policy is not None and kind == "warn":
        found.add(("warning", f"sla/{policy.id}.warn.{name}"))
    if policy is not None and kind == "breach" and moment.event.clock in policy.clocks:
        clock = policy.clocks[moment.event.clock]
        found.add(("breach", f"sla/{policy.id}.{clock.id}"))
    state = model.states.get(moment.before.text("state"))
    if kind == "warn" and moment.event.clock == STATE_LIMIT and state is not None:
        found.add(("warning", f"types/{model.id}.{state.id}.warn.{name}"))
    if kind == "limit" and state is not None:
        found.add(("limit", f"types/{model.id}.{state.id}"))
    return found


def _of_form(model: TypeModel, moment: Moment) -> set[Key]:
    facts, asked = moment.verdict.facts, moment.ask
    found: set[Key] = set()
    for item in model.fields.values():
        for word, when in (("show_when", item.show_when), ("required_when", item.required_when)):
            if when is not None:
                found |= _tested(f"types/{model.id}.{item.id}.{word}", when, facts, asked)
    for check in model.checks:
        if evaluate(check.must, facts, asked) is True:
            found.add(("check", f"types/{model.id}.checks.{check.id}", "holds"))
    return found
