"""Deadlines of one ticket: which clocks run after an event, what they cost, and what falls due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.decide.clock import (
    Turn,
    approval_of,
    awaited,
    chosen_row,
    limit,
    line_of,
    state_of,
    target_of,
    thresholds,
    turned,
)
from engine.decide.pending import APPROVAL
from engine.decide.verdict import Due, Read, Reason
from engine.evaluate import reads, value_of
from engine.facts import Ask, ClockState, Facts
from engine.model.automation import HELD
from engine.model.clock import BREACH, Threshold, due_rows, recompute
from engine.model.desk import Desk
from engine.model.routing import Row
from engine.model.sla import STATE_LIMIT, ClockModel, SlaPolicyModel
from engine.model.ticket_type import DONE_PHASES, SURVEY
from engine.span import Span

_OWN: Final = (STATE_LIMIT, APPROVAL)
"""Clocks that belong to no policy."""
_REOPEN_WITHIN: Final = Span(days=7)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """`clocks`: state by clock key, whole; `values`: due.<clock>, breached.<clock> as facts;
    `dues`: every timer row the ticket should have now, whole (SLA warn/breach, the state's
    `limit`, `close` of a solved ticket after reopen_within); `reasons`: one for each target chosen.
    """

    clocks: dict[str, ClockState]
    values: dict[str, int | bool | None]
    dues: tuple[Due, ...]
    reasons: tuple[Reason, ...]


def deadlines(
    desk: Desk, before: Facts | None, after: Facts, events: tuple[str, ...], ask: Ask
) -> Deadlines:
    """Start, stop, pause, resume, reset or re-target the clocks of the ticket's policy.

    `events` are the event words of this decision (`created`, `first_agent_reply`, `commented`,
    `moved`, `entered:<state key>`, `assigned`, `transferred`, `reopened` …). `before` is None for a
    new ticket. Calendar: the policy's, else the team's, else the tenant's (decisions.md 9).

    A target is chosen again when what the table reads has changed; a changed table alone leaves
    running clocks as they are (`retimed` is for that). A solved or closed ticket's clocks stand
    still. A clock stopped by a condition runs on when the condition ends; by an event, it is done.
    """
    turn = Turn(desk, before, after, events, ask)
    policy = desk.policies.get(after.text("type"))
    clocks = _done_with(after, policy)
    found: list[Reason] = []
    if policy is not None:
        row = chosen_row(policy, after, ask)
        was = chosen_row(policy, before, ask) if before is not None else None
        for model in policy.clocks.values():
            old = after.clocks.get(model.key)
            new = turned(turn, policy, model, target_of(row, model), target_of(was, model))
            if new is not None:
                clocks[model.key] = new
            if new is not None and (old is None or old.target != new.target):
                found.append(_reason(policy, row, model, new, after))
    for key, own in ((STATE_LIMIT, limit(turn)), (APPROVAL, awaited(turn))):
        if own is not None:
            clocks[key] = own
    return _whole(desk, after, clocks, tuple(found))


def retimed(old: Desk, new: Desk, facts: Facts, ask: Ask) -> Deadlines:
    """The clocks of an open ticket under a newly published desk (`when_changed: open_tickets`).

    Time spent so far counts as the old calendars measured it.
    """
    policy = new.policies.get(facts.text("type"))
    was = old.policies.get(facts.text("type"))
    clocks = _done_with(facts, policy)
    found: list[Reason] = []
    row = chosen_row(policy, facts, ask) if policy is not None else None
    for model in policy.clocks.values() if policy is not None else ():
        clock, target = facts.clocks.get(model.key), target_of(row, model)
        if clock is None or (target is None and clock.met_us is None):
            continue
        if target is not None and policy is not None and row is not None:
            before = line_of(old, was.calendar if was else "", facts, clock.target)
            line = line_of(new, policy.calendar, facts, target)
            told = thresholds(policy, model.key)
            timed = recompute(clock, before, line, target, ask.now_us, told)
            if timed is not clock:
                found.append(_reason(policy, row, model, timed, facts))
            clock = timed
        clocks[model.key] = clock
    clocks |= {key: facts.clocks[key] for key in _OWN if key in facts.clocks}
    return _whole(new, facts, clocks, tuple(found))


def timers(desk: Desk, facts: Facts) -> tuple[Due, ...]:
    """Every timer row of a ticket as its facts stand, by time; those in the past are to be done."""
    return _dues(desk, facts, facts.clocks)


def due_now(desk: Desk, facts: Facts, now_us: int) -> tuple[Due, ...]:
    """What has fallen due and was not acted on; a timer that fires asks this first."""
    return tuple(due for due in timers(desk, facts) if due.at_us <= now_us)


# --- the whole ------------------------------------------------------------------------------------


def _done_with(facts: Facts, policy: SlaPolicyModel | None) -> dict[str, ClockState]:
    """Clocks that the policy no longer knows: what was stopped stays, as history."""
    known = {model.key for model in policy.clocks.values()} if policy is not None else set()
    return {
        key: clock
        for key, clock in facts.clocks.items()
        if key not in known and key not in _OWN and clock.met_us is not None
    }


def _whole(
    desk: Desk, facts: Facts, clocks: dict[str, ClockState], found: tuple[Reason, ...]
) -> Deadlines:
    values: dict[str, int | bool | None] = {}
    for key in (*facts.clocks, *clocks):
        clock = clocks.get(key)
        values[f"due.{key}"] = clock.due_us if clock is not None else None
        values[f"breached.{key}"] = clock.breached_us is not None if clock is not None else None
    return Deadlines(clocks, values, _dues(desk, facts, clocks), found)


def _dues(desk: Desk, facts: Facts, clocks: Mapping[str, ClockState]) -> tuple[Due, ...]:
    policy = desk.policies.get(facts.text("type"))
    found: list[Due] = []
    for model in policy.clocks.values() if policy is not None else ():
        clock = clocks.get(model.key)
        if clock is not None and policy is not None:
            line = line_of(desk, policy.calendar, facts, clock.target)
            rows = due_rows(clock, line, thresholds(policy, model.key))
            found += [Due(model.key, row.what, row.at_us) for row in rows]
    found += [*_own_dues(desk, facts, clocks), *_held(desk, facts)]
    found += [*_asking(desk, facts), *_closing(desk, facts)]
    return tuple(sorted(found, key=lambda due: due.at_us))


def _own_dues(desk: Desk, facts: Facts, clocks: Mapping[str, ClockState]) -> list[Due]:
    """What falls due without a policy: the state's limit, and an answer that is awaited."""
    found: list[Due] = []
    of_state, state = clocks.get(STATE_LIMIT), state_of(desk, facts)
    if of_state is not None and state is not None:
        told = [Threshold(warning.id, warning.at) for warning in state.warnings]
        line = line_of(desk, state.calendar, facts, of_state.target)
        for row in due_rows(of_state, line, told):
            found.append(Due(STATE_LIMIT, "limit" if row.what == BREACH else row.what, row.at_us))
    awaited_, approval = clocks.get(APPROVAL), approval_of(desk, facts)
    if awaited_ is not None and approval is not None:
        line = line_of(desk, approval.calendar, facts, awaited_.target)
        found += [Due(APPROVAL, "late", row.at_us) for row in due_rows(awaited_, line, ())]
    return found


def _asking(desk: Desk, facts: Facts) -> Iterator[Due]:
    """When to ask how it was: once for each time the ticket is solved, where a notice asks."""
    model, solved = desk.types.get(facts.text("type")), facts.get("solved_at")
    survey = model.survey if model is not None else None
    if survey is None or not survey.notify or facts.text("phase") not in DONE_PHASES:
        return
    if isinstance(solved, int) and facts.get("asked_survey") != solved and not facts.get("merged"):
        yield Due("", SURVEY, solved + survey.ask_after_us)


def _held(desk: Desk, facts: Facts) -> Iterator[Due]:
    """The automations that wait until the ticket has stood long enough in its state."""
    since = facts.get("state_since")
    for stratum in desk.strata.get(facts.text("type"), ()):
        for one in stratum:
            held = one.held
            if held is None or not isinstance(since, int) or facts.get("state") not in held.states:
                continue
            # Each stay in a state counts once; a closed ticket's phase ends all waiting.
            if facts.get(f"{HELD}.{one.id}") == since or facts.get("merged"):
                continue
            line = line_of(desk, held.calendar, facts, held.span)
            yield Due("", f"{HELD}:{one.id}", line.add(since, held.span))


def _closing(desk: Desk, facts: Facts) -> tuple[Due, ...]:
    """A solved ticket closes by itself; customers count the days in between by the wall clock."""
    solved, kind = facts.get("solved_at"), desk.types.get(facts.text("type"))
    if facts.text("phase") != "solved" or not isinstance(solved, int) or kind is None:
        return ()
    return (Due("", "close", solved + (kind.reopen_within or _REOPEN_WITHIN).plain_us),)


def _reason(
    policy: SlaPolicyModel, row: Row, model: ClockModel, clock: ClockState, facts: Facts
) -> Reason:
    paths = {path.name: path for each in policy.rows for path in reads(each.when)}
    return Reason(
        topic=f"due.{model.key}",
        outcome=clock.due_us,
        rule=f"sla/{policy.id}.{row.id}",
        place=str(row.place),
        reads=tuple(Read(path.spelled, value_of(path, facts)) for path in paths.values()),
        said={"target": clock.target.text()},
    )
