"""Plays one case in memory: every event goes through `decide`, timers fire in order of time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from engine.decide.deadline import timers
from engine.decide.run import decide
from engine.decide.verdict import Due, Event, Fall, Move, Open, Verdict
from engine.facts import Ask, Facts, Value
from engine.model.desk import Desk
from engine.model.rights import Who
from engine.model.ticket_type import Transition, TypeModel
from engine.trial import cast
from engine.trial.plan import Act, Case, Pass, TrialStep
from specs.problem import Place

_TICKET: Final = "this_ticket"
PLACING: Final = "placed_by_the_test"
"""The transition that puts the ticket of a case where it begins."""
MAX_TIMERS: Final = 10_000
_NOWHERE: Final = Place("", 1, 1, 1, 1)


class TooManyTimers(Exception):
    """More timers fire on one ticket in one step than a test can mean."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One decision of a case: in which step, what asked for it, the facts before, the answer."""

    step: str
    event: Event
    ask: Ask
    before: Facts
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand after a step: the facts, the time, and all decisions up to here.

    `since` numbers the first decision of this step. `refused`: the last deed did not go through.
    """

    step: str
    facts: Facts
    now_us: int
    moments: tuple[Moment, ...]
    since: int

    @property
    def last_deed(self) -> Moment | None:
        """The last decision that a person asked for."""
        deeds = (one for one in reversed(self.moments) if not isinstance(one.event, Fall))
        return next(deeds, None)

    @property
    def refused(self) -> bool:
        """Whether the last deed of this step was refused."""
        deed = self.last_deed
        fresh = self.moments[self.since :]
        return deed is not None and deed in fresh and not deed.verdict.allowed


class Play:
    """One case while it is played."""

    def __init__(self, desk: Desk, case: Case) -> None:
        self.desk, self.case = staffed(desk, case), case
        self.facts, self.now_us = Facts({}), case.start_us
        self.moments: list[Moment] = []
        self._acted: set[Due] = set()
        self._given: dict[tuple[str, str], int] = {}

    @property
    def stands(self) -> bool:
        """Whether there is a ticket: its opening went through."""
        return bool(self.facts.get("state"))

    def begin(self) -> Standing:
        """Open the ticket and put it where the case begins."""
        case = self.case
        desk = self._lenient()
        opener = case.people.get(case.opener)
        people: dict[str, Value] = {}
        for word in ("requester", "customer"):
            actor = case.people.get(getattr(case.open, word))
            if actor is not None:
                people |= cast.of_person(desk, word, actor)
        asked = cast.ask(desk, cast.viewer(desk, opener), self.now_us)
        self._decide(desk, "", case.open, asked, Facts({**people, **case.known}))
        if self.stands and case.state and case.state != desk.types[case.type].start:
            asked = cast.ask(desk, cast.SYSTEM, self.now_us)
            self._decide(desk, "", Move(PLACING), asked, self.facts)
        if self.stands:
            self._lay()
        return Standing("", self.facts, self.now_us, tuple(self.moments), 0)

    def take(self, step: TrialStep) -> Standing:
        """Do one step."""
        since = len(self.moments)
        if self.stands and isinstance(step, Act):
            actor = self.case.people.get(step.actor)
            asked = cast.ask(self.desk, cast.viewer(self.desk, actor), self.now_us)
            self._decide(self.desk, step.id, step.event, asked, self.facts)
        elif isinstance(step, Pass):
            until = step.until_us if step.until_us is not None else self.now_us + step.by_us
            self._pass(step.id, until)
        return Standing(step.id, self.facts, self.now_us, tuple(self.moments), since)

    # -- decisions --------------------------------------------------------------------------------

    def _decide(self, desk: Desk, step: str, event: Event, asked: Ask, before: Facts) -> None:
        team = cast.roster(self.case.people, self._given)
        verdict = decide(desk, before, event, asked, team)
        self.moments.append(Moment(step, event, asked, before, verdict))
        if not verdict.allowed:
            return
        facts = verdict.facts
        if isinstance(event, Open):
            prefix = desk.types[self.case.type].prefix
            facts = facts.with_values({"id": _TICKET, "number": f"{prefix}-1"})
        if verdict.steps or verdict.events:
            facts = facts.with_values({"updated_at": asked.now_us})
        if any(one.name == "assignee" and one.after for one in verdict.steps):
            self._given[facts.text("team"), facts.text("assignee")] = asked.now_us
        self.facts = cast.known(desk, self.case.people, facts)

    def _lay(self) -> None:
        """Lay what the case says itself over the ticket that it begins with."""
        laid = dict(self.case.laid)
        if laid.get("assignee"):
            laid[f"last_assignee.{self.facts.text('team')}"] = laid["assignee"]
        if laid:
            self.facts = cast.known(
                self.desk, self.case.people, self.facts.with_values({**laid, **self.case.known})
            )

    def _pass(self, step: str, until_us: int) -> None:
        """Let time pass; each timer fires at its own instant, as the worker lets it."""
        for _ in range(MAX_TIMERS):
            due = self._next(until_us)
            if due is None:
                self.now_us = max(self.now_us, until_us)
                return
            self._acted.add(due)
            self.now_us = max(self.now_us, due.at_us)
            asked = cast.ask(self.desk, cast.SYSTEM, self.now_us)
            self._decide(self.desk, step, Fall(due.clock, due.what), asked, self.facts)
        raise TooManyTimers(step)

    def _next(self, until_us: int) -> Due | None:
        if not self.stands:
            return None
        coming = (due for due in timers(self.desk, self.facts) if due not in self._acted)
        return next((due for due in coming if due.at_us <= until_us), None)

    # -- the desk that a test begins with ---------------------------------------------------------

    def _lenient(self) -> Desk:
        """The desk as it opens the ticket of a case.

        A case that names nobody who opens it need not fill what the form requires. What it says of
        team and priority stands instead of what routing would decide. A way leads from the first
        state to the one that it begins in.
        """
        case, desk = self.case, self.desk
        model = desk.types[case.type]
        if not case.opener:
            model = _without_duties(model, frozenset(case.open.values))
        if case.state and case.state != model.start:
            model = _with_way(model, case.state, pinned="team" in case.pinned)
        routings = dict(desk.routings)
        if case.pinned:
            routings[case.type] = {
                output: one
                for output, one in routings.get(case.type, {}).items()
                if output not in case.pinned
            }
            model = replace(
                model,
                default_team=str(case.pinned.get("team") or model.default_team),
                default_priority=str(case.pinned.get("priority") or model.default_priority),
            )
        if model is desk.types[case.type] and not case.pinned:
            return desk
        return replace(desk, types={**desk.types, case.type: model}, routings=routings)


def staffed(desk: Desk, case: Case) -> Desk:
    """The desk as the people of a case find it: a team that nobody of the case belongs to is taken
    to be at work unseen; its tickets stay unassigned and never overflow."""
    manned = {team for actor in case.people.values() for team in actor.teams}
    teams = {
        key: team if key in manned or not team.overflow else replace(team, overflow="")
        for key, team in desk.teams.items()
    }
    return replace(desk, teams=teams)


def _without_duties(model: TypeModel, given: frozenset[str]) -> TypeModel:
    fields = {
        key: item if key in given else replace(item, required=False, required_when=None)
        for key, item in model.fields.items()
    }
    return replace(model, fields=fields)


def _with_way(model: TypeModel, state: str, *, pinned: bool) -> TypeModel:
    way = Transition(
        PLACING,
        model.title,
        tuple(model.states),
        state,
        Who(relations=("system",)),
        _NOWHERE,
    )
    states = dict(model.states)
    if pinned:
        states[state] = replace(states[state], team="")
    transitions = {PLACING: way, **model.transitions}
    return replace(model, states=states, transitions=transitions)
