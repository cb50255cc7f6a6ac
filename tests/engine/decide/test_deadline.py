"""Deadlines of a ticket through its life: clocks start, wait, stop, are re-timed and told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.compile.desk import compile_desk
from engine.decide.deadline import Deadlines, deadlines, due_now, retimed, timers
from engine.decide.explain import explain
from engine.decide.verdict import Due
from engine.facts import Ask, Facts, Value, Viewer
from engine.model.clock import spent
from engine.model.desk import Desk
from engine.model.sla import STATE_LIMIT
from engine.span import HOUR_US
from specs.load import load_files

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SPECS = {
    "tenant.yaml": """
        kind: Tenant
        language: 1
        id: shop
        title: Shop
        locales: [en]
        time_zone: Asia/Shanghai
        currency: CNY
        calendar: office
        flags: { late: Late }
    """,
    "people.yaml": """
        kind: People
        customer: { identity: [email] }
    """,
    "calendars/office.yaml": """
        kind: Calendar
        title: Office
        hours: { weekdays: [09:00-18:00] }
    """,
    "calendars/long.yaml": """
        kind: Calendar
        title: Long
        hours: { weekdays: [08:00-22:00], weekend: [08:00-22:00] }
    """,
    "teams/first.yaml": "{ kind: Team, title: First, default: true }",
    "teams/night.yaml": "{ kind: Team, title: Night, calendar: long }",
    "types/repair.yaml": """
        kind: TicketType
        title: Repair
        prefix: RP
        fields: { room: { type: text, label: Room } }
        reopen_within: 3d
        workflow:
          start: fresh
          states:
            fresh:   { title: Fresh, phase: new, limit: 8h }
            waiting: { title: Waiting, phase: waiting }
            fixed:   { title: Fixed, phase: solved }
            gone:    { title: Gone, phase: closed }
          transitions:
            ask:    { title: Ask, from: fresh, to: waiting, by: agent }
            answer: { title: Answer, from: waiting, to: fresh, by: agent }
            fix:    { title: Fix, from: [fresh, waiting], to: fixed, by: agent }
            drop:   { title: Drop, from: fresh, to: gone, by: agent }
    """,
    "roles/agent.yaml": """
        kind: Role
        title: Agent
        types: { repair: { see: { team: $my.teams } } }
    """,
    "sla/repair.yaml": """
        kind: SlaPolicy
        applies_to: repair
        clocks:
          first_reply: { stops: first_agent_reply, resets: entered(waiting) }
          solved: { stops: { phase: [solved, closed] }, pauses: { phase: waiting } }
        table:
          hit: first
          inputs: [priority]
          sets: [first_reply, solved]
          rows: { urgent: [urgent, 1h, 4h], low: [low, "-", 2d] }
          otherwise: [4h, 8h]
        warn:
          half: { at: 50%, clocks: solved, do: [{ flag: late }] }
          soon: { at: 30m, do: [{ flag: late }] }
        breach: [{ flag: late }]
        when_changed: open_tickets
    """,
}  # fmt: skip


def desk(**changed: str) -> Desk:
    """The tenant, with single files changed: `sla_repair="…"`."""
    named = {name.replace("_", "/", 1) + ".yaml": text for name, text in changed.items()}
    specs, problems = load_files({p: t.encode() for p, t in {**SPECS, **named}.items()})
    assert [one.headline for one in problems if one.is_error] == []
    found, problems = compile_desk(specs)
    assert [one.headline for one in problems if one.is_error] == []
    assert found is not None
    return found


DESK = desk()


def us(text: str) -> int:
    """An instant of March 2026 in Shanghai: `2 09:00` is Monday the second."""
    day, clock = text.split()
    at = datetime(
        2026, 3, int(day), int(clock[:2]), int(clock[3:]), tzinfo=ZoneInfo("Asia/Shanghai")
    )
    return (at - EPOCH) // timedelta(microseconds=1)


PHASES = {"fresh": "new", "waiting": "waiting", "fixed": "solved", "gone": "closed"}


class Ticket:
    """A ticket that lives: each event is told to `deadlines`, whose answer becomes its facts."""

    def __init__(self, at: str, desk: Desk = DESK, **values: Value) -> None:
        self.desk, self.found = desk, Deadlines({}, {}, (), ())
        self.facts = Facts({"type": "repair", "team": "first", "priority": "normal"})
        self.tell(at, "created", state="fresh", **values, new=True)

    def tell(self, at: str, *events: str, new: bool = False, **values: Value) -> Deadlines:
        before = None if new else self.facts
        if "state" in values:
            values["phase"] = PHASES[str(values["state"])]
            values["state_since"] = us(at)
            values["solved_at"] = us(at) if values["phase"] in ("solved", "closed") else None
            events = (*events, f"entered:{values['state']}")
        after = self.facts.with_values(values)
        ask = Ask(us(at), Viewer(None))
        self.found = deadlines(self.desk, before, after, events, ask)
        self.facts = replace(after.with_values(self.found.values), clocks=self.found.clocks)
        return self.found

    def due(self, clock: str) -> Value:
        return self.facts.get(f"due.{clock}")


def words(dues: tuple[Due, ...]) -> list[str]:
    return [f"{due.clock} {due.what}" for due in dues]


def test_a_new_ticket_gets_its_clocks_and_timers() -> None:
    ticket = Ticket("2 10:00")
    assert ticket.due("first_reply") == us("2 14:00")
    assert ticket.due("solved") == us("2 18:00")
    assert ticket.facts.get("breached.solved") is False
    assert ticket.found.dues == (
        Due("first_reply", "warn:soon", us("2 13:30")),
        Due("first_reply", "breach", us("2 14:00")),
        Due("solved", "warn:half", us("2 14:00")),
        Due("solved", "warn:soon", us("2 17:30")),
        Due("solved", "breach", us("2 18:00")),
        Due(STATE_LIMIT, "limit", us("2 18:00")),
    )
    assert timers(DESK, ticket.facts) == ticket.found.dues


def test_the_reason_names_row_place_and_what_did_not_match() -> None:
    reason = Ticket("2 10:00", priority="low").found.reasons[0]
    assert (reason.topic, reason.rule) == ("due.solved", "sla/repair.low")
    assert reason.place.startswith("sla/repair.yaml:")
    tried = explain(DESK, "repair", reason, Ask(0, Viewer(None))).rows
    assert [row.id for row in tried if row.failed] == ["urgent"]
    assert [(read.path, read.value) for read in reason.reads] == [("priority", "low")]
    assert reason.said == {"target": "2d"}


def test_a_cell_without_a_target_makes_no_clock() -> None:
    ticket = Ticket("2 10:00", priority="low")
    assert set(ticket.found.clocks) == {"solved", STATE_LIMIT}
    assert ticket.due("solved") == us("4 10:00")


def test_a_reply_stops_one_clock() -> None:
    ticket = Ticket("2 10:00")
    ticket.tell("2 11:00", "commented", "first_agent_reply")
    assert ticket.facts.clocks["first_reply"].met_us == us("2 11:00")
    assert ticket.facts.get("breached.first_reply") is False
    assert "first_reply breach" not in words(ticket.found.dues)


def test_waiting_holds_the_clock_and_the_answer_lets_it_go_on() -> None:
    ticket = Ticket("2 10:00")
    ticket.tell("2 12:00", "moved", state="waiting")
    assert ticket.due("solved") is None
    assert words(ticket.found.dues) == ["first_reply warn:soon", "first_reply breach"]
    ticket.tell("4 12:00", "moved", state="fresh")
    assert ticket.due("solved") == us("4 18:00")
    assert ticket.due(STATE_LIMIT) == us("5 11:00")


def test_entering_a_state_resets_a_clock() -> None:
    ticket = Ticket("2 10:00")
    ticket.tell("2 12:00", "moved", state="waiting")
    assert ticket.due("first_reply") == us("2 16:00")


def test_solved_the_ticket_closes_by_itself_unless_reopened() -> None:
    ticket = Ticket("2 10:00")
    ticket.tell("2 12:00", "moved", state="fixed")
    assert words(ticket.found.dues) == [" close"]
    assert ticket.found.dues[0].at_us == us("5 12:00")
    assert ticket.facts.clocks["first_reply"].phase == "paused"  # nobody answers a solved ticket
    ticket.tell("3 09:00", "reopened", state="fresh")
    assert ticket.due("solved") == us("3 15:00")  # two of eight hours were used
    assert ticket.facts.clocks["solved"].met_us is None
    ticket.tell("3 10:00", "moved", state="gone")
    assert ticket.found.dues == ()


def test_a_new_priority_re_targets_and_keeps_time_spent() -> None:
    ticket = Ticket("2 10:00")
    ticket.tell("2 11:00", "moved", state="waiting")
    ticket.tell("2 15:00", "moved", state="fresh")
    found = ticket.tell("2 16:00", "changed:priority", priority="urgent")
    assert ticket.due("solved") == us("2 18:00")  # one hour before the pause, three after
    assert [reason.topic for reason in found.reasons] == ["due.first_reply", "due.solved"]
    assert (
        spent(ticket.facts.clocks["solved"], DESK.calendars["office"], us("2 16:00")) == 2 * HOUR_US
    )
    ticket.tell("2 16:30", "changed:priority", priority="low")
    assert "first_reply" not in ticket.facts.clocks
    assert ticket.due("first_reply") is None
    assert ticket.due("solved") == us("4 14:00")  # 18 open hours, two and a half used


def test_the_teams_calendar_counts_from_the_transfer_on() -> None:
    ticket = Ticket("2 17:00")
    ticket.tell("2 18:00", "transferred", team="night")
    assert ticket.due("solved") == us("3 11:00")  # 18:00 to 22:00 and 8:00 to 11:00


def test_each_timer_is_told_once() -> None:
    ticket = Ticket("2 10:00")
    assert words(due_now(DESK, ticket.facts, us("2 14:00"))) == [
        "first_reply warn:soon", "first_reply breach", "solved warn:half",
    ]  # fmt: skip
    ticket.tell("2 14:00", "due:first_reply:soon")
    ticket.tell("2 14:00", "breached:first_reply")
    ticket.tell("2 14:00", "due:solved:half")
    assert due_now(DESK, ticket.facts, us("2 14:00")) == ()
    assert ticket.facts.get("breached.first_reply") is True
    ticket.tell("2 15:00", "moved", state="waiting")
    ticket.tell("2 16:00", "moved", state="fresh")
    assert "solved warn:half" not in words(ticket.found.dues)


def test_a_breach_that_something_else_met_first_is_still_told() -> None:
    ticket = Ticket("2 10:00")
    ticket.tell("3 10:00", "moved", state="fixed")
    assert ticket.facts.get("breached.solved") is True
    assert "solved breach" in words(due_now(DESK, ticket.facts, us("3 10:00")))
    ticket.tell("3 10:01", "breached:solved")
    assert "solved breach" not in words(ticket.found.dues)


def test_a_states_limit_is_told_once_for_each_stay() -> None:
    ticket = Ticket("2 10:00")
    ticket.tell("2 18:00", "overdue:fresh")
    assert f"{STATE_LIMIT} limit" not in words(ticket.found.dues)
    ticket.tell("3 09:00", "commented")
    assert f"{STATE_LIMIT} limit" not in words(ticket.found.dues)
    ticket.tell("3 09:30", "moved", state="waiting")
    assert STATE_LIMIT not in ticket.facts.clocks
    ticket.tell("3 10:00", "moved", state="fresh")
    assert ticket.found.dues[-1] == Due(STATE_LIMIT, "limit", us("3 18:00"))


def test_a_published_change_re_times_open_tickets_only_when_asked() -> None:
    ticket = Ticket("2 10:00")
    tighter = desk(sla_repair=SPECS["sla/repair.yaml"].replace("[4h, 8h]", "[4h, 3h]"))
    ticket.desk = tighter
    ticket.tell("2 11:00", "commented")
    assert ticket.due("solved") == us("2 18:00")  # an event alone does not let the change in
    found = retimed(DESK, tighter, ticket.facts, Ask(us("2 11:00"), Viewer(None)))
    assert found.values["due.solved"] == us("2 13:00")
    assert [reason.topic for reason in found.reasons] == ["due.solved"]
    assert found.clocks["first_reply"] == ticket.facts.clocks["first_reply"]


def test_a_ticket_without_policy_has_no_clocks() -> None:
    bare = desk(sla_repair=SPECS["sla/repair.yaml"].replace("repair", "other"),
                types_other=SPECS["types/repair.yaml"].replace("RP", "OT"))  # fmt: skip
    ticket = Ticket("2 10:00", bare)
    assert set(ticket.facts.clocks) == {STATE_LIMIT}


@pytest.mark.parametrize(
    ("was", "now", "code", "line"),
    [
        ("resets: entered(waiting)", "resets: entered(nowhere)", "E314", 4),
        ("pauses: { phase: waiting }", "pauses: commented", "E314", 5),
        ("[urgent, 1h, 4h]", "[urgent, 1x, 4h]", "E317", 10),
        ("inputs: [priority]", "inputs: [priorty]", "E217", 8),
        ("otherwise: [4h, 8h]", "note: no otherwise", "E402", 6),
        ("at: 30m", "at: 9999w", "E206", 14),
    ],
)
def test_what_is_wrong_in_a_policy_is_told_at_its_line(
    was: str, now: str, code: str, line: int
) -> None:
    text = "\n".join(row[8:] for row in SPECS["sla/repair.yaml"].splitlines()[1:])
    assert was in text
    files = {**SPECS, "sla/repair.yaml": text.replace(was, now)}
    specs, problems = load_files({path: text.encode() for path, text in files.items()})
    problems = [*problems, *compile_desk(specs)[1]]
    told = {(one.code.number, one.place.file, one.place.line) for one in problems if one.is_error}
    assert (code, "sla/repair.yaml", line) in told
