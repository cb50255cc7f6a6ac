"""The words that tickets are searched by: of their subject and description, and their number.

The same plain rows on both databases, as for articles (`tables/knowledge.py`). A word that is asked
for finds every word that begins with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
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
from runtime.store.tables.tickets import ticket, ticket_word
from runtime.store.unit import Unit

KIND: Final = "word"
"""The kind of path that only lists know: a word of a ticket."""
MOST_CHARACTERS: Final = 4_000
MOST_WORDS: Final = 200
MOST_ASKED: Final = 8
RARE: Final = 20_000
"""A word that fewer tickets have leads to them; one of more is looked for in those met anyway."""
_BATCH: Final = 1_000
_NUMBER: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,15}-[0-9]*")
_w = ticket_word.c


def _of(number: str, subject: str, description: str) -> set[str]:
    text = f"{number.rpartition('-')[2]} {subject}\n{description}"[:MOST_CHARACTERS]
    return set(islice(dict.fromkeys(words(text)), MOST_WORDS))


async def keep(unit: Unit, ticket_id: str, number: str, subject: str, description: str) -> None:
    """Make a new ticket found by its words."""
    rows = [
        {"tenant_id": unit.tenant_id, "ticket_id": ticket_id, "word": word}
        for word in _of(number, subject, description)
    ]
    if rows:
        await unit.run(insert(ticket_word), rows)


async def renew(unit: Unit, ticket_id: str) -> None:
    """The same for a ticket whose texts were changed."""
    await unit.run(
        delete(ticket_word).where(_w.tenant_id == unit.tenant_id, _w.ticket_id == ticket_id)
    )
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
            {"tenant_id": row.tenant_id, "ticket_id": row.id, "word": word}
            for row in found
            for word in _of(row.number, row.subject, row.description)
        ]
        if rows:
            connection.execute(insert(ticket_word), rows)
        after = (found[-1].tenant_id, found[-1].id)


async def asked(unit: Unit, text: str) -> Predicate:
    """The condition that a ticket has every word of the text, or one of the numbers in it.

    A text without a word that says something is held by no ticket. Only lists read it (`lower`).
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
        path = Path(KIND, unit.tenant_id, KIND)
        leads = await _is_rare(unit, word)
        parts.append(Test(path, Op.ONE_OF if leads else Op.CONTAINS, word))
    return All(tuple(parts)) if parts else AnyOf(())


_NUMBER_PATH: Final = Path("number", "number", "text")


async def _is_rare(unit: Unit, word: str) -> bool:
    some = select(_w.word).where(*_begins(unit.tenant_id, word)).limit(RARE).subquery()
    return int(await unit.value(select(func.count()).select_from(some))) < RARE


def _begins(tenant: str, word: str) -> Iterator[ColumnElement[bool]]:
    # Text sorts by code point on both databases, so the words with one beginning stand together.
    yield _w.tenant_id == tenant
    yield _w.word >= word
    yield _w.word < word[:-1] + chr(ord(word[-1]) + 1)


def clause(test: Test) -> ColumnElement[bool]:
    """What `asked` made, on `ticket`; the path carries the tenant.

    A rare word is a list of tickets to begin with, another a question to each that is met.
    """
    begins = and_(*_begins(test.path.spelled, str(test.operand)))
    if test.op is Op.ONE_OF:
        return ticket.c.id.in_(select(_w.ticket_id).where(begins))
    return exists().where(begins, _w.ticket_id == ticket.c.id).correlate(ticket)
