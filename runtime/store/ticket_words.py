"""The words that tickets are searched by: of their subject, description, number, and what was said.

The same plain rows on both databases, as for articles (`tables/knowledge.py`). A word that is asked
for finds every word that begins with it. Each word has who it was said to: notes are found only by
those who may read them. What the journal keeps sealed has no words here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import islice
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    tuple_,
)

from engine.predicate import All, AnyOf, Op, Path, Predicate, Test
from engine.reading.words import words
from runtime.store.tables.tickets import event, event_payload, ticket, ticket_word
from runtime.store.unit import Unit

KIND: Final = "word"
"""The kind of path that only lists know: a word of a ticket."""
MOST_CHARACTERS: Final = 4_000
MOST_WORDS: Final = 200
MOST_SAID: Final = 2_000
"""So many words of what was said on a ticket are kept: its vocabulary, once a word and reader."""
MOST_ASKED: Final = 8
RARE: Final = 20_000
"""A word that fewer tickets have leads to them; one of more is looked for in those met anyway."""
_BATCH: Final = 1_000
_NUMBER: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,15}-[0-9]*")


class Said(IntEnum):
    """Who a word was said to. Whoever may read one may read all before it."""

    WRITTEN = 0
    """by the ticket itself: subject, description, number"""
    TOLD = 1
    """to all who see the ticket"""
    NOTED = 2
    """to those who work here"""


_TELL: Final = ("moved", "approved", "rated")
"""Verbs whose `comment` the requester reads; of any other it is taken for a note."""
_SILENT: Final = ("created", "imported")
"""Verbs of long events with which nobody says anything."""
_w = ticket_word.c


def _of(number: str, subject: str, description: str) -> set[str]:
    text = f"{number.rpartition('-')[2]} {subject}\n{description}"[:MOST_CHARACTERS]
    return set(islice(dict.fromkeys(words(text)), MOST_WORDS))


def _said(verb: str, body: Mapping[str, Any]) -> Iterator[tuple[Said, str]]:
    """What somebody said with an event, and to whom."""
    if verb in ("commented", "noted"):
        yield (Said.TOLD if verb == "commented" else Said.NOTED), str(body.get("text") or "")
        return
    yield (Said.TOLD if verb in _TELL else Said.NOTED), str(body.get("comment") or "")
    for aside in ("note", "why"):
        yield Said.NOTED, str(body.get(aside) or "")


def _heard(events: Iterable[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, Said]]:
    """The words of some events in order, each once for who may read it; a note adds none that
    was told to all anyway."""
    found: dict[tuple[str, Said], None] = {}
    for verb, body in events:
        for said, text in _said(verb, body):
            for word in words(text[:MOST_CHARACTERS]):
                if (word, Said.TOLD) not in found:
                    found[word, said] = None
    return list(found)


async def keep(unit: Unit, ticket_id: str, number: str, subject: str, description: str) -> None:
    """Make a new ticket found by its words."""
    found = ((word, Said.WRITTEN) for word in _of(number, subject, description))
    await _add(unit, ticket_id, found)


async def hear(unit: Unit, ticket_id: str, events: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Make a ticket found by what was said on it: verbs and bodies of events that nothing seals."""
    found = _heard(events)
    if not found:
        return
    there = select(_w.word, _w.said).where(*_on(unit, [ticket_id]), _w.said != Said.WRITTEN)
    known = {(row.word, Said(row.said)) for row in await unit.rows(there)}
    new = (one for one in found if one not in known and (one[0], Said.TOLD) not in known)
    await _add(unit, ticket_id, islice(new, max(MOST_SAID - len(known), 0)))


async def hear_again(unit: Unit, ticket_ids: Sequence[str]) -> None:
    """The same from the journal as it is now, for tickets of which something was erased."""
    await unit.run(delete(ticket_word).where(*_on(unit, ticket_ids), _w.said != Said.WRITTEN))
    query = _journaled(ticket_ids).where(event.c.tenant_id == unit.tenant_id)
    for ticket_id, events in _by_ticket(await unit.rows(query)).items():
        await _add(unit, ticket_id[1], islice(_heard(events), MOST_SAID))


async def _add(unit: Unit, ticket_id: str, found: Iterable[tuple[str, Said]]) -> None:
    rows = [_row((unit.tenant_id, ticket_id), word, said) for word, said in found]
    if rows:
        await unit.run(insert(ticket_word), rows)


def _row(of: tuple[str, str], word: str, said: Said) -> dict[str, Any]:
    return {"tenant_id": of[0], "ticket_id": of[1], "word": word, "said": int(said)}


def _on(unit: Unit, ticket_ids: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return _w.tenant_id == unit.tenant_id, _w.ticket_id.in_(ticket_ids)


def _journaled(ticket_ids: Sequence[str]) -> Select[Any]:
    """The events of some tickets with which something may have been said that is kept in clear."""
    e, p = event.c, event_payload.c
    return (
        select(e.tenant_id, e.ticket_id, e.verb, p.body)
        .join(event_payload, and_(p.tenant_id == e.tenant_id, p.id == e.payload_id))
        .where(e.ticket_id.in_(ticket_ids), e.verb.not_in(_SILENT))
        .where(p.body.is_not(None), p.key_id.is_(None))
        .order_by(e.tenant_id, e.ticket_id, e.seq)
    )


def _by_ticket(
    rows: Iterable[Any],
) -> dict[tuple[str, str], list[tuple[str, Mapping[str, Any]]]]:
    found: dict[tuple[str, str], list[tuple[str, Mapping[str, Any]]]] = {}
    for row in rows:
        body = msgspec.json.decode(bytes(row.body))
        found.setdefault((row.tenant_id, row.ticket_id), []).append((row.verb, body))
    return found


async def renew(unit: Unit, ticket_id: str) -> None:
    """The same as `keep` for a ticket whose texts were changed."""
    old = delete(ticket_word).where(*_on(unit, [ticket_id]), _w.said == Said.WRITTEN)
    await unit.run(old)
    t = ticket.c
    query = select(t.number, t.subject, t.description)
    row = await unit.row(query.where(t.tenant_id == unit.tenant_id, t.id == ticket_id))
    if row is not None:
        await keep(unit, ticket_id, row.number, row.subject, row.description)


def fill(connection: Connection) -> None:
    """Write the words of all tickets of a store that has none yet: one of an earlier version."""
    t = ticket.c
    if connection.execute(select(exists(select(_w.word)))).scalar():
        return
    query = select(t.tenant_id, t.id, t.number, t.subject, t.description)
    query = query.order_by(t.tenant_id, t.id).limit(_BATCH)
    after = ("", "")
    while found := connection.execute(query.where(tuple_(t.tenant_id, t.id) > after)).all():
        rows = [
            _row((row.tenant_id, row.id), word, Said.WRITTEN)
            for row in found
            for word in _of(row.number, row.subject, row.description)
        ]
        talk = connection.execute(_journaled([row.id for row in found])).all()
        for of, events in _by_ticket(talk).items():
            rows += [_row(of, *one) for one in islice(_heard(events), MOST_SAID)]
        if rows:
            connection.execute(insert(ticket_word), rows)
        after = (found[-1].tenant_id, found[-1].id)


async def asked(unit: Unit, text: str, *, notes: bool) -> Predicate:
    """The condition that a ticket has every word of the text, or one of the numbers in it.

    `notes`: whoever asks may read what is noted on the tickets they see. A text without a word that
    says something is held by no ticket. Only lists read it (`lower`).
    """
    parts: list[Predicate] = []
    plain = []
    for part in text.split()[:MOST_ASKED]:
        if _NUMBER.fullmatch(part):
            number = part.upper()
            parts.append(Test(_NUMBER_PATH, Op.BETWEEN, (number, f"{number}\uffff")))
        else:
            plain.append(part)
    found = list(islice(dict.fromkeys(words(" ".join(plain))), MOST_ASKED))
    for word in found:
        path = Path((Said.NOTED if notes else Said.TOLD).name, unit.tenant_id, KIND)
        leads = await _is_rare(unit, path, word)
        parts.append(Test(path, Op.ONE_OF if leads else Op.CONTAINS, word))
    return All(tuple(parts)) if parts else AnyOf(())


_NUMBER_PATH: Final = Path("number", "number", "text")


async def _is_rare(unit: Unit, path: Path, word: str) -> bool:
    some = select(_w.word).where(*_begins(path, word)).limit(RARE).subquery()
    return int(await unit.value(select(func.count()).select_from(some))) < RARE


def _begins(path: Path, word: str) -> Iterator[ColumnElement[bool]]:
    # Text sorts by code point on both databases, so the words with one beginning stand together.
    yield _w.tenant_id == path.spelled
    yield _w.word >= word
    yield _w.word < word[:-1] + chr(ord(word[-1]) + 1)
    if (most := Said[path.name]) is not Said.NOTED:
        yield _w.said <= int(most)


def clause(test: Test) -> ColumnElement[bool]:
    """What `asked` made, on `ticket`; the path carries the tenant and how far who asks may read.

    A rare word is a list of tickets to begin with, another a question to each that is met.
    """
    begins = and_(*_begins(test.path, str(test.operand)))
    if test.op is Op.ONE_OF:
        return ticket.c.id.in_(select(_w.ticket_id).where(begins))
    return exists().where(begins, _w.ticket_id == ticket.c.id).correlate(ticket)
