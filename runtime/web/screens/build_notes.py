"""Visits, time spent and reasons for missed promises, as a ticket's page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.decide.notes import LATE
from engine.decide.say import say_reason
from engine.facts import ClockState
from engine.model.sla import STATE_LIMIT
from runtime.clock import SECOND_US
from runtime.queries.beside import Beside
from runtime.queries.read_ticket import TicketPage
from runtime.render import words
from runtime.render.catalogues import N_
from runtime.web.pages import moment, zone_of
from runtime.web.requests import Visit
from runtime.web.screens.beside import (
    LateClock,
    PortalVisit,
    SpentBox,
    SpentLine,
    SpentSum,
    VisitForm,
    VisitLine,
    VisitsBox,
)
from runtime.web.screens.choosing import Choice

LENGTHS: Final = (15, 30, 45, 60, 90, 120, 180, 240, 360, 480)
STATES: Final = {
    "planned": N_("Planned"),
    "done": N_("Took place"),
    "missed": N_("Nobody was there"),
    "cancelled": N_("Cancelled"),
}


@dataclass(frozen=True, slots=True)
class NoteTried:
    """A form beside the ticket that was not taken, with its words: which one, and why not."""

    visit: VisitForm | None = None
    spent: Mapping[str, str] = field(default_factory=dict)
    late: Mapping[str, str] = field(default_factory=dict)


NOTHING: Final = NoteTried()


def visits_box(
    visit: Visit, found: TicketPage, beside: Beside, tried: NoteTried
) -> VisitsBox | None:
    """The visits; None where there are none and none may be planned."""
    plans = found.rights.edit
    if not plans and not beside.visits:
        return None
    number = found.row.number
    fresh = tried.visit if tried.visit is not None and not tried.visit.id else VisitForm()
    away = visit.say("away")
    now = found.ask.now_us
    return VisitsBox(
        action=visit.links.ticket(number, "visits"),
        lines=tuple(_visit_line(visit, found, beside, one.id, tried) for one in beside.visits),
        form=fresh if plans else None,
        people=tuple(
            Choice(one.id, f"{one.name} ({away})" if one.absent(now) else one.name)
            for one in beside.staff
        ),
        lengths=tuple(_lengths(visit, tried)),
        ics_href=visit.links.ticket(number, "visits.ics") if beside.visits else "",
    )


def _lengths(visit: Visit, tried: NoteTried) -> Iterable[Choice]:
    known = {str(n): n for n in LENGTHS}
    if tried.visit is not None and tried.visit.minutes.isdigit():
        known.setdefault(tried.visit.minutes, int(tried.visit.minutes))
    for text, minutes in sorted(known.items(), key=lambda one: one[1]):
        hours, rest = divmod(minutes, 60)
        said = visit.say("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)
        if not rest:
            said = visit.say("%(hours)s h", hours=hours)
        if not hours:
            said = visit.say("%(minutes)s min", minutes=rest)
        yield Choice(text, said)


def _visit_line(
    visit: Visit, found: TicketPage, beside: Beside, key: str, tried: NoteTried
) -> VisitLine:
    one = next(each for each in beside.visits if each.id == key)
    zone = ZoneInfo(zone_of(visit))
    starts, ends = moment(one.starts_us), moment(one.ends_us)
    here = starts.astimezone(zone)
    open_ = one.state == "planned" and found.rights.edit
    form = VisitForm(
        one.id,
        here.date().isoformat(),
        f"{here:%H:%M}",
        str((one.ends_us - one.starts_us) // (60 * SECOND_US)),
        one.person_id or "",
        one.place,
        one.note,
    )
    if tried.visit is not None and tried.visit.id == one.id:
        form = tried.visit
    return VisitLine(
        one.id,
        starts,
        ends,
        one.state,
        visit.say(STATES[one.state]),
        beside.names.get(one.person_id or "", ""),
        one.place,
        one.note,
        form if open_ else None,
        visit.links.ticket(found.row.number, "visits", one.id, "end") if open_ else "",
        one.starts_us <= found.ask.now_us,
    )


def spent_box(visit: Visit, found: TicketPage, beside: Beside, tried: NoteTried) -> SpentBox | None:
    """The time spent; None where there is none and none may be booked."""
    books = found.rights.edit or bool(found.rights.do & {"note", "*"})
    if not books and not beside.spent:
        return None
    sums: dict[str, int] = {}
    for one in beside.spent:
        sums[one.person_id] = sums.get(one.person_id, 0) + one.minutes
    names = beside.names
    base = visit.links.ticket(found.row.number, "time")
    mine = visit.viewer.person_id
    lines = tuple(
        SpentLine(
            one.id, names.get(one.person_id, ""), date.fromisoformat(one.day),
            timedelta(minutes=one.minutes), one.note,
            f"{base}/{one.id}/undo" if one.person_id == mine and books else "",
        )
        for one in beside.spent
    )  # fmt: skip
    return SpentBox(
        action=base if books else "",
        total=timedelta(minutes=sum(sums.values())),
        sums=tuple(SpentSum(names.get(key, ""), timedelta(minutes=n)) for key, n in sums.items()),
        lines=lines,
        today=found.ask.today,
        amount=tried.spent.get("amount", ""),
        day=tried.spent.get("day", "") or found.ask.today,
        note=tried.spent.get("note", ""),
        problem=tried.spent.get("problem", ""),
        open=bool(tried.spent),
    )


def late_clocks(visit: Visit, found: TicketPage, tried: NoteTried) -> Iterable[LateClock]:
    """The clocks that were missed, where the policy wants a reason."""
    policy = found.live.desk.policies.get(found.row.type_key)
    if policy is None or not policy.reason_required:
        return
    viewer = visit.viewer
    asked = viewer.person_id == found.row.assignee_id or (found.row.team_key in viewer.leads)
    for key, clock in found.facts.clocks.items():
        if key == STATE_LIMIT or key not in policy.clocks or not _missed(clock):
            continue
        given = found.facts.text(f"{LATE}{key}")
        again = tried.late if tried.late.get("clock") == key else {}
        yield LateClock(
            clock=key,
            title=policy.clocks[key].title.say(visit.locale),
            action=visit.links.ticket(found.row.number, "late") if found.rights.edit else "",
            reasons=tuple(
                Choice(name, title.say(visit.locale))
                for name, title in policy.breach_reasons.items()
            ),
            reason=say_reason(policy.breach_reasons, given, visit.locale),
            chosen=again.get("reason", given),
            words=again.get("words", "") or _words_of(found, key),
            problem=again.get("problem", ""),
            asks=asked and not given and found.rights.edit,
            open=bool(again),
        )


def noted_words(visit: Visit, found: TicketPage, body: Mapping[str, Any]) -> str:
    """What an event says of a visit, of time spent or of a missed promise; "" of none of them."""
    if at := body.get("visit"):
        now = moment(found.ask.now_us)
        starts, ends = moment(int(at["starts"])), moment(int(at["ends"]))
        person = found.people.get(str(at.get("person", "")))
        said = words.period(starts, ends, visit.locale, now, zone_of(visit))
        return " · ".join(filter(None, (said, person.name if person else "", at.get("place", ""))))
    if spent := body.get("spent"):
        length = words.duration(timedelta(minutes=int(spent["minutes"])), visit.locale)
        return " · ".join(filter(None, (length, str(spent["day"]), spent.get("note", ""))))
    if late := body.get("late"):
        return _late_words(visit, found, late)
    return ""


def _late_words(visit: Visit, found: TicketPage, late: Mapping[str, Any]) -> str:
    policy = found.live.desk.policies.get(found.row.type_key)
    clock = policy.clocks.get(str(late["clock"])) if policy else None
    reasons = policy.breach_reasons if policy else {}
    title = clock.title.say(visit.locale) if clock else str(late["clock"])
    said = say_reason(reasons, str(late["reason"]), visit.locale)
    return " · ".join(filter(None, (title, said, late.get("words", ""))))


def _missed(clock: ClockState) -> bool:
    return clock.breached_us is not None


def _words_of(found: TicketPage, clock: str) -> str:
    """The words that were given with the last reason."""
    for event in reversed(found.events):
        late = (event.body or {}).get("late")
        if event.verb == "late_explained" and late and late.get("clock") == clock:
            return str(late.get("words", ""))
    return ""


def portal_visits(beside: Beside, now: datetime) -> tuple[PortalVisit, ...]:
    """The visits that are not over, as the requester reads them."""
    return tuple(
        PortalVisit(
            moment(one.starts_us),
            moment(one.ends_us),
            beside.names.get(one.person_id or "", ""),
            one.place,
        )
        for one in beside.visits
        if moment(one.ends_us) > now.astimezone(UTC)
    )
