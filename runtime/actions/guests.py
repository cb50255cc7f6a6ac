"""What somebody does who has not signed in: sends a form, and comes back by the link of a mail.

Whether an address is known is told to nobody: the answer to a form, the work done for it and the
letter are the same for an address that has been here and for one that has not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.decide.verdict import Refusal
from engine.facts import Viewer
from runtime.actions.intake.sender import LONGEST_NAME, new_customer
from runtime.actions.open_ticket import NewTicket, open_within
from runtime.actions.outcome import Outcome, Refused, Undo
from runtime.actions.sign_in import Visitor
from runtime.clock import SECOND_US
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import answers, door_keys, jobs, people, rates, sessions, tickets
from runtime.store.accounts import same_address
from runtime.store.jobs import NewJob, effect_key
from runtime.store.rows import Person
from runtime.store.sessions import Session
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

HOUR_US: Final = 3600 * SECOND_US
LINK_LASTS_US: Final = 30 * 24 * HOUR_US
VISIT_LASTS_US: Final = 12 * HOUR_US
SENT_BY_ADDRESS: Final = 6
SENT_BY_CALLER: Final = 20
HELD_BY_CALLER: Final = 40
"""Forms in the name of one address, forms and files of one caller, each in an hour."""
_MOST_TICKETS = 20


@dataclass(frozen=True, slots=True)
class Guest:
    """Who somebody says they are. `caller`: the address of their machine, for the rates."""

    name: str
    email: str
    locale: str
    caller: str


@dataclass(frozen=True, slots=True)
class TooOften:
    """There have been too many; after so many seconds the next may come."""

    wait_s: int


class _Slower(Exception):
    def __init__(self, wait_us: int) -> None:
        super().__init__()
        self.wait_s = max(1, -(-wait_us // SECOND_US))


async def _draw(unit: Unit, who: str, an_hour: int) -> None:
    drawn = await rates.draw(unit, who, 1, HOUR_US // an_hour, an_hour)
    if not drawn.granted:
        raise _Slower(drawn.wait_us)


def _marked(email: str) -> str:
    """An address as the rates know it: what is only counted need not be readable."""
    return hashlib.sha256(same_address(email).encode()).hexdigest()[:32]


async def spend(site: Site, tenant: str, limits: Mapping[str, int]) -> TooOften | None:
    """Count one act in each of these buckets, at most so many an hour; all of them or none."""
    try:
        async with site.store.unit(tenant, write=True) as unit:
            for who, an_hour in limits.items():
                await _draw(unit, who, an_hour)
    except _Slower as slower:
        return TooOften(slower.wait_s)
    return None


def code_limits(email: str, caller: str) -> dict[str, int]:
    """Codes in an hour: for one address, and for one caller."""
    return {f"code:{_marked(email)}": 6, f"codes:{caller}": 30}


async def open_as_guest(
    site: Site, tenant: str, guest: Guest, new: NewTicket
) -> Outcome | TooOften:
    """Make the ticket in the name of an address that nobody has proved.

    It is decided as for somebody of whom nothing is known, and no record of theirs is looked up
    before they have come back by the link: both would tell a stranger about them.
    """
    try:
        async with site.store.unit(tenant, write=True) as unit:
            await _draw(unit, f"guests:{guest.caller}", SENT_BY_CALLER)
            # The row of the address is held from here on: two forms at once make one person.
            await _draw(unit, f"guest:{_marked(guest.email)}", SENT_BY_ADDRESS)
            person = await _person(unit, guest)
            viewer = Viewer(person.id, guest.name, locale=guest.locale, only=frozenset())
            said = {"guest": {"name": guest.name}}
            new = replace(new, requester=person.id, more={**new.more, **said})
            return await open_within(site, unit, viewer, new)
    except _Slower as slower:
        return TooOften(slower.wait_s)
    except Undo as undo:
        return undo.outcome
    except answers.OtherBody:
        return Refused((Refusal("sent_twice"),))


async def _person(unit: Unit, guest: Guest) -> Person:
    found = await people.find_person(unit, email=guest.email)
    if found is not None:
        return found
    name = guest.name[:LONGEST_NAME] or guest.email.partition("@")[0]
    return await new_customer(
        unit, name, "portal", email=same_address(guest.email), locale=guest.locale or None
    )


# -- coming back by a link ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CameBack:
    """A link that opened: the token for the browser, and the number of its ticket."""

    token: str
    number: str


async def come_back(site: Site, tenant: str, secret: str, old_token: str) -> CameBack | None:
    """Open the ticket of a link for this browser; links of one person add up.

    None: there is no such link, it ran out, or who it is for may not come any more.
    """
    async with site.store.unit(tenant, write=True) as unit:
        behind = await _behind(unit, secret)
        if behind is None:
            return None
        row, person = behind
        known = await sessions.read(unit, old_token) if old_token else None
        opened = [] if known is None else _tickets(known, tenant, person.id)
        if known is not None:
            await sessions.end(unit, known.id_hash)
        opened = list(dict.fromkeys([row.id, *opened]))[:_MOST_TICKETS]
        data = {"guest": person.id, "tickets": opened}
        token, _ = await sessions.start(unit, lasts_us=VISIT_LASTS_US, tenant_id=tenant, data=data)
    return CameBack(token, row.number)


async def ticket_behind(site: Site, tenant: str, secret: str) -> str:
    """The number of the ticket that a link would open, "" where it opens none; opens nothing."""
    async with site.store.unit(tenant) as unit:
        behind = await _behind(unit, secret)
    return behind[0].number if behind else ""


async def _behind(unit: Unit, secret: str) -> tuple[TicketRow, Person] | None:
    key = await door_keys.by_hash(unit, door_keys.link_hash(secret))
    if key is None or key.purpose != door_keys.TICKET or not key.holds(unit.now_us()):
        return None
    row = await tickets.read(unit, key.ticket_id or "")
    person = await people.kept_one(unit, key.person_id or "")
    return (row, person) if row is not None and person is not None and person.active else None


async def send_link_again(site: Site, tenant: str, secret: str, caller: str) -> TooOften | None:
    """A fresh link by mail for whoever holds an old one, to the address that the old one went to.

    What never was a link is answered alike, and nothing is sent.
    """
    try:
        async with site.store.unit(tenant, write=True) as unit:
            await _draw(unit, f"guests:{caller}", SENT_BY_CALLER)
            key = await door_keys.by_hash(unit, door_keys.link_hash(secret))
            if key is None or key.purpose != door_keys.TICKET:
                return None
            await _draw(unit, f"guest:{_marked(key.email)}", SENT_BY_ADDRESS)
            now = unit.now_us()
            person, ticket = key.person_id or "", key.ticket_id or ""
            effect = effect_key(tenant, key.id, f"again:{now}", person)
            body = {"purpose": "ticket", "ticket": ticket, "recipient": person}
            await jobs.enqueue(unit, [NewJob("door", effect, now, body)])
    except _Slower as slower:
        return TooOften(slower.wait_s)
    return None


def _tickets(session: Session, tenant: str, person_id: str) -> list[str]:
    theirs = session.tenant_id == tenant and session.data.get("guest") == person_id
    return [str(one) for one in session.data.get("tickets", ())] if theirs else []


async def guest_of(site: Site, token: str, live: Live) -> Visitor | None:
    """The guest with this token in the tenant, None where there is none."""
    async with site.store.unit(live.tenant) as unit:
        found = await sessions.read(unit, token)
        if found is None or found.account_id is not None or found.tenant_id != live.tenant:
            return None
        person = await people.person_by_id(unit, str(found.data.get("guest", "")))
        if person is None or not person.active:
            return None
    opened = frozenset(_tickets(found, live.tenant, person.id))
    locale = person.locale or ""
    viewer = Viewer(person.id, person.name, locale=locale, only=opened)
    return Visitor(found, person.email or "", person, viewer, locale, "system")


def stranger(csrf: str, locale: str) -> Visitor:
    """Who fills in a form without having signed in: no person yet, with nothing of their own."""
    person = Person(id="", name="", values={}, created_us=0, changed_us=0)
    session = Session(id_hash="", csrf=csrf, expires_us=0, created_us=0, data={})
    return Visitor(
        session, "", person, Viewer("", locale=locale, only=frozenset()), locale, "system"
    )
