"""People of a tenant on the desk: found, shown, made, edited, invited; customers merged."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.change_people import MANAGE, NotSaved, save_person
from runtime.actions.invite import Invited, accept, invite, read_invitation
from runtime.actions.merge_people import Choice, merge_people
from runtime.actions.outcome import NotFound
from runtime.actions.part_people import part_people
from runtime.queries.directory import Card, every_organisation, find, find_doubles, read_card
from runtime.store.rows import Search
from runtime.web.pages import go, kept_cookie, page, show
from runtime.web.requests import (
    SESSION,
    AnyRequest,
    NotHere,
    Visit,
    holding,
    of_staff,
    posted,
    visit,
)
from runtime.web.screens.build_side import side
from runtime.web.screens.people.build_directory import (
    card_screen,
    directory_screen,
    doubles_screen,
    merge_screen,
)
from runtime.web.screens.people.build_person_form import NOTHING, Posted, person_form, read_person
from runtime.web.screens.people.directory import InviteScreen

ONE = "/t/{tenant:str}/desk/directory/{person:str}"
_STATES: dict[str, bool | None] = {"": True, "gone": False, "all": None}


async def _manager(request: AnyRequest, tenant: str) -> Visit:
    return holding(await of_staff(request, tenant), MANAGE)


async def _card(found: Visit, person: str) -> Card:
    card = await read_card(found.site, found.desk, found.viewer, person)
    if card is None:
        raise NotHere
    return card


@get("/t/{tenant:str}/desk/directory")
async def directory(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """Everybody, by name."""
    found = await of_staff(request, tenant)
    kind = found.query("kind")
    search = Search(
        found.query("q").strip()[:100],
        kind if kind in ("staff", "customer") else "",
        _STATES.get(found.query("state"), True),
        found.query("of")[:60],
        after=found.query("after")[:60],
    )
    rows = await find(found.site, tenant, search)
    houses = await every_organisation(found.site, tenant)
    screen = directory_screen(found, await side(found, "directory"), rows, search, houses)
    return show(found, "pages/desk_directory.html", screen)


@get("/t/{tenant:str}/desk/directory/new")
async def new_person(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The empty form, of a customer or of one of the staff."""
    found = await _manager(request, tenant)
    return await _form(found, None, "staff" if found.query("kind") == "staff" else "customer")


async def _form(
    found: Visit, card: Card | None, kind: str, left: Posted = NOTHING, status: int = 200
) -> Response[str]:
    houses = await every_organisation(found.site, found.desk.tenant)
    nav = await side(found, "directory")
    screen = person_form(found, nav, card, kind, houses, left)
    return show(found, "pages/desk_person_form.html", screen, status)


@post("/t/{tenant:str}/desk/directory/new", status_code=303)
async def make_person(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Make somebody."""
    found = await _manager(request, tenant)
    form = await posted(request)
    kind = "staff" if form.one("kind") == "staff" else "customer"
    change = read_person(found, form, kind, known=False)
    saved = await save_person(found.site, tenant, found.viewer, "", change)
    if isinstance(saved, NotSaved):
        return await _form(found, None, kind, Posted(form, saved.faults), 422)
    if isinstance(saved, NotFound):
        raise NotHere
    return go(found, found.links.desk("directory", saved.id), "edited")


@get(ONE)
async def person_card(
    request: AnyRequest, tenant: FromPath[str], person: FromPath[str]
) -> Response[Any]:
    """One person; an old address of somebody who was merged leads to who is kept."""
    found = await of_staff(request, tenant)
    card = await _card(found, person)
    if card.person.id != person:
        return go(found, found.links.desk("directory", card.person.id))
    screen = card_screen(found, await side(found, "directory"), card)
    return show(found, "pages/desk_card.html", screen)


@get(f"{ONE}/edit")
async def edit_person(
    request: AnyRequest, tenant: FromPath[str], person: FromPath[str]
) -> Response[str]:
    """The form of a person."""
    found = await _manager(request, tenant)
    return await _form(found, await _card(found, person), "")


@post(f"{ONE}/edit", status_code=303)
async def save(request: AnyRequest, tenant: FromPath[str], person: FromPath[str]) -> Response[Any]:
    """Change a person."""
    found = await _manager(request, tenant)
    form = await posted(request)
    card = await _card(found, person)
    change = read_person(found, form, card.person.kind, known=True)
    saved = await save_person(found.site, tenant, found.viewer, card.person.id, change)
    if isinstance(saved, NotSaved):
        return await _form(found, card, "", Posted(form, saved.faults), 422)
    if isinstance(saved, NotFound):
        raise NotHere
    return go(found, found.links.desk("directory", saved.id), "edited")


@post(f"{ONE}/invite", status_code=303)
async def send_invitation(
    request: AnyRequest, tenant: FromPath[str], person: FromPath[str]
) -> Response[Any]:
    """Invite somebody; where no mail can be sent the link is shown, this once."""
    found = await _manager(request, tenant)
    done = await invite(found.site, tenant, found.viewer, person)
    if isinstance(done, Invited) and not done.secret:
        return go(found, found.links.desk("directory", person), "invited")
    card = await _card(found, person)
    nav = await side(found, "directory")
    if isinstance(done, Invited):
        base = f"{request.url.scheme}://{request.url.netloc}"
        link = f"{base}{found.links.base}/invite/{done.secret}"
        return show(found, "pages/desk_card.html", card_screen(found, nav, card, secret_link=link))
    said = {
        "no_address": found.say("Somebody without an e-mail address can't be invited"),
        "inside": found.say("They have a way in already"),
    }
    problem = said.get(done, found.say("Somebody who is not active can't be invited"))
    screen = card_screen(found, nav, card, problem=problem)
    return show(found, "pages/desk_card.html", screen, 422)


# -- where an invitation leads ------------------------------------------------------------------


@get("/t/{tenant:str}/invite/{secret:str}")
async def invitation(
    request: AnyRequest, tenant: FromPath[str], secret: FromPath[str]
) -> Response[str]:
    """The form to set a password; whatever is no such link says so and how to go on."""
    return await _invited(await visit(request, tenant), secret)


async def _invited(found: Visit, secret: str, error: str = "") -> Response[str]:
    opened = await read_invitation(found.site, found.desk.tenant, secret)
    screen = InviteScreen(
        page=page(found, found.say("Your way in")),
        action=f"{found.links.base}/invite/{secret}",
        name=opened.person.name if opened else "",
        email=(opened.person.email or "") if opened else "",
        known=opened is not None and opened.known,
        gone=opened is None,
        error=error,
        home_url=found.links.portal(),
    )
    return show(
        found, "pages/invite.html", screen, 404 if opened is None else 422 if error else 200
    )


@post("/t/{tenant:str}/invite/{secret:str}", status_code=303)
async def accept_invitation(
    request: AnyRequest, tenant: FromPath[str], secret: FromPath[str]
) -> Response[Any]:
    """Set the password and get in."""
    found = await visit(request, tenant)
    form = await posted(request)
    token = await accept(found.site, found.desk.tenant, secret, form.one("password"))
    if token is None:
        said = found.say("This password does not open it; it has at least 10 characters")
        return await _invited(found, secret, said)
    answer = go(found, f"{found.links.base}/")
    answer.set_cookie(kept_cookie(request, SESSION, token))
    return answer


# -- two records of one customer ----------------------------------------------------------------


@get("/t/{tenant:str}/desk/directory/doubles")
async def doubles(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """Who may be there twice."""
    found = await _manager(request, tenant)
    groups = await find_doubles(found.site, found.desk)
    screen = doubles_screen(found, await side(found, "directory"), groups)
    return show(found, "pages/desk_doubles.html", screen)


@get(f"{ONE}/merge")
async def merge_preview(
    request: AnyRequest, tenant: FromPath[str], person: FromPath[str]
) -> Response[str]:
    """Two records side by side; nothing is written."""
    found = await _manager(request, tenant)
    other = found.query("other")
    cards = [await _card(found, one) for one in (person, other)]
    pair = [card.person for card in cards]
    if [one.id for one in pair] != [person, other] or person == other:
        raise NotHere
    if any(one.kind != "customer" or not one.active for one in pair):
        raise NotHere
    houses = {card.organisation.id: card.organisation.name for card in cards if card.organisation}
    screen = merge_screen(found, await side(found, "directory"), cards[0], cards[1], houses)
    return show(found, "pages/desk_merge_people.html", screen)


@post(f"{ONE}/merge", status_code=303)
async def merge(request: AnyRequest, tenant: FromPath[str], person: FromPath[str]) -> Response[Any]:
    """Make one record of two."""
    found = await _manager(request, tenant)
    form = await posted(request)
    theirs = frozenset(name for name in form.many("differs") if form.one(f"take.{name}") == "other")
    gone = form.one("other")
    why = await merge_people(found.site, tenant, found.viewer, Choice(person, gone, theirs))
    if why:
        raise NotHere
    return go(found, found.links.desk("directory", person), "people_merged")


@post(f"{ONE}/part/{{gone:str}}", status_code=303)
async def part(
    request: AnyRequest, tenant: FromPath[str], person: FromPath[str], gone: FromPath[str]
) -> Response[Any]:
    """Undo a merge."""
    found = await _manager(request, tenant)
    await posted(request)
    if not await part_people(found.site, tenant, found.viewer, person, gone):
        raise NotHere
    return go(found, found.links.desk("directory", gone), "people_parted")


ROUTES = [
    directory, new_person, make_person, doubles, person_card, edit_person, save, send_invitation,
    invitation, accept_invitation, merge_preview, merge,
    part,
]  # fmt: skip
