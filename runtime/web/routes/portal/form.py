"""The forms of the portal: asked for, checked while they are filled in, and sent."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from engine.decide import access
from runtime.actions.guests import Guest, TooOften, open_as_guest
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done, Outcome, Refused
from runtime.channels.mail.message import is_address
from runtime.site.standing import ask_of, person_values
from runtime.web.answers import answers_of, file_fields, new_values
from runtime.web.embedding import both
from runtime.web.filling import filling, offer_of
from runtime.web.pages import go, page, show
from runtime.web.picking import known_records, picked
from runtime.web.requests import AnyRequest, Form, NotHere, Visit, address_of, posted, visit
from runtime.web.screens.build_form import Answers, FormOf, sections, settled
from runtime.web.screens.form import FormScreen, faults_elsewhere
from runtime.web.screens.portal.build_guest import EMAIL, NAME, guest_section
from runtime.web.screens.portal.pages import SentScreen
from runtime.web.screens.refusals import by_place
from runtime.web.uploads import tokens_of

_NUMBER = re.compile(r"[A-Z][A-Z0-9]{0,9}-[0-9]{1,12}")


async def _form_screen(
    found: Visit, type_id: str, answers: Answers, *, fresh: bool, key: str = ""
) -> FormScreen:
    live, viewer = found.desk, found.viewer
    offer = offer_of(live, type_id)
    type_model = live.desk.types[offer.type]
    rights = access.rights_to_open(live.desk, viewer, type_model.key)
    ask = ask_of(live.desk, viewer, found.site.clock.now_us())
    refs = (await known_records(found, live, type_model, answers, found.person)).refs
    writable = {name for name in type_model.fields if rights.writes(name)}
    picks = await picked(found, live, type_model, answers, found.person, writable)
    known = person_values(live.desk, "requester", found.person)
    if found.person.kind == "customer":
        known |= person_values(live.desk, "customer", found.person)
    facts = settled(type_model, answers.values, rights, ask, refs, known, live.desk.tenant.zone)
    person, staff = found.person, viewer.is_staff
    of = FormOf(found, live, type_model, rights, ask, answers, facts, person, staff, picks=picks)
    parts = sections(of)
    if viewer.is_guest:
        parts = (*parts, guest_section(found, answers))
    title = type_model.title.say(found.locale)
    return FormScreen(
        page=page(found, title, "home"),
        heading=title,
        help=offer.help.say(found.locale),
        sections=parts,
        action=found.links.portal("new", type_id),
        check_url=found.links.portal("new", type_id, "check"),
        cancel_url=found.links.portal(),
        submit_label=found.say("Submit"),
        idempotency=key or secrets.token_urlsafe(16),
        draft_key=f"{live.tenant}.{found.person.id}.{type_model.key}",
        fresh=fresh,
        faults=faults_elsewhere(parts, answers.errors),
        suggest_url=found.links.portal("new", type_id, "suggest"),
    )


async def _answers(
    found: Visit, type_id: str, form: Form, files: dict[str, tuple[str, ...]] | None = None
) -> Answers:
    type_model = found.desk.desk.types[offer_of(found.desk, type_id).type]
    answers = await answers_of(found, type_model, form, files)
    if not found.viewer.is_guest:
        return answers
    theirs = {NAME: form.one(NAME)[:200], EMAIL: form.one(EMAIL)[:320]}
    return replace(answers, values={**answers.values, **theirs})


@get(both("/new/{type_id:str}"))
async def new_form(
    request: AnyRequest, tenant: FromPath[str], type_id: FromPath[str]
) -> Response[str]:
    """The empty form of a type."""
    found = await filling(request, tenant, type_id)
    screen = await _form_screen(found, type_id, Answers(), fresh=True)
    return show(found, "pages/portal_form.html", screen)


@post(both("/new/{type_id:str}/check"), status_code=200)
async def check_form(
    request: AnyRequest, tenant: FromPath[str], type_id: FromPath[str]
) -> Response[str]:
    """The form for the answers so far; writes nothing (decisions.md 16)."""
    found = await filling(request, tenant, type_id)
    form = await posted(request)
    answers = await _answers(found, type_id, form)
    screen = await _form_screen(found, type_id, answers, fresh=False, key=form.key)
    template = "pages/portal_form_fields.html" if found.is_fragment else "pages/portal_form.html"
    return show(found, template, screen)


@post(both("/new/{type_id:str}"), status_code=303)
async def submit_form(
    request: AnyRequest, tenant: FromPath[str], type_id: FromPath[str]
) -> Response[Any]:
    """Open the ticket, or show the form again with everything that is wrong."""
    found = await filling(request, tenant, type_id)
    form = await posted(request)
    type_key = offer_of(found.desk, type_id).type
    type_model = found.desk.desk.types[type_key]
    files, faults = await tokens_of(found, form, file_fields(type_model))
    new = NewTicket(
        type=type_key,
        values=new_values(found, type_model, form),
        subject=form.one("subject"),
        description=form.one("description"),
        channel="portal",
        way="portal",
        files=files,
        idempotency_key=form.key,
    )
    faults |= _who_faults(found, form) if found.viewer.is_guest else {}
    outcome = Refused(()) if faults else await _opened(found, form, new)
    if isinstance(outcome, Done):
        if found.viewer.is_guest:
            return go(found, f"{found.links.portal('sent')}?number={outcome.number}")
        return go(found, found.links.portal_ticket(outcome.number), "created", outcome.number)
    if isinstance(outcome, TooOften):
        faults[""] = found.say("Too many were sent from here. Wait a while and send it again.")
    elif not isinstance(outcome, Refused):
        raise NotHere
    refusals = outcome.refusals if isinstance(outcome, Refused) else ()
    errors = {**by_place(found, refusals, type_key), **faults}
    shown = replace(await _answers(found, type_id, form, files), errors=errors)
    screen = await _form_screen(found, type_id, shown, fresh=False, key=form.key)
    status = 429 if isinstance(outcome, TooOften) else 422
    return show(found, "pages/portal_form.html", screen, status)


async def _opened(found: Visit, form: Form, new: NewTicket) -> Outcome | TooOften:
    tenant = found.desk.tenant
    if not found.viewer.is_guest:
        return await open_ticket(found.site, tenant, found.viewer, new)
    locales = found.desk.desk.tenant.locales
    locale = found.locale if found.locale in locales else ""
    caller = address_of(found.request)
    guest = Guest(form.one(NAME).strip(), form.one(EMAIL).strip(), locale, caller)
    return await open_as_guest(found.site, tenant, guest, new)


def _who_faults(found: Visit, form: Form) -> dict[str, str]:
    """What is wrong with who a guest says they are."""
    faults = {}
    if not is_address(form.one(EMAIL).strip()):
        faults[EMAIL] = found.say("Enter a mail address such as name@example.com")
    if len(form.one(NAME).strip()) > 100:
        faults[NAME] = found.say("A name has 100 characters at most")
    return faults


@get(both("/sent"))
async def form_sent(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """That a guest's form has come, its number, and what happens next."""
    found = await visit(request, tenant)
    number = found.query("number")
    if not found.desk.desk.portal.guests or not _NUMBER.fullmatch(number):
        raise NotHere
    codes = bool(found.desk.desk.portal.codes) and not (found.is_known or found.embedded)
    screen = SentScreen(
        page=page(found, found.say("Sent"), "home"),
        number=number,
        home_url=found.links.portal(),
        sign_in_url=found.links.portal("enter") if codes else "",
    )
    return show(found, "pages/portal_sent.html", screen)


ROUTES = [new_form, check_form, submit_form, form_sent]
