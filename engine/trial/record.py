"""Writes tests of what the specs do today: a case for each row, transition and shown field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.analyse import witness
from engine.analyse.search import Searcher
from engine.analyse.world import World, world_of
from engine.model.desk import Desk
from engine.model.rights import REQUESTER
from engine.model.routing import Row
from engine.model.ticket_type import INPUTS, Approval, Transition, TypeModel
from engine.predicate import Not, Op, Path, Predicate, Test
from engine.trial.compile import compile_tests
from engine.trial.run import Result, run
from engine.trial.samples import sample
from engine.trial.slots import Slots
from specs.load import load_files
from specs.spec_set import SpecSet
from specs.writing import lines

NOW: Final = "2026-03-02T09:00:00+08:00"
_FILE: Final = "tests/recorded_now.yaml"
_HEAD: Final = (
    "# Recorded by `specdesk test --record`: what the specs decide today. A later difference is\n"
    "# either meant, then record again, or a mistake.\n"
)
_ROUTED: Final = ("team", "priority")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A case before it is known what comes of it. Of the drafts of one `id` the first is kept that
    goes through. `looks`: paths and forms whose present value is written down."""

    id: str
    body: Mapping[str, Any]
    looks: tuple[str, ...]
    rule: str = ""


def record(specs: SpecSet, desk: Desk, model: TypeModel) -> str:
    """The text of a SpecTest about one type that holds for these specs as they stand."""
    drafts = {f"d{number}": one for number, one in enumerate(_Recorder(desk, model).drafts())}
    people = _people(desk)
    found: dict[str, dict[str, Any]] = {}
    text = _text(model, people, {key: draft.body for key, draft in drafts.items()})
    for result in _played(specs, desk, text):
        draft = drafts[result.case.id]
        if result.passed and draft.id not in found and _is_right(draft, result):
            found[draft.id] = _finished(desk, draft, result)
    acting = _acting(people, found)
    # Fewer people take part now: what that changes is no property of the specs and is left out.
    again = _played(specs, desk, _text(model, acting, found))
    kept = {result.case.id: found[result.case.id] for result in again if result.passed}
    return _HEAD + _text(model, acting, kept)


def _played(specs: SpecSet, desk: Desk, text: str) -> list[Result]:
    """The results of a test as it would be loaded beside the other specs."""
    loaded, _ = load_files({**specs.files, _FILE: text.encode()})
    plan, _ = compile_tests(loaded, desk)
    return list(run(desk, [case for case in plan.cases if case.place.file == _FILE]))


def _is_right(draft: _Draft, result: Result) -> bool:
    """Whether a witness of a row is one in a whole ticket too, with all its defaults."""
    rules = {reason.rule for moment in result.moments for reason in moment.verdict.reasons}
    return not draft.rule or draft.rule in rules


def _finished(desk: Desk, draft: _Draft, result: Result) -> dict[str, Any]:
    slots = Slots(desk, desk.types[result.case.type])
    expect: dict[str, Any] = {}
    for path in draft.looks:
        slot = slots.find(path)
        if slot is not None:
            value = result.end.facts.get(slot.name)
            expect[path] = "empty" if value is None or value == () else slot.raw(value)
    if draft.rule:
        expect["decided_by"] = draft.rule
    return {**draft.body, "expect": {**draft.body.get("expect", {}), **expect}}


# ---------------------------------------------------------------- text


def _text(model: TypeModel, people: Mapping[str, Any], cases: Mapping[str, Any]) -> str:
    whole: dict[str, Any] = {"kind": "SpecTest", "about": model.id, "now": NOW}
    if people:
        whole["people"] = dict(people)
    whole["cases"] = dict(cases)
    return lines(whole, 0, "\n") + "\n"


def _people(desk: Desk) -> dict[str, Any]:
    """Somebody of each role, once as a member of every team and once as the lead of each."""
    teams = [team.id for team in desk.teams.values()]
    found: dict[str, Any] = {}
    for role in desk.roles:
        if role != REQUESTER:
            found[role] = {"roles": [role], "teams": teams}
            found[f"{role}_who_leads"[:40]] = {"roles": [role], "leads": teams}
    return found


def _acting(people: Mapping[str, Any], cases: Mapping[str, Any]) -> dict[str, Any]:
    """Those who do something."""
    steps = (step for case in cases.values() for step in case.get("steps", {}).values())
    acting = {step.get("as") for step in steps}
    return {id: one for id, one in people.items() if id in acting}


class _Recorder:
    """Finds a ticket for everything that the specs decide about one type."""

    def __init__(self, desk: Desk, model: TypeModel) -> None:
        self._desk, self._model = desk, model
        self._fresh = world_of(desk, model, fresh=True)
        self._any = world_of(desk, model)

    def drafts(self) -> Iterator[_Draft]:
        """All drafts, in the order of the specs."""
        yield from self._routing()
        yield from self._sla()
        for move in self._model.transitions.values():
            yield from self._move(move)
        yield from self._shown()

    # -- rows -------------------------------------------------------------------------------------

    def _routing(self) -> Iterator[_Draft]:
        models = {one.id: one for one in self._desk.routings.get(self._model.key, {}).values()}
        for model in models.values():
            rows = (*model.rows, *((model.otherwise,) if model.otherwise is not None else ()))
            earlier = () if model.hit == "all" else model.rows
            for row, ticket in self._rows(self._fresh, rows, earlier):
                rule = f"routing/{model.id}.{row.id}"
                id = witness.case_id(f"routing_{model.id}_{row.id}")
                yield _Draft(id, {"ticket": ticket}, _ROUTED, rule)

    def _sla(self) -> Iterator[_Draft]:
        policy = self._desk.policies.get(self._model.key)
        if policy is None:
            return
        clocks = [clock.id for clock in policy.clocks.values()]
        looks = tuple(f"due.{clock}" for clock in clocks)
        rows = (*policy.rows, policy.otherwise)
        for row, ticket in self._rows(self._fresh, rows, policy.rows):
            id = witness.case_id(f"sla_{policy.id}_{row.id}")
            yield _Draft(id, {"ticket": ticket}, looks, f"sla/{policy.id}.{row.id}")
            if row is policy.otherwise:
                body = {"ticket": ticket, "steps": {"a_month": {"wait": "30d"}}}
                missed = tuple(f"breached.{clock}" for clock in clocks)
                yield _Draft(f"{id[:30]}_left", body, ("state", "flags", *missed))

    def _rows(
        self, world: World, rows: Sequence[Row], earlier: Sequence[Row]
    ) -> Iterator[tuple[Row, dict[str, Any]]]:
        search = Searcher(world, [row.when for row in rows])
        for at, row in enumerate(rows):
            before = [one.when for one in earlier[:at]]
            ticket = self._ticket(search, row.when, before)
            if ticket is not None:
                yield row, ticket

    def _ticket(
        self, search: Searcher, include: Predicate, exclude: Sequence[Predicate] = ()
    ) -> dict[str, Any] | None:
        answer = search.ticket(include, exclude)
        if answer.says != "ticket":
            return None
        found = witness.ticket(self._desk, search.world, answer)
        return {path: value for path, value in found.items() if path not in ("phase", "state")}

    # -- transitions ------------------------------------------------------------------------------

    def _move(self, move: Transition) -> Iterator[_Draft]:
        state = self._model.states[move.source[0]]
        here: Predicate = Test(Path("state", "state", "state"), Op.IS, state.key)
        ticket = self._ticket(Searcher(self._any, [move.when, here]), move.when)
        if ticket is None:
            return
        kept = {path: value for path, value in ticket.items() if self._is_given(path)}
        values = {
            self._model.fields[need].id: sample(self._model.fields[need])
            for need in move.needs
            if need not in INPUTS and need not in ticket
        }
        step: dict[str, Any] = {"do": move.id}
        if values:
            step["values"] = values
        if "comment" in move.needs:
            step["comment"] = "sample"
        if "note" in move.needs:
            step["internal"] = "sample"
        if "reason" in move.needs:
            step["reason"] = "sample"
        for who in self._candidates(move):
            body: dict[str, Any] = {
                "ticket": {"state": state.id, **kept},
                "steps": {"go": {"as": who, **step}},
            }
            if move.approval is not None:
                body["people"] = people = self._approvers(move.approval)
                body["steps"] |= {f"by_{one}": {"as": one, "approve": "true"} for one in people}
            id = witness.case_id(f"move_{move.id}")
            yield _Draft(id, body, ("state", "phase", "team"))

    def _approvers(self, approval: Approval) -> dict[str, Any]:
        """Enough people who may agree: they hold a role that is asked, and lead every team."""
        teams = [team.id for team in self._desk.teams.values()]
        named = [role for role in approval.of.roles if role in self._desk.roles]
        role = named[0] if named else next(one for one in self._desk.roles if one != REQUESTER)
        many = range(max(approval.votes, 1))
        return {f"approver_{number}": {"roles": [role], "leads": teams} for number in many}

    def _is_given(self, path: str) -> bool:
        return path.partition(".")[0] not in ("due", "breached")

    def _candidates(self, move: Transition) -> Iterator[str]:
        named = [role for role in self._desk.roles if role != REQUESTER]
        first = [role for role in move.by.roles if role in named]
        yield from first
        yield from (f"{role}_who_leads"[:40] for role in first)
        yield REQUESTER
        yield from (role for role in named if role not in first)
        yield from (f"{role}_who_leads"[:40] for role in named if role not in first)

    # -- forms ------------------------------------------------------------------------------------

    def _shown(self) -> Iterator[_Draft]:
        for item in self._model.fields.values():
            if item.show_when is None:
                continue
            search = Searcher(self._fresh, [item.show_when])
            ways = (("shows", item.show_when), ("hides", Not(item.show_when)))
            for word, when in ways:
                ticket = self._ticket(search, when)
                if ticket is not None:
                    shown = {f"field.{item.id}.visible": "true" if word == "shows" else "false"}
                    id = witness.case_id(f"{word}_{item.id}")
                    yield _Draft(id, {"ticket": ticket, "expect": shown}, ())
