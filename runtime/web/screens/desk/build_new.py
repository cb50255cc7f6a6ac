"""A new ticket on behalf: who it is for, which type, and the portal's form as staff fill it in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.decide import access
from engine.facts import Ref
from engine.model.ticket_type import TypeModel
from runtime.site.links import with_query
from runtime.site.standing import ask_of, person_values
from runtime.store.rows import Person
from runtime.web.pages import page, person_mark
from runtime.web.requests import Visit
from runtime.web.screens.build_form import Answers, FormOf, Picked, sections, settled
from runtime.web.screens.desk.pages import (
    MadeOf,
    NewTicketScreen,
    PersonChoice,
    PickTypeScreen,
    RequesterPicker,
    TypeCard,
)
from runtime.web.screens.form import faults_elsewhere
from runtime.web.screens.hints import TypeHint
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class Whose:
    """Who the ticket is for: chosen, or what a search found."""

    chosen: Person | None = None
    query: str = ""
    found: Sequence[Person] = ()
    problem: str = ""


def picker(visit: Visit, url: str, whose: Whose) -> RequesterPicker:
    """The requester of a page at `url`."""
    if whose.chosen is not None:
        chosen = _choice(whose.chosen, "")
        return RequesterPicker(url, chosen, change_href=url)
    found = tuple(_choice(p, with_query(url, requester=p.id)) for p in whose.found)
    return RequesterPicker(url, query=whose.query, found=found, problem=whose.problem)


def _choice(person: Person, href: str) -> PersonChoice:
    detail = " · ".join(part for part in (person.phone, person.email) if part)
    return PersonChoice(person.id, person_mark(person), detail, href)


def pick_type_screen(visit: Visit, whose: Whose, nav: SideNav) -> PickTypeScreen:
    """The first step: for whom, and which of the types that this person may open."""
    desk = visit.desk.desk
    offers = {offer.type: offer for offer in desk.portal.offers}
    person = whose.chosen.id if whose.chosen else ""
    cards = []
    for key in access.offered(desk, visit.viewer):
        model, offer = desk.types[key], offers.get(key)
        words = model.help.say(visit.locale) or (offer.help.say(visit.locale) if offer else "")
        href = with_query(visit.links.desk("new", model.id), requester=person)
        cards.append(TypeCard(model.title.say(visit.locale), words, model.icon, href))
    return PickTypeScreen(
        page=page(visit, visit.say("New ticket"), "desk"),
        nav=nav,
        types=tuple(cards),
        requester=picker(visit, visit.links.desk("new"), whose),
    )


def new_ticket_screen(
    visit: Visit,
    type_model: TypeModel,
    whose: Whose,
    answers: Answers,
    nav: SideNav,
    *,
    refs: Mapping[str, Ref],
    picks: Mapping[str, Picked],
    fresh: bool,
    key: str = "",
    hint: TypeHint | None = None,
    made: MadeOf | None = None,
) -> NewTicketScreen:
    """The second step: the form, with what is known of the requester."""
    live, person = visit.desk, whose.chosen
    rights = access.rights_to_open(live.desk, visit.viewer, type_model.key)
    ask = ask_of(live.desk, visit.viewer, visit.site.clock.now_us())
    known = person_values(live.desk, "requester", person) if person else {}
    if person is not None and person.kind == "customer":
        known |= person_values(live.desk, "customer", person)
    facts = settled(type_model, answers.values, rights, ask, refs, known, live.desk.tenant.zone)
    of = FormOf(
        visit, live, type_model, rights, ask, answers, facts, person, staff=True, picks=picks
    )
    parts = sections(of)
    title, url = type_model.title.say(visit.locale), visit.links.desk("new", type_model.id)
    asked = {"requester": person.id} if person else {}
    return NewTicketScreen(
        page=page(visit, title, "desk"),
        heading=title,
        help=type_model.help.say(visit.locale),
        sections=parts,
        action=url,
        check_url=visit.links.desk("new", type_model.id, "check"),
        cancel_url=visit.links.desk(),
        submit_label=visit.say("Open ticket"),
        idempotency=key or secrets.token_urlsafe(16),
        draft_key=f"{live.tenant}.desk.{visit.person.id}.{type_model.key}"
        + (f".{made.how}.{made.numbers[0]}" if made else ""),
        made=made,
        fresh=fresh,
        faults=faults_elsewhere(parts, answers.errors),
        nav=nav,
        requester=picker(visit, url, whose),
        types_href=with_query(visit.links.desk("new"), **asked),
        hint_url=visit.links.desk("new", type_model.id, "similar"),
        hint=hint,
    )
