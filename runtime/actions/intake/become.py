"""What a mail becomes within one unit: a ticket, a word on one, a note, or nothing, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from engine.decide.verdict import Bounce, Comment
from runtime.actions.attach import TALK
from runtime.actions.change_ticket import Change, change_within
from runtime.actions.intake.asking import Wanted, answers_to
from runtime.actions.intake.case import Case
from runtime.actions.intake.files import hold_files
from runtime.actions.intake.fill import Filled, fill, said_of
from runtime.actions.intake.sender import find_sender, locale_of, make_customer, viewer_as
from runtime.actions.intake.thread import Answered, find_answered, takes_words
from runtime.actions.open_ticket import NewTicket, open_within
from runtime.actions.outcome import Done, Undo
from runtime.channels.mail.parsed import Mailbox
from runtime.clock import SECOND_US
from runtime.site.standing import SYSTEM
from runtime.store import alike, arrivals, mail_threads, people
from runtime.store.arrivals import JOINED, QUARANTINED, REFUSED, TICKETED, Became
from runtime.store.rows import Arrival, Person
from runtime.store.unit import Unit

HOUR_US: Final = 3600 * SECOND_US
MOST_AN_HOUR: Final = 30
"""So many tickets one sender's mails make in an hour; more of them wait in quarantine."""
_SAME_WORDS_US: Final = 300 * SECOND_US
"""The same words again, dated within this time, are the same message, however it is called."""
_LONGEST_REST: Final = 20_000
_PROPOSED: Final[Mapping[str, tuple[int, list[dict[str, object]]]]] = {
    "other": (90, [{"why": "answers_somebody_else", "points": 90}]),
    "no_right": (80, [{"why": "answers_without_right", "points": 80}]),
    "number": (60, [{"why": "names_its_number", "points": 60}]),
}
"""How likely a mail belongs to a ticket that it names without proof."""


async def become(case: Case, unit: Unit, dropped: frozenset[str]) -> Became:
    """What an arrival becomes. `dropped`: fields whose values the form did not take.

    Raises:
        Undo: a ticket or its form refused it; the unit must be left.
        AskFirst: other systems are to be asked; the unit must be left.
    """
    mail = case.mail
    # One sender's mails are looked at one after the other, so that of two alike one is first.
    await arrivals.alone(unit, f"mail:{mail.sender.address.lower()}")
    known = await mail_threads.find(unit, [mail.message_id]) if mail.message_id else []
    if case.sifted.sort == "ours" or any(one.direction == mail_threads.OUT for one in known):
        return Became(REFUSED, "loop")
    first = await _first(case, unit)
    if first is not None:
        return Became(JOINED, "again", {"first": first.id}, first.ticket_id, first.event_id)
    if case.sifted.sort == "bounce":
        return await _bounced(case, unit)
    person = await find_sender(unit, mail.sender)
    if person is not None and not person.active:
        return Became(REFUSED, "shut_out", person_id=person.id)
    found = await find_answered(case.site, unit, mail, case.envelope_to, person, case.own)
    if case.sifted.sort == "away":
        return await _away(case, unit, found, person)
    if found.row is not None and found.viewer is not None:
        assert found.live is not None
        assert found.facts is not None
        if takes_words(found.live.desk, found.facts) or _is_agent(found):
            return await _answered(case, unit, found)
    if person is None and case.channel.known_only:
        return Became(REFUSED, "unknown_sender")
    if person is not None and await _too_many(unit, person):
        return Became(QUARANTINED, "too_many", {"most": MOST_AN_HOUR}, person_id=person.id)
    return await _opened(case, unit, person, found, dropped)


async def _first(case: Case, unit: Unit) -> Arrival | None:
    """The arrival of which this one is a copy.

    The same words of one sender with almost the same date; or one id and date, for what was changed
    on the way, such as the foot of a list. An id alone is no proof: some programs give every
    message the same; nor are words alone: an alarm may ring again.
    """
    mail, me = case.mail, case.arrival
    same = await arrivals.the_same(
        unit, "mail", remote_id=mail.message_id or None, digest=mail.digest or None, but=me.id
    )
    for one in same:
        summary = one.summary or {}
        if summary.get("from", "").lower() != mail.sender.address.lower():
            continue
        dated = _instant(summary.get("date", ""), one.at_us)
        apart = abs(dated - (mail.at_us or me.at_us))
        named = bool(mail.message_id) and one.remote_id == mail.message_id
        words = one.digest == mail.digest
        bounce = case.sifted.sort == "bounce"
        if (words or named) and apart == 0 and (named or not bounce):
            return one
        if words and apart < _SAME_WORDS_US and not bounce:
            return one
    return None


def _instant(text: str, otherwise: int) -> int:
    return int(text) if text.lstrip("-").isdigit() else otherwise


async def _too_many(unit: Unit, person: Person) -> bool:
    since = unit.now_us() - HOUR_US
    return await arrivals.from_sender(unit, "mail", person.id, since) >= MOST_AN_HOUR


def _is_agent(found: Answered) -> bool:
    return found.viewer is not None and found.viewer.is_staff


async def _bounced(case: Case, unit: Unit) -> Became:
    """A letter of ours came back: the ticket is told, the address marked if it is for good."""
    report = case.mail.report
    assert report is not None
    ids = [one for one in (report.message_id, *reversed(report.references)) if one]
    known = [one for one in await mail_threads.find(unit, ids) if one.direction == mail_threads.OUT]
    if not known:
        return Became(REFUSED, "bounce_of_nothing")
    letter = known[0]
    person = await people.person_by_id(unit, letter.person_id or "")
    theirs = (person.email or "") if person is not None else ""
    failed = [one for one in report.recipients if one.for_good] or list(report.recipients)
    one = next((it for it in failed if it.recipient.lower() == theirs.lower()), None)
    if one is None or not theirs:
        # A report about somebody else than we wrote to marks nobody.
        return Became(REFUSED, "bounce_of_nothing", ticket_id=letter.ticket_id)
    if not one.for_good:
        return Became(JOINED, "delayed", {"address": theirs}, letter.ticket_id)
    why = f"{one.status} {one.diagnostic}".strip()[:300]
    await mail_threads.mark_address(unit, theirs, mail_threads.BOUNCED, why)
    change = Change(Bounce(theirs, why))
    done = await change_within(case.site, unit, SYSTEM, letter.ticket_id, change)
    event_id = done.event_id if isinstance(done, Done) else None
    return Became(
        JOINED, "bounce", {"address": theirs}, letter.ticket_id, event_id, letter.person_id
    )


async def _away(case: Case, unit: Unit, found: Answered, person: Person | None) -> Became:
    """An answer from a holiday is kept as a note; it moves nothing and makes no ticket."""
    if found.row is None or person is None:
        return Became(REFUSED, "auto_reply", person_id=person.id if person else None)
    words = f"{case.mail.subject}\n\n{case.mail.text_new or case.mail.text}".strip()
    note = Change(Comment(words, internal=True), more={"by": person.name, "auto": True})
    done = await change_within(case.site, unit, SYSTEM, found.row.id, note)
    event_id = done.event_id if isinstance(done, Done) else None
    await _remember(case, unit, found.row.id, event_id, person)
    return Became(JOINED, "auto_reply", {}, found.row.id, event_id, person.id)


async def _answered(case: Case, unit: Unit, found: Answered) -> Became:
    """The sender's words on the ticket that they answer."""
    assert found.row is not None
    assert found.viewer is not None
    mail, viewer = case.mail, found.viewer
    tokens = await hold_files(unit, case.files, viewer.person_id)
    words = mail.text_new.strip()
    if not words and not tokens:
        return Became(JOINED, "empty", {}, found.row.id, None, viewer.person_id)
    change = Change(Comment(words), files={TALK: tokens}, more=_kept(case, mail.text_rest))
    done = await change_within(case.site, unit, viewer, found.row.id, change)
    if not isinstance(done, Done):
        raise Undo(done)
    person = await people.person_by_id(unit, viewer.person_id or "")
    await _remember(case, unit, found.row.id, done.event_id, person)
    said = {"how": found.how}
    return Became(JOINED, "answer", said, found.row.id, done.event_id, viewer.person_id)


async def _opened(
    case: Case, unit: Unit, person: Person | None, found: Answered, dropped: frozenset[str]
) -> Became:
    """A new ticket; where it seems to belong to another, that is proposed."""
    mail, desk = case.mail, case.desk
    sender = person or await make_customer(unit, mail.sender, _locale(case))
    requester = await _requester(case, unit, sender)
    viewer = await viewer_as(unit, desk, sender)
    filled = fill(
        desk,
        case.channel,
        said_of(mail, case.channel, desk),
        _sent_to(case),
        requester,
        unit.now_us(),
        quiet=case.sifted.quiet,
        watchers=await _watchers(case, unit, requester),
        without=dropped,
    )
    wanted = Wanted(filled.type, filled.values, viewer, requester)
    gathered = answers_to(case.site, unit.tenant_id, wanted, case.gathered)
    tokens = await hold_files(unit, case.files, viewer.person_id)
    new = _new(case, filled, requester, tokens, dropped, found)
    done = await open_within(case.site, unit, viewer, replace(new, gathered=gathered))
    if not isinstance(done, Done):
        raise Undo(done)
    for other, why in found.proposed:
        await alike.propose(unit, done.ticket_id, other, *_PROPOSED[why])
    await _remember(case, unit, done.ticket_id, done.event_id, sender)
    return Became(TICKETED, "", {}, done.ticket_id, done.event_id, sender.id)


def _new(
    case: Case,
    filled: Filled,
    requester: Person,
    tokens: tuple[str, ...],
    dropped: frozenset[str],
    found: Answered,
) -> NewTicket:
    more = _kept(case, filled.rest)
    more |= {"dropped": sorted(dropped)} if dropped else {}
    return NewTicket(
        type=filled.type,
        values=filled.values,
        subject=filled.subject,
        description=filled.description,
        channel="mail",
        requester=requester.id,
        files={TALK: tokens} if tokens else {},
        # The old ticket is closed for good: this one goes on where it ended.
        parent=found.row.id if found.row is not None else "",
        by=filled.through,
        more=more,
    )


def _kept(case: Case, rest: str) -> dict[str, object]:
    """What the journal keeps of a mail beside its words."""
    found: dict[str, object] = {"arrival": case.arrival.id}
    found |= {"rest": rest.strip()[:_LONGEST_REST]} if rest.strip() else {}
    return found | ({"quiet": True} if case.sifted.quiet else {})


async def _requester(case: Case, unit: Unit, sender: Person) -> Person:
    """Whom the ticket is for: who wrote, or whose mail one of our staff passed on."""
    original = case.mail.forwarded.sender if case.mail.forwarded is not None else Mailbox()
    if sender.kind != "staff" or not original.address or original.address.lower() in case.own:
        return sender
    known = await find_sender(unit, original)
    if known is not None:
        return known if known.active else sender
    return await make_customer(unit, original, "")


async def _watchers(case: Case, unit: Unit, requester: Person) -> tuple[str, ...]:
    """People in copy that are known, where the channel says so."""
    if not case.channel.copies:
        return ()
    found = []
    for box in (*case.mail.to, *case.mail.cc)[:50]:
        if box.address.lower() in case.own:
            continue
        known = await find_sender(unit, box)
        if known is not None and known.active and known.id != requester.id:
            found.append(known.id)
    return tuple(dict.fromkeys(found))


def _sent_to(case: Case) -> frozenset[str]:
    mail = case.mail
    named = [one.address for one in (*mail.to, *mail.cc)]
    return frozenset(one.lower() for one in (*case.envelope_to, *mail.delivered_to, *named))


def _locale(case: Case) -> str:
    return locale_of(case.mail.language, tuple(case.desk.tenant.locales))


async def _remember(
    case: Case, unit: Unit, ticket_id: str, event_id: str | None, person: Person | None
) -> None:
    if person is not None and person.email:
        await mail_threads.clear_address(unit, person.email)
    if case.mail.message_id:
        await mail_threads.add(
            unit,
            case.mail.message_id,
            ticket_id,
            event_id=event_id or None,
            direction=mail_threads.IN,
            person_id=person.id if person is not None else None,
        )
