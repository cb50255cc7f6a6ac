"""The desk's page of one ticket, for every route that ends on it."""

from __future__ import annotations

from typing import Final

from litestar import Response

from runtime.queries.alike import alike_of
from runtime.queries.beside import beside_ticket
from runtime.queries.directory import organisation_of
from runtime.queries.read_ticket import read_ticket
from runtime.queries.suggest import suggest_for_ticket
from runtime.queries.teams import members_of
from runtime.queries.together import together_of
from runtime.web.one_moment import in_one_moment
from runtime.web.pages import show
from runtime.web.requests import NotHere, Visit
from runtime.web.screens.build_side import side
from runtime.web.screens.ticket.build_page import Around, Tried, ticket_screen

TICKET: Final = "/t/{tenant:str}/desk/tickets/{number:str}"


async def show_ticket(found: Visit, number: str, tried: Tried, status: int = 200) -> Response[str]:
    """The page of a ticket, with what the last post left on it.

    Raises:
        NotHere: there is none that they may see.
    """
    async with in_one_moment(found) as now:
        return await _page(now, number, tried, status)


async def _page(found: Visit, number: str, tried: Tried, status: int) -> Response[str]:
    shown = await read_ticket(found.site, found.desk.tenant, found.viewer, number)
    if shown is None:
        raise NotHere
    view = found.query("from") or "all"
    nav = await side(found, view)
    link = next((link for group in nav.groups for link in group.links if link.current), None)
    asker = shown.people.get(shown.row.requester_id or "")
    around = Around(
        nav=nav,
        back_title=link.label if link else found.say("All tickets"),
        back_href=link.href if link else found.links.view("all"),
        members=await members_of(found.site, found.desk.tenant, shown.row.team_key or ""),
        house=await organisation_of(found.site, found.desk.tenant, asker),
        tab=found.query("show") if found.query("show") in ("talk", "changes") else "all",
        whole=found.query("earlier") == "all",
        printing=found.query("print") == "1",
        together=await together_of(
            found.site, found.desk.tenant, found.viewer, shown.row, shown.facts
        ),
        beside=await beside_ticket(
            found.site, found.desk.tenant, shown.row.id, found.viewer, plans=shown.rights.edit
        ),
        alike=await alike_of(found.site, found.desk.tenant, found.viewer, shown),
        suggestions=await suggest_for_ticket(
            found.site, found.desk.tenant, found.viewer, shown.facts, shown.rights
        ),
    )
    screen = ticket_screen(found.under(shown.live), shown, around, tried)
    return show(found, "pages/desk_ticket.html", screen, status)
