"""One ticket on the desk: read it, say something, move it, change it, hand it over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from engine.decide.verdict import (
    Assign,
    Comment,
    Edit,
    Event,
    Label,
    Move,
    UseMacro,
)
from engine.model.ticket_type import INPUTS
from engine.suggest.vote import Suggestion
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Conflict, Done, NotFound, Outcome, Refused
from runtime.actions.refresh_records import refresh_records
from runtime.actions.settle_alike import settle_alike
from runtime.queries.explain_ticket import explain_ticket
from runtime.queries.explained_data import explained_data
from runtime.queries.live import answered_since
from runtime.queries.read_ticket import read_ticket, see_ticket
from runtime.queries.suggest import suggest_for_ticket
from runtime.web.answers import filled, read_answers
from runtime.web.approving import WORDS, answer_of, not_taken
from runtime.web.meeting import of_ticket
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, Form, NotHere, Visit, of_staff, posted
from runtime.web.screens.build_form import Answers
from runtime.web.screens.build_side import side
from runtime.web.screens.refusals import by_place, first_said
from runtime.web.screens.ticket.build_page import Tried
from runtime.web.screens.ticket.build_why import why_part, why_screen
from runtime.web.ticketing import TICKET
from runtime.web.ticketing import show_ticket as _page
from runtime.web.uploads import held_marks, tokens_of


@get(TICKET)
async def ticket_page(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """A ticket, whole."""
    found = await of_staff(request, tenant)
    return await _page(found, number, Tried())


@get(f"{TICKET}/why")
async def why(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[str] | Response[dict[str, Any]]:
    """Every decision with what would have changed it: a page, one part of it, or data."""
    found = await of_staff(request, tenant)
    if "application/json" in request.headers.get("accept", ""):
        told = await explain_ticket(found.site, found.desk.tenant, number, found.viewer)
        if told is None:
            raise NotHere
        data = explained_data(told, found.app.renderer)
        return Response(data, headers={"cache-control": "no-store", "vary": "accept, hx-request"})
    shown = await read_ticket(found.site, found.desk.tenant, found.viewer, number)
    if shown is None:
        raise NotHere
    under = found.under(shown.live)
    if found.is_fragment and found.query("topic"):
        part = why_part(under, shown, found.query("topic"), found.query("rule"))
        return show(found, "parts/desk_why.html", part)
    screen = why_screen(under, shown, await side(found, found.query("from") or "all"))
    return show(found, "pages/desk_why.html", screen)


@post(f"{TICKET}/refresh", status_code=303)
async def refresh(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Look the record of one field up again, or of all of them."""
    found, form = await of_staff(request, tenant), await posted(request)
    fields = [form.one("field")[:80]] if form.one("field") else []
    done = await refresh_records(found.site, tenant, found.viewer, number, fields)
    if isinstance(done.outcome, Done):
        return go(found, found.links.ticket(number), "refreshed", number)
    if await see_ticket(found.site, tenant, found.viewer, number) is None:
        raise NotHere
    said = found.say("No answer came; the record stays as it was.")
    if isinstance(done.outcome, Refused):
        said = first_said(found, done.outcome)
    return await _page(found, number, Tried(problem=said), 422)


async def _do(
    found: Visit,
    number: str,
    event: Event,
    form: Form,
    files: Mapping[str, tuple[str, ...]] | None = None,
    suggested: Mapping[str, object] | None = None,
) -> Outcome:
    change = Change(event, form.whole("_version"), files or {}, form.key, suggested or {})
    outcome = await change_ticket(found.site, found.desk.tenant, found.viewer, number, change)
    if isinstance(outcome, NotFound):
        raise NotHere
    return outcome


async def _onward(found: Visit, number: str, elsewhere: str, flash: str) -> Response[Any]:
    """Back to the ticket, or elsewhere where it has left what the person sees."""
    after = await see_ticket(found.site, found.desk.tenant, found.viewer, number)
    return go(found, found.links.ticket(number) if after else elsewhere, flash, number)


@post(f"{TICKET}/comment", status_code=303)
async def comment(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """A reply, or a note that the customer never sees."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    internal = form.one("visibility") == "internal"
    files, faults = await tokens_of(found, form, ["files"])
    event = Comment(form.one("text"), internal)
    named = {"comment": files.get("files", ())}
    if crossing := await _crossing(found, number, form, files):
        return crossing
    outcome = Refused(()) if faults else await _do(found, number, event, form, named)
    if isinstance(outcome, Done):
        return go(
            found,
            f"{found.links.ticket(number)}#composer",
            "noted" if internal else "commented",
            number,
        )
    refusals = outcome.refusals if isinstance(outcome, Refused) else ()
    said = next(iter({**by_place(await of_ticket(found, number), refusals), **faults}.values()), "")
    marks = (await held_marks(found, files)).get("files", ())
    tried = Tried(text=form.one("text"), text_problem=said, internal=internal, files=marks)
    return await _page(found, number, tried, 422)


async def _crossing(
    found: Visit, number: str, form: Form, files: Mapping[str, tuple[str, ...]]
) -> Response[str] | None:
    """The page once more where somebody else has answered since it was shown: two answers that
    cross are worse than one that waits; sent again it goes."""
    since = None if form.one("visibility") == "internal" else form.whole("_version")
    if since is None:
        return None
    who = await answered_since(found.site, found.desk.tenant, found.viewer, number, since)
    if not who:
        return None
    said = found.say(
        "%(name)s answered meanwhile. Read it; send again if yours still fits", name=who
    )
    marks = (await held_marks(found, files)).get("files", ())
    return await _page(
        found, number, Tried(text=form.one("text"), text_problem=said, files=marks), 409
    )


@post(f"{TICKET}/move/{{transition:str}}", status_code=303)
async def move(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str], transition: FromPath[str]
) -> Response[Any]:
    """Take a transition with what it needs, or with what was written below the ticket."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    if form.one("say"):
        return await _say_and_move(found, number, form, transition)
    sent = await filled(found, number, form)
    words = {name: form.one(name) for name in INPUTS}
    if form.rows_only:
        held = Answers({**sent.values, **words}, await held_marks(found, sent.files))
        return await _page(found, number, Tried(move=transition, answers=held))
    event = Move(transition, sent.values, words["comment"], words["note"], words["reason"])
    outcome = Refused(()) if sent.faults else await _do(found, number, event, form, sent.files)
    if isinstance(outcome, Done):
        flash = "asked" if "asked" in outcome.events else "moved"
        return go(found, found.links.ticket(number), flash, number)
    refusals = outcome.refusals if isinstance(outcome, Refused) else ()
    errors = {**by_place(await of_ticket(found, number), refusals), **sent.faults}
    answers = Answers({**sent.values, **words}, await held_marks(found, sent.files), errors)
    problem = errors.get("", "")
    # Somebody moved the ticket meanwhile: its form is gone, so the words wait where replies begin.
    gone = any(refusal.code == "not_from_here" for refusal in refusals)
    tried = Tried(
        move=transition,
        answers=answers,
        problem=problem,
        text=form.one("comment") if gone else "",
    )
    return await _page(found, number, tried, 422)


async def _say_and_move(found: Visit, number: str, form: Form, transition: str) -> Response[Any]:
    """A reply or note and the step that goes with it, as one event."""
    files, faults = await tokens_of(found, form, ["files"])
    if crossing := await _crossing(found, number, form, files):
        return crossing
    text, internal = form.one("text"), form.one("visibility") == "internal"
    named = {"comment": files.get("files", ())}
    event = Move(transition, comment="" if internal else text, note=text if internal else "")
    outcome = Refused(()) if faults else await _do(found, number, event, form, named)
    if isinstance(outcome, Done):
        return go(found, found.links.ticket(number), "moved", number)
    refusals = outcome.refusals if isinstance(outcome, Refused) else ()
    said = next(iter({**by_place(await of_ticket(found, number), refusals), **faults}.values()), "")
    marks = (await held_marks(found, files)).get("files", ())
    tried = Tried(text=text, text_problem=said, internal=internal, files=marks)
    return await _page(found, number, tried, 422)


@post(f"{TICKET}/macro/{{macro:str}}", status_code=303)
async def use_macro(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str], macro: FromPath[str]
) -> Response[Any]:
    """Do what a macro says, or say why it may not be done."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    outcome = await _do(found, number, UseMacro(macro), form)
    if isinstance(outcome, Done):
        return await _onward(found, number, found.links.desk(), "macro_used")
    return await _page(
        found, number, Tried(problem=first_said(await of_ticket(found, number), outcome)), 422
    )


@post(f"{TICKET}/edit", status_code=303)
async def edit(request: AnyRequest, tenant: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Change one field in its place; a stale change shows both sides."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    key = form.one("field")
    shown = await see_ticket(found.site, tenant, found.viewer, number)
    type_model = shown.live.desk.types.get(shown.row.type_key) if shown else None
    if shown is None or type_model is None or key not in type_model.fields:
        raise NotHere
    raw = read_answers(type_model, form).get(key, form.one(key))
    if form.rows_only:
        return await _page(found, number, Tried(edit=key, answers=Answers(values={key: raw})))
    outcome = await _do(found, number, Edit({key: raw}), form)
    if isinstance(outcome, Done):
        return go(found, found.links.ticket(number), "edited", number)
    if isinstance(outcome, Conflict):
        return await _page(found, number, Tried(clash=outcome), 409)
    errors = by_place(
        found.under(shown.live),
        outcome.refusals if isinstance(outcome, Refused) else (),
        type_model.key,
    )
    elsewhere = next((text for place, text in errors.items() if place != key), "")
    answers = Answers(values={key: raw}, errors=errors)
    return await _page(found, number, Tried(edit=key, answers=answers, problem=elsewhere), 422)


@post(f"{TICKET}/assign", status_code=303)
async def assign(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Give the ticket to a member of its team, take it, or leave it to nobody."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    person = form.one("assignee")
    if person == "$me":
        person = found.viewer.person_id or ""
    return await _handed(found, number, Assign(person), form, "assigned")


@post(f"{TICKET}/transfer", status_code=303)
async def transfer(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Hand the ticket over to another team, which assigns it by its own rule."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    event = Assign("", form.one("team"), form.one("reason"))
    return await _handed(found, number, event, form, "transferred")


@post(f"{TICKET}/alike", status_code=303)
async def alike(request: AnyRequest, tenant: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Join two tickets that are about one thing, or say that they are not."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    join = form.one("join") == "true"
    outcome = await settle_alike(
        found.site, tenant, found.viewer, number, form.one("other"), join=join
    )
    if isinstance(outcome, Done):
        return go(found, found.links.ticket(outcome.number), "edited")
    if not isinstance(outcome, Refused):
        raise NotHere
    said = first_said(await of_ticket(found, number), outcome)
    return await _page(found, number, Tried(problem=said), 422)


@post(f"{TICKET}/take", status_code=303)
async def take(request: AnyRequest, tenant: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Take over what like tickets suggest, as the person's own act; the journal says whence."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    shown = await see_ticket(found.site, tenant, found.viewer, number)
    if shown is None:
        raise NotHere
    offered = await suggest_for_ticket(found.site, tenant, found.viewer, shown.facts, shown.rights)
    wanted = (form.one("topic"), form.one("value"))
    taken = next((one for one in offered if (one.topic, one.value) == wanted), None)
    if taken is None:
        said = found.say("Similar tickets no longer suggest this; nothing was changed")
        return await _page(found, number, Tried(handling=said), 409)
    # Counts, and no numbers: the history is read by people who may not see those tickets.
    evidence = {"topic": taken.topic, "agree": taken.agree, "of": taken.of}
    flash = "transferred" if taken.topic == "team" else "edited"
    return await _handed(found, number, _act(taken), form, flash, evidence)


def _act(taken: Suggestion) -> Event:
    """What a person would do by hand to have the same."""
    match taken.topic:
        case "team":
            return Assign("", taken.value)
        case "tag":
            return Label(tags=(taken.value,))
        case _:
            return Label(priority=taken.value)


async def _handed(
    found: Visit,
    number: str,
    event: Event,
    form: Form,
    flash: str,
    suggested: Mapping[str, object] | None = None,
) -> Response[Any]:
    outcome = await _do(found, number, event, form, suggested=suggested)
    if isinstance(outcome, Done):
        return await _onward(found, number, found.links.desk(), flash)
    return await _page(
        found, number, Tried(handling=first_said(await of_ticket(found, number), outcome)), 422
    )


@post([f"{TICKET}/{word}" for word in WORDS], status_code=303)
async def answer(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Agree to what was asked for, refuse it, or take it back.

    Who saw the ticket only because they were asked goes on to what waits else.
    """
    found = await of_staff(request, tenant)
    form = await posted(request)
    event, flash = answer_of(request, form)
    outcome = await _do(found, number, event, form)
    if isinstance(outcome, Done):
        return await _onward(found, number, found.links.view("to_approve"), flash)
    answering, problem = not_taken(await of_ticket(found, number), event, outcome)
    return await _page(found, number, Tried(answering=answering, problem=problem), 422)


ROUTES = [
    refresh,
    *(ticket_page, why, comment, move, use_macro, edit, assign, transfer, alike, take),
    answer,
]
