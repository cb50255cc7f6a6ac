"""The portal's screens from what queries found: home, lists, and the progress of one ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.decide import form as forms
from engine.decide.rating import survey_for
from engine.facts import Facts
from engine.model.desk import Offer
from engine.model.ticket_type import INPUTS, TypeModel
from engine.values.registry import fold
from runtime.queries.list_tickets import Line
from runtime.queries.read_ticket import Seen, TicketPage
from runtime.site.desks import Live
from runtime.site.links import Links
from runtime.store.rows import FileRow
from runtime.web.pages import moment, page, person_mark
from runtime.web.requests import Visit
from runtime.web.screens.approval import Waiting
from runtime.web.screens.base import FileMark, StatusMark
from runtime.web.screens.build_cells import shown_value
from runtime.web.screens.build_files import file_mark
from runtime.web.screens.build_form import Answers, FormOf, one_input
from runtime.web.screens.build_progress import (
    expected,
    speaker_of,
    stands_still,
    status_mark,
    steps,
    visit_ahead,
    waiting_words,
)
from runtime.web.screens.folding import parted
from runtime.web.screens.form import Fact, FieldInput
from runtime.web.screens.knowledge.help import ArticleLink, Asked, CategoryLink
from runtime.web.screens.portal.pages import (
    Message,
    OfferCard,
    PortalHomeScreen,
    PortalMove,
    PortalPart,
    PortalTicketScreen,
    PortalTicketsScreen,
    RatingBox,
    Said,
    TicketCard,
)


def status_for_requester(visit: Visit, type_model: TypeModel, facts: Facts) -> StatusMark:
    """The same for who asked: a ticket that was merged is no closed matter to them."""
    if is_away(facts):
        return StatusMark("active", visit.say("Handled together with others like it"))
    return status_mark(visit, type_model, facts.text("state"), facts.text("phase"))


def is_away(facts: Facts) -> bool:
    """Whether a ticket was merged into another that is not solved yet."""
    return bool(facts.get("merged")) and facts.text("phase") == "closed"


@dataclass(frozen=True, slots=True)
class Help:
    """What the knowledge base has for the first page: found for a question, else read most.

    `asked`: the answers to what is asked often, by what readers said of them.
    """

    articles: tuple[ArticleLink, ...] = ()
    categories: tuple[CategoryLink, ...] = ()
    url: str = ""
    instead: str = ""
    asked: tuple[ArticleLink, ...] = ()


NO_HELP = Help()


def home_screen(
    visit: Visit, tickets: tuple[TicketCard, ...], open_count: int, help: Help = NO_HELP
) -> PortalHomeScreen:
    """The portal's first page; a search leaves the types whose words hold it, or else all."""
    live, query = visit.desk, visit.query("q")
    portal = live.desk.portal
    called = [offer for offer in portal.offers if _matches(live, offer, query)]
    title = portal.title.say(visit.locale) or live.desk.tenant.title.say(visit.locale)
    return PortalHomeScreen(
        page=page(visit, title, "home"),
        heading=title,
        welcome=portal.welcome.say(visit.locale),
        search_url=visit.links.portal(),
        query=query,
        offers=tuple(_offer(visit, live, offer) for offer in called or portal.offers),
        none_called=not called,
        tickets=tickets,
        open_count=open_count,
        articles=help.articles,
        categories=help.categories,
        help_url=help.url,
        instead=help.instead,
        asked=help.asked,
        by_link=portal.guests,
    )


def _matches(live: Live, offer: Offer, query: str) -> bool:
    type_model = live.desk.types[offer.type]
    said = [
        *offer.title.by_locale.values(),
        *offer.help.by_locale.values(),
        *type_model.title.by_locale.values(),
    ]
    for item in type_model.fields.values():
        said += [
            text for option in item.options.values() for text in option.title.by_locale.values()
        ]
    whole = fold(" ".join(said))
    return all(word in whole for word in fold(query).split())


def _offer(visit: Visit, live: Live, offer: Offer) -> OfferCard:
    # In a frame nobody is signed in: what wants that opens in a window of its own.
    stays = offer.guests or not visit.embedded
    links = visit.links if stays else Links(live.tenant)
    return OfferCard(
        offer.title.say(visit.locale),
        offer.help.say(visit.locale),
        live.desk.types[offer.type].icon,
        links.portal("new", live.desk.types[offer.type].id),
        outside=not stays,
    )


def ticket_card(visit: Visit, facts: Facts, who: str = "") -> TicketCard:
    """A requester's ticket in a list; `who` asked for it, where that is a colleague."""
    type_model = visit.desk.desk.types[facts.text("type")]
    phase = facts.text("phase")
    updated = facts.get("updated_at")
    return TicketCard(
        number=facts.text("number"),
        subject=facts.text("subject"),
        url=visit.links.portal_ticket(facts.text("number")),
        status=status_for_requester(visit, type_model, facts),
        updated_at=moment(updated if isinstance(updated, int) else 0),
        line=waiting_words(visit, facts),
        expected=expected(facts),
        visit_at=visit_ahead(facts, visit.site.clock.now_us()),
        needs_you=phase == "waiting" and not who,
        steps=steps(visit, type_model, facts, (), {}),
        who=who,
    )


def asked_before(visit: Visit, lines: Iterable[Line]) -> tuple[Asked, ...]:
    """The person's own tickets that look like what they fill in."""
    cards = (ticket_card(visit.under(line.live), line.facts) for line in lines)
    return tuple(Asked(card.number, card.subject, card.url, card.status.label) for card in cards)


def tickets_screen(
    visit: Visit,
    cards: tuple[TicketCard, ...],
    *,
    shown: Literal["open", "finished", "organisation"],
    shares: bool,
    open_count: int,
    more_url: str,
) -> PortalTicketsScreen:
    """All tickets of the person, or of their organisation."""
    url = visit.links.portal("tickets")
    return PortalTicketsScreen(
        page=page(visit, visit.say("My tickets"), "tickets"),
        tickets=cards,
        shown=shown,
        open_url=url,
        finished_url=f"{url}?show=finished",
        open_count=open_count,
        more_url=more_url,
        ours_url=f"{url}?whose=organisation" if shares else "",
    )


def ticket_screen(
    visit: Visit,
    found: TicketPage,
    *,
    reply: str = "",
    reply_error: str = "",
    reply_files: tuple[FileMark, ...] = (),
    opened: str = "",
    answers: Answers | None = None,
    conflict: str = "",
    idempotency: str = "",
    rated: Rated | None = None,
    waiting: Waiting | None = None,
    parts: Sequence[Seen] = (),
) -> PortalTicketScreen:
    """One ticket as its requester sees it."""
    facts, row = found.facts, found.row
    type_model = found.live.desk.types[row.type_key]
    away = is_away(facts)
    may_reply = bool(found.rights.do & {"comment", "*"}) and (row.phase != "closed" or away)
    return PortalTicketScreen(
        page=page(visit, row.subject, "tickets"),
        number=row.number,
        subject=row.subject,
        status=status_for_requester(visit, type_model, facts),
        steps=steps(visit, type_model, facts, found.events, found.people),
        description=_said(row.description),
        files=tuple(file_mark(visit, f) for f in found.files.values() if f.field_key),
        talk=tuple(_talk(visit, found)),
        facts=tuple(_facts(visit, found, type_model)),
        moves=tuple(_moves(visit, found, type_model, opened, answers or Answers())),
        version=row.version,
        idempotency=idempotency,
        draft_key=f"{found.live.tenant}.{visit.person.id}.reply.{row.number}",
        reply_url=visit.links.portal_ticket(row.number, "comment") if may_reply else "",
        reply=reply,
        reply_error=reply_error,
        reply_files=reply_files,
        expected=expected(facts),
        stands_still=stands_still(facts),
        visit_at=(coming := visit_ahead(facts, found.ask.now_us)),
        visits_file=visit.links.portal_ticket(row.number, "visits.ics") if coming else "",
        solved_at=_instant(facts, "solved_at")
        if row.phase in ("solved", "closed") and not away
        else None,
        waits_for_you=row.phase == "waiting" and row.requester_id == visit.person.id,
        conflict=conflict,
        waiting=waiting,
        rating=_rating(visit, found, rated),
        parts=tuple(_part(visit, one) for one in parts),
    )


def _part(visit: Visit, seen: Seen) -> PortalPart:
    """A part of the matter that is handled by itself, in the words of its own desk."""
    row, model = seen.row, seen.live.desk.types[seen.row.type_key]
    mark = status_for_requester(visit.under(seen.live), model, seen.facts)
    return PortalPart(visit.links.portal_ticket(row.number), row.subject, mark)


def _instant(facts: Facts, name: str) -> datetime | None:
    at = facts.get(name)
    return moment(at) if isinstance(at, int) else None


@dataclass(frozen=True, slots=True)
class Rated:
    """An answer to the survey that was refused, with the reason."""

    mark: int
    words: str
    error: str


def _rating(visit: Visit, found: TicketPage, rated: Rated | None) -> RatingBox | None:
    survey = survey_for(found.live.desk, found.facts, visit.viewer)
    if survey is None:
        return None
    given = found.facts.get("rating")
    return RatingBox(
        action=visit.links.portal_ticket(found.row.number, "rate"),
        question=survey.question.say(visit.locale),
        marks=tuple(range(1, survey.scale + 1)),
        given=rated.mark if rated else given if isinstance(given, int) else 0,
        words=rated.words if rated else "",
        error=rated.error if rated else "",
    )


_SPEAKS = ("commented", "moved", "approved")
"""Verbs of events that may hold words to the requester."""


def _talk(visit: Visit, found: TicketPage) -> Iterable[Message]:
    by_event: dict[str, list[FileRow]] = {}
    for file in found.files.values():
        if not file.field_key and file.event_id:
            by_event.setdefault(file.event_id, []).append(file)
    for event in found.events:
        body = event.body or {}
        text = body.get("text", "") if event.verb == "commented" else body.get("comment", "")
        if event.verb not in _SPEAKS or not (text or by_event.get(event.id)):
            continue
        speaker = speaker_of(event)
        person = found.people.get(speaker)
        yield Message(
            author=person_mark(person, visit.say("Service")),
            role=visit.say("Service") if person and person.kind == "staff" else "",
            mine=speaker == visit.person.id,
            at=moment(event.at_us),
            body=_said(text),
            files=tuple(file_mark(visit, f) for f in by_event.get(event.id, ())),
        )


def _said(text: str) -> Said:
    shown, behind = parted(text)
    return Said("\n".join(shown), "\n".join(behind))


def _facts(visit: Visit, found: TicketPage, type_model: TypeModel) -> Iterable[Fact]:
    for item in type_model.fields.values():
        text = shown_value(visit, found, item)
        if text:
            yield Fact(item.label.say(visit.locale), text)


def _moves(
    visit: Visit, found: TicketPage, type_model: TypeModel, opened: str, answers: Answers
) -> Iterable[PortalMove]:
    first = True
    for way in found.ways:
        if not way.open or way.transition.upon:
            continue
        transition = way.transition
        inputs = tuple(
            _need(
                visit,
                found,
                type_model,
                transition.id,
                need,
                answers if opened == transition.id else Answers(),
            )
            for need in way.needs
        )
        yield PortalMove(
            title=transition.title.say(visit.locale),
            url=visit.links.portal_ticket(found.row.number, "move", transition.id),
            icon=transition.icon,
            primary=first and not transition.danger,
            danger=transition.danger,
            fields=inputs,
            open=opened == transition.id,
        )
        first = False


def _need(
    visit: Visit, found: TicketPage, type_model: TypeModel, move: str, need: str, answers: Answers
) -> FieldInput:
    if need in INPUTS:
        label = {
            "comment": visit.say("What would you like to tell us?"),
            "note": visit.say("A note"),
            "reason": visit.say("Reason"),
        }[need]
        return FieldInput(
            f"_{need}", "long_text", label, scope=move, value=str(answers.values.get(need, "")),
            maxlength=10_000, error=answers.errors.get(need, ""),
        )  # fmt: skip
    of = FormOf(
        visit,
        found.live,
        type_model,
        found.rights,
        found.ask,
        answers,
        found.facts,
        visit.person,
        scope=move,
    )
    return one_input(of, forms.FieldState(type_model.fields[need], True, True))
