"""Several tickets merged at once: into one of them, into another, or into a new batch ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from engine.decide import access
from engine.decide.verdict import Refusal
from runtime.actions.join_tickets import foresee_join
from runtime.actions.open_beside import MOST_MERGED, merge_each
from runtime.actions.outcome import Done
from runtime.queries.list_tickets import TicketList, Wanted, list_tickets
from runtime.queries.read_ticket import read_ticket
from runtime.queries.smart_search import smart_words
from runtime.queries.together import see_named
from runtime.site.links import with_query
from runtime.web.pages import go, local, show
from runtime.web.requests import AnyRequest, Form, NotHere, Visit, of_staff, posted
from runtime.web.screens.build_side import side
from runtime.web.screens.ticket.build_joining import Side, merge_many_screen, side_of

MERGE = "/t/{tenant:str}/desk/merge"
_MOST = 8


@post(f"{MERGE}/check", status_code=200)
async def merge_check(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The chosen tickets with what each would refuse; writes nothing."""
    found = await of_staff(request, tenant)
    return await _page(found, await posted(request))


@post(MERGE, status_code=303)
async def merge_do(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Merge each that lets it; or on to the form of a new batch ticket."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    numbers, into = _numbers(form), form.one("into")[:64]
    if form.one("batch"):
        return _to_batch(found, form.one("batch"), numbers)
    if not into or not numbers:
        return await _page(found, form, found.say("Choose what they are merged into"), 422)
    target = await see_named(found.site, tenant, found.viewer, into)
    if target is None:
        return await _page(found, form, found.say("Choose what they are merged into"), 422)
    then: Any = form.one("then") if form.one("then") in ("solved", "closed") else ""
    into = target.row.number
    each = await merge_each(found.site, tenant, found.viewer, numbers, into, form.key, then)
    left = [number for number, outcome in each.items() if not isinstance(outcome, Done)]
    if not left:
        return go(found, found.links.ticket(into) + "#merged-in", "merged_many", str(len(each)))
    done = [number for number in each if number not in left]
    return await _page(found, form, "", 422, left=left, done=done)


def _to_batch(found: Visit, type_id: str, numbers: Sequence[str]) -> Response[Any]:
    desk = found.desk.desk
    offered = {desk.types[key].id for key in access.offered(desk, found.viewer)}
    if type_id not in offered or not numbers:
        raise NotHere
    query = with_query(found.links.desk("new", type_id), how="batch")
    return go(found, query + "".join(f"&from={number}" for number in numbers if number.isascii()))


def _numbers(form: Form) -> tuple[str, ...]:
    """The chosen numbers, once each."""
    return tuple(dict.fromkeys(one[:64] for one in form.many("number") if one))[:MOST_MERGED]


async def _page(
    found: Visit,
    form: Form,
    problem: str = "",
    status: int = 200,
    *,
    left: Sequence[str] | None = None,
    done: Sequence[str] = (),
) -> Response[str]:
    tenant, viewer = found.desk.tenant, found.viewer
    query = form.one("q")[:200]
    asked = form.one("into")[:64]
    count = len(set(form.many("number")))
    results = await _found(found, query) if query.strip() else None
    if not asked and results is not None and len(results.lines) == 1:
        asked = results.lines[0].row.number
    target = await _side(found, asked) if asked else None
    chosen: list[tuple[Side, Sequence[Refusal]]] = []
    for number in _numbers(form) if left is None else left:
        one = await _side(found, number)
        if one is None:
            continue
        refusals: Sequence[Refusal] = ()
        if target is not None:
            here, there = one.seen.row.number, target.seen.row.number
            refusals = await foresee_join(found.site, tenant, viewer, here, there, "merge")
        chosen.append((one, refusals))
    if count > MOST_MERGED:
        problem = found.say(
            "%(chosen)s tickets are chosen, and at most %(most)s are merged at once: the first of "
            "them are listed here. Merge the others afterwards",
            chosen=count, most=MOST_MERGED,
        )  # fmt: skip
    elif form.one("all"):
        problem = found.say(
            "Only the ticked rows of the page are merged, at most %(most)s at once; the rest of "
            "the list stays as it is", most=MOST_MERGED,
        )  # fmt: skip
    screen = merge_many_screen(
        found, await side(found, ""), chosen, into=target, asked=asked, query=query,
        found=results, back=local(form.one("back")[:2000], found.links.desk()), problem=problem,
        done=done, done_href=found.links.ticket(asked) if done else "",
    )  # fmt: skip
    return show(found, "pages/desk_merge.html", screen, status)


async def _found(found: Visit, query: str) -> TicketList:
    where = await smart_words(found.site, found.desk.tenant, found.viewer, query)
    asked = Wanted(where, limit=_MOST, counted=False)
    return await list_tickets(found.site, found.desk.tenant, found.viewer, asked)


async def _side(found: Visit, number: str) -> Side | None:
    shown = await read_ticket(found.site, found.desk.tenant, found.viewer, number)
    return side_of(shown) if shown is not None else None


ROUTES: list[Any] = [merge_check, merge_do]
