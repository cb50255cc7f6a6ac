"""One SLA clock as a value: starting, pausing, stopping and re-timing it, exactly and purely.

A clock has a *budget* of open time, fixed when it starts: from the start to the due instant of its
target. Pauses and shares count against the budget: `spent + remaining == budget` at every instant.
A clock is late from the due instant on. While it is paused with budget left there is no due
instant, because nobody knows when it will go on.

Every function takes the timeline (calendar or plain time) the clock is measured on; where the
caller has a calendar and a target, `timeline(calendar, target)` gives it. Functions return the
same object where nothing changes, so that an event told twice does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from engine.facts import ClockState
from engine.model.calendar import Timeline
from engine.span import SECOND_US, Span

BREACH: Final = "breach"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A warning to give: at a share of the budget (percent), or with so much of it left (Span)."""

    name: str
    at: int | Span


@dataclass(frozen=True, slots=True)
class DueRow:
    """What falls due on a clock, `warn:<name>` or `breach`, and when; it may lie in the past."""

    what: str
    at_us: int


def start(target: Span, line: Timeline, now_us: int) -> ClockState:
    """A clock that begins to run now, whether or not its calendar is open."""
    due = line.add(now_us, target)
    return ClockState(
        target=target,
        started_us=now_us,
        budget_us=line.between(now_us, due),
        due_us=due,
        due_open=_due_open(target, line, due),
        running_us=now_us,
    )


def spent(clock: ClockState, line: Timeline, now_us: int) -> int:
    """The budget used up to now; more than the budget when late."""
    if clock.running_us is None:
        return clock.spent_us
    return clock.spent_us + line.between(clock.running_us, now_us)


def remaining(clock: ClockState, line: Timeline, now_us: int) -> int:
    """The budget left; negative when late."""
    return clock.budget_us - spent(clock, line, now_us)


def percent(clock: ClockState, line: Timeline, now_us: int) -> Fraction:
    """The share of the budget used, in percent; a clock without budget is at 100 at once."""
    if clock.budget_us == 0:
        return Fraction(100)
    return Fraction(100 * spent(clock, line, now_us), clock.budget_us)


def settle(clock: ClockState, now_us: int) -> ClockState:
    """Note the breach of a running clock whose due instant has come."""
    if clock.running_us is None or clock.breached_us is not None:
        return clock
    if clock.due_us is None or now_us < clock.due_us:
        return clock
    return replace(clock, breached_us=clock.due_us)


def pause(clock: ClockState, line: Timeline, now_us: int) -> ClockState:
    """Hold a running clock; a clock that is late keeps the due instant it missed."""
    if clock.running_us is None:
        return clock
    clock = settle(clock, now_us)
    return replace(
        clock,
        spent_us=spent(clock, line, now_us),
        running_us=None,
        paused_us=now_us,
        due_us=clock.due_us if clock.breached_us is not None else None,
    )


def resume(clock: ClockState, line: Timeline, now_us: int) -> ClockState:
    """Let a paused clock run on with the budget it has left."""
    if clock.paused_us is None:
        return clock
    return _run_on(clock, line, now_us)


def stop(clock: ClockState, line: Timeline, now_us: int) -> ClockState:
    """The promise is kept, or kept too late: the clock ends, running or paused."""
    if clock.met_us is not None:
        return clock
    clock = settle(clock, now_us)
    return replace(
        clock,
        spent_us=spent(clock, line, now_us),
        running_us=None,
        paused_us=None,
        met_us=now_us,
    )


def reopen(clock: ClockState, line: Timeline, now_us: int) -> ClockState:
    """Let a stopped clock run on, as after a pause: the time since the stop does not count."""
    if clock.met_us is None:
        return clock
    return _run_on(clock, line, now_us)


def reset(clock: ClockState, line: Timeline, now_us: int) -> ClockState:
    """Begin anew now with the same target and the whole budget; a paused clock stays paused."""
    fresh = start(clock.target, line, now_us)
    return fresh if clock.paused_us is None else pause(fresh, line, now_us)


def recompute(
    clock: ClockState,
    was: Timeline,
    becomes: Timeline,
    target: Span,
    now_us: int,
    warnings: Iterable[Threshold] = (),
) -> ClockState:
    """Re-time a clock for a new target or calendar from now on.

    The budget is what the new target would have had from the clock's own start. Time spent stays
    spent as it was measured, pauses stay pauses, so neither is ever lost. A breach is taken back
    when the new due instant is still to come, and warnings not yet earned under the new terms
    (`warnings`) may be given again. A stopped clock keeps the terms it was stopped under.
    """
    if clock.met_us is not None or (target == clock.target and _same(was, becomes)):
        return clock
    clock = settle(clock, now_us)
    if clock.running_us is not None and not _same(was, becomes):
        clock = replace(clock, spent_us=spent(clock, was, now_us), running_us=now_us)
    due = becomes.add(clock.started_us, target)
    budget = becomes.between(clock.started_us, due)
    terms = replace(
        clock,
        target=target,
        budget_us=budget,
        due_open=_due_open(target, becomes, due),
        breached_us=None,
    )
    timed = _timed(terms, becomes)
    if timed.running_us is not None:
        timed = settle(timed, now_us)
    used = spent(timed, becomes, now_us)
    kept = {_word(row) for row in warnings if _needed(timed, becomes, row) <= used}
    if timed.breached_us is not None:
        kept.add(BREACH)
    return replace(timed, given=tuple(what for what in timed.given if what in kept))


def late_from(
    clock: ClockState, was: Timeline, becomes: Timeline, target: Span, now_us: int
) -> tuple[int | None, int | None]:
    """The due instant and the breach of the clock that `recompute` gives, and nothing else.

    For many clocks at once: most have run since their start, and need one step on the calendar.
    """
    plain = clock.met_us is None and clock.running_us == clock.started_us and not clock.spent_us
    if plain and target != clock.target and _same(was, becomes):
        due = becomes.add(clock.started_us, target)
        return due, due if due <= now_us else None
    timed = recompute(clock, was, becomes, target, now_us)
    return timed.due_us, timed.breached_us


def warn_instants(
    clock: ClockState, line: Timeline, warnings: Iterable[Threshold]
) -> tuple[DueRow, ...]:
    """When the warnings not yet given fall due on a running clock, in order of time.

    A warning that would stand at or before the clock's start (`30m` before the end of a `15m`
    target) or not before its due instant is none. One that was passed before the present run began
    falls due at the beginning of that run.
    """
    due, since = clock.due_us, clock.running_us
    if since is None or due is None or clock.breached_us is not None:
        return ()
    rows: list[DueRow] = []
    for row in warnings:
        needed = _needed(clock, line, row)
        if _word(row) in clock.given or not 0 < needed < clock.budget_us:
            continue
        at = line.add_open(since, needed - clock.spent_us)
        if at < due:
            rows.append(DueRow(_word(row), at))
    return tuple(sorted(rows, key=lambda row: row.at_us))


def due_rows(
    clock: ClockState, line: Timeline, warnings: Iterable[Threshold]
) -> tuple[DueRow, ...]:
    """All that a timer has to wait for: warnings, then the breach until it is marked as given.

    A breach noted by something else than its timer is still to be acted on, even when the clock
    was stopped meanwhile: its row stays, in the past.
    """
    rows = warn_instants(clock, line, warnings)
    late = clock.breached_us
    at = late if late is not None else clock.due_us if clock.running_us is not None else None
    if at is None or BREACH in clock.given:
        return rows
    return (*rows, DueRow(BREACH, at))


def mark_given(clock: ClockState, what: str) -> ClockState:
    """Note that a warning or the breach was acted on, so that it happens once."""
    return clock if what in clock.given else replace(clock, given=(*clock.given, what))


def clock_values(clock: ClockState) -> dict[str, object]:
    """The clock as plain JSON values; `clock_from` reads them back."""
    return {
        "target": clock.target.text(),
        "started_us": clock.started_us,
        "budget_us": clock.budget_us,
        "due_us": clock.due_us,
        "due_open": clock.due_open,
        "spent_us": clock.spent_us,
        "running_us": clock.running_us,
        "paused_us": clock.paused_us,
        "met_us": clock.met_us,
        "breached_us": clock.breached_us,
        "given": list(clock.given),
    }


def clock_from(values: Mapping[str, object]) -> ClockState:
    """A clock from what `clock_values` gave; raises ValueError or KeyError on anything else."""
    given = values["given"]
    if not isinstance(given, list):
        raise ValueError("`given` of a clock is a list of words")
    return ClockState(
        target=Span.parse(str(values["target"])),
        started_us=_int(values["started_us"]),
        budget_us=_int(values["budget_us"]),
        due_us=_int_or_none(values["due_us"]),
        due_open=bool(values["due_open"]),
        spent_us=_int(values["spent_us"]),
        running_us=_int_or_none(values["running_us"]),
        paused_us=_int_or_none(values["paused_us"]),
        met_us=_int_or_none(values["met_us"]),
        breached_us=_int_or_none(values["breached_us"]),
        given=tuple(str(what) for what in given),
    )


def _run_on(clock: ClockState, line: Timeline, now_us: int) -> ClockState:
    going = replace(clock, running_us=now_us, paused_us=None, met_us=None)
    return going if clock.breached_us is not None else _timed(going, line)


def _timed(clock: ClockState, line: Timeline) -> ClockState:
    """The clock with the due instant that its budget, what is spent and its run give.

    Where the budget was gone before the run began, the due instant is the run's (or pause's)
    beginning: the earliest at which the clock knows itself late.
    """
    left = clock.budget_us - clock.spent_us
    since = clock.running_us
    if since is None:
        over = left < 0 or (left == 0 and not clock.due_open)
        at = clock.paused_us if over else None
        return replace(clock, due_us=at, breached_us=at)
    if since == clock.started_us and not clock.spent_us:
        return replace(clock, due_us=line.add(since, clock.target))
    due = line.add_open(since, left)
    if clock.due_open and left >= 0:
        due = line.next_open(due)
    return replace(clock, due_us=due)


def _due_open(target: Span, line: Timeline, due: int) -> bool:
    return bool(target.weeks or target.days) and not target.seconds and line.is_open(due)


def _word(row: Threshold) -> str:
    return f"warn:{row.name}"


def _needed(clock: ClockState, line: Timeline, row: Threshold) -> int:
    """How much of the budget is used when the warning falls due."""
    if isinstance(row.at, int):
        return clock.budget_us * row.at // 100
    if row.at.plain or row.at.weeks or row.at.days:
        # Days before the end have no budget of their own: measure them from the clock's start.
        due = line.add(clock.started_us, row.at)
        return clock.budget_us - line.between(clock.started_us, due)
    return clock.budget_us - row.at.seconds * SECOND_US


def _same(one: Timeline, other: Timeline) -> bool:
    return one is other or one == other


def _int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("an instant or length of a clock is a whole number of microseconds")
    return value


def _int_or_none(value: object) -> int | None:
    return None if value is None else _int(value)
