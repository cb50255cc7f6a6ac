"""The desk's lists: tickets by view, and their export."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from engine.model.lists import ViewModel
from engine.predicate import All, Op, Path, Test
from runtime.queries.appointments import Appointed, visits_between
from runtime.queries.export import FORMATS, Counted, Shape, export
from runtime.queries.filters import Filter, filters_of
from runtime.queries.find_people import find_people, names_of
from runtime.queries.list_tickets import TicketList, Wanted, list_tickets
from runtime.queries.personal_views import display_of
from runtime.queries.teams import members_of
from runtime.site.links import with_query
from runtime.web.asked import (
    VISIT,
    Address,
    Asked,
    adding,
    asked_in,
    asked_of,
    days_of,
    laid_out,
    narrowed,
    of_days,
    span_of,
    visit_path,
)
from runtime.web.exporting import saved
from runtime.web.lists import view_of
from runtime.web.one_moment import in_one_moment
from runtime.web.pages import go, show, zone_of
from runtime.web.requests import AnyRequest, Visit, holding, of_staff
from runtime.web.screens.build_side import is_for, side
from runtime.web.screens.desk.build_board import MOST, Members
from runtime.web.screens.desk.build_list import list_screen
from runtime.web.screens.side import SideNav


@get("/t/{tenant:str}/desk/")
async def desk_home(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """The first view that is for this person, else what is assigned to them."""
    found = await of_staff(request, tenant)
    views = [v for v in found.desk.desk.views.values() if v.id != "all"]
    first = next(
        (v.id for v in views if v.who and is_for(found.desk.desk, v.who, found.viewer)), "mine"
    )
    return go(found, found.links.view(first))


@get("/t/{tenant:str}/desk/views/{view_id:str}")
async def desk_view(
    request: AnyRequest, tenant: FromPath[str], view_id: FromPath[str]
) -> Response[str] | Redirect:
    """A view's list, narrowed by the address."""
    found = await of_staff(request, tenant)
    view, title = view_of(found, view_id)
    added = adding(found)
    if added is not None:
        return Redirect(with_query(found.links.view(view_id), **added), status_code=303)
    async with in_one_moment(found) as now:
        return await _page(now, view_id, view, title)


async def _page(found: Visit, view_id: str, view: ViewModel, title: str) -> Response[str]:
    tenant = found.desk.tenant
    asked = await _shown(found, view_id)
    view = laid_out(found, view, asked)
    filters = filters_of(found.desk.desk, found.viewer, asked.filters or {})
    wanted = await narrowed(found, view, asked, filters)
    if view.layout != "list":
        wanted = replace(wanted, limit=MOST, after="")
    appointed = None
    if view.layout == "calendar":
        wanted, appointed = await _on_days(found, view, asked, wanted)
    if asked.only:
        wanted = replace(_those(wanted, asked.only), counted=False, after="")
    wanted = replace(wanted, patience_s=PATIENCE_S)
    listed = await list_tickets(found.site, tenant, found.viewer, wanted)
    nav = await side(found, view_id) if not asked.only else SideNav("", ())
    people = await _named(found, filters, asked)
    members = await _members(found, view, listed)
    screen = list_screen(
        found, view, listed, asked, nav, title, filters, people, members, appointed
    )
    return show(found, _ROWS.get(view.layout, _WHOLE) if asked.only else _WHOLE, screen)


PATIENCE_S: Final = 4.0
"""So long a list may count, and so long it may look for its page; people do not wait longer."""
_WHOLE = "pages/desk_list.html"
_ROWS = {"list": "parts/desk_table.html", "kanban": "parts/desk_board.html"}


async def _on_days(
    found: Visit, view: ViewModel, asked: Asked, wanted: Wanted
) -> tuple[Wanted, Appointed | None]:
    """The tickets with a time on the days of a calendar; by the visit's, all visits to them."""
    path, (first, count) = visit_path(found, view), days_of(found, asked)
    if path != VISIT:
        days = of_days(path, first, count, zone_of(found))
        return replace(wanted, where=All((wanted.where, days))), None
    span = span_of(first, count, zone_of(found))
    tenant = found.desk.tenant
    there = await visits_between(found.site, tenant, found.viewer, wanted, span, MOST)
    return _those(wanted, tuple(dict.fromkeys(number for _, number in there.visits))), there


def _those(wanted: Wanted, numbers: tuple[str, ...]) -> Wanted:
    """The tickets of a list that have one of these numbers."""
    those = Test(Path("number", "number", "text"), Op.ONE_OF, numbers)
    return replace(wanted, where=All((wanted.where, those)))


async def _shown(found: Visit, view_id: str) -> Asked:
    """What the address asks for, shown as the person keeps this view."""
    kept = await display_of(found.site, found.desk.tenant, found.viewer, view_id)
    return asked_of(found).shown(asked_in(found, Address.of(kept)))


async def _members(found: Visit, view: ViewModel, listed: TicketList) -> Members:
    """Who can hold the tickets of a board whose lanes are people: the teams of its tickets, and the
    viewer's own."""
    if view.layout != "kanban" or view.group != "assignee":
        return {}
    teams = [line.facts.text("team") for line in listed.lines] + sorted(found.viewer.teams)
    wanted = [team for team in dict.fromkeys(teams) if team][:_MOST_TEAMS]
    return {t: tuple(await members_of(found.site, found.desk.tenant, t)) for t in wanted}


_MOST_TEAMS = 12


async def _named(found: Visit, filters: tuple[Filter, ...], asked: Asked) -> dict[str, str]:
    """Names by id: of people that filters name, of those ticked, and of those looked for."""
    of_people = [each for each in filters if each.path is not None and each.path.kind == "person"]
    ids = [one for each in of_people for one in each.value.split(",")]
    named = await names_of(found.site, found.desk.tenant, [*ids, *asked.ticked])
    if asked.pick and asked.who:
        several = await find_people(found.site, found.desk.tenant, found.viewer, asked.who)
        named |= {person.id: person.name for person in several}
    return named


@get("/t/{tenant:str}/desk/views/{view_id:str}/export")
async def desk_export(request: AnyRequest, tenant: FromPath[str], view_id: FromPath[str]) -> Stream:
    """The list as a file, as it is narrowed now, in pieces as it is read."""
    found = holding(await of_staff(request, tenant), "export")
    asked = await _shown(found, view_id)
    view = laid_out(found, view_of(found, view_id)[0], asked)
    filters = filters_of(found.desk.desk, found.viewer, asked.filters or {})
    wanted = await narrowed(found, view, replace(asked, after=""), filters)
    narrow = replace(view, filter=wanted.where, sort=tuple(wanted.sort))
    shape, counted = _shape(found, view), Counted()
    pieces = export(found.site, tenant, found.viewer, narrow, shape, counted)
    # What was searched for may be a name: the record says that it was narrowed, not by what.
    what = {
        "view": view_id,
        "format": shape.form,
        "columns": list(shape.columns) or "all",
        "filters": sorted({each.name for each in filters} | ({"q"} if asked.query else set())),
    }
    return saved(found, pieces, what, counted, f"{tenant}-{view_id}", shape.form)


def _shape(found: Visit, view: ViewModel) -> Shape:
    """The form that the address asks for; `words=titles` is for people, ids are for programs."""
    form = next((one for one in FORMATS if one == found.query("format")), FORMATS[0])
    locale = found.locale if found.query("words") == "titles" else ""
    columns = ("number", "subject", *view.columns) if found.query("columns") == "shown" else ()
    return Shape(form, locale, tuple(dict.fromkeys(columns)), mark=bool(locale))


ROUTES = [desk_home, desk_view, desk_export]
