"""The people pages from what queries found: loads, absence, and the plan for a backlog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.decide.candidates import say_away, say_receiver, say_seniority, say_skills, say_stay
from engine.decide.say import Speaker
from engine.model.roster import Member
from runtime.actions.rebalance import Preview
from runtime.choices import choices_of
from runtime.queries.workload import Place, Worker
from runtime.store.rows import Person
from runtime.web.pages import hue, letter, page, person_mark
from runtime.web.requests import Visit
from runtime.web.screens.base import PersonMark
from runtime.web.screens.choosing import Choice
from runtime.web.screens.people.people import (
    AbsenceForm,
    Backlog,
    HandLine,
    PeopleScreen,
    PersonScreen,
    PlaceLine,
    StayLine,
    TeamLoad,
)
from runtime.web.screens.side import SideNav

DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Entered:
    """What the last post left: its words and what is wrong with each."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    backlog: str = ""


NOTHING_ENTERED = Entered()


def people_screen(visit: Visit, nav: SideNav, places: Iterable[Place]) -> PeopleScreen:
    """The members of several teams."""
    speaker = Speaker.of(visit.desk.desk, visit.locale)
    groups: dict[str, list[Place]] = {}
    for place in places:
        groups.setdefault(place.team.key, []).append(place)
    teams = tuple(
        TeamLoad(
            key,
            found[0].team.title.say(visit.locale),
            tuple(_line(visit, speaker, one, named=True) for one in found),
        )
        for key, found in groups.items()
    )
    return PeopleScreen(page(visit, visit.say("Colleagues"), "desk"), nav, teams)


def person_screen(
    visit: Visit,
    nav: SideNav,
    worker: Worker,
    plan: Preview | None,
    entered: Entered = NOTHING_ENTERED,
    *,
    waiting: bool = False,
) -> PersonScreen:
    """One person: absence, places, and the backlog where there is a plan."""
    person = worker.person
    own = person.id == visit.viewer.person_id
    heading = visit.say("Out of office") if own and plan is None else person.name
    speaker = Speaker.of(visit.desk.desk, visit.locale)
    may_lead = bool(visit.viewer.leads) or "manage_people" in visit.viewer.functions
    return PersonScreen(
        page=page(visit, heading, "desk"),
        nav=nav,
        heading=heading,
        person=person_mark(person),
        absence=_absence(visit, worker, entered),
        places=tuple(_line(visit, speaker, place) for place in worker.places),
        own=own,
        away=_away(visit, worker),
        people_href=visit.links.desk("people") if may_lead else "",
        backlog=_backlog(visit, speaker, plan, entered, waiting=waiting) if plan else None,
    )


def _line(visit: Visit, speaker: Speaker, place: Place, *, named: bool = False) -> PlaceLine:
    member = place.member
    most = place.capacity
    share = min(100, round(100 * member.load / most)) if most else (100 if most == 0 else 0)
    person = place.person if named else None
    return PlaceLine(
        team=place.team.title.say(visit.locale),
        says=say_receiver(member.load, most, (), speaker),
        percent=share,
        most="" if most is None else str(most),
        seniority=say_seniority(member.seniority, speaker),
        skills=say_skills(sorted(member.skills), speaker),
        lead=member.lead,
        person=person_mark(person) if person else None,
        href=visit.links.desk("people", member.person_id) if named else "",
        away=away_of(visit, person) if person else _said_away(member, speaker),
    )


def _said_away(member: Member, speaker: Speaker) -> str:
    return say_away(member.absent_until_us or None, speaker) if member.absent else ""


def _mark(person_id: str, name: str) -> PersonMark:
    return PersonMark(name, letter(name), hue(person_id))


def _away(visit: Visit, worker: Worker) -> str:
    """The absence that is written down, in words; "" for none, or one that has passed."""
    person = worker.person
    since, until = person.absent_from_us, person.absent_to_us
    now = visit.site.clock.now_us()
    if since is None or (until is not None and until <= now):
        return ""
    first, last = _day(visit, since), _day(visit, until - 1) if until is not None else ""
    said = (
        visit.say("Away from %(first)s to %(last)s", first=first, last=last)
        if last
        else visit.say("Away from %(first)s on", first=first)
    )
    if worker.substitute is None:
        return said
    stands = visit.say("%(name)s stands in", name=worker.substitute.name)
    return f"{said} · {stands}"


def away_of(visit: Visit, person: Person) -> str:
    """That somebody is away or outside their working hours now, in words; "" for who is there."""
    now, desk = visit.site.clock.now_us(), visit.desk.desk
    if person.absent(now):
        return say_away(person.absent_to_us, Speaker.of(desk, visit.locale))
    works = choices_of(person.profile).works(now, desk.tenant.zone, desk.calendars)
    return "" if works or person.kind != "staff" else visit.say("outside working hours")


def _absence(visit: Visit, worker: Worker, entered: Entered) -> AbsenceForm:
    person, values, errors = worker.person, entered.values, entered.errors
    known = bool(_away(visit, worker))
    kept = {
        "from": _day(visit, person.absent_from_us) if known and person.absent_from_us else "",
        "until": _day(visit, person.absent_to_us - 1) if known and person.absent_to_us else "",
        "substitute": (person.substitute_id or "") if known else "",
    }
    today = _day(visit, visit.site.clock.now_us())
    action = visit.links.desk("people", person.id, "absence")
    return AbsenceForm(
        action=action,
        first=values.get("from", kept["from"] or today),
        last=values.get("until", kept["until"]),
        substitute=values.get("substitute", kept["substitute"]),
        substitutes=tuple(Choice(m.person_id, m.name) for m in worker.colleagues),
        everything=bool(values.get("everything")),
        first_problem=errors.get("from", ""),
        last_problem=errors.get("until", ""),
        substitute_problem=errors.get("substitute", ""),
        end_action=visit.links.desk("people", person.id, "back") if known else "",
    )


def _day(visit: Visit, at_us: int) -> str:
    zone = ZoneInfo(visit.desk.desk.tenant.zone)
    return datetime.fromtimestamp(at_us / 1e6, UTC).astimezone(zone).date().isoformat()


def _backlog(
    visit: Visit, speaker: Speaker, plan: Preview, entered: Entered, *, waiting: bool
) -> Backlog:
    hands = tuple(
        HandLine(
            one.number,
            plan.rows[one.number].subject,
            visit.links.ticket(one.number),
            _mark(one.to, one.name),
            say_receiver(one.load, one.capacity, one.has, speaker),
        )
        for one in plan.plan.hands
    )
    stays = tuple(
        StayLine(
            one.number,
            plan.rows[one.number].subject,
            visit.links.ticket(one.number),
            say_stay(one.why, speaker),
        )
        for one in plan.plan.stays
    )
    return Backlog(
        action=visit.links.desk("people", plan.person.id, "share"),
        here=visit.links.desk("people", plan.person.id),
        digest=plan.digest,
        waiting=waiting,
        hands=hands,
        stays=stays,
        problem=entered.backlog,
    )
