"""A ticket joined with another: merged, a part, linked, watched; what was before; split off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from litestar import Response, get, post
from litestar.params import FromPath

from engine.decide import access
from engine.decide.verdict import Refusal
from runtime.actions.join_tickets import (
    foresee_join,
    merge_ticket,
    put_part,
    relate,
    unmerge_ticket,
    watch,
    when_solved,
)
from runtime.actions.outcome import Done, Outcome, Refused
from runtime.queries.find_people import person_named
from runtime.queries.list_tickets import Wanted, list_tickets
from runtime.queries.past_tickets import past_of
from runtime.queries.read_ticket import TicketPage, read_ticket
from runtime.queries.smart_search import smart_words
from runtime.queries.together import see_named, together_of
from runtime.site.links import with_query
from runtime.web.meeting import of_ticket
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, Form, NotHere, Visit, of_staff, posted
from runtime.web.screens.build_side import side
from runtime.web.screens.refusals import first_said
from runtime.web.screens.ticket.build_joining import WAYS, join_screen, side_of, split_screen
from runtime.web.screens.ticket.build_past import past_part
from runtime.web.screens.ticket.build_together import parts_part
from runtime.web.screens.ticket.together import As

TICKET = "/t/{tenant:str}/desk/tickets/{number:str}"
_MOST = 12
_MOST_ENTRIES = 200


@get(f"{TICKET}/join")
async def join_page(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """Choose the other ticket by number or words, and look at both; writes nothing."""
    found = await of_staff(request, tenant)
    return await _joining(found, number, found.query("as"), found.query("q"))


async def _joining(
    found: Visit, number: str, way: str, query: str, problem: str = "", status: int = 200
) -> Response[str]:
    tenant, viewer = found.desk.tenant, found.viewer
    shown = await read_ticket(found.site, tenant, viewer, number)
    if shown is None or way not in WAYS:
        raise NotHere
    named = await see_named(found.site, tenant, viewer, query) if query.strip() else None
    other = await read_ticket(found.site, tenant, viewer, named.row.number) if named else None
    results = None
    if query.strip() and other is None:
        where = await smart_words(found.site, tenant, viewer, query)
        results = await list_tickets(
            found.site, tenant, viewer, Wanted(where, limit=_MOST, counted=False)
        )
    foreseen: Sequence[Refusal] = ()
    if other is not None:
        foreseen = await foresee_join(
            found.site, tenant, viewer, number, other.row.number, cast(Any, way)
        )
    screen = join_screen(
        found.under(shown.live), await side(found, "all"), cast(As, way), side_of(shown),
        side_of(other) if other else None, query=query, found=results, foreseen=foreseen,
        problem=problem,
    )  # fmt: skip
    return show(found, "pages/desk_join.html", screen, status)


@post(f"{TICKET}/join", status_code=303)
async def join(request: AnyRequest, tenant: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Join it with the other as the form says, or undo that."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    way, undo = form.one("as"), bool(form.one("undo"))
    if way not in (*WAYS, "then"):
        raise NotHere
    other = form.one("other")[:64]
    if undo and way == "merge" and other:
        # From the page of the ticket that it was merged into.
        number = other
    outcome = await _joined(found, number, way, other, form, undo=undo)
    if isinstance(outcome, Done):
        back = found.links.ticket(number)
        if way == "merge" and not undo:
            back = found.links.ticket(other) + "#merged-in"
        flash = {"merge": "merged", "then": "edited"}.get(way, "joined")
        return go(found, back, "unjoined" if undo else flash, number)
    if not isinstance(outcome, Refused):
        raise NotHere
    said = first_said(await of_ticket(found, number), outcome)
    return await _joining(found, number, "merge" if way == "then" else way, other, said, 422)


async def _joined(
    found: Visit, number: str, way: str, other: str, form: Form, *, undo: bool
) -> Outcome:
    site, tenant, viewer, key = found.site, found.desk.tenant, found.viewer, form.key
    then: Any = form.one("then") if form.one("then") in ("solved", "closed") else ""
    match way:
        case "merge" if undo:
            return await unmerge_ticket(site, tenant, viewer, number, key=key)
        case "merge":
            return await merge_ticket(site, tenant, viewer, number, other, key=key, then=then)
        case "part":
            return await put_part(site, tenant, viewer, number, other, on=not undo, key=key)
        case "then":
            return await when_solved(site, tenant, viewer, number, then or "solved")
        case _:
            sort: Any = way
            return await relate(site, tenant, viewer, number, other, sort, on=not undo, key=key)


@post(f"{TICKET}/watch", status_code=303)
async def watching(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Watch it oneself, let a colleague watch it, or no longer."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    person = form.one("person")[:64]
    if person == "$me":
        person = found.viewer.person_id or ""
    if email := form.one("email")[:254]:
        named = await person_named(found.site, tenant, found.viewer, email)
        person = named.id if named else ""
    outcome = await watch(
        found.site, tenant, found.viewer, number, person, on=form.one("on") == "true", key=form.key
    )
    if not isinstance(outcome, Done | Refused):
        raise NotHere
    flash = "watching" if form.one("on") == "true" else "not_watching"
    if isinstance(outcome, Refused):
        said = first_said(await of_ticket(found, number), outcome)
        return await _joining(found, number, "related", "", said, 422)
    return go(found, found.links.ticket(number), flash, number)


@get(f"{TICKET}/parts")
async def parts(request: AnyRequest, tenant: FromPath[str], number: FromPath[str]) -> Response[str]:
    """The sub-tickets as they are now."""
    found = await of_staff(request, tenant)
    shown = await _shown(found, number)
    beside = await together_of(found.site, tenant, found.viewer, shown.row, shown.facts)
    screen = parts_part(found.under(shown.live), shown, beside)
    return show(found, "parts/desk_parts.html", screen)


async def _shown(found: Visit, number: str) -> TicketPage:
    shown = await read_ticket(found.site, found.desk.tenant, found.viewer, number)
    if shown is None:
        raise NotHere
    return shown


@get(f"{TICKET}/past")
async def past(request: AnyRequest, tenant: FromPath[str], number: FromPath[str]) -> Response[str]:
    """Past tickets of the same customer, organisation and records, with how they were solved."""
    found = await of_staff(request, tenant)
    shown = await _shown(found, number)
    groups = await past_of(found.site, tenant, found.viewer, shown)
    return show(found, "parts/desk_past.html", past_part(found.under(shown.live), shown, groups))


@get(f"{TICKET}/split")
async def split(request: AnyRequest, tenant: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Choose what was said and the type of the new ticket; then on to its form."""
    found = await of_staff(request, tenant)
    shown = await _shown(found, number)
    if not (shown.rights.edit and shown.rights.do & {"split", "*"}):
        raise NotHere
    under = found.under(shown.live)
    chosen = tuple(request.query_params.getall("entry", []))[:_MOST_ENTRIES]
    type_id, desk = found.query("type"), shown.live.desk
    offered = {desk.types[key].id for key in access.offered(desk, found.viewer)}
    if found.query("go") and chosen and type_id in offered:
        query = with_query(found.links.desk("new", type_id), **{"how": "split", "from": number})
        more = "".join(f"&entry={one}" for one in chosen if one.isascii() and one.isdigit())
        return go(found, query + more)
    problem = found.say("Choose at least one message") if found.query("go") else ""
    nav = await side(found, "all")
    screen = split_screen(under, nav, shown, frozenset(chosen), type_id, problem)
    return show(found, "pages/desk_split.html", screen, 422 if problem else 200)


ROUTES: list[Any] = [join_page, join, watching, parts, past, split]
