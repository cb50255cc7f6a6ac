"""Which ticket a mail answers: proved by a token we signed for its sender, or by naming a message
that its sender wrote or was written. A number in the subject proves nothing and only proposes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.decide import access
from engine.facts import Facts, Viewer
from engine.model.desk import Desk
from runtime.channels.mail.parsed import Mail
from runtime.channels.mail.token import holds, read_token, untagged
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import ask_of, viewer_of
from runtime.store import mail_threads, people, tickets
from runtime.store.rows import Person
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

_NUMBER: Final = re.compile(r"(?<![A-Za-z0-9])([A-Z][A-Z0-9]{0,9}-[0-9]{1,12})(?![A-Za-z0-9])")
_MOST_NUMBERS: Final = 3
_MOST_MERGES: Final = 5


@dataclass(frozen=True, slots=True)
class Answered:
    """The ticket that is answered, as the sender may act on it.

    `proposed`: tickets it may belong to, by id, with why that is not proved: `number` (in the
    subject), `other` (it names a message or bears a token of somebody else), `no_right`.
    """

    row: TicketRow | None = None
    live: Live | None = None
    facts: Facts | None = None
    viewer: Viewer | None = None
    how: str = ""
    proposed: tuple[tuple[str, str], ...] = ()


async def find_answered(
    site: Site,
    unit: Unit,
    mail: Mail,
    envelope_to: Sequence[str],
    person: Person | None,
    own: frozenset[str],
) -> Answered:
    """The ticket that a mail of this person answers."""
    proved, doubted = await _named(site, unit, mail, envelope_to, person, own)
    proposed = [(one, "other") for one in doubted]
    for ticket_id, how in proved:
        found = await _may(site, unit, ticket_id, person, how)
        if found.row is not None:
            return found
        if await tickets.read(unit, ticket_id):
            proposed.append((ticket_id, "no_right"))
    proposed += [(one, "number") for one in await _numbers(unit, mail.subject)]
    return Answered(proposed=tuple({one[0]: one for one in reversed(proposed)}.values()))


async def _named(
    site: Site,
    unit: Unit,
    mail: Mail,
    envelope_to: Sequence[str],
    person: Person | None,
    own: frozenset[str],
) -> tuple[list[tuple[str, str]], list[str]]:
    """Tickets proved for the sender, with how; and those that the mail names without proof."""
    proved: dict[str, str] = {}
    doubted: list[str] = []
    for address in _addresses(mail, envelope_to):
        plain, tag = untagged(address.lower())
        token = read_token(tag) if plain in own else None
        if token is None:
            continue
        if person is not None and holds(site.store.keys, unit.tenant_id, token, person.id):
            proved.setdefault(token.ticket_id, "token")
        elif await tickets.read(unit, token.ticket_id):
            doubted.append(token.ticket_id)
    # The last reference is the nearest.
    ids = [*mail.in_reply_to, *reversed(mail.references)]
    for known in await mail_threads.find(unit, ids):
        if person is not None and known.person_id == person.id:
            proved.setdefault(known.ticket_id, "reference")
        else:
            doubted.append(known.ticket_id)
    return list(proved.items()), [one for one in doubted if one not in proved]


def _addresses(mail: Mail, envelope_to: Sequence[str]) -> Iterable[str]:
    yield from envelope_to
    yield from mail.delivered_to
    yield from (one.address for one in (*mail.to, *mail.cc) if one.address)


async def _may(site: Site, unit: Unit, ticket_id: str, person: Person | None, how: str) -> Answered:
    """The ticket if the person sees it and may write there; where it was merged, the other one."""
    standing = await people.standing(unit, person.id) if person is not None else None
    row = await tickets.read(unit, ticket_id)
    for _ in range(_MOST_MERGES):
        live = await site.desks.of(unit, row) if row is not None else None
        if standing is None or row is None or live is None:
            return Answered()
        facts = await read_facts(unit, live.desk, row)
        if not facts.get("merged") or row.parent_id is None:
            return _judged(live, row, facts, viewer_of(live.desk, standing), unit.now_us(), how)
        row = await tickets.read(unit, row.parent_id)
    return Answered()


def _judged(
    live: Live, row: TicketRow, facts: Facts, viewer: Viewer, now_us: int, how: str
) -> Answered:
    rights = access.rights(live.desk, facts, ask_of(live.desk, viewer, now_us))
    if not rights.see or not rights.do & {"comment", "*"}:
        return Answered()
    return Answered(row, live, facts, viewer, how)


async def _numbers(unit: Unit, subject: str) -> list[str]:
    found = dict.fromkeys(_NUMBER.findall(subject))
    rows = [await tickets.by_number(unit, number) for number in list(found)[:_MOST_NUMBERS]]
    return [row.id for row in rows if row is not None]


def takes_words(desk: Desk, facts: Facts) -> bool:
    """Whether a word of the requester goes on with a ticket: it is not closed, or its type has a
    way back `upon: comment`."""
    if facts.text("phase") != "closed":
        return True
    model, state = desk.types[facts.text("type")], facts.text("state")
    return any(
        one.upon == "commented" and state in one.source for one in model.transitions.values()
    )
