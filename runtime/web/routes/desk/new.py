"""A new ticket on behalf of somebody: choose the person, choose the type, fill in the form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from engine.decide import access
from engine.model.ticket_type import TypeModel
from runtime.actions.open_beside import open_beside
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done, Outcome, Refused
from runtime.queries.find_people import find_people, read_person
from runtime.queries.read_ticket import see_ticket
from runtime.queries.suggest import suggest_type
from runtime.web.answers import answers_of, file_fields, new_values
from runtime.web.making import Made, carried, made_asked
from runtime.web.meeting import meeting
from runtime.web.pages import go, page, show
from runtime.web.picking import known_records, picked
from runtime.web.requests import AnyRequest, Form, NotHere, Visit, of_staff, posted
from runtime.web.screens.build_form import Answers
from runtime.web.screens.build_hints import type_hint
from runtime.web.screens.build_side import side
from runtime.web.screens.desk.build_new import Whose, new_ticket_screen, pick_type_screen
from runtime.web.screens.desk.pages import NewTicketScreen
from runtime.web.screens.hints import TypeHint, TypeHintScreen
from runtime.web.screens.refusals import by_place
from runtime.web.screens.side import SideNav
from runtime.web.uploads import tokens_of

NEW = "/t/{tenant:str}/desk/new"


@get(NEW)
async def new_ticket(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """For whom, and what about."""
    found = meeting(await of_staff(request, tenant))
    whose = await _asked(found)
    screen = pick_type_screen(found, whose, await _side(found))
    return show(found, "pages/desk_new.html", screen)


async def _side(found: Visit) -> SideNav:
    """The navigation, which is the live desk's for everybody."""
    live = found.site.desks.get(found.desk.tenant)
    return await side(found.under(live) if live else found, "")


async def _asked(found: Visit) -> Whose:
    """The requester that the address names, or what was searched for."""
    tenant = found.desk.tenant
    chosen = await read_person(found.site, tenant, found.viewer, found.query("requester"))
    query = found.query("q").strip()[:100]
    people = [] if chosen else await find_people(found.site, tenant, found.viewer, query)
    return Whose(chosen, query, people)


def _type(found: Visit, type_id: str) -> TypeModel:
    desk = found.desk.desk
    for key in access.offered(desk, found.viewer):
        if desk.types[key].id == type_id:
            return desk.types[key]
    raise NotHere


@get(f"{NEW}/{{type_id:str}}")
async def new_form(
    request: AnyRequest, tenant: FromPath[str], type_id: FromPath[str]
) -> Response[str]:
    """The empty form."""
    found = meeting(await of_staff(request, tenant))
    model = _type(found, type_id)
    whose, nav = await _asked(found), await _side(found)
    made = await made_asked(found)
    answers = carried(found, made, model) if made else Answers()
    if made and whose.chosen is None and not whose.query:
        person = made.first.row.requester_id or ""
        whose = Whose(await read_person(found.site, found.desk.tenant, found.viewer, person))
    screen = await _screen(found, model, whose, answers, nav, fresh=True, made=made)
    return show(found, "pages/desk_new_form.html", screen)


async def _screen(
    found: Visit,
    model: TypeModel,
    whose: Whose,
    answers: Answers,
    nav: SideNav,
    *,
    fresh: bool = False,
    key: str = "",
    hint: TypeHint | None = None,
    made: Made | None = None,
) -> NewTicketScreen:
    live, person = found.desk, whose.chosen
    rights = access.rights_to_open(live.desk, found.viewer, model.key)
    writable = {name for name in model.fields if rights.writes(name)}
    picks = await picked(found, live, model, answers, person, writable)
    refs = (await known_records(found, live, model, answers, person)).refs
    return new_ticket_screen(
        found, model, whose, answers, nav, refs=refs, picks=picks, fresh=fresh, key=key, hint=hint,
        made=made.of_screen(found) if made else None,
    )  # fmt: skip


async def _whose(found: Visit, form: Form) -> Whose:
    person_id = form.one("_requester")[:64]
    return Whose(await read_person(found.site, found.desk.tenant, found.viewer, person_id))


@post(f"{NEW}/{{type_id:str}}/check", status_code=200)
async def check_form(
    request: AnyRequest, tenant: FromPath[str], type_id: FromPath[str]
) -> Response[str]:
    """The form for the answers so far; writes nothing."""
    found = meeting(await of_staff(request, tenant))
    model, form = _type(found, type_id), await posted(request)
    answers, whose = await answers_of(found, model, form), await _whose(found, form)
    key, nav = form.key, await _side(found)
    hint = None if found.is_fragment else await _hint(found, model, form)
    made = await made_asked(found, form)
    screen = await _screen(found, model, whose, answers, nav, key=key, hint=hint, made=made)
    part = "pages/portal_form_fields.html" if found.is_fragment else "pages/desk_new_form.html"
    return show(found, part, screen)


@post(f"{NEW}/{{type_id:str}}/similar", status_code=200)
async def similar(
    request: AnyRequest, tenant: FromPath[str], type_id: FromPath[str]
) -> Response[str]:
    """Whether tickets with like words are of another type; writes nothing."""
    found = meeting(await of_staff(request, tenant))
    model, form = _type(found, type_id), await posted(request)
    hint = await _hint(found, model, form)
    screen = TypeHintScreen(page(found, model.title.say(found.locale), "desk"), hint)
    return show(found, "parts/desk_type_hint.html", screen)


async def _hint(found: Visit, model: TypeModel, form: Form) -> TypeHint | None:
    said = form.one("subject"), form.one("description")
    suggested = await suggest_type(found.site, found.desk.tenant, found.viewer, *said)
    return type_hint(found, model.key, suggested)


@post(f"{NEW}/{{type_id:str}}", status_code=303)
async def submit_form(
    request: AnyRequest, tenant: FromPath[str], type_id: FromPath[str]
) -> Response[Any]:
    """Open the ticket for the requester, or show the form again with all that is wrong."""
    found = meeting(await of_staff(request, tenant))
    model, form = _type(found, type_id), await posted(request)
    whose = await _whose(found, form)
    files, faults = await tokens_of(found, form, file_fields(model))
    if whose.chosen is None:
        said = found.say("Choose a requester first")
        return await _again(found, model, form, files, faults, replace(whose, problem=said))
    new = NewTicket(
        type=model.key,
        values=new_values(found, model, form),
        subject=form.one("subject"),
        description=form.one("description"),
        channel="desk",
        way="desk",
        requester=whose.chosen.id,
        files=files,
        idempotency_key=form.key,
    )
    outcome = Refused(()) if faults else await _opened(found, form, new)
    if isinstance(outcome, Done):
        # Routing may have given it to a team whose tickets this person does not see.
        seen = await see_ticket(found.site, tenant, found.viewer, outcome.number)
        url = found.links.ticket(outcome.number) if seen else found.links.desk()
        return go(found, url, "created", outcome.number)
    if not isinstance(outcome, Refused):
        raise NotHere
    errors = {**by_place(found, outcome.refusals, model.key), **faults}
    return await _again(found, model, form, files, errors, whose)


async def _opened(found: Visit, form: Form, new: NewTicket) -> Outcome:
    """A ticket of its own, or one made out of others."""
    made = await made_asked(found, form)
    if made is None:
        return await open_ticket(found.site, found.desk.tenant, found.viewer, new)
    return await open_beside(found.site, found.desk.tenant, found.viewer, new, made.out)


async def _again(
    found: Visit,
    model: TypeModel,
    form: Form,
    files: dict[str, tuple[str, ...]],
    errors: dict[str, str],
    whose: Whose,
) -> Response[str]:
    shown = replace(await answers_of(found, model, form, files), errors=errors)
    key, nav, hint = form.key, await _side(found), await _hint(found, model, form)
    made = await made_asked(found, form)
    screen = await _screen(found, model, whose, shown, nav, key=key, hint=hint, made=made)
    return show(found, "pages/desk_new_form.html", screen, 422)


ROUTES = [new_ticket, new_form, check_form, similar, submit_form]
