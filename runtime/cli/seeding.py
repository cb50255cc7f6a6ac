"""Fills a tenant with its demo people and tickets through the real actions, at their own times."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.decide.verdict import Approve, Assign, Comment, Edit, Event, Move, Refuse
from engine.facts import Viewer
from runtime.actions.change_profile import set_picture
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.join_tickets import merge_ticket, put_part, relate
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done, Outcome
from runtime.actions.set_absence import cover_absent
from runtime.actions.sign_in import HASHER
from runtime.actions.upload_file import upload_file
from runtime.choices import choices_of, kept
from runtime.cli.demo_content import (
    JOINS,
    DemoAbsence,
    DemoContent,
    DemoHouse,
    DemoPerson,
    DemoStep,
    DemoTicket,
)
from runtime.cli.variation import varied
from runtime.clock import FixedClock
from runtime.queries.read_ticket import read_ticket
from runtime.queries.teams import members_of
from runtime.render.notices import NoticeRenderer
from runtime.site.handles import Site
from runtime.site.records import Records
from runtime.site.standing import SYSTEM, viewer_of
from runtime.store import accounts, article_figures, articles, jobs, organisations, people, timers
from runtime.store.article_figures import Seen
from runtime.store.people import Membership
from runtime.store.rows import FileRow
from runtime.store.unit import Unit
from runtime.workers import calling, deadlines
from runtime.workers.handling import Bench
from runtime.workers.loop import QUEUES, attend

_READ: tuple[Seen, ...] = ("seen", "helped", "missed", "solved")
PASSWORD = "specdesk-demo"  # noqa: S105 - printed for everyone on purpose; demo only


@dataclass(frozen=True, slots=True)
class _Act:
    """One thing to do at an instant: open a ticket (`step` None) or go on with it."""

    at_us: int
    order: int
    ticket: int
    step: DemoStep | None


async def fill(site: Site, content: DemoContent, more: int = 0) -> None:
    """People first, then everything that happened, in order of time.

    `more` tickets are made out of those written by hand.
    """
    live = site.desks.get(content.tenant)
    if more and live is not None:
        content = varied(content, live, more)
    hashed = await asyncio.to_thread(HASHER.hash, PASSWORD)
    ids = await _people(site, content, hashed)
    for person in content.people.values():
        if person.picture:
            viewer = await _viewer(site, content.tenant, ids[person.key])
            await set_picture(site, content.tenant, viewer, content.files[person.picture])
    await _read(site, content)
    now = site.clock.now_us()
    clock = FixedClock(now)
    then = replace(site.store, clock=clock)
    # Sources are asked as they would have been then, so that answers have the times of the past.
    asked = Records(then, site.door, asks=site.asks)
    past = replace(site, store=then, clock=clock, records=asked)
    numbers: dict[int, str] = {}
    for act in sorted(_acts(content, now), key=lambda act: (act.at_us, act.order)):
        await _let_fall(past, clock, act.at_us)
        clock.set(act.at_us)
        await _perform(past, content, ids, numbers, act)
    await _let_fall(past, clock, now)
    for person in content.people.values():
        if person.absent is not None:
            await cover_absent(past, content.tenant, ids[person.key])


async def _read(site: Site, content: DemoContent) -> None:
    """Articles are read and judged, so that the portal knows which answer most."""
    async with site.store.unit(content.tenant, write=True) as unit:
        for slug, done in content.readers.items():
            article = await articles.by_slug(unit, slug)
            if article is None:
                raise ValueError(f"demo/readers.yaml names no article: {slug}")
            for what in (one for one in _READ for _ in range(done.get(one, 0))):
                await article_figures.count(unit, article.id, what)


async def _let_fall(site: Site, clock: FixedClock, until_us: int) -> None:
    """Let deadlines that fall due before an instant do so at their own time, and calls leave."""
    bench = Bench(site, NoticeRenderer())
    calls = next(queue for queue in QUEUES if calling.KIND in queue.kinds)
    while True:
        async with site.store.system() as system:
            due = await jobs.next_due_us(system, [timers.KIND, calling.KIND])
        if due is None or due > until_us:
            return
        clock.set(max(due, clock.now_us()))
        for job in await jobs.lease(site.store, [timers.KIND], 20):
            await deadlines.fire(bench, job)
        for job in await jobs.lease(site.store, [calling.KIND], 20):
            await attend(bench, calls, job)


async def _people(site: Site, content: DemoContent, hashed: str) -> dict[str, str]:
    live = site.desks.get(content.tenant)
    assert live is not None
    ids: dict[str, str] = {}
    async with site.store.unit(content.tenant, write=True) as unit:
        houses = {key: await _house(unit, house) for key, house in content.houses.items()}
        for person in content.people.values():
            ids[person.key] = await _person(unit, person, hashed, houses.get(person.organisation))
        for person in content.people.values():
            if person.absent is not None:
                await _absent(unit, ids, person.key, person.absent)
    return ids


async def _absent(unit: Unit, ids: Mapping[str, str], key: str, absent: DemoAbsence) -> None:
    now = unit.now_us()
    await people.change_person(
        unit,
        ids[key],
        absent_from_us=now + absent.from_us,
        absent_to_us=now + absent.until_us if absent.until_us is not None else None,
        substitute_id=ids[absent.substitute] if absent.substitute else None,
    )


async def _house(unit: Unit, house: DemoHouse) -> str:
    return await organisations.add(
        unit,
        house.name,
        level=house.level or None,
        tags=list(house.tags),
        domains=list(house.domains),
        note=house.note,
    )


async def _person(unit: Unit, person: DemoPerson, hashed: str, house: str | None) -> str:
    known = await accounts.account_by_email(unit, person.email)
    account = known.id if known else await accounts.add_account(unit, person.email, hashed)
    made = await people.add_person(
        unit,
        person.name,
        account_id=account,
        kind=person.kind,
        email=person.email,
        phone=person.phone or None,
        locale=person.locale or None,
        values=dict(person.values),
        organisation_id=house,
        tags=list(person.tags),
        profile=kept(choices_of(person.profile)) if person.profile else None,
    )
    await people.set_roles(unit, made, person.roles)
    await people.set_memberships(unit, made, [_place(made, *item) for item in person.teams.items()])
    return made


def _place(person_id: str, team: str, place: Mapping[str, Any]) -> Membership:
    return Membership(
        person_id=person_id,
        team_key=team,
        lead=bool(place.get("lead")),
        skills=tuple(place.get("skills", ())),
        capacity=place.get("capacity"),
        seniority=str(place.get("seniority", "regular")),
    )


def _acts(content: DemoContent, now: int) -> Iterable[_Act]:
    for index, ticket in enumerate(content.tickets):
        at = now - ticket.age_us
        yield _Act(at, 0, index, None)
        for order, step in enumerate(ticket.steps, 1):
            at += step.after_us
            # What would lie in the future has not happened yet.
            if at < now:
                yield _Act(at, order, index, step)


async def _perform(
    site: Site, content: DemoContent, ids: Mapping[str, str], numbers: dict[int, str], act: _Act
) -> None:
    ticket = content.tickets[act.ticket]
    if act.step is None:
        viewer = await _viewer(site, content.tenant, ids[ticket.requester])
        new = await _new(site, content, ticket, viewer)
        outcome = await open_ticket(site, content.tenant, viewer, new)
    elif act.ticket in numbers and act.step.verb in JOINS:
        outcome = await _join(site, content, ids, numbers, act.ticket, act.step)
    elif act.ticket in numbers:
        outcome = await _go_on(site, content, ids, numbers[act.ticket], act.step)
    else:
        return
    if isinstance(outcome, Done):
        numbers[act.ticket] = outcome.number
        return
    where = f"{content.tenant}: demo ticket {act.ticket + 1} ({ticket.type})"
    doing = f", step {act.order} ({act.step.verb} by {act.step.by})" if act.step else ""
    print(f"{where}{doing} was not possible: {outcome}", file=sys.stderr)


async def _join(
    site: Site,
    content: DemoContent,
    ids: Mapping[str, str],
    numbers: Mapping[int, str],
    ticket: int,
    step: DemoStep,
) -> Outcome:
    """A ticket joined with the one that has the mark, which stands before it."""
    marked = (n for n, one in enumerate(content.tickets) if one.mark == str(step.what))
    other = numbers.get(next(marked, -1), "")
    tenant, number = content.tenant, numbers[ticket]
    by = await _viewer(site, tenant, ids[step.by])
    match step.verb:
        case "merge":
            return await merge_ticket(site, tenant, by, number, other)
        case "part_of":
            return await put_part(site, tenant, by, other, number)
        case _:
            return await relate(site, tenant, by, number, other, "related")


async def _go_on(
    site: Site, content: DemoContent, ids: Mapping[str, str], number: str, step: DemoStep
) -> Outcome:
    """One step; where the one named may not do it here, a colleague of the ticket's team does."""
    change = Change(_event(step, ids))
    named = await _viewer(site, content.tenant, ids[step.by])
    outcome = await change_ticket(site, content.tenant, named, number, change)
    if isinstance(outcome, Done) or content.people[step.by].kind == "customer":
        return outcome
    page = await read_ticket(site, content.tenant, SYSTEM, number)
    team = page.row.team_key if page else None
    members = await members_of(site, content.tenant, team or "")
    first = [page.row.assignee_id] if page and page.row.assignee_id else []
    for person in dict.fromkeys([*first, *(m.person_id for m in members)]):
        colleague = await _viewer(site, content.tenant, person)
        second = await change_ticket(site, content.tenant, colleague, number, change)
        if isinstance(second, Done):
            return second
    return outcome


async def _viewer(site: Site, tenant: str, person_id: str) -> Viewer:
    live = site.desks.get(tenant)
    assert live is not None
    async with site.store.unit(tenant) as unit:
        standing = await people.standing(unit, person_id)
    assert standing is not None
    return viewer_of(live.desk, standing)


async def _new(site: Site, content: DemoContent, ticket: DemoTicket, viewer: Viewer) -> NewTicket:
    live = site.desks.get(content.tenant)
    assert live is not None
    fields = live.desk.types[ticket.type].fields
    values: dict[str, object] = {}
    files: dict[str, tuple[str, ...]] = {}
    for key, value in ticket.values.items():
        if key in fields and fields[key].type in ("files", "image"):
            names = value if isinstance(value, list) else [value]
            files[key] = tuple([await _upload(site, content, viewer, str(name)) for name in names])
        else:
            values[key] = value if isinstance(value, (list, dict)) else str(value)
    return NewTicket(
        type=ticket.type,
        values=values,
        subject=ticket.subject,
        description=ticket.description,
        channel=ticket.channel,
        files=files,
    )


async def _upload(site: Site, content: DemoContent, viewer: Viewer, name: str) -> str:
    async def chunks() -> Any:
        yield content.files[name]

    row = await upload_file(site, content.tenant, viewer, name, chunks())
    if not isinstance(row, FileRow):
        raise ValueError(f"{content.tenant}: {name}: {row}")
    return row.token


def _event(step: DemoStep, ids: Mapping[str, str]) -> Event:
    match step.verb:
        case "reply":
            return Comment(str(step.what))
        case "note":
            return Comment(str(step.what), internal=True)
        case "move":
            return Move(str(step.what), dict(step.values), step.comment)
        case "approve":
            return Approve()
        case "refuse":
            return Refuse(str(step.what))
        case "assign":
            return Assign(ids[str(step.what)])
        case _:
            return Edit(dict(step.what))
