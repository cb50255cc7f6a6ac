"""What an event becomes within one unit: a ticket, something more on one, or nothing, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.decide.verdict import Assign, Comment, Edit, Event, Label
from engine.facts import Viewer
from engine.model.channel import ChannelModel
from engine.values.registry import normalise
from runtime.actions.change_ticket import Change, change_within
from runtime.actions.gather import Gathered
from runtime.actions.intake.asking import Wanted, answers_to
from runtime.actions.intake.sender import new_customer, viewer_as
from runtime.actions.open_ticket import NewTicket, open_within
from runtime.actions.outcome import Done, Undo
from runtime.actions.take_event.filling import Caller, Filled, caller, fields, fill
from runtime.actions.take_event.reading import text, text_at
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import answers, people, tickets
from runtime.store.arrivals import JOINED, QUARANTINED, REFUSED, TICKETED, Became
from runtime.store.rows import Arrival, Person
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

_LONGEST_KEY: Final = 200


class AgentRefused(Exception):
    """The agent that a call names can't have the ticket; it is made without them."""


@dataclass(frozen=True, slots=True)
class Case:
    """One event on its way. `agent`: whether the agent it names is to get the ticket.

    `gathered`: what other systems said, once asked.
    """

    site: Site
    live: Live
    channel: ChannelModel
    arrival: Arrival
    body: Mapping[str, Any]
    agent: bool = True
    gathered: Gathered | None = None

    @property
    def about(self) -> str:
        """What it is about, as tickets are known by it; the words of one channel only."""
        key = text_at(self.body, self.channel.external_key)[:_LONGEST_KEY]
        return f"{self.channel.id}:{key}" if key else ""


async def become(case: Case, unit: Unit) -> Became:
    """What the event becomes.

    Raises:
        Undo: the ticket or its form refused it; the unit must be left.
        AgentRefused: the agent can't have it; the unit must be left.
        AskFirst: other systems are to be asked; the unit must be left.
    """
    channel = case.channel
    who = caller(channel, case.body)
    person = await _known(unit, who)
    if person is not None and not person.active:
        return Became(REFUSED, "shut_out", person_id=person.id)
    if case.about:
        # Of two events about the same new thing one waits for the other.
        await answers.claim_or_join(unit, f"about:{case.about}")
        row = await tickets.by_external_key(unit, case.about)
        if row is not None:
            return await _joined(case, unit, row, person)
    if person is None and channel.known_only:
        return Became(REFUSED, "unknown_sender")
    if person is None and who.named and not (who.email or who.phone):
        return Became(QUARANTINED, "no_sender")
    return await _opened(case, unit, person or await _made(case, unit, who))


async def _known(unit: Unit, who: Caller) -> Person | None:
    """By address before phone: several people may share a phone."""
    found = await people.find_person(unit, email=who.email) if who.email else None
    if found is None and who.phone:
        found = await people.find_person(unit, phone=who.phone)
    return found


async def _made(case: Case, unit: Unit, who: Caller) -> Person:
    """A new customer; where nobody is named, the channel itself is one."""
    if who.named:
        name = who.name or who.email.partition("@")[0] or who.phone
        more: dict[str, str | None] = {"email": who.email or None, "phone": who.phone or None}
    else:
        key = f"channel:{case.channel.id}"
        found = await people.find_person(unit, external=key)
        if found is not None:
            return found
        name = case.channel.title.say(case.live.desk.tenant.locales[0])
        more = {"external_key": key}
    return await new_customer(unit, name, case.channel.receive, **more)


async def _opened(case: Case, unit: Unit, person: Person) -> Became:
    filled = fill(case.live.desk, case.channel, case.body, person, unit.now_us())
    if not filled.subject:
        return Became(QUARANTINED, "no_words", person_id=person.id)
    viewer = await viewer_as(unit, case.live.desk, person)
    wanted = Wanted(filled.type, filled.values, viewer, person)
    gathered = answers_to(case.site, unit.tenant_id, wanted, case.gathered)
    new = replace(_new(case, filled, person), gathered=gathered)
    done = await open_within(case.site, unit, viewer, new)
    if not isinstance(done, Done):
        raise Undo(done)
    await _noted(case, unit, done.ticket_id)
    if filled.tags:
        await _change(case, unit, done.ticket_id, Label("", filled.tags))
    said = await _given(case, unit, done.ticket_id)
    return Became(TICKETED, "", said, done.ticket_id, done.event_id, person.id)


def _new(case: Case, filled: Filled, person: Person) -> NewTicket:
    return NewTicket(
        type=filled.type,
        values=filled.values,
        subject=filled.subject,
        description=filled.description,
        channel=case.channel.receive,
        requester=person.id,
        external_key=case.about,
        by=filled.through,
        more={"arrival": case.arrival.id},
    )


async def _noted(case: Case, unit: Unit, ticket_id: str) -> None:
    """The words of a call, as an internal note."""
    words = text(case.channel.transcript, case.body)
    if words:
        await _change(case, unit, ticket_id, Comment(words, internal=True))


async def _given(case: Case, unit: Unit, ticket_id: str) -> dict[str, str]:
    """The ticket goes to the agent that the call names by address or extension; what to say of it.

    Raises:
        AgentRefused: they can't have it.
    """
    named = text_at(case.body, case.channel.agent)[:_LONGEST_KEY]
    if not named or not case.agent:
        return {"agent": "refused"} if named else {}
    by = {"email": named} if "@" in named else {"external": named}
    agent = await people.find_person(unit, **by)
    if agent is None or agent.kind != "staff" or not agent.active:
        return {"agent": "unknown"}
    standing = await people.standing(unit, agent.id)
    row = await tickets.read(unit, ticket_id)
    teams = standing.teams if standing is not None else ()
    if not teams or row is None:
        return {"agent": "refused"}
    team = "" if row.team_key in teams else teams[0]
    try:
        await _change(case, unit, ticket_id, Assign(agent.id, team))
    except Undo as undo:
        raise AgentRefused(named) from undo
    return {}


async def _joined(case: Case, unit: Unit, row: TicketRow, person: Person | None) -> Became:
    """An event about a ticket that is there: the fields that differ, and its words."""
    changed = await _fields(case, unit, row)
    done: Done | None = None
    if changed:
        done = await _change(case, unit, row.id, Edit(changed))
    words = text(case.channel.comment, case.body)
    if words:
        theirs = person is not None and person.id == row.requester_id
        viewer = (
            await viewer_as(unit, case.live.desk, person)
            if person is not None and theirs
            else SYSTEM
        )
        done = await _change(case, unit, row.id, Comment(words), viewer)
    await _noted(case, unit, row.id)
    reason = "about" if done is not None else "nothing_new"
    event_id = done.event_id if done is not None else None
    return Became(JOINED, reason, {}, row.id, event_id, person.id if person else None)


async def _fields(case: Case, unit: Unit, row: TicketRow) -> dict[str, object]:
    """The fields that the event fills otherwise than they are, as they came."""
    live = await case.site.desks.of(unit, row)
    if live is None or row.type_key not in live.desk.types:
        return {}
    facts = await read_facts(unit, live.desk, row)
    items, zone = live.desk.types[row.type_key].fields, live.desk.tenant.zone
    came = fields(live.desk, case.channel, row.type_key, case.body)
    return {
        key: raw for key, raw in came.items() if normalise(items[key], raw, zone) != facts.get(key)
    }


async def _change(
    case: Case, unit: Unit, ticket_id: str, event: Event, viewer: Viewer = SYSTEM
) -> Done:
    more = {"arrival": case.arrival.id}
    done = await change_within(case.site, unit, viewer, ticket_id, Change(event, more=more))
    if not isinstance(done, Done):
        raise Undo(done)
    return done
