"""Fills a store: the cast, some hundred tickets through the real actions, then copies of them.

The copies are whole: numbers, teams, journal with a valid chain. `check-store` finds nothing wrong.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert

from engine.decide.verdict import Comment, Event, Move
from engine.facts import Viewer
from runtime.actions.api_tokens import Made, new_token
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.clock import FixedClock, new_id
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, viewer_of
from runtime.store import accounts, imports, journal, people, sessions, ticket_words, tickets
from runtime.store.journal import Head, NewEvent
from runtime.store.people import Membership
from runtime.store.sqlite import Sqlite
from runtime.store.tables.tickets import event, event_payload, ticket, ticket_team, ticket_word
from runtime.store.tickets import NAMES, TicketRow
from runtime.store.unit import Unit
from tests.bench.load import Person
from tests.bench.tenant import TEAMS, TENANT, files, form

DAY_US = 86_400_000_000
MODELS, AGENTS, CUSTOMERS = 240, 50, 200
_BATCH = 2000
_OPEN_SHARE = 0.1
"""So many of the copies are still open; a desk with more has other worries."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Who can ask, and some numbers to look at; `owner` asked for the ticket `owned`."""

    agent: Person
    lead: Person
    customers: tuple[Person, ...]
    numbers: tuple[str, ...]
    program: Person
    programs: tuple[Person, ...]
    owner: Person
    owned: str

    @classmethod
    def read(cls, text: str) -> Filled:
        """What `dataclasses.asdict` gave as JSON."""
        said = json.loads(text)
        for name in ("agent", "lead", "program", "owner"):
            said[name] = Person(**said[name])
        for name in ("customers", "programs"):
            said[name] = tuple(Person(**one) for one in said[name])
        return cls(**{**said, "numbers": tuple(said["numbers"])})


async def fill(site: Site, count: int) -> Filled:
    """Publish the tenant and make `count` tickets of it."""
    done = await publish_desk(site, files(), SYSTEM, "bench", word=ANYTHING)
    assert done.revision == 1, done.problems
    staff, customers = await _cast(site)
    numbers = await _models(site, staff, customers)
    await _copies(site, numbers, count - len(numbers), list(customers))
    await site.store.study()
    owners = tuple([await _session(site, one) for one in list(customers)[:16]])
    return Filled(
        agent=await _session(site, staff[0]),
        lead=await _session(site, staff[-1]),
        program=await _program(site, staff[-1]),
        programs=tuple([await _program(site, one) for one in list(customers)[:16]]),
        customers=owners,
        owner=owners[0],
        owned=numbers[0],
        numbers=tuple(numbers),
    )


async def _cast(site: Site) -> tuple[list[str], list[str]]:
    async with site.store.unit(TENANT, write=True) as unit:
        staff = [await _person(unit, f"Ben {n}", "staff", n) for n in range(AGENTS)]
        cleo = await _person(unit, "Cleo", "staff", AGENTS)
        customers = [await _person(unit, f"Ann {n}", "customer", n) for n in range(CUSTOMERS)]
        for n, person in enumerate(staff):
            await people.set_roles(unit, person, ["agent"])
            place = Membership(person_id=person, team_key=TEAMS[n % len(TEAMS)])
            await people.set_memberships(unit, person, [place])
        await people.set_roles(unit, cleo, ["head"])
        lead = Membership(person_id=cleo, team_key=TEAMS[0], lead=True, capacity=0)
        await people.set_memberships(unit, cleo, [lead])
    return [*staff, cleo], customers


async def _person(unit: Unit, name: str, kind: str, n: int) -> str:
    email = f"{kind}{n}@example.com"
    account = await accounts.add_account(unit, email, None)
    return await people.add_person(
        unit, name, account_id=account, kind=kind, email=email, locale="en", values={}
    )


async def _session(site: Site, person_id: str) -> Person:
    async with site.store.unit(TENANT) as unit:
        known = await people.person_by_id(unit, person_id)
    assert known is not None
    async with site.store.system(write=True) as unit:
        account = await accounts.account_by_email(unit, known.email or "")
        assert account is not None
        token, session = await sessions.start(unit, lasts_us=DAY_US, account_id=account.id)
    return Person(token, session.csrf)


async def _program(site: Site, person_id: str) -> Person:
    """A program that acts for somebody."""
    scopes = ("tickets:read", "tickets:write")
    made = await new_token(site, TENANT, person_id, SYSTEM, "bench", scopes, 1)
    assert isinstance(made, Made)
    return Person("", "", made.text)


async def viewer(site: Site, person_id: str) -> Viewer:
    """Somebody as decisions see them."""
    live = site.desks.get(TENANT)
    async with site.store.unit(TENANT) as unit:
        standing = await people.standing(unit, person_id)
    assert live is not None
    assert standing is not None
    return viewer_of(live.desk, standing)


_WAYS: tuple[tuple[Event, ...], ...] = (
    (),
    (Move("take", {}),),
    (Move("take", {}), Comment("We look for it.")),
    (Move("take", {}), Comment("Seen before.", internal=True), Move("ask", {}, "When was it?")),
    (Move("take", {}), Comment("Sent anew."), Move("solve", {})),
)


async def _models(site: Site, staff: list[str], customers: list[str]) -> list[str]:
    """Tickets as people would make them, an hour apart."""
    clock = FixedClock(site.clock.now_us() - 20 * DAY_US)
    past = replace(site, store=replace(site.store, clock=clock), clock=clock)
    cleo = await viewer(past, staff[-1])
    numbers = []
    for n in range(MODELS):
        ann = await viewer(past, customers[n % len(customers)])
        texts = form(n)
        subject, description = texts.pop("subject"), texts.pop("description")
        new = NewTicket("claim", texts, subject=subject, description=description)
        made = await open_ticket(past, TENANT, ann, new)
        assert isinstance(made, Done), made
        numbers.append(made.number)
        for act in _WAYS[n % len(_WAYS)]:
            clock.advance(600_000_000)
            moved = await change_ticket(past, TENANT, cleo, made.number, Change(act))
            assert isinstance(moved, Done), moved
        clock.advance(3_600_000_000)
    return numbers


async def _copies(site: Site, numbers: list[str], count: int, customers: list[str]) -> None:
    async with site.store.unit(TENANT) as unit:
        rows = [await tickets.by_number(unit, number) for number in numbers]
    opened = [row for row in rows if row is not None and tickets.is_open(row.phase)]
    finished = [row for row in rows if row is not None and not tickets.is_open(row.phase)]
    chance = random.Random(7)
    first = len(numbers) + 1
    for start in range(0, count, _BATCH):
        many = min(_BATCH, count - start)
        async with site.store.unit(TENANT, write=True) as unit:
            made = []
            for n in range(first + start, first + start + many):
                still = chance.random() < _OPEN_SHARE
                age = chance.randrange(30 * DAY_US if still else 365 * DAY_US)
                model = chance.choice(opened if still else finished)
                made.append(_copy(unit, model, n, age, chance, customers))
            await _write(unit, made)
            await imports.pass_number(unit, "CL", first + start + many)
        if isinstance(site.store.engine, Sqlite) and start // _BATCH % 10 == 9:
            site.store.engine._tidy()  # else the log of a million tickets has a hundred GB


def _copy(
    unit: Unit, model: TicketRow, n: int, age: int, chance: random.Random, customers: list[str]
) -> TicketRow:
    at = unit.now_us() - age
    amount = chance.randrange(1, 5_000_000)
    who = chance.choice(customers)
    return replace(
        model,
        id=new_id(at), number=f"CL-{n}", created_us=at, updated_us=at + chance.randrange(DAY_US),
        requester_id=who, customer_id=who, next_due_us=None,
        values={**model.values, "amount": amount},
    )  # fmt: skip


async def _write(unit: Unit, rows: list[TicketRow]) -> None:
    made: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    payloads: list[dict[str, Any]] = []
    for row in rows:
        payload = journal._payload(unit, _event(row))
        chained = journal._row(unit, row.id, Head(), _event(row), payload)
        del payload["digest"]
        payloads.append(payload)
        events.append(chained)
        whole = replace(row, version=1, head_hash=chained["hash"])
        columns = tickets._stored({name: getattr(whole, name) for name in NAMES})
        made.append({"tenant_id": unit.tenant_id, **columns})
    await unit.run(insert(ticket), made)
    await unit.run(insert(ticket_team), list(_teams(unit, rows)))
    await unit.run(insert(ticket_word), list(_words(unit, rows)))
    await unit.run(insert(event_payload), payloads)
    await unit.run(insert(event), events)


def _event(row: TicketRow) -> NewEvent:
    body = {"text": row.description, "events": ["created"], "changes": [], "reasons": []}
    return NewEvent("created", body, "person", row.requester_id, 1, at_us=row.created_us)


def _words(unit: Unit, rows: list[TicketRow]) -> Iterator[dict[str, Any]]:
    for row in rows:
        for word in ticket_words._of(row.number, row.subject, row.description):
            yield {"tenant_id": unit.tenant_id, "ticket_id": row.id, "word": word, "said": 0}


def _teams(unit: Unit, rows: list[TicketRow]) -> Iterator[dict[str, Any]]:
    for row in rows:
        for team in row.teams:
            yield {"tenant_id": unit.tenant_id, "ticket_id": row.id, "team_key": team}
