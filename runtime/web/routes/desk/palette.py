"""The command palette: actions, views, tickets and people in one box."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from engine.normal import fold
from runtime.queries.find_people import find_people
from runtime.queries.list_tickets import Wanted, list_tickets
from runtime.queries.smart_search import smart_words
from runtime.site.links import with_query
from runtime.web.pages import page, show
from runtime.web.requests import AnyRequest, Visit, of_staff, posted
from runtime.web.screens.build_cells import Cells
from runtime.web.screens.build_side import side
from runtime.web.screens.desk.palette import Entry, Group, Palette

MOST = 7


@post("/t/{tenant:str}/desk/palette", status_code=200)
async def palette(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """What fits the words typed; they are posted, so that no name stands in an address."""
    found = await of_staff(request, tenant)
    query = (await posted(request)).one("q").strip()[:100]
    groups = [
        Group(found.say("Go to"), tuple(await _places(found, query))),
        Group(found.say("Tickets"), tuple(await _tickets(found, query))),
        Group(found.say("People"), tuple(await _people(found, query))),
    ]
    screen = Palette(
        page(found, "", "desk"), query, tuple(group for group in groups if group.entries)
    )
    return show(found, "parts/desk_palette.html", screen)


async def _places(found: Visit, query: str) -> Iterable[Entry]:
    nav = await side(found, "")
    known = [
        Entry(
            link.label, link.href, link.icon, link.count, f"G {link.go.upper()}" if link.go else ""
        )
        for group in nav.groups
        for link in group.links
    ]
    known.insert(0, Entry(found.say("New ticket"), found.links.desk("new"), "plus", key="C"))
    known.append(Entry(found.say("Quick texts"), found.links.desk("quick-texts"), "zap"))
    known.append(Entry(found.say("My absence"), found.links.desk("people", "me"), "user-x"))
    words = fold(query).split()
    return [one for one in known if all(word in fold(one.label) for word in words)][:MOST]


async def _tickets(found: Visit, query: str) -> Iterable[Entry]:
    if not query:
        return ()
    where = await smart_words(found.site, found.desk.tenant, found.viewer, query)
    wanted = Wanted(where, limit=MOST, counted=False)
    listed = await list_tickets(found.site, found.desk.tenant, found.viewer, wanted)
    cells = Cells(found, listed.people, listed.ask.now_us)
    entries = [
        Entry(
            line.facts.text("subject"),
            found.links.ticket(line.facts.text("number")),
            "ticket",
            f"{line.facts.text('number')} · {cells.under(line.live).status(line.facts).label}",
        )
        for line in listed.lines
    ]
    if len(entries) == MOST:
        url = with_query(found.links.view("all"), q=query)
        entries.append(Entry(found.say("All that fit"), url, "search"))
    return entries


async def _people(found: Visit, query: str) -> Iterable[Entry]:
    if len(query) < 2 or ":" in query:
        return ()
    people = await find_people(found.site, found.desk.tenant, found.viewer, query)
    url = found.links.view("all")
    return [
        Entry(
            person.name,
            with_query(url, **{"assignee" if person.kind == "staff" else "requester": person.id}),
            "user",
            found.say("Their tickets"),
        )
        for person in people[:MOST]
    ]


ROUTES: list[Any] = [palette]
