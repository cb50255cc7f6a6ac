"""The request a ticket waits with, for one visitor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.decide.clock import approval_of
from engine.decide.pending import APPROVAL, APPROVERS, OPEN, Request, request_of
from engine.model.ticket_type import Approval
from runtime.queries.read_ticket import TicketPage
from runtime.web.pages import moment, person_mark
from runtime.web.requests import Visit
from runtime.web.screens.approval import Asked, Waiting
from runtime.web.screens.build_cells import Cells


@dataclass(frozen=True, slots=True)
class Answering:
    """What the last answer left: the words typed, and why it was not taken."""

    reason: str = ""
    problem: str = ""
    refusing: bool = False


NOTHING_TRIED = Answering()


def waiting(
    visit: Visit, found: TicketPage, url: str, tried: Answering = NOTHING_TRIED, *, names: bool
) -> Waiting | None:
    """The box of a request; None where none waits. `url`: the ticket's own address.

    `names`: whether those asked are shown by name, which a customer does not see.
    """
    request, approval = request_of(found.facts), approval_of(found.live.desk, found.facts)
    if request is None or approval is None:
        return None
    me = visit.viewer.person_id or ""
    may_answer = me in found.facts.names(OPEN)
    if not names and not may_answer and me != request.asker:
        return None
    cells = Cells(visit, found.people, found.ask.now_us)
    clock = found.facts.clocks.get(APPROVAL)
    model = found.live.desk.types[found.row.type_key].transitions[request.transition]
    words = request.words
    sees_specs = bool(visit.viewer.functions & {"edit_specs", "publish_specs"})
    return Waiting(
        step=model.title.say(visit.locale),
        asker=person_mark(found.people.get(request.asker), "Specdesk"),
        at=moment(request.asked_us),
        rule=_rule(visit, approval, request),
        request=request.serial,
        asked=tuple(_asked(visit, found, request)) if names else (),
        due=cells.sla(found.facts, APPROVAL, clock) if clock is not None else None,
        why=(words.get("reason") or words.get("note") or "") if names else "",
        told=words.get("comment", ""),
        approve_url=f"{url}/approve" if may_answer else "",
        refuse_url=f"{url}/refuse" if may_answer else "",
        withdraw_url=f"{url}/withdraw" if me == request.asker else "",
        reason=tried.reason,
        problem=tried.problem,
        refusing=tried.refusing,
        src=f"{approval.place.file}:{approval.place.line}" if names else "",
        src_href=visit.links.source(str(approval.place)) if sees_specs else "",
    )


def _rule(visit: Visit, approval: Approval, request: Request) -> str:
    if approval.votes == 0:
        return visit.say("All who are asked have to agree.")
    if approval.first_decides:
        return visit.say("The first answer decides.")
    yes = sum(1 for vote in request.votes if vote.granted)
    return visit.say(
        "%(needed)s people have to agree; %(yes)s did so far.", needed=approval.votes, yes=yes
    )


def _asked(visit: Visit, found: TicketPage, request: Request) -> Iterable[Asked]:
    answered = [vote.person for vote in request.votes]
    for person in dict.fromkeys((*found.facts.names(APPROVERS), *answered)):
        vote = request.answer_of(person)
        absent = found.people.get(request.stands_in.get(person, ""))
        yield Asked(
            person_mark(found.people.get(person), visit.say("Unknown")),
            "" if vote is None else "yes" if vote.granted else "no",
            moment(vote.at_us) if vote is not None else None,
            absent.name if absent is not None else "",
        )
