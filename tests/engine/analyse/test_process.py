"""Workflow, rights, conditions, unused specs, texts and years: each finding, wrong and right."""

from __future__ import annotations

import pytest

from specs.problem import Problem
from tests.engine.analyse.linting import CLEAN, codes, files_of, linted, one, replaced

TYPE = "types/refund.yaml"
PAY = "    pay: { title: Pay, from: fresh, to: done, by: agent }\n"


def with_ways(*lines: str, states: str = "") -> dict[str, bytes]:
    """The clean tenant with other transitions, and more states."""
    ways = "".join(f"    {line}\n" for line in lines)
    end = "    done:  { title: Done, phase: solved }\n"
    return replaced(TYPE, (PAY, ways), (end, end + states))


def told(files: dict[str, bytes], code: str) -> Problem:
    """The one finding of this code."""
    return one(linted(files), code)


# --- workflow -------------------------------------------------------------------------------------


def test_guards_that_leave_a_hole_are_told_with_a_ticket_in_it() -> None:
    files = with_ways(
        "approve: { from: fresh, to: done, by: agent, when: { amount: { at_most: 200 } } }",
        "approve_large: { title: B, from: fresh, to: done, by: agent,"
        " when: { amount: { more_than: 500 } } }",
    )
    found = told(files, "W411")
    assert "`approve`, `approve_large` leave a hole in `fresh` of refund" in found.message
    assert "amount: 201.00" in found.witness
    assert "can.approve: false" in found.witness


def test_guards_over_a_required_field_that_meet_leave_none() -> None:
    files = with_ways(
        "approve: { from: fresh, to: done, by: agent, when: { amount: { at_most: 200 } } }",
        "approve_large: { title: B, from: fresh, to: done, by: agent,"
        " when: { amount: { more_than: 200 } } }",
    )
    assert codes(linted(files)) == []


def test_an_empty_value_is_a_hole_too() -> None:
    files = with_ways(
        "one: { title: A, from: fresh, to: done, by: agent, when: { paid: { at_most: 200 } } }",
        "two: { title: B, from: fresh, to: done, by: agent, when: { paid: { more_than: 200 } } }",
        "drop: { title: C, from: fresh, to: gone, by: agent }",
        states="    gone: { title: Gone, phase: closed }\n",
    )
    assert "none of them is open" in told(files, "W411").message


def test_what_every_way_in_needs_is_filled() -> None:
    ways = (
        "check: { title: C, from: fresh, to: checked, by: agent, needs: [remark] }",
        "take: { from: checked, to: done, by: agent, when: { remark: { is_empty: false } } }",
    )
    states = "    checked: { title: C, phase: active }\n"
    assert codes(linted(with_ways(*ways, states=states))) == []
    other = "skip: { title: S, from: fresh, to: checked, by: agent }"
    assert "no way at all" in told(with_ways(*ways, other, states=states), "W411").message


def test_a_way_whose_guard_holds_nowhere_is_closed() -> None:
    files = with_ways(
        PAY.strip(),
        "odd: { from: fresh, to: done, by: agent, when: { amount: { more_than: 1000 } } }",
    )
    assert "its guard holds nowhere" in told(files, "W412").message


def test_a_way_of_people_who_see_nothing_is_closed() -> None:
    files = with_ways(PAY.strip(), "odd: { title: O, from: fresh, to: done, by: clerk }")
    files["roles/clerk.yaml"] = b"kind: Role\ntitle: Clerk\nfunctions: [export]\n"
    assert "none of `by` sees it" in told(files, "W412").message
    files["roles/clerk.yaml"] = b"kind: Role\ntitle: Clerk\ninherits: agent\n"
    assert codes(linted(files)) == []


def test_a_state_from_which_no_end_is_reached_is_a_dead_end() -> None:
    files = with_ways(
        PAY.strip(),
        "hold: { title: H, from: fresh, to: held, by: agent }",
        "turn: { title: T, from: held, to: turned, by: agent }",
        "back: { title: B, from: turned, to: held, by: agent }",
        states="    held: { title: H, phase: waiting }\n    turned: { title: T, phase: active }\n",
    )
    found = [p for p in linted(files) if p.code.number == "W413"]
    assert ["`held`" in p.message or "`turned`" in p.message for p in found] == [True, True]


# --- rights ---------------------------------------------------------------------------------------

AGENT = CLEAN["roles/agent.yaml"]


def with_role(text: str, **more: str) -> dict[str, bytes]:
    return files_of(roles__agent=text, **more)


def test_a_role_that_gives_nothing_is_blind() -> None:
    found = told(files_of(roles__guest="kind: Role\ntitle: Guest\n"), "W404")
    assert "`guest`" in found.message


def test_tickets_that_nobody_at_the_desk_sees() -> None:
    text = AGENT.replace("see: { teams: $my.teams }", "see: { reason: [late, damaged] }")
    found = told(with_role(text), "W415")
    assert "reason: regret" in found.witness
    own = AGENT.replace("see: { teams: $my.teams }", "see: { requester: $me }")
    assert told(with_role(own), "W415")


def test_a_team_whose_tickets_none_of_its_members_see() -> None:
    text = AGENT.replace("see: { teams: $my.teams }", "see: { team: desk }")
    found = told(with_role(text), "W416")
    assert "`claims` gets tickets of refund" in found.message


def test_a_required_field_that_its_opener_can_not_fill_in() -> None:
    text = AGENT.replace("any_type:", "types:\n  refund:").replace(
        "do: [comment]", "do: [comment], fields: { amount: read }"
    )
    portal = CLEAN["portal.yaml"].replace(
        "do: [comment]", "do: [comment], fields: { amount: hidden }"
    )
    found = [p.message for p in linted(with_role(text, portal=portal)) if p.code.number == "W414"]
    assert any(m.startswith("requesters open refund without `amount`") for m in found)
    assert any(m.startswith("holders of `agent` open refund without") for m in found)


# --- conditions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        ("show_when: { reason: damaged }", "show_when: { amount: { more_than: 1000 } }", "W405"),
        ("remark: { type: text, label: Remark }",
         "remark: { type: text, required_when: { reason: late, damage: light } }", "W417"),
    ],
)  # fmt: skip
def test_conditions_of_fields_that_hold_nowhere(was: str, now: str, code: str) -> None:
    assert told(replaced(TYPE, (was, now)), code).place.file == TYPE


def test_a_field_that_every_role_has_hidden_is_never_shown() -> None:
    text = AGENT.replace("any_type:", "types:\n  refund:").replace(
        "do: [comment]", "do: [comment], fields: { remark: hidden }"
    )
    portal = CLEAN["portal.yaml"].replace(
        "do: [comment]", "do: [comment], fields: { remark: hidden }"
    )
    assert "every role has it hidden" in told(with_role(text, portal=portal), "W405").message


def test_a_view_that_is_always_empty() -> None:
    view = "kind: View\ntitle: V\ncolumns: [number]\nfilter: { reason: late, damage: light }\n"
    assert "view `odd`" in told(files_of(views__odd=view), "W417").message
    right = view.replace("late", "damaged")
    assert codes(linted(files_of(views__odd=right))) == []


def test_a_right_that_is_never_given() -> None:
    text = AGENT.replace("edit: { team: $my.teams }", "edit: { phase: waiting }")
    assert "`edit` of `agent` for refund never holds" in told(with_role(text), "W417").message


# --- unused, texts, years -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("teams__spare", "kind: Team\ntitle: Spare\n", "team `spare`"),
        ("calendars__spare", "kind: Calendar\nhours: { sat: 09:00-18:00 }\n", "calendar `spare`"),
        ("fieldsets__spare", "kind: FieldSet\nfields: { x: { type: text, label: X } }\n",
         "field set `spare`"),
        ("notifications__spare", "kind: Notification\nchannels: [mail]\nsubject: S\nbody: B\n",
         "notification `spare`"),
        ("tenant", CLEAN["tenant.yaml"] + "tags: { spare: Spare }\n", "tag `spare`"),
        ("tenant", CLEAN["tenant.yaml"] + "flags: { spare: Spare }\n", "flag `spare`"),
        ("tenant", CLEAN["tenant.yaml"] + "skills: { spare: Spare }\n", "skill `spare`"),
    ],
)  # fmt: skip
def test_what_nothing_uses_is_told(path: str, text: str, what: str) -> None:
    assert told(files_of(**{path: text}), "W407").message == f"nothing uses the {what}"


def test_what_is_used_in_a_condition_or_cell_is_used() -> None:
    tenant = CLEAN["tenant.yaml"] + "tags: { hot: Hot }\nflags: { late: Late }\n"
    view = "kind: View\ntitle: V\ncolumns: [number]\nfilter: { tags: hot, flags: late }\n"
    assert codes(linted(files_of(tenant=tenant, views__hot=view))) == []


def test_a_missing_translation_is_told_once_for_a_file_and_locale() -> None:
    tenant = CLEAN["tenant.yaml"].replace("locales: [en]", "locales: [en, zh-CN]")
    found = [p for p in linted(files_of(tenant=tenant)) if p.code.number == "W203"]
    assert {p.place.file for p in found} >= {TYPE, "teams/desk.yaml"}
    assert len({p.place.file for p in found}) == len(found)
    assert all("no zh-CN for" in p.message for p in found)


def test_a_year_without_holiday_data_is_told() -> None:
    tenant = CLEAN["tenant.yaml"] + "calendar: office\n"
    office = "kind: Calendar\nhours: { weekdays: 09:00-18:00 }\nholidays: { country: CN }\n"
    files = files_of(tenant=tenant, calendars__office=office)
    found = one(linted(files, year=2090), "W406")
    assert "in 2090" in found.message
    by_hand = office.replace("CN }", "CN, add: { 2090-01-01: New year } }")
    assert codes(linted(files_of(tenant=tenant, calendars__office=by_hand), year=2090)) == []
    assert codes(linted(files, year=2025)) == []
