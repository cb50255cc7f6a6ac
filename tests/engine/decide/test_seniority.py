"""Seniority and difficulty, absence and substitutes, overflow, and the sentences that tell it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from engine.compile.desk import desk_from_files
from engine.decide.assign import NOTHING, Want, assign, best, cover, look, room, substitute
from engine.decide.candidates import say_assignment, say_outcome, say_rule
from engine.decide.say import Speaker
from engine.decide.verdict import Reason
from engine.model.desk import Desk, TeamModel
from engine.model.roster import Member, Roster
from specs.load import read_folder
from tests.engine.decide.shop import FOLDER, MONDAY_US, roster, shop

ERP = frozenset({"erp"})
_TEAM = "kind: Team\ntitle: {{ zh-CN: {zh}, en: {en} }}\nassignment: {how}\n{more}"


@cache
def office() -> Desk:
    """The shop with a team of each kind: `apps` → `backup` → `spare`, all with limits."""
    files = dict(read_folder(FOLDER)[0])
    was, becomes = b"{ erp: ERP }", b"{ erp: erp, cnc: CNC }"
    assert was in files["tenant.yaml"]
    files["tenant.yaml"] = files["tenant.yaml"].replace(was, becomes)
    for key, zh, how, more in (
        ("apps", "应用", "seniority_then_load", "capacity: 8\noverflow: backup\n"),
        ("backup", "后备二线", "skill_then_load", "capacity: 3\noverflow: spare\n"),
        ("spare", "三线", "least_busy", "capacity: 2\n"),
        ("skilled", "技能", "skill_then_load", "capacity: 8\n"),
    ):
        text = _TEAM.format(zh=zh, en=key.title(), how=how, more=more)
        files[f"teams/{key}.yaml"] = text.encode()
    desk, problems = desk_from_files(files)
    assert desk is not None, [problem.headline for problem in problems]
    return desk


def app(name: str, seniority: str = "regular", load: int = 0, **more: Any) -> Member:
    return Member(name.lower(), name, "apps", seniority=seniority, load=load, **more)


TRIO = (app("Ben", "junior"), app("Chen", load=1), app("Sue", "senior", load=6))


@pytest.mark.parametrize(
    ("difficulty", "order"),
    [
        ("hard", ["sue", "chen"]),
        ("normal", ["ben", "chen", "sue"]),
        ("easy", ["ben", "chen", "sue"]),
    ],
)
def test_hard_goes_to_the_experienced_and_easy_to_newcomers(
    difficulty: str, order: list[str]
) -> None:
    looks = look(office().teams["apps"], roster(*TRIO), Want(difficulty=difficulty))
    assert [one.member.person_id for one in looks if not one.why] == order


def test_easy_prefers_the_newcomer_even_when_others_are_idler() -> None:
    crowd = roster(app("Ben", "junior", load=5), app("Sue", "senior"))
    assert assign(office(), "apps", crowd, difficulty="easy")[0] == "ben"
    assert assign(office(), "apps", crowd, difficulty="normal")[0] == "sue"


def test_a_hard_ticket_waits_rather_than_going_to_a_junior() -> None:
    person, team, why = assign(office(), "apps", roster(app("Ben", "junior")), difficulty="hard")
    assert (person, team) == ("", "apps")
    assert why is not None
    assert say_assignment(why.said, english()) == (
        "Apps: Ben: 0 of 8, too junior for a hard ticket → nobody: nobody can take it; "
        "Backup: nobody: the team has no members; Spare: nobody: the team has no members"
    )


def test_seniority_means_nothing_to_other_ways_of_assigning() -> None:
    two = roster(
        Member("ben", "Ben", "spare", seniority="junior"),
        Member("sue", "Sue", "spare", seniority="senior", load=1),
    )
    assert assign(office(), "spare", two, difficulty="hard")[0] == "ben"


# -- overflow -----------------------------------------------------------------------------------


def test_the_chain_of_teams_is_told_team_by_team() -> None:
    crowd = roster(
        app("Ben", load=8),
        Member("eve", "Eve", "backup", load=3),
        Member("fay", "Fay", "spare", load=1),
    )
    person, team, why = assign(office(), "apps", crowd)
    assert (person, team) == ("fay", "spare")
    assert why is not None
    assert say_assignment(why.said, english()) == (
        "Apps: Ben: 8 of 8 → nobody: nobody can take it; "
        "Backup: Eve: 3 of 3 → nobody: nobody can take it; Spare: Fay: 1 of 2 → Fay"
    )
    assert say_assignment(why.said, chinese()) == (
        "应用：Ben：8 / 8 → 无人：没有人能接；后备二线：Eve：3 / 3 → 无人：没有人能接；"
        "三线：Fay：1 / 2 → Fay"
    )


def test_an_overflow_that_leads_back_is_refused() -> None:
    files = dict(read_folder(FOLDER)[0])
    files["teams/reserve.yaml"] += b"overflow: after_sales\n"
    desk, problems = desk_from_files(files)
    assert desk is None
    assert [(p.code.number, p.place.file) for p in problems] == [("E219", "teams/after_sales.yaml")]


def test_an_overflow_loop_in_an_old_desk_asks_each_team_once() -> None:
    desk = office()
    back = replace(desk.teams["spare"], overflow="apps")
    looped = replace(desk, teams={**desk.teams, "spare": back})
    person, team, why = assign(looped, "apps", roster(app("Ben", load=8)))
    assert (person, team) == ("", "apps")
    assert why is not None
    assert [one["team"] for one in why.said["asked"]] == ["apps", "backup", "spare"]  # type: ignore[attr-defined]


def test_a_team_without_members_keeps_the_ticket_and_says_so() -> None:
    person, team, why = assign(office(), "spare", Roster())
    assert (person, team) == ("", "spare")
    assert why is not None
    assert say_outcome(why.said, english()) == "nobody: the team has no members"
    assert say_outcome(why.said, chinese()) == "无人：团队没有成员"


def test_capacity_nought_takes_none_and_none_is_the_teams() -> None:
    team = office().teams["spare"]
    assert room(Member("x", "X", "spare"), team) == 2
    assert room(Member("x", "X", "spare", capacity=0), team) == 0
    two = roster(Member("a", "A", "spare", capacity=0), Member("b", "B", "spare", load=1))
    assert assign(office(), "spare", two)[0] == "b"
    alone, _, why = assign(office(), "spare", roster(Member("a", "A", "spare", capacity=0)))
    assert alone == ""
    assert why is not None
    assert say_assignment(why.said, english()) == "A: takes no tickets → nobody: nobody can take it"


# -- absence ------------------------------------------------------------------------------------


def away(name: str, to: str, **more: Any) -> Member:
    return app(name, absent=True, substitute=to, **more)


def test_a_chain_of_substitutes_is_followed_to_who_is_present() -> None:
    crowd = roster(away("Ben", "chen"), away("Chen", "sue"), app("Sue"))
    found = substitute(crowd, "ben", "apps")
    assert found is not None
    assert found.person_id == "sue"


@pytest.mark.parametrize(
    "crowd",
    [
        (away("Ben", "chen"), away("Chen", "ben"), app("Sue")),
        (away("Ben", "ben"), app("Sue")),
        (away("Ben", "gone"), app("Sue")),
        (away("Ben", "eve"), app("Sue"), Member("eve", "Eve", "backup")),
    ],
    ids=["loop", "oneself", "who left", "of another team"],
)
def test_a_chain_that_leads_to_nobody_leaves_it_to_the_team(crowd: tuple[Member, ...]) -> None:
    found = roster(*crowd)
    assert substitute(found, "ben", "apps") is None
    assert cover(office(), "apps", found, "ben")[:2] == ("sue", "apps")


def test_the_chain_goes_through_somebody_of_another_team() -> None:
    eve = Member("eve", "Eve", "backup", absent=True, substitute="sue")
    assert cover(office(), "apps", roster(away("Ben", "eve"), eve, app("Sue")), "ben")[0] == "sue"


def test_the_substitute_comes_first_then_the_team_then_the_substitute_beyond_capacity() -> None:
    ben, full = away("Ben", "sue"), app("Sue", load=8)
    person, _, why = cover(office(), "apps", roster(ben, app("Sue", load=7), app("Chen")), "ben")
    assert person == "sue"
    assert why is not None
    assert say_outcome(why.said, english()) == "Sue, who stands in for Ben"
    assert cover(office(), "apps", roster(ben, full, app("Chen", load=7)), "ben")[0] == "chen"
    person, _, why = cover(office(), "apps", roster(ben, full), "ben")
    assert person == "sue"
    assert why is not None
    assert say_outcome(why.said, chinese()) == "Sue，代班 Ben，虽已满额"
    assert cover(office(), "apps", roster(away("Ben", "")), "ben")[0] == ""


def test_a_return_to_somebody_absent_goes_to_who_stands_in() -> None:
    crowd = roster(away("Ben", "sue"), app("Sue", load=5), app("Chen"))
    assert assign(office(), "apps", crowd, keep="ben")[0] == "sue"
    assert assign(office(), "apps", crowd, keep="chen")[0] == "chen"


# -- what is said -------------------------------------------------------------------------------


def english() -> Speaker:
    return Speaker.of(office(), "en")


def chinese() -> Speaker:
    return Speaker.of(office(), "zh-CN")


def skilled(*members: Member, skills: frozenset[str] = ERP) -> Mapping[str, object]:
    reason = assign(office(), "skilled", roster(*members), skills)[2]
    assert isinstance(reason, Reason)
    return reason.said


def test_the_sentence_of_an_assignment() -> None:
    ben = Member("ben", "Ben", "skilled", load=8)
    chen = Member("chen", "Chen", "skilled", load=3, skills=ERP)
    said = skilled(replace(ben, skills=frozenset()), chen)
    told = say_assignment(said, english())
    assert told == "Ben: 8 of 8; Chen: 3 of 8, has `erp` → Chen"
    assert say_rule(said, english()) == "skill first, then load; wants `erp`"
    assert say_assignment(said, chinese()) == ("Ben：8 / 8；Chen：3 / 8，会「erp」 → Chen")
    anyone = Member("chen", "Chen", "skilled", load=3)
    assert say_assignment(skilled(ben, anyone, skills=frozenset()), english()) == (
        "Ben: 8 of 8; Chen: 3 of 8 → Chen"
    )


def test_an_absence_is_told_with_the_day_of_the_return() -> None:
    noon = MONDAY_US + 3 * 3_600_000_000
    midnight = MONDAY_US + 15 * 3_600_000_000
    dan = Member("dan", "Dan", "skilled", absent=True, absent_until_us=noon)
    eve = Member("eve", "Eve", "skilled", absent=True, absent_until_us=midnight)
    fay = Member("fay", "Fay", "skilled", absent=True)
    said = skilled(dan, eve, fay, skills=frozenset())
    assert say_assignment(said, english()) == (
        "Dan: away, back 2026-03-02 12:00; Eve: away, back 2026-03-03; Fay: away"
        " → nobody: everyone is away"
    )


def test_old_journals_without_the_new_parts_are_told_too() -> None:
    member = {"name": "Ben", "load": 2, "capacity": 1_000_000, "absent": False, "skills": []}
    said = {"how": "least_busy", "members": [member], "chosen": "Ben"}
    assert say_assignment(said, english()) == "Ben: 2 open → Ben"
    assert say_assignment({**said, "members": [], "chosen": ""}, english()) == (
        "nobody: the team has no members"
    )


def test_a_large_team_is_told_with_the_one_chosen() -> None:
    crowd = [Member(f"m{n:02}", f"M{n:02}", "skilled", load=7) for n in range(40)]
    last = Member("zed", "Zed", "skilled", absent=True)
    said = skilled(*crowd, last, skills=frozenset())
    members: Any = said["members"]
    assert len(members) == 20
    assert said["chosen"] in {one["name"] for one in members}


# -- properties ---------------------------------------------------------------------------------


def a_crowd(chance: random.Random, team: str) -> list[Member]:
    ids = [f"{team}{n}" for n in range(chance.randint(0, 7))]
    return [
        Member(
            one,
            chance.choice(["A", "B", "C"]),
            team,
            skills=frozenset(chance.sample(["erp", "cnc"], chance.randint(0, 2))),
            capacity=chance.choice([None, 0, 1, 3, 8]),
            load=chance.randint(0, 4),
            last_assigned_us=chance.choice([0, 0, 5]),
            absent=chance.random() < 0.3,
            substitute=chance.choice([*ids, "apps1", "spare0", "gone", ""]),
            seniority=chance.choice(["junior", "regular", "senior"]),
        )
        for one in ids
    ]


def able(team: TeamModel, found: Roster, want: Want) -> list[Member]:
    """Whoever could take it, said plainly: present, with room, and no junior for a hard one."""
    hard = want.difficulty == "hard" and team.assignment == "seniority_then_load"
    return [
        m
        for m in found.members(team.key)
        if not m.absent and m.load < room(m, team) and not (hard and m.seniority == "junior")
    ]


@pytest.mark.parametrize("seed", range(300))
def test_the_order_of_members_changes_nothing_and_nobody_is_overloaded(seed: int) -> None:
    chance = random.Random(seed)
    desk = office()
    crowd = [m for team in ("apps", "backup", "spare") for m in a_crowd(chance, team)]
    want = Want(
        frozenset(chance.sample(["erp", "cnc"], chance.randint(0, 2))),
        chance.choice(["easy", "normal", "hard"]),
    )
    first = assign(desk, "apps", roster(*crowd), want.skills, difficulty=want.difficulty)
    covered = cover(desk, "apps", roster(*crowd), "apps0", want)
    for _ in range(4):
        chance.shuffle(crowd)
        again = roster(*crowd)
        assert assign(desk, "apps", again, want.skills, difficulty=want.difficulty) == first
        assert cover(desk, "apps", again, "apps0", want)[0] == covered[0]
    found = roster(*crowd)
    person, key, _ = first
    teams = [desk.teams[team] for team in ("apps", "backup", "spare")]
    fit = {team.key: able(team, found, want) for team in teams}
    if person:
        assert person in {m.person_id for m in fit[key]}
        assert all(not fit[team.key] for team in teams[: [t.key for t in teams].index(key)])
    else:
        assert not any(fit.values())


def test_nobody_is_best_of_none() -> None:
    assert best(look(shop().teams["vip_desk"], Roster(), NOTHING)) is None
