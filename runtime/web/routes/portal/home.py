"""The requester's door: home, forms, own tickets, replies and confirmations."""

from __future__ import annotations

import secrets
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from engine.decide.verdict import Comment, Move, Rate
from engine.model.ticket_type import INPUTS
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done, NotFound, Refused
from runtime.actions.read_articles import note_miss
from runtime.queries.articles import browse, search_articles, standing
from runtime.queries.list_tickets import (
    Line,
    TicketList,
    Wanted,
    count_views,
    list_tickets,
    of_colleagues,
    requested_by,
)
from runtime.queries.read_ticket import read_ticket, see_ticket
from runtime.queries.together import parts_of
from runtime.site.links import with_query
from runtime.web.answers import filled
from runtime.web.approving import WORDS, answer_of, not_taken
from runtime.web.embedding import both
from runtime.web.meeting import meeting, of_ticket
from runtime.web.pages import go, show
from runtime.web.reading import has_articles, reach_of_visit
from runtime.web.requests import (
    AnyRequest,
    NotHere,
    Visit,
    of_person,
    of_requester,
    posted,
    visit,
)
from runtime.web.screens.build_approval import NOTHING_TRIED, Answering, waiting
from runtime.web.screens.build_form import Answers
from runtime.web.screens.knowledge.build_help import (
    BEGINNING,
    categories,
    found_link,
    plain_link,
    understood,
)
from runtime.web.screens.portal.build_pages import (
    NO_HELP,
    Help,
    Rated,
    home_screen,
    ticket_card,
    ticket_screen,
    tickets_screen,
)
from runtime.web.screens.refusals import by_place, first_said
from runtime.web.uploads import held_marks, tokens_of


@get(both("/"))
async def portal_home(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """What is offered, and one's own open tickets."""
    found = meeting(await visit(request, tenant))
    viewer = found.visitor.viewer if found.visitor and found.is_known else None
    help = await _help(found)
    if viewer is None:
        return show(found, "pages/portal_home.html", home_screen(found, (), 0, help))
    wanted = Wanted(requested_by(viewer, finished=False), limit=3)
    mine = await list_tickets(found.site, tenant, viewer, wanted)
    cards = tuple(ticket_card(found.under(line.live), line.facts) for line in mine.lines)
    return show(found, "pages/portal_home.html", home_screen(found, cards, mine.count, help))


async def _help(found: Visit) -> Help:
    if not has_articles(found):
        return NO_HELP
    reach, question = reach_of_visit(found), found.query("q")
    url = found.links.portal("help")
    if question.strip():
        search = await search_articles(
            found.site, found.desk, reach, question, found.locale, most=6, typing=found.is_fragment
        )
        if not search.found and not found.is_fragment:
            await note_miss(found.site, found.desk.tenant, question)
        links = tuple(found_link(found, one) for one in search.found)
        return Help(links, (), url, understood(found, search))
    rows = await browse(found.site, found.desk, reach, found.locale, beginning=BEGINNING)
    best = await standing(found.site, found.desk, rows)
    links = tuple(plain_link(found, *row) for row in best.read)
    asked = tuple(plain_link(found, *row) for row in best.answers)
    return Help(links, categories(found, reach, rows), url, asked=asked)


@get("/t/{tenant:str}/p/tickets")
async def portal_tickets(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """All tickets of the person, newest change first."""
    found = await of_person(request, tenant)
    shares = found.desk.desk.portal.shared and len(found.viewer.colleagues) > 1
    ours = shares and found.query("whose") == "organisation"
    finished = not ours and found.query("show") == "finished"
    own = requested_by(found.viewer, finished=finished)
    where = of_colleagues(found.viewer) if ours else own
    wanted = Wanted(where, after=found.query("after"), limit=20)
    listed = await list_tickets(found.site, tenant, found.viewer, wanted)
    open_count = listed.count
    if finished or ours:
        where = requested_by(found.viewer, finished=False)
        open_count = (await count_views(found.site, tenant, found.viewer, [(where, ())]))[0]
    query = {"whose": "organisation" if ours else "", "show": "finished" if finished else ""}
    next_page = with_query(found.links.portal("tickets"), **query, after=listed.after)
    cards = tuple(
        ticket_card(found.under(line.live), line.facts, _name_of(listed, line) if ours else "")
        for line in listed.lines
    )
    screen = tickets_screen(
        found,
        cards,
        shown="organisation" if ours else "finished" if finished else "open",
        shares=shares,
        open_count=open_count,
        more_url=next_page if listed.after else "",
    )
    return show(found, "pages/portal_tickets.html", screen)


def _name_of(listed: TicketList, line: Line) -> str:
    person = listed.people.get(line.row.requester_id or "")
    return person.name if person is not None else ""


# -- one ticket ---------------------------------------------------------------------------------


@get("/t/{tenant:str}/p/tickets/{number:str}")
async def portal_ticket(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """A ticket as its requester sees it."""
    found = await of_requester(request, tenant)
    return await _ticket(found, number)


async def _ticket(
    found: Visit,
    number: str,
    status: int = 200,
    answering: Answering = NOTHING_TRIED,
    **more: Any,
) -> Response[str]:
    shown = await read_ticket(found.site, found.desk.tenant, found.viewer, number)
    if shown is None:
        raise NotHere
    found, url = found.under(shown.live), found.links.portal_ticket(number)
    box = waiting(found, shown, url, answering, names=False)
    key = secrets.token_urlsafe(16)
    parts = await parts_of(found.site, found.desk.tenant, found.viewer, shown.row, shown.facts)
    screen = ticket_screen(found, shown, idempotency=key, waiting=box, parts=parts, **more)
    return show(found, "pages/portal_ticket.html", screen, status)


@post("/t/{tenant:str}/p/tickets/{number:str}/comment", status_code=303)
async def portal_comment(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """A reply of the requester; it continues or reopens the ticket as its type says."""
    found = await of_requester(request, tenant)
    form = await posted(request)
    files, faults = await tokens_of(found, form, ["files"])
    change = Change(
        Comment(form.one("body")),
        files={"comment": files.get("files", ())},
        idempotency_key=form.key,
    )
    outcome = (
        Refused(())
        if faults
        else await change_ticket(found.site, tenant, found.viewer, number, change)
    )
    if isinstance(outcome, Done):
        return go(found, f"{found.links.portal_ticket(number)}#talk", "commented", number)
    if isinstance(outcome, NotFound) or not isinstance(outcome, Refused):
        raise NotHere
    said = {**by_place(await of_ticket(found, number), outcome.refusals), **faults}
    return await _ticket(
        found,
        number,
        422,
        reply=form.one("body"),
        reply_error=next(iter(said.values()), ""),
        reply_files=(await held_marks(found, files)).get("files", ()),
    )


@post("/t/{tenant:str}/p/tickets/{number:str}/move/{transition:str}", status_code=303)
async def portal_move(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str], transition: FromPath[str]
) -> Response[Any]:
    """A transition the requester may take: confirm, reopen, withdraw."""
    found = await of_requester(request, tenant)
    form = await posted(request)
    sent = await filled(found, number, form)
    words = {name: form.one(f"_{name}") for name in INPUTS}
    if form.rows_only:
        held = Answers({**sent.values, **words}, await held_marks(found, sent.files))
        return await _ticket(found, number, opened=transition, answers=held)
    event = Move(transition, sent.values, words["comment"], words["note"], words["reason"])
    change = Change(event, form.whole("_version"), sent.files, form.key)
    outcome = (
        Refused(())
        if sent.faults
        else await change_ticket(found.site, tenant, found.viewer, number, change)
    )
    if isinstance(outcome, Done):
        return go(
            found,
            found.links.portal_ticket(number),
            "asked" if "asked" in outcome.events else "moved",
            number,
        )
    if not isinstance(outcome, Refused):
        raise NotHere
    errors = {**by_place(await of_ticket(found, number), outcome.refusals), **sent.faults}
    answers = Answers({**sent.values, **words}, await held_marks(found, sent.files), errors)
    conflict = errors.get("", "")
    return await _ticket(found, number, 422, opened=transition, answers=answers, conflict=conflict)


@post("/t/{tenant:str}/p/tickets/{number:str}/rate", status_code=303)
async def portal_rate(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """The answer to the survey of a solved ticket."""
    found = await of_requester(request, tenant)
    form = await posted(request)
    mark, words = form.whole("rating") or 0, form.one("rating_words")
    change = Change(Rate(mark, words), idempotency_key=form.key)
    outcome = await change_ticket(found.site, tenant, found.viewer, number, change)
    if isinstance(outcome, Done):
        return go(found, f"{found.links.portal_ticket(number)}#rating", "rated", number)
    if not isinstance(outcome, Refused):
        raise NotHere
    rated = Rated(mark, words, first_said(await of_ticket(found, number), outcome))
    return await _ticket(found, number, 422, rated=rated)


@post([f"/t/{{tenant:str}}/p/tickets/{{number:str}}/{word}" for word in WORDS], status_code=303)
async def portal_answer(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Agree to what was asked for, refuse it, or take it back, where an outsider may."""
    found = await of_requester(request, tenant)
    form = await posted(request)
    event, flash = answer_of(request, form)
    change = Change(event, idempotency_key=form.key)
    outcome = await change_ticket(found.site, found.desk.tenant, found.viewer, number, change)
    if isinstance(outcome, Done):
        after = await see_ticket(found.site, found.desk.tenant, found.viewer, number)
        url = found.links.portal_ticket(number) if after else found.links.portal("tickets")
        return go(found, url, flash, number)
    if not isinstance(outcome, Refused):
        raise NotHere
    answering, conflict = not_taken(await of_ticket(found, number), event, outcome)
    return await _ticket(found, number, 422, answering, conflict=conflict)


ROUTES = [
    portal_home,
    portal_tickets,
    portal_ticket,
    portal_comment,
    portal_move,
    portal_rate,
    portal_answer,
]
