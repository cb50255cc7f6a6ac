"""What is noted beside a ticket: visits with a file for calendars, time spent, missed promises."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath

from engine.decide.notes import ENDS, Account, Spend
from runtime.actions.note_beside import (
    Clash,
    Wish,
    end_visit,
    explain_late,
    plan_visit,
    spend_time,
    take_time_back,
)
from runtime.actions.outcome import Done, NotFound, Outcome
from runtime.clock import SECOND_US
from runtime.queries.beside import beside_ticket, planned_visits
from runtime.queries.read_ticket import see_ticket
from runtime.site.calendar_file import calendar_file
from runtime.site.links import origin
from runtime.web.amounts import minutes_of
from runtime.web.meeting import of_ticket
from runtime.web.pages import go, zone_of
from runtime.web.requests import AnyRequest, Form, NotHere, Visit, of_person, of_staff, posted
from runtime.web.screens.beside import VisitForm
from runtime.web.screens.build_notes import NoteTried
from runtime.web.screens.refusals import first_said, say_clash
from runtime.web.screens.ticket.build_page import Tried
from runtime.web.ticketing import TICKET, show_ticket


@post(f"{TICKET}/visits", status_code=303)
async def plan(request: AnyRequest, tenant: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Plan a visit or move one; where somebody is elsewhere then, it is asked about first."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    entered = _entered(form)
    starts = _instant(entered.day, entered.time, zone_of(found))
    minutes = form.whole("minutes") or 0
    if starts is None:
        said = found.say("Choose a day and a time")
        return await _again(found, number, NoteTried(visit=_with(entered, problem=said)), 422)
    ends = starts + min(minutes, 10_000) * 60 * SECOND_US
    anyway = form.one("anyway") == "yes"
    wish = Wish(starts, ends, entered.person, entered.place, entered.note, entered.id, anyway)
    outcome = await plan_visit(found.site, tenant, found.viewer, number, wish, key=form.key)
    if isinstance(outcome, Clash):
        said = say_clash(found, outcome)
        return await _again(found, number, NoteTried(visit=_with(entered, clash=said)), 409)
    if isinstance(outcome, Done):
        return _on(found, number, "visits")
    said = await _why_not(found, number, outcome)
    return await _again(found, number, NoteTried(visit=_with(entered, problem=said)), 422)


def _entered(form: Form) -> VisitForm:
    return VisitForm(
        form.one("visit")[:64], form.one("day")[:10], form.one("time")[:5],
        form.one("minutes")[:5], form.one("person")[:64], form.one("place")[:200],
        form.one("note")[:2000],
    )  # fmt: skip


def _with(entered: VisitForm, problem: str = "", clash: str = "") -> VisitForm:
    return VisitForm(
        entered.id, entered.day, entered.time, entered.minutes, entered.person, entered.place,
        entered.note, problem, clash, open=True,
    )  # fmt: skip


def _instant(day: str, time: str, zone: str) -> int | None:
    try:
        here = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZoneInfo(zone))
        return int(here.astimezone(UTC).timestamp()) * SECOND_US
    except (ValueError, OverflowError):
        return None


@post(f"{TICKET}/visits/{{visit_id:str}}/end", status_code=303)
async def end(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str], visit_id: FromPath[str]
) -> Response[Any]:
    """A visit took place, was missed, or is cancelled."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    became = next((one for one in ENDS if one == form.one("became")), None)
    if became is None:
        raise NotHere
    outcome = await end_visit(
        found.site, tenant, found.viewer, number, visit_id, became, key=form.key
    )
    if isinstance(outcome, Done):
        return _on(found, number, "visits")
    said = await _why_not(found, number, outcome)
    return await show_ticket(found, number, Tried(problem=said), 422)


@get(f"{TICKET}/visits.ics")
async def visits_file(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[bytes]:
    """The visits of a ticket for a calendar."""
    found = await of_staff(request, tenant)
    seen = await see_ticket(found.site, tenant, found.viewer, number)
    if seen is None:
        raise NotHere
    beside = await beside_ticket(found.site, tenant, seen.row.id, found.viewer, plans=False)
    url = found.links.ticket(number)
    return _calendar(found, number, f"{number} {seen.row.subject}", url, beside.visits)


@get("/t/{tenant:str}/p/tickets/{number:str}/visits.ics")
async def own_visits_file(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[bytes]:
    """The visits that are to come, for the calendar of who asked."""
    found = await of_person(request, tenant)
    seen = await see_ticket(found.site, tenant, found.viewer, number)
    if seen is None:
        raise NotHere
    beside = await planned_visits(found.site, tenant, seen.row.id)
    url = found.links.portal_ticket(number)
    return _calendar(found, number, f"{number} {seen.row.subject}", url, beside.visits)


def _calendar(found: Visit, number: str, title: str, url: str, visits: Any) -> Response[bytes]:
    home = origin(found.site.settings)
    text = calendar_file(
        visits, host=home.rpartition("/")[2], title=title, url=f"{home}{url}",
        now_us=found.site.clock.now_us(),
    )  # fmt: skip
    headers = {
        "content-disposition": f'attachment; filename="{number}.ics"',
        "cache-control": "no-store",
    }
    return Response(text.encode(), media_type="text/calendar; charset=utf-8", headers=headers)


@post(f"{TICKET}/time", status_code=303)
async def book(request: AnyRequest, tenant: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Book work on the ticket."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    entered = {name: form.one(name)[:500] for name in ("amount", "day", "note")}
    spend = Spend(
        "", minutes_of(entered["amount"]), entered["day"] or _today(found), entered["note"]
    )
    outcome = await spend_time(found.site, tenant, found.viewer, number, spend, key=form.key)
    if isinstance(outcome, Done):
        return _on(found, number, "time")
    said = await _why_not(found, number, outcome)
    return await _again(found, number, NoteTried(spent={**entered, "problem": said}), 422)


def _today(found: Visit) -> str:
    now = datetime.fromtimestamp(found.site.clock.now_us() / 1e6, UTC)
    return now.astimezone(ZoneInfo(found.desk.desk.tenant.zone)).date().isoformat()


@post(f"{TICKET}/time/{{entry:str}}/undo", status_code=303)
async def unbook(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str], entry: FromPath[str]
) -> Response[Any]:
    """Take back what one booked."""
    found = await of_staff(request, tenant)
    outcome = await take_time_back(found.site, tenant, found.viewer, number, entry)
    if isinstance(outcome, Done):
        return _on(found, number, "time")
    said = await _why_not(found, number, outcome)
    return await show_ticket(found, number, Tried(problem=said), 422)


@post(f"{TICKET}/late", status_code=303)
async def late(request: AnyRequest, tenant: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Say why a promise was missed."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    entered = {name: form.one(name)[:2000] for name in ("clock", "reason", "words")}
    account = Account(entered["clock"], entered["reason"], entered["words"])
    outcome = await explain_late(found.site, tenant, found.viewer, number, account, key=form.key)
    if isinstance(outcome, Done):
        return _on(found, number, "late")
    said = await _why_not(found, number, outcome)
    tried = Tried(problem=said, notes=NoteTried(late=entered))
    return await show_ticket(found, number, tried, 422)


def _on(found: Visit, number: str, place: str) -> Response[Any]:
    return go(found, f"{found.links.ticket(number)}#{place}", "edited")


async def _why_not(found: Visit, number: str, outcome: Outcome) -> str:
    if isinstance(outcome, NotFound):
        raise NotHere
    return first_said(await of_ticket(found, number), outcome)


async def _again(found: Visit, number: str, tried: NoteTried, status: int) -> Response[str]:
    return await show_ticket(found, number, Tried(notes=tried), status)


ROUTES: list[Any] = [plan, end, visits_file, own_visits_file, book, unbook, late]
