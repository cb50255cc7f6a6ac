"""People on the desk: one's own absence; for leads their teams' load, absence and backlogs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.outcome import NotFound, Refused
from runtime.actions.rebalance import Preview, preview, share_out
from runtime.actions.set_absence import Absence, set_absence
from runtime.queries.workload import read_worker, team_workload
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, Form, NotHere, Visit, of_staff, posted
from runtime.web.screens.build_side import side
from runtime.web.screens.people.build_people import (
    NOTHING_ENTERED,
    Entered,
    people_screen,
    person_screen,
)
from runtime.web.screens.refusals import by_place

PERSON = "/t/{tenant:str}/desk/people/{person:str}"


@get("/t/{tenant:str}/desk/people")
async def people(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """The viewer's teams; who leads none comes to their own page."""
    found = await of_staff(request, tenant)
    if not (found.viewer.leads or "manage_people" in found.viewer.functions):
        return go(found, found.links.desk("people", "me"))
    places = await team_workload(found.site, tenant, found.viewer)
    return show(
        found, "pages/desk_people.html", people_screen(found, await side(found, "people"), places)
    )


@get(PERSON)
async def person(
    request: AnyRequest, tenant: FromPath[str], person: FromPath[str]
) -> Response[str]:
    """One person, oneself as `me`."""
    found = await of_staff(request, tenant)
    return await _page(found, _named(found, person), waiting=bool(found.query("waiting")))


def _named(found: Visit, person: str) -> str:
    return (found.viewer.person_id or "") if person == "me" else person


async def _page(
    found: Visit,
    person_id: str,
    entered: Entered = NOTHING_ENTERED,
    status: int = 200,
    *,
    waiting: bool = False,
) -> Response[str]:
    tenant = found.desk.tenant
    worker = await read_worker(found.site, tenant, found.viewer, person_id)
    if worker is None:
        raise NotHere
    plan = None
    if worker.leads:
        plan = await preview(found.site, tenant, found.viewer, person_id, waiting=waiting)
    own = person_id == found.viewer.person_id
    nav = await side(found, "absence" if own and not worker.leads else "people")
    screen = person_screen(found, nav, worker, plan, entered, waiting=waiting)
    return show(found, "pages/desk_person.html", screen, status)


@post(f"{PERSON}/absence", status_code=303)
async def absence(
    request: AnyRequest, tenant: FromPath[str], person: FromPath[str]
) -> Response[Any]:
    """Write down that somebody is away; what presses is handed on."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    person_id = _named(found, person)
    if await read_worker(found.site, tenant, found.viewer, person_id) is None:
        raise NotHere
    wanted, errors = _read(found, form)
    if not errors:
        done = await set_absence(found.site, tenant, found.viewer, person_id, wanted)
        if isinstance(done, NotFound):
            raise NotHere
        if not isinstance(done, Refused):
            url = found.links.desk("people", person_id)
            return go(found, url, "absent", str(len(done.handed)))
        errors = by_place(found, done.refusals)
    values = {name: form.one(name) for name in ("from", "until", "substitute", "everything")}
    return await _page(found, person_id, Entered(values, errors), 422)


def _read(found: Visit, form: Form) -> tuple[Absence, dict[str, str]]:
    """The form as an absence in the tenant's zone, and what could not be read."""
    errors: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name in ("from", "until"):
        text = form.one(name).strip()
        try:
            days[name] = date.fromisoformat(text) if text else None
        except ValueError:
            errors[name] = found.say("Write a day like 2026-03-02")
    zone = ZoneInfo(found.desk.desk.tenant.zone)
    first, last = days.get("from"), days.get("until")
    if last is not None and last.year > 9000:
        errors["until"] = found.say("Write a day like 2026-03-02")
        last = None
    begins = _begins(first, zone) if first else found.site.clock.now_us()
    ends = _begins(last + timedelta(days=1), zone) if last else None
    return Absence(begins, ends, form.one("substitute"), bool(form.one("everything"))), errors


def _begins(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1_000_000


@post(f"{PERSON}/back", status_code=303)
async def back(request: AnyRequest, tenant: FromPath[str], person: FromPath[str]) -> Response[Any]:
    """End an absence, or take one back that has not begun."""
    found = await of_staff(request, tenant)
    person_id = _named(found, person)
    done = await set_absence(found.site, tenant, found.viewer, person_id, None)
    if isinstance(done, (NotFound, Refused)):
        raise NotHere
    return go(found, found.links.desk("people", person_id), "back")


@post(f"{PERSON}/share", status_code=303)
async def share(request: AnyRequest, tenant: FromPath[str], person: FromPath[str]) -> Response[Any]:
    """Carry out the plan that was shown; where it has changed, show the new one."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    waiting = bool(form.one("waiting"))
    done = await share_out(
        found.site, tenant, found.viewer, _named(found, person),
        waiting=waiting, digest=form.one("_digest") or "none",
    )  # fmt: skip
    if done is None:
        raise NotHere
    if isinstance(done, Preview):
        said = found.say("Tickets changed meanwhile; this is the plan as it is now")
        return await _page(found, done.person.id, Entered(backlog=said), 409, waiting=waiting)
    return go(
        found, found.links.desk("people", _named(found, person)), "shared", str(len(done.moved))
    )


ROUTES = [people, person, absence, back, share]
