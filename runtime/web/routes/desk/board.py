"""A card put in another lane: the step that leads there, who gets it, which team; or why not."""

from __future__ import annotations

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from engine.decide.move import Way, ways
from engine.decide.verdict import Assign, Event, Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done, NotFound
from runtime.queries.read_ticket import Seen, see_ticket
from runtime.render.catalogues import N_
from runtime.web.pages import go, local
from runtime.web.requests import AnyRequest, NotHere, Visit, of_staff, posted
from runtime.web.screens.desk.build_board import NOBODY
from runtime.web.screens.refusals import first_said

_NO_STEP = N_("No step leads from %(state)s to there; open the ticket to see what is possible")


@post("/t/{tenant:str}/desk/board", status_code=200)
async def board_move(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Do what a lane means; what it needs besides is asked on the ticket's page."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    number, lane = form.one("number"), form.one("lane")
    seen = await see_ticket(found.site, tenant, found.viewer, number)
    if seen is None:
        raise NotHere
    by, said = form.one("by"), ""
    event = _event(seen, lane, by)
    if event is None:
        model = seen.live.desk.types[seen.row.type_key]
        state = model.states.get(seen.row.state_key)
        title = state.title.say(found.locale) if state else ""
        said = found.say(_NO_STEP, state=title)
    else:
        change = Change(event, form.whole("_version"), idempotency_key=form.key)
        outcome = await change_ticket(found.site, tenant, found.viewer, number, change)
        if isinstance(outcome, NotFound):
            raise NotHere
        if not isinstance(outcome, Done):
            said = first_said(found.under(seen.live), outcome) or found.say("This did not work")
    return _told(found, number, said, local(form.one("back")[:2000], found.links.desk()))


def _event(seen: Seen, lane: str, by: str) -> Event | None:
    """What happens to a ticket that is put in a lane; None: no step of its workflow leads there."""
    if by == "assignee":
        return Assign("" if lane == NOBODY else lane)
    if by == "team":
        return Assign("", lane)
    way = _way_to(seen, lane, by_phase=by == "phase")
    return Move(way.transition.id) if way is not None else None


def _way_to(seen: Seen, lane: str, *, by_phase: bool) -> Way | None:
    """The way to a lane: an open one that needs nothing first, then any."""
    model = seen.live.desk.types[seen.row.type_key]
    known = [
        way
        for way in ways(seen.live.desk, seen.facts, seen.rights, seen.ask)
        if not way.transition.upon and _lane_of(model, way.transition.target, by_phase) == lane
    ]
    return min(known, key=lambda way: (not way.open, bool(way.needs)), default=None)


def _lane_of(model: Any, state: str, by_phase: bool) -> str:
    return (model.states[state].phase if state in model.states else "") if by_phase else state


def _told(found: Visit, number: str, said: str, back: str) -> Response[Any]:
    href = found.links.ticket(number)
    if "application/json" in found.request.headers.get("accept", ""):
        body = {"done": not said, "why": said, "href": href}
        return Response(body, status_code=422 if said else 200)
    return go(found, href if said else back, "" if said else "moved", number)


ROUTES: list[Any] = [board_move]
