"""Many tickets at once: look at what each would refuse, then do it."""

from __future__ import annotations

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from runtime.actions.bulk import MOST, chosen, do_each, foresee
from runtime.queries.teams import members_of
from runtime.web.pages import local, show
from runtime.web.requests import AnyRequest, Form, NotHere, Visit, of_staff, posted
from runtime.web.screens.build_bulk import TITLES, bulk_screen, event_of
from runtime.web.screens.build_side import side

BULK = "/t/{tenant:str}/desk/bulk/{what:str}"
_WORDS = ("value", "tag", "text", "comment", "note", "reason")
_MOST_CHARS = 10_000


@post(f"{BULK}/check", status_code=200)
async def bulk_check(
    request: AnyRequest, tenant: FromPath[str], what: FromPath[str]
) -> Response[str]:
    """What would become of each chosen ticket; writes nothing."""
    return await _answer(request, tenant, what, do=False)


@post(BULK, status_code=200)
async def bulk_do(request: AnyRequest, tenant: FromPath[str], what: FromPath[str]) -> Response[str]:
    """Do it to each chosen ticket, each in its own transaction, and say what became of each."""
    return await _answer(request, tenant, what, do=True)


async def _answer(request: AnyRequest, tenant: str, what: str, *, do: bool) -> Response[str]:
    found = await of_staff(request, tenant)
    if what not in TITLES:
        raise NotHere
    form = await posted(request)
    said = {name: form.one(name)[:_MOST_CHARS] for name in _WORDS}
    event = event_of(what, said, found.viewer.person_id or "")
    numbers = chosen(form.many("number"))
    done = do and event is not None and bool(numbers)
    if done and event is not None:
        each = await do_each(found.site, tenant, found.viewer, numbers, event, form.key)
    else:
        each = await foresee(found.site, tenant, found.viewer, numbers, event)
    members = {
        member.person_id: member
        for team in dict.fromkeys(one.team for one in each if what == "assign" and one.team)
        for member in await members_of(found.site, tenant, team)
    }
    screen = bulk_screen(
        found, await side(found, ""), what, each, said, tuple(members.values()),
        done=done, ready=event is not None and bool(numbers), back=_back(found, form),
        left_out=max(0, len(set(form.many("number"))) - MOST),
    )  # fmt: skip
    status = 422 if do and not done else 200
    return show(found, "pages/desk_bulk.html", screen, status)


def _back(found: Visit, form: Form) -> str:
    """The list that one came from, as the form says it."""
    return local(form.one("back")[:2000], found.links.desk())


ROUTES: list[Any] = [bulk_check, bulk_do]
