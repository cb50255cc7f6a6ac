"""The promises of many tickets: targets by vectors, due times, and which were missed.

A policy is *plain* where its clocks run from the creation and stop and pause by events or by phase
and state. Then a clock is a walk over the few moments at which these changed. All else is asked of
`deadlines`, moment by moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.change.asking import Asking
from engine.change.compare import Outcome
from engine.change.door import asked_at
from engine.change.past import Moment, Past
from engine.change.replay import laid, run_clocks
from engine.decide.clock import Turn, chosen_row, line_of, target_of, turned
from engine.decide.deadline import deadlines
from engine.evaluate import holds, reads
from engine.facts import Ask, ClockState, Facts, Viewer
from engine.model import clock as clocks
from engine.model.calendar import Timeline
from engine.model.desk import Desk
from engine.model.routing import Row
from engine.model.sla import ClockModel, Trigger
from engine.model.ticket_type import DONE_PHASES, TypeModel
from engine.predicate import Predicate
from engine.span import Span

_NOBODY = Ask(0, Viewer(None))
_WHERE = ("phase", "state")
_Trail = list[tuple[int, str, str, tuple[str, ...]]]
"""Instant, phase, state and words of each moment that may move a clock."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A new ticket's promises by clock key; `plain`: its clocks are not in the facts."""

    facts: Facts
    rules: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    dues: Mapping[str, int | None] = field(default_factory=dict)
    plain: bool = True


class Promised:
    """The policy of one type under one desk."""

    def __init__(self, desk: Desk, model: TypeModel) -> None:
        self.desk, self.model = desk, model
        self.policy = desk.policies.get(model.key)
        start = model.states[model.start]
        self._start = (start.phase, start.key)
        self._walks = {key: _Walk(one) for key, one in self._clocks().items()}
        self._lines: dict[tuple[str, bool], Timeline] = {}
        self._spans: dict[tuple[str, str], Span | None] = {}

    def _clocks(self) -> Mapping[str, ClockModel]:
        policy = self.policy
        return {c.key: c for c in policy.clocks.values()} if policy is not None else {}

    @cached_property
    def plain(self) -> bool:
        """Whether every clock is a walk over phases, states and event words."""
        alike = all(walk.plain for walk in self._walks.values())
        return alike and not any(walk.halts(*self._start) for walk in self._walks.values())

    def rows(self, asking: Asking) -> list[Row] | None:
        """The row of the table of targets for each ticket; None without a policy."""
        if self.policy is None:
            return None
        rows = self.policy.rows
        otherwise = self.policy.otherwise
        found = asking.first([row.when for row in rows])
        return [otherwise if n < 0 else rows[n] for n in found]

    def begin(self, facts: Facts, ask: Ask, row: Row | None) -> Begun:
        """The promises made to a ticket whose team and priority are decided."""
        if self.policy is None or row is None:
            return Begun(facts)
        rule = f"sla/{self.policy.id}.{row.id}"
        if not self.plain:
            return self._begin_whole(facts, ask, rule)
        targets: dict[str, str] = {}
        dues: dict[str, int | None] = {}
        for key, walk in self._walks.items():
            span = self._span(row, walk.model)
            if span is not None:
                targets[key] = span.text()
                dues[key] = self._line(facts.text("team"), span).add(ask.now_us, span)
        return Begun(facts, {f"due.{key}": rule for key in dues}, targets, dues)

    def _begin_whole(self, facts: Facts, ask: Ask, rule: str) -> Begun:
        handed = facts.text("team") != facts.text("home_team")
        words = ("created", "transferred") if handed else ("created",)
        found = deadlines(self.desk, None, facts, words, ask).clocks
        own = {key: clock for key, clock in found.items() if key in self._walks}
        return Begun(
            Facts(facts.values, facts.refs, found),
            {f"due.{key}": rule for key in own},
            {key: clock.target.text() for key, clock in own.items()},
            {key: clock.due_us for key, clock in own.items()},
            plain=False,
        )

    def late(
        self,
        past: Past,
        facts: Facts,
        outcome: Outcome,
        counted: frozenset[str],
        now_us: int,
        *,
        plain: bool,
    ) -> dict[str, bool]:
        """Clock key → whether it was missed by the frozen now, of the clocks counted."""
        if not plain:
            return run_clocks(self.desk, facts, past, now_us, counted)
        if self._turns(past):
            return self._turned(past, facts, counted, now_us)
        trail = self._trail(past)
        team = facts.text("team")
        found: dict[str, bool] = {}
        for key, target in outcome.targets.items():
            if key in counted:
                span = Span.parse(target)
                due = outcome.dues[key]
                walk, line = self._walks[key], self._line(team, span)
                found[key] = walk.late(trail, past.at_us, span, due or 0, line, now_us)
        return found

    def _turned(
        self, past: Past, facts: Facts, counted: frozenset[str], now_us: int
    ) -> dict[str, bool]:
        """As `deadlines` moves the policy's clocks, over the moments that can move them."""
        policy, clocks_of = self.policy, self._walks
        assert policy is not None
        before: Facts | None = None
        row: Row | None = None
        running: dict[str, ClockState] = {}
        for ask, moment, after in self._relevant(past, facts):
            here = Facts(after.values, after.refs, running)
            turn = Turn(self.desk, before, here, moment.events, ask)
            was, row = row, chosen_row(policy, here, ask)
            told: dict[str, ClockState] = {}
            for key, walk in clocks_of.items():
                now = self._span(row, walk.model)
                then = self._span(was, walk.model) if was is not None else None
                made = turned(turn, policy, walk.model, now, then)
                if made is not None:
                    told[key] = made
            running, before = told, after
        return {
            key: clocks.settle(clock, now_us).breached_us is not None
            for key, clock in running.items()
            if key in counted
        }

    def _relevant(self, past: Past, facts: Facts) -> Iterator[tuple[Ask, Moment, Facts]]:
        """The opening, then each later moment that a clock or a target looks at."""
        handed = facts.text("team") != facts.text("home_team")
        words = ("created", "transferred") if handed else ("created",)
        yield asked_at(self.desk, past.at_us), Moment(past.at_us, words), facts
        watched = self._watched | {"phase", "state"}
        for moment in past.moments:
            facts = facts.with_values(laid(moment, facts))
            home = moment.goes_home and "team" in watched
            heard = any(walk.hears(moment) for walk in self._walks.values())
            if home or heard or not watched.isdisjoint(moment.values):
                yield asked_at(self.desk, moment.at_us), moment, facts

    def _turns(self, past: Past) -> bool:
        """Whether something changed later that targets or the calendar hang on."""
        watched = self._watched
        return any(
            not watched.isdisjoint(moment.values) or (moment.goes_home and "team" in watched)
            for moment in past.moments
        )

    @cached_property
    def _watched(self) -> frozenset[str]:
        policy = self.policy
        if policy is None:
            return frozenset()
        read = {path.inside or path.name for row in policy.rows for path in reads(row.when)}
        return frozenset(read | (set() if policy.calendar else {"team"}))

    def _trail(self, past: Past) -> _Trail:
        phase, state = self._start
        found: _Trail = []
        for moment in past.moments:
            moved = "phase" in moment.values or "state" in moment.values
            if moved:
                phase = str(moment.values.get("phase", phase))
                state = str(moment.values.get("state", state))
            if moved or any(walk.hears(moment) for walk in self._walks.values()):
                found.append((moment.at_us, phase, state, moment.events))
        return found

    def _span(self, row: Row, model: ClockModel) -> Span | None:
        at = (row.id, model.key)
        if at not in self._spans:
            self._spans[at] = target_of(row, model)
        return self._spans[at]

    def _line(self, team: str, span: Span) -> Timeline:
        at = (team, span.plain)
        found = self._lines.get(at)
        if found is None:
            assert self.policy is not None
            facts = Facts({"team": team})
            found = self._lines[at] = line_of(self.desk, self.policy.calendar, facts, span)
        return found


class _Walk:
    """One clock model over a trail."""

    def __init__(self, model: ClockModel) -> None:
        self.model = model
        self._words = [one for one in model.stops if one.when is None]
        self._ends = all(one.when is not None for one in model.stops)
        self._known: dict[tuple[str, str], tuple[bool, bool]] = {}

    @property
    def plain(self) -> bool:
        """Whether the clock runs from the creation and hears only words, phases and states."""
        model = self.model
        begins = all(one == Trigger("created") for one in model.starts)
        conditions = [one.when for one in model.stops if one.when is not None]
        conditions += [model.pauses] if model.pauses is not None else []
        return begins and not model.resets and all(map(_of_place, conditions))

    def halts(self, phase: str, state: str) -> bool:
        """Whether the clock would not run where a ticket begins."""
        created = any(one.named(("created",)) for one in self._words)
        return created or any(self._at(phase, state))

    def hears(self, moment: Moment) -> bool:
        """Whether words of a moment stop it."""
        return any(one.named(moment.events) for one in self._words)

    def late(
        self, trail: _Trail, start: int, span: Span, due: int, line: Timeline, now_us: int
    ) -> bool:
        """Whether it was missed by now. What ends it first, where nothing paused it before, tells;
        else the clock is moved as `deadlines` moves it."""
        for place, (at, phase, state, words) in enumerate(trail):
            stop, pause = self._turn(phase, state, words)
            if stop or pause:
                if at >= due:
                    return True
                if stop and (not self._ends or self._stays(trail[place + 1 :])):
                    return False
                return self._moved(trail, start, span, line, now_us)
        return now_us >= due

    def _stays(self, trail: _Trail) -> bool:
        return all(self._turn(phase, state, words)[0] for _, phase, state, words in trail)

    def _turn(self, phase: str, state: str, words: tuple[str, ...]) -> tuple[bool, bool]:
        stop, pause = self._at(phase, state)
        return stop or any(one.named(words) for one in self._words), pause

    def _moved(self, trail: _Trail, start: int, span: Span, line: Timeline, now_us: int) -> bool:
        clock = clocks.start(span, line, start)
        for at, phase, state, words in trail:
            clock = clocks.settle(clock, at)
            stop, pause = self._turn(phase, state, words)
            if stop:
                clock = clocks.stop(clock, line, at)
                continue
            if self._ends:
                clock = clocks.reopen(clock, line, at)
            clock = (clocks.pause if pause else clocks.resume)(clock, line, at)
        return clocks.settle(clock, now_us).breached_us is not None

    def _at(self, phase: str, state: str) -> tuple[bool, bool]:
        """Whether conditions stop it, or hold it up, in a phase and state."""
        found = self._known.get((phase, state))
        if found is None:
            facts = Facts({"phase": phase, "state": state})
            stops = (one.when for one in self.model.stops if one.when is not None)
            stop = any(holds(one, facts, _NOBODY) for one in stops)
            held = self.model.pauses is not None and holds(self.model.pauses, facts, _NOBODY)
            found = self._known[phase, state] = (stop, held or phase in DONE_PHASES)
        return found


def _of_place(pred: Predicate) -> bool:
    return all(path.name in _WHERE and not path.inside for path in reads(pred))
