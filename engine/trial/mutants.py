"""Small wrong changes of a desk, one at a time: what a good suite of tests would notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.decide.say import plain_test
from engine.evaluate import tests
from engine.expression import NUMBER_KINDS
from engine.model.desk import Desk
from engine.model.rights import Who
from engine.model.routing import RoutingModel, Row
from engine.model.sla import SlaPolicyModel
from engine.model.ticket_type import State, Transition, TypeModel
from engine.predicate import FALSE, TRUE, All, AnyOf, Not, Op, Predicate, Test
from engine.span import Span
from specs.problem import Place

_SHIFTED: Final = frozenset(
    {Op.AT_LEAST, Op.MORE_THAN, Op.AT_MOST, Op.LESS_THAN, Op.BETWEEN, Op.IS}
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed desk: what was changed, where it stands, and the types that it is about."""

    said: str
    place: Place
    types: frozenset[str]
    make: Callable[[], Desk]


def mutants(desk: Desk) -> list[Mutant]:
    """Every mutant of a desk, in the order of the specs. Desks are made when they are asked for."""
    return [*_routings(desk), *_policies(desk), *_types(desk), *_automations(desk)]


# ---------------------------------------------------------------- routing


def _routings(desk: Desk) -> Iterator[Mutant]:
    found: dict[str, tuple[RoutingModel, frozenset[str]]] = {}
    for type_key, models in desk.routings.items():
        for model in models.values():
            types = found.get(model.id, (model, frozenset()))[1]
            found[model.id] = model, types | {type_key}
    for model, types in found.values():
        for said, place, changed in _of_rows(f"routing/{model.id}", model.rows, model.otherwise):
            yield Mutant(said, place, types, _with_routing(desk, model, changed))


def _with_routing(desk: Desk, model: RoutingModel, rows: tuple[Row, ...]) -> Callable[[], Desk]:
    def make() -> Desk:
        made = replace(model, rows=rows)
        routings = {
            type_key: {out: made if one is model else one for out, one in models.items()}
            for type_key, models in desk.routings.items()
        }
        return replace(desk, routings=routings)

    return make


def _of_rows(
    address: str, rows: tuple[Row, ...], otherwise: Row | None
) -> Iterator[tuple[str, Place, tuple[Row, ...]]]:
    every = (*rows, *((otherwise,) if otherwise is not None else ()))
    for at, row in enumerate(rows):
        name = f"{address}.{row.id}"
        yield f"{name} taken out", row.place, (*rows[:at], *rows[at + 1 :])
        other = next((one for one in every[at + 1 :] if one.sets != row.sets), None)
        if other is not None:
            said = f"{name} decides what {other.id} does"
            yield said, row.place, _put(rows, at, replace(row, sets=other.sets))
        for said, when in _changed(row.when):
            yield f"{name}: {said}", row.place, _put(rows, at, replace(row, when=when))


def _put(rows: tuple[Row, ...], at: int, row: Row) -> tuple[Row, ...]:
    return (*rows[:at], row, *rows[at + 1 :])


# ---------------------------------------------------------------- conditions


def _changed(when: Predicate) -> Iterator[tuple[str, Predicate]]:
    """Each test turned round, and each limit one step further and one step less far."""
    for test in dict.fromkeys(tests(when)):
        said = plain_test(test)
        yield f"not ({said})", _swap(when, test, Not(test))
        for shifted in _shifts(test):
            yield f"{plain_test(shifted)} instead of {said}", _swap(when, test, shifted)


def _shifts(test: Test) -> Iterator[Test]:
    number = test.path.kind in NUMBER_KINDS
    if test.op not in _SHIFTED or not number or isinstance(test.operand, bool):
        return
    if isinstance(test.operand, int):
        yield replace(test, operand=test.operand + 1)
        yield replace(test, operand=test.operand - 1)
    elif isinstance(test.operand, tuple) and len(test.operand) == 2:
        low, high = test.operand
        if isinstance(low, int) and isinstance(high, int):
            yield replace(test, operand=(low + 1, high))
            yield replace(test, operand=(low, high - 1))


def _swap(when: Predicate, test: Test, other: Predicate) -> Predicate:
    if when == test:
        return other
    if isinstance(when, Not):
        return Not(_swap(when.item, test, other))
    if isinstance(when, All):
        return All(tuple(_swap(one, test, other) for one in when.items))
    if isinstance(when, AnyOf):
        return AnyOf(tuple(_swap(one, test, other) for one in when.items))
    return when


# ---------------------------------------------------------------- SLA


def _policies(desk: Desk) -> Iterator[Mutant]:
    found: dict[str, frozenset[str]] = {}
    for type_key, policy in desk.policies.items():
        found[policy.id] = found.get(policy.id, frozenset()) | {type_key}
    for id, types in found.items():
        policy = next(one for one in desk.policies.values() if one.id == id)
        for said, place, changed in _of_policy(policy):
            yield Mutant(said, place, types, _with_policy(desk, changed))


def _with_policy(desk: Desk, changed: SlaPolicyModel) -> Callable[[], Desk]:
    def make() -> Desk:
        policies = {
            type_key: changed if one.id == changed.id else one
            for type_key, one in desk.policies.items()
        }
        return replace(desk, policies=policies)

    return make


def _of_policy(policy: SlaPolicyModel) -> Iterator[tuple[str, Place, SlaPolicyModel]]:
    address = f"sla/{policy.id}"
    for said, place, rows in _of_rows(address, policy.rows, policy.otherwise):
        yield said, place, replace(policy, rows=rows)
    for at, row in enumerate(policy.rows):
        for said, longer in _longer(row, policy):
            rows = _put(policy.rows, at, longer)
            yield f"{address}.{row.id}: {said}", row.place, replace(policy, rows=rows)
    for said, longer in _longer(policy.otherwise, policy):
        place = policy.otherwise.place
        yield f"{address}.otherwise: {said}", place, replace(policy, otherwise=longer)
    for at, warning in enumerate(policy.warnings):
        kept = (*policy.warnings[:at], *policy.warnings[at + 1 :])
        said = f"{address}.warn.{warning.id} taken out"
        yield said, warning.place, replace(policy, warnings=kept)
    for at, action in enumerate(policy.breach):
        left = (*policy.breach[:at], *policy.breach[at + 1 :])
        said = f"{address}: `{action.verb}` left out of `breach`"
        yield said, action.place, replace(policy, breach=left)
    for clock in policy.clocks.values():
        if clock.pauses is not None:
            clocks = {**policy.clocks, clock.key: replace(clock, pauses=None)}
            said = f"{address}.{clock.id} never pauses"
            yield said, clock.place, replace(policy, clocks=clocks)


def _longer(row: Row, policy: SlaPolicyModel) -> Iterator[tuple[str, Row]]:
    for clock in policy.clocks.values():
        text = row.sets.get(clock.key)
        if not isinstance(text, str) or not text:
            continue
        span = Span.parse(text)
        other = replace(span, seconds=span.seconds + 3600)
        sets = {**row.sets, clock.key: other.text()}
        yield f"{clock.id} in {other.text()} instead of {text}", replace(row, sets=sets)


# ---------------------------------------------------------------- types


def _types(desk: Desk) -> Iterator[Mutant]:
    for model in desk.types.values():
        for said, place, changed in _of_type(model):
            made = _with_type(desk, changed)
            yield Mutant(f"types/{model.id}{said}", place, frozenset({model.key}), made)


def _with_type(desk: Desk, changed: TypeModel) -> Callable[[], Desk]:
    return lambda: replace(desk, types={**desk.types, changed.key: changed})


def _of_type(model: TypeModel) -> Iterator[tuple[str, Place, TypeModel]]:
    for id, move in model.transitions.items():
        for said, changed in _of_move(move):
            transitions = {**model.transitions, id: changed}
            yield f".{id}{said}", move.place, replace(model, transitions=transitions)
    for at, check in enumerate(model.checks):
        kept = (*model.checks[:at], *model.checks[at + 1 :])
        yield f".checks.{check.id} taken out", check.place, replace(model, checks=kept)
    yield from _of_fields(model)
    for key, state in model.states.items():
        if state.team:
            states = {**model.states, key: replace(state, team="")}
            said = f".{state.id} leaves the team as it was"
            yield said, state.place, replace(model, states=states)
        for said, other in _of_state(state):
            states = {**model.states, key: other}
            yield f".{state.id}{said}", state.place, replace(model, states=states)


def _of_state(state: State) -> Iterator[tuple[str, State]]:
    for at, warning in enumerate(state.warnings):
        kept = (*state.warnings[:at], *state.warnings[at + 1 :])
        yield f".warn.{warning.id} taken out", replace(state, warnings=kept)
    for at, action in enumerate(state.late):
        left = (*state.late[:at], *state.late[at + 1 :])
        yield f": `{action.verb}` left out of `late`", replace(state, late=left)


def _of_move(move: Transition) -> Iterator[tuple[str, Transition]]:
    for need in move.needs:
        kept = tuple(one for one in move.needs if one != need)
        yield f" does not need {need}", replace(move, needs=kept)
    for said, who in _fewer(move.by):
        yield f": {said}", replace(move, by=who)
    yield ": anyone may take it", replace(move, by=Who(relations=("anyone",)))
    if move.when != TRUE:
        yield " is always open", replace(move, when=TRUE)
        for said, when in _changed(move.when):
            yield f": {said}", replace(move, when=when)
    if move.approval is not None:
        yield " asks nobody to agree", replace(move, approval=None)
    for name in move.notify:
        left = tuple(one for one in move.notify if one != name)
        yield f" does not send {name}", replace(move, notify=left)
    for at, action in enumerate(move.do):
        rest = (*move.do[:at], *move.do[at + 1 :])
        yield f": `{action.verb}` left out of `do`", replace(move, do=rest)


def _fewer(who: Who) -> Iterator[tuple[str, Who]]:
    lists: Mapping[str, tuple[str, ...]] = {
        "relations": who.relations,
        "roles": who.roles,
        "teams": who.teams,
        "leads_of": who.leads_of,
    }
    for word, names in lists.items():
        for name in names:
            change: dict[str, Any] = {word: tuple(one for one in names if one != name)}
            yield f"{name} may not take it", replace(who, **change)


def _of_fields(model: TypeModel) -> Iterator[tuple[str, Place, TypeModel]]:
    for key, item in model.fields.items():
        changes: list[tuple[str, dict[str, Any]]] = []
        if item.required:
            changes.append((" need not be filled", {"required": False}))
        if item.required_when is not None:
            changes.append((" need not be filled", {"required_when": FALSE}))
        if item.show_when is not None:
            changes.append((" is always shown", {"show_when": None}))
            changes += [
                (f" is shown when {said}", {"show_when": when})
                for said, when in _changed(item.show_when)
            ]
        for said, change in changes:
            fields = {**model.fields, key: replace(item, **change)}
            yield f".{item.id}{said}", item.place, replace(model, fields=fields)


# ---------------------------------------------------------------- automations


def _automations(desk: Desk) -> Iterator[Mutant]:
    found = {one.id: one for strata in desk.strata.values() for part in strata for one in part}
    for one in (each for each in found.values() if each.events or each.held):
        types = frozenset(one.types)
        yield Mutant(f"{one.rule} taken out", one.place, types, _with_automation(desk, one.id, {}))
        if one.when != TRUE:
            for said, when in _changed(one.when):
                make = _with_automation(desk, one.id, {"when": when})
                yield Mutant(f"{one.rule}: {said}", one.place, types, make)


def _with_automation(desk: Desk, id: str, change: Mapping[str, Any]) -> Callable[[], Desk]:
    def make() -> Desk:
        strata = {
            type_key: tuple(
                tuple(
                    replace(one, **change) if one.id == id else one
                    for one in part
                    if change or one.id != id
                )
                for part in parts
            )
            for type_key, parts in desk.strata.items()
        }
        return replace(desk, strata=strata)

    return make
