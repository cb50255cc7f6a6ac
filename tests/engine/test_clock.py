"""SLA clocks: budgets and pauses exact to the minute, whatever happens to a ticket."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.facts import ClockState
from engine.model.calendar import Calendar, timeline
from engine.model.clock import (
    BREACH,
    DueRow,
    Threshold,
    clock_from,
    clock_values,
    due_rows,
    late_from,
    mark_given,
    pause,
    percent,
    recompute,
    remaining,
    reopen,
    reset,
    resume,
    settle,
    spent,
    start,
    stop,
    warn_instants,
)
from engine.model.text import NO_WORDS
from engine.span import HOUR_US, MINUTE_US, Span

ZONE = ZoneInfo("Europe/Berlin")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = Calendar("day", NO_WORDS, "Europe/Berlin", (((540, 720), (780, 1080)),) * 5 + ((), ()))
LONG = Calendar("long", NO_WORDS, "Europe/Berlin", (((480, 1200),),) * 6 + ((),))


def us(text: str) -> int:
    """An instant of the week of Monday 2026-03-02 in Berlin; `mon 09:00`, `mon2` a week later."""
    name, clock = text.split()
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].index(name[:3])
    at = datetime(2026, 3, 2 + days + 7 * name.endswith("2"), int(clock[:2]), int(clock[3:]))
    return (at.replace(tzinfo=ZONE) - EPOCH) // timedelta(microseconds=1)


def begin(target: str, at: str = "mon 09:00") -> ClockState:
    span = Span.parse(target)
    return start(span, timeline(DAY, span), us(at))


def test_start_fixes_due_and_budget() -> None:
    clock = begin("4h")
    assert clock.due_us == us("mon 14:00")
    assert clock.budget_us == 4 * HOUR_US
    assert clock.phase == "running"


def test_start_outside_hours_counts_from_the_opening() -> None:
    clock = begin("4h", "sun 20:00")
    assert clock.due_us == us("mon2 14:00")
    assert spent(clock, DAY, us("mon2 10:00")) == HOUR_US


def test_a_day_has_the_budget_of_its_open_time() -> None:
    clock = begin("1d", "mon 10:00")
    assert clock.due_us == us("tue 10:00")
    assert clock.budget_us == 8 * HOUR_US
    assert percent(clock, DAY, us("mon 15:00")) == 50


def test_a_pause_moves_the_due_instant_by_open_time() -> None:
    clock = pause(begin("4h"), DAY, us("mon 10:00"))
    assert clock.due_us is None
    assert clock.phase == "paused"
    assert remaining(clock, DAY, us("thu 10:00")) == 3 * HOUR_US
    clock = resume(clock, DAY, us("tue 11:00"))
    assert clock.due_us == us("tue 15:00")


def test_a_pause_of_no_length_changes_nothing() -> None:
    for target in ("4h", "1d", "9h", "1w", "8h", "24h plain"):
        clock = begin(target)
        line = timeline(DAY, clock.target)
        for at in ("mon 09:00", "mon 12:30", "mon 17:59"):
            if us(at) < (clock.due_us or 0):
                assert resume(pause(clock, line, us(at)), line, us(at)).due_us == clock.due_us


def test_a_day_paused_over_night_is_still_due_at_the_opening() -> None:
    clock = resume(pause(begin("1d"), DAY, us("mon 18:30")), DAY, us("mon 21:00"))
    assert clock.due_us == us("tue 09:00")
    assert clock.breached_us is None


def test_breach_is_noted_by_whatever_comes_first_after_it() -> None:
    clock = begin("4h")
    assert settle(clock, us("mon 13:59")) is clock
    for late in (
        settle(clock, us("mon 14:00")),
        pause(clock, DAY, us("mon 15:00")),
        stop(clock, DAY, us("mon 15:00")),
    ):
        assert late.breached_us == us("mon 14:00")
        assert late.due_us == us("mon 14:00")


def test_a_late_clock_stays_late_over_a_pause() -> None:
    clock = pause(begin("4h"), DAY, us("mon 16:00"))
    clock = resume(clock, DAY, us("tue 10:00"))
    assert (clock.due_us, clock.breached_us) == (us("mon 14:00"), us("mon 14:00"))
    assert remaining(clock, DAY, us("tue 10:00")) == -2 * HOUR_US


def test_stop_while_paused_counts_no_pause() -> None:
    clock = stop(pause(begin("4h"), DAY, us("mon 10:00")), DAY, us("wed 10:00"))
    assert (clock.met_us, clock.spent_us) == (us("wed 10:00"), HOUR_US)
    assert clock.breached_us is None
    assert percent(clock, DAY, us("fri 10:00")) == 25


def test_reopened_it_runs_on_with_what_was_left() -> None:
    clock = stop(begin("4h"), DAY, us("mon 10:00"))
    clock = reopen(clock, DAY, us("wed 09:00"))
    assert clock.due_us == us("wed 12:00")
    assert clock.phase == "running"
    assert clock.met_us is None


def test_reset_gives_the_whole_budget_again() -> None:
    clock = reset(begin("4h"), DAY, us("tue 09:00"))
    assert clock == start(Span.parse("4h"), DAY, us("tue 09:00"))
    held = reset(pause(begin("4h"), DAY, us("mon 10:00")), DAY, us("tue 09:00"))
    assert held.phase == "paused"
    assert held.spent_us == 0


def test_events_told_twice_do_no_harm() -> None:
    clock = begin("4h")
    assert resume(clock, DAY, us("mon 10:00")) is clock
    held = pause(clock, DAY, us("mon 10:00"))
    assert pause(held, DAY, us("mon 11:00")) is held
    met = stop(held, DAY, us("mon 11:00"))
    assert stop(met, DAY, us("mon 12:00")) is met
    assert reopen(held, DAY, us("mon 12:00")) is held
    assert mark_given(mark_given(clock, "x"), "x").given == ("x",)


# --- new targets and calendars ------------------------------------------------------------------


def test_a_tighter_target_keeps_pauses() -> None:
    clock = resume(pause(begin("8h"), DAY, us("mon 10:00")), DAY, us("tue 09:00"))
    tight = recompute(clock, DAY, DAY, Span.parse("4h"), us("tue 10:00"))
    assert spent(tight, DAY, us("tue 10:00")) == 2 * HOUR_US
    assert tight.due_us == us("tue 12:00")  # an hour before the pause, three after


def test_a_target_already_used_up_is_late_where_it_was_used_up() -> None:
    tight = recompute(begin("8h"), DAY, DAY, Span.parse("2h"), us("mon 16:00"))
    assert tight.due_us == tight.breached_us == us("mon 11:00")


def test_used_up_before_a_pause_is_late_when_the_pause_began() -> None:
    held = pause(begin("8h"), DAY, us("mon 16:00"))
    tight = recompute(held, DAY, DAY, Span.parse("2h"), us("tue 09:00"))
    assert tight.breached_us == us("mon 16:00")
    assert resume(tight, DAY, us("tue 10:00")).due_us == us("mon 16:00")


def test_a_longer_target_takes_a_breach_back() -> None:
    late = settle(begin("2h"), us("mon 15:00"))
    saved = recompute(late, DAY, DAY, Span.parse("8h"), us("mon 15:00"))
    assert saved.breached_us is None
    assert saved.due_us == us("mon 18:00")


def test_a_new_calendar_counts_from_now_on() -> None:
    clock = recompute(begin("6h", "mon 17:00"), DAY, LONG, Span.parse("6h"), us("tue 09:00"))
    assert spent(clock, LONG, us("tue 09:00")) == HOUR_US  # as the old calendar measured it
    assert clock.due_us == us("tue 14:00")


def test_from_calendar_to_plain_time() -> None:
    target = Span.parse("6h plain")
    line = timeline(DAY, target)
    clock = recompute(begin("6h", "mon 17:00"), DAY, line, target, us("tue 09:00"))
    assert clock.due_us == us("tue 14:00")
    assert clock.budget_us == 6 * HOUR_US


def test_the_same_terms_change_nothing() -> None:
    clock = begin("6h")
    assert recompute(clock, DAY, DAY, clock.target, us("tue 09:00")) is clock
    met = stop(clock, DAY, us("mon 10:00"))
    assert recompute(met, DAY, LONG, Span.parse("1h"), us("tue 09:00")) is met


@pytest.mark.parametrize("target", ["2h", "6h", "1d", "1d 2h", "24h plain"])
@pytest.mark.parametrize("line", [DAY, LONG])
def test_the_due_instant_alone_is_the_one_of_the_whole_clock(target: str, line: Calendar) -> None:
    span, now = Span.parse(target), us("tue 10:00")
    late = settle(begin("4h"), now)
    for clock in (
        begin("4h"),
        begin("1d", "sun 12:00"),
        late,
        pause(begin("8h"), DAY, us("mon 16:00")),
        resume(pause(begin("8h"), DAY, us("mon 10:00")), DAY, us("tue 09:00")),
        stop(begin("8h"), DAY, us("mon 10:00")),
    ):
        whole = recompute(clock, DAY, timeline(line, span), span, now)
        alone = late_from(clock, DAY, timeline(line, span), span, now)
        assert alone == (whole.due_us, whole.breached_us)


# --- warnings -----------------------------------------------------------------------------------

HALF = Threshold("half", 50)
SOON = Threshold("soon", Span.parse("30m"))


def test_warnings_count_open_time() -> None:
    assert due_rows(begin("8h", "mon 16:00"), DAY, [SOON, HALF]) == (
        DueRow("warn:half", us("tue 11:00")),
        DueRow("warn:soon", us("tue 15:30")),
        DueRow(BREACH, us("tue 16:00")),
    )


def test_a_warning_longer_than_the_target_is_none() -> None:
    assert warn_instants(begin("15m"), DAY, [SOON]) == ()
    assert [row.what for row in due_rows(begin("0m"), DAY, [SOON, HALF])] == ["breach"]


def test_given_warnings_and_noted_breaches_fall_due_no_more() -> None:
    clock = mark_given(begin("8h"), "warn:half")
    assert [row.what for row in due_rows(clock, DAY, [HALF, SOON])] == ["warn:soon", BREACH]
    late = stop(clock, DAY, us("fri 09:00"))
    assert due_rows(late, DAY, [HALF, SOON]) == (DueRow(BREACH, us("mon 18:00")),)
    assert due_rows(mark_given(late, BREACH), DAY, [HALF, SOON]) == ()
    assert due_rows(pause(clock, DAY, us("mon 10:00")), DAY, [HALF, SOON]) == ()
    assert due_rows(stop(clock, DAY, us("mon 10:00")), DAY, [HALF, SOON]) == ()


def test_recompute_gives_back_warnings_not_yet_earned() -> None:
    clock = mark_given(begin("2h"), "warn:half")
    longer = recompute(clock, DAY, DAY, Span.parse("8h"), us("mon 10:30"), [HALF])
    assert longer.given == ()
    same = recompute(clock, DAY, DAY, Span.parse("3h"), us("mon 10:30"), [HALF])
    assert same.given == ("warn:half",)


def test_a_warning_in_days() -> None:
    rows = warn_instants(begin("1w"), DAY, [Threshold("day", Span.parse("1d"))])
    assert rows[0].at_us == us("thu 18:00")  # 32 of 40 hours used


# --- storage ------------------------------------------------------------------------------------


def test_values_come_back() -> None:
    for clock in (
        begin("1d 4h"),
        mark_given(pause(begin("24h plain"), DAY, us("mon 11:00")), "warn:half"),
    ):
        assert clock_from(clock_values(clock)) == clock


@pytest.mark.parametrize("wrong", [{"spent_us": 1.5}, {"given": "half"}, {"started_us": True}])
def test_other_values_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="clock"):
        clock_from({**clock_values(begin("4h")), **wrong})


# --- any history, against a reference that steps minute by minute -------------------------------


@dataclass
class Stepper:
    """The reference: it lives through a history minute by minute and counts."""

    line: Calendar
    spent: int = 0
    running: bool = True
    total: int = 0
    history: list[str] = field(default_factory=list)

    def until(self, low: int, high: int) -> None:
        """Live from one minute to another."""
        if not self.running:
            return
        for at in range(low, high, MINUTE_US):
            self.spent += MINUTE_US * by_the_wall(self.line, at)


def by_the_wall(line: Calendar, at: int) -> bool:
    local = (EPOCH + timedelta(microseconds=at)).astimezone(ZONE)
    minute = local.hour * 60 + local.minute
    return any(opens <= minute < closes for opens, closes in line.week[local.weekday()])


def open_minutes(line: Calendar, low: int, minutes: int) -> int:
    """The instant after so many open minutes, by stepping."""
    at = low
    while minutes:
        minutes -= by_the_wall(line, at)
        at += MINUTE_US
    return at


deeds = st.sampled_from(["pause", "resume", "stop", "reopen", "reset", "target", "calendar"])
histories = st.lists(st.tuples(st.integers(0, 900), deeds, st.integers(1, 40)), max_size=12)
# around the clock change of Sunday, 29 March 2026
starts = st.integers(0, 4 * 1440).map(lambda m: us("mon 00:00") + (24 * 1440 + m) * MINUTE_US)


@given(starts, st.integers(1, 40), histories)
@settings(max_examples=60, deadline=None)
def test_any_history(begins: int, hours: int, history: list[tuple[int, str, int]]) -> None:
    line, target = DAY, Span(seconds=hours * 3600)
    clock, step, now, budget = start(target, line, begins), Stepper(line), begins, hours
    for wait, deed, number in history:
        step.until(now, now + wait * MINUTE_US)
        now += wait * MINUTE_US
        if deed == "pause":
            clock, step.running = pause(clock, line, now), False
        elif deed == "stop":
            clock, step.running = stop(clock, line, now), False
        elif deed == "resume":
            clock, step.running = resume(clock, line, now), clock.met_us is None
        elif deed == "reopen":
            going = clock.phase != "paused"
            clock, step.running = reopen(clock, line, now), going
        elif deed == "reset":
            step.running = clock.phase != "paused"
            clock, step.spent = reset(clock, line, now), 0
        elif clock.met_us is None:
            other = (LONG if line is DAY else DAY) if deed == "calendar" else line
            budget = number if deed == "target" else budget
            target = Span(seconds=budget * 3600)
            told = late_from(clock, line, other, target, now)
            clock = recompute(clock, line, other, target, now)
            assert told == (clock.due_us, clock.breached_us)
            line = step.line = other
        else:  # what is stopped keeps its terms
            budget = clock.budget_us // HOUR_US
        assert (clock.phase == "running") is step.running
        assert clock.budget_us == budget * HOUR_US
        assert spent(clock, line, now) == step.spent
        assert spent(clock, line, now) + remaining(clock, line, now) == clock.budget_us
        assert percent(clock, line, now) == Fraction(100 * step.spent, clock.budget_us)
        late = settle(clock, now)
        if clock.phase != "met":
            assert (late.breached_us is not None) is (step.spent >= budget * HOUR_US)
        if late.phase == "running" and late.breached_us is None:
            left = budget * 60 - step.spent // MINUTE_US
            assert late.due_us == open_minutes(line, now, left)
        rows = due_rows(clock, line, [HALF, SOON])
        assert all(one.at_us <= other.at_us for one, other in pairwise(rows))
        assert clock_from(clock_values(clock)) == clock
