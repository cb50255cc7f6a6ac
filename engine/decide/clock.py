"""One clock after one event: whether it starts, stops, pauses, resets, and on which target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.decide.pending import APPROVAL, request_of
from engine.evaluate import holds
from engine.facts import Ask, ClockState, Facts
from engine.index.kept import first_row
from engine.model.calendar import PLAIN, Timeline, timeline
from engine.model.clock import (
    BREACH,
    Threshold,
    mark_given,
    pause,
    recompute,
    reopen,
    reset,
    resume,
    settle,
    start,
    stop,
)
from engine.model.desk import Desk
from engine.model.routing import Row
from engine.model.sla import STATE_LIMIT, ClockModel, SlaPolicyModel, Trigger
from engine.model.ticket_type import DONE_PHASES, Approval, State
from engine.span import Span


@dataclass(frozen=True, slots=True)
class Turn:
    """What happened: the desk, the facts on both sides, the event words, who asks and when."""

    desk: Desk
    before: Facts | None
    after: Facts
    events: tuple[str, ...]
    ask: Ask

    def fired(self, triggers: Iterable[Trigger]) -> bool:
        """Whether an event named happened, or a condition has become true."""
        return any(self._fired(trigger) for trigger in triggers)

    def _fired(self, trigger: Trigger) -> bool:
        if trigger.when is not None:
            held = self.before is not None and holds(trigger.when, self.before, self.ask)
            return not held and holds(trigger.when, self.after, self.ask)
        return trigger.named(self.events)

    def holding(self, triggers: Iterable[Trigger]) -> bool:
        """Whether an event named happened, or a condition is true."""
        return any(
            holds(trigger.when, self.after, self.ask)
            if trigger.when is not None
            else self._fired(trigger)
            for trigger in triggers
        )


def turned(
    turn: Turn, policy: SlaPolicyModel, model: ClockModel, target: Span | None, was: Span | None
) -> ClockState | None:
    """The clock after the event, None when there is none. `target` as the table has it now, `was`
    as it had it before.
    """
    clock, now = turn.after.clocks.get(model.key), turn.ask.now_us
    if clock is None:
        return _begun(turn, policy, model, target, was)
    clock = _told(turn, settle(clock, now), model.key)
    if target != was and target is None and clock.met_us is None:
        return None
    wanted = target if target != was and target is not None else clock.target
    before = line_of(turn.desk, policy.calendar, turn.before or turn.after, clock.target)
    line = line_of(turn.desk, policy.calendar, turn.after, wanted)
    clock = recompute(clock, before, line, wanted, now, thresholds(policy, model.key))
    if turn.fired(model.resets):
        clock = reset(clock, line, now)
    return _moved(turn, model, clock, line)


def _begun(
    turn: Turn, policy: SlaPolicyModel, model: ClockModel, target: Span | None, was: Span | None
) -> ClockState | None:
    """A clock that starts, or one whose ticket gets a target only now: it starts now."""
    late = turn.before is not None and was is None and _at_creation(model)
    if target is None or not (turn.fired(model.starts) or late) or _over(turn, model):
        return None
    line = line_of(turn.desk, policy.calendar, turn.after, target)
    return _moved(turn, model, start(target, line, turn.ask.now_us), line)


def _moved(turn: Turn, model: ClockModel, clock: ClockState, line: Timeline) -> ClockState:
    now = turn.ask.now_us
    if turn.holding(model.stops):
        return stop(clock, line, now)
    if all(trigger.when is not None for trigger in model.stops):
        clock = reopen(clock, line, now)
    held = model.pauses is not None and holds(model.pauses, turn.after, turn.ask)
    if held or turn.after.text("phase") in DONE_PHASES:
        return pause(clock, line, now)
    return resume(clock, line, now)


def _told(turn: Turn, clock: ClockState, key: str) -> ClockState:
    """Mark what a timer of this very decision acted on."""
    if f"breached:{key}" in turn.events:
        clock = mark_given(clock, BREACH)
    return _warned(turn, clock, key)


def _at_creation(model: ClockModel) -> bool:
    return any(trigger.event == "created" for trigger in model.starts)


def _over(turn: Turn, model: ClockModel) -> bool:
    """Whether what the clock would wait for has happened long ago."""
    replied = turn.before is not None and bool(turn.before.get("first_replied_at"))
    return replied and any(trigger.event == "first_agent_reply" for trigger in model.stops)


def limit(turn: Turn) -> ClockState | None:
    """The clock of the present state's own limit."""
    facts = turn.after
    state, since = state_of(turn.desk, facts), facts.get("state_since")
    if state is None or state.limit is None or not isinstance(since, int):
        return None
    if facts.text("phase") in DONE_PHASES:
        return None
    clock = facts.clocks.get(STATE_LIMIT)
    if clock is None or clock.started_us != since:
        return start(state.limit, line_of(turn.desk, state.calendar, facts, state.limit), since)
    before = line_of(turn.desk, state.calendar, turn.before or facts, clock.target)
    line = line_of(turn.desk, state.calendar, facts, clock.target)
    told = [Threshold(warning.id, warning.at) for warning in state.warnings]
    clock = recompute(
        settle(clock, turn.ask.now_us), before, line, clock.target, turn.ask.now_us, told
    )
    if f"overdue:{state.key}" in turn.events:
        clock = mark_given(clock, BREACH)
    return _warned(turn, clock, STATE_LIMIT)


def _warned(turn: Turn, clock: ClockState, key: str) -> ClockState:
    prefix = f"due:{key}:"
    for event in turn.events:
        if event.startswith(prefix):
            clock = mark_given(clock, f"warn:{event.removeprefix(prefix)}")
    return clock


def awaited(turn: Turn) -> ClockState | None:
    """The clock of the approval that the ticket waits for; None when it waits for none."""
    found = approval_of(turn.desk, turn.after)
    request = request_of(turn.after)
    if found is None or request is None:
        return None
    clock = turn.after.clocks.get(APPROVAL)
    if clock is None or clock.started_us != request.asked_us:
        line = line_of(turn.desk, found.calendar, turn.after, found.within)
        return start(found.within, line, request.asked_us)
    before = line_of(turn.desk, found.calendar, turn.before or turn.after, clock.target)
    line = line_of(turn.desk, found.calendar, turn.after, clock.target)
    clock = recompute(settle(clock, turn.ask.now_us), before, line, clock.target, turn.ask.now_us)
    return mark_given(clock, BREACH) if f"late:{APPROVAL}" in turn.events else clock


def approval_of(desk: Desk, facts: Facts) -> Approval | None:
    """The approval that the ticket waits for, as the desk has it now."""
    kind, request = desk.types.get(facts.text("type")), request_of(facts)
    transition = kind.transitions.get(request.transition) if kind and request else None
    return transition.approval if transition is not None else None


# --- targets and calendars ------------------------------------------------------------------------


def chosen_row(policy: SlaPolicyModel, facts: Facts, ask: Ask) -> Row:
    """The first row that holds for the ticket, else `otherwise`."""
    return first_row(policy, facts, ask) or policy.otherwise


def target_of(row: Row | None, model: ClockModel) -> Span | None:
    """What a row of the policy promises for a clock; None for no promise."""
    text = row.sets.get(model.key) if row is not None else None
    return Span.parse(text) if isinstance(text, str) and text else None


def line_of(desk: Desk, own: str, facts: Facts, span: Span) -> Timeline:
    """What a span is measured on: its own calendar, else the team's, else the tenant's."""
    team = desk.teams.get(facts.text("team"))
    name = own or (team.calendar if team is not None else "") or desk.tenant.calendar
    calendar = desk.calendars.get(name)
    return PLAIN if calendar is None else timeline(calendar, span)


def state_of(desk: Desk, facts: Facts) -> State | None:
    """The state the ticket is in; None where the type has lost it."""
    kind = desk.types.get(facts.text("type"))
    return kind.states.get(facts.text("state")) if kind is not None else None


def thresholds(policy: SlaPolicyModel, key: str) -> list[Threshold]:
    """The policy's warnings for a clock."""
    found: list[Threshold] = []
    for warning in policy.warnings:
        at = warning.percent if warning.percent is not None else warning.before
        if at is not None and (not warning.clocks or key in warning.clocks):
            found.append(Threshold(warning.id, at))
    return found
