"""What was before: past tickets of a ticket's customer, organisation and records, as one sees them.

Each with how it was solved, in a line: the last that its people told the requester.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from engine.decide import access
from engine.facts import Viewer
from engine.model.field import FieldModel
from engine.predicate import All, AnyOf, Op, Path, Predicate, Test
from engine.values.registry import is_empty
from runtime.queries.list_tickets import CREATED, Line, Wanted, list_tickets, of_requester
from runtime.queries.read_ticket import TicketPage
from runtime.site.handles import Site
from runtime.store import journal, people
from runtime.store.rows import Person
from runtime.store.unit import Unit

MOST: Final = 4
_MOST_COLLEAGUES: Final = 200
_LONGEST: Final = 160
_REQUESTER: Final = Path("requester", "requester", "person")
_ID: Final = Path("id", "id", "text")


@dataclass(frozen=True, slots=True)
class Past:
    """A past ticket with how it was solved."""

    line: Line
    solution: str


@dataclass(frozen=True, slots=True)
class PastOf:
    """Past tickets of one thing. `sort`: record, requester or organisation; `title`: what the
    record is called; `query`: what the address of a list of all of them filters by."""

    sort: str
    title: str
    found: tuple[Past, ...]
    count: int
    query: Mapping[str, str]


async def past_of(
    site: Site, tenant: str, viewer: Viewer, shown: TicketPage
) -> tuple[tuple[PastOf, ...], Mapping[str, Person]]:
    """Every group that has something in it, the records first, and the people they name."""
    groups: list[PastOf] = []
    named: dict[str, Person] = {}
    seen: set[str] = set()
    for sort, title, where, query in await _asked(site, tenant, viewer, shown):
        asked = Wanted(All((where, _not(shown.row.id))), (CREATED,), limit=MOST)
        found = await list_tickets(site, tenant, viewer, asked)
        fresh = [line for line in found.lines if line.row.id not in seen]
        seen |= {line.row.id for line in fresh}
        if not fresh:
            continue
        named |= found.people
        past = tuple([Past(one, await _solution(site, tenant, one)) for one in fresh])
        groups.append(PastOf(sort, title, past, found.count, query))
    return tuple(groups), named


def _not(ticket_id: str) -> Predicate:
    return Test(_ID, Op.IS_NOT, ticket_id)


async def _asked(
    site: Site, tenant: str, viewer: Viewer, shown: TicketPage
) -> list[tuple[str, str, Predicate, Mapping[str, str]]]:
    groups = list(_records(viewer, shown))
    requester = shown.row.requester_id or ""
    if requester:
        query = {"requester": requester}
        groups.append(("requester", "", of_requester(requester), query))
    async with site.store.unit(tenant) as unit:
        colleagues = await _colleagues(unit, requester)
    if colleagues:
        groups.append(("organisation", "", Test(_REQUESTER, Op.ONE_OF, colleagues), {}))
    return groups


def _records(
    viewer: Viewer, shown: TicketPage
) -> Iterable[tuple[str, str, Predicate, Mapping[str, str]]]:
    """One group for each record that the ticket names: the same order, the same device.

    Only fields count that the viewer reads on every ticket they see: a hit tells the value.
    """
    desk = shown.live.desk
    for key, item in desk.types[shown.row.type_key].fields.items():
        value = shown.facts.get(key)
        if item.type != "reference" or is_empty(value) or not shown.rights.reads(key):
            continue
        same = [
            other
            for other in _of_source(desk.types.values(), item)
            if access.reads_always(desk, viewer, other.key)
        ]
        if not same or not isinstance(value, str):
            continue
        tests = {one.key: Test(Path(one.key, one.id, "reference"), Op.IS, value) for one in same}
        ref = shown.facts.refs.get(key)
        title = ref.title if ref is not None and ref.title else value
        yield "record", title, AnyOf(tuple(tests.values())), {f"field.{item.id}": value}


def _of_source(types: Iterable[object], item: FieldModel) -> Iterable[FieldModel]:
    for model in types:
        for other in getattr(model, "fields", {}).values():
            if other.type == "reference" and other.source == item.source and not other.sensitive:
                yield other


async def _colleagues(unit: Unit, person_id: str) -> tuple[str, ...]:
    """Some of the other people of a customer's organisation."""
    found = await people.standing(unit, person_id) if person_id else None
    others = [one for one in (found.colleagues if found else ()) if one != person_id]
    return tuple(others[:_MOST_COLLEAGUES])


async def _solution(site: Site, tenant: str, line: Line) -> str:
    """What the requester was told last, in one line; "" where nobody told them anything."""
    async with site.store.unit(tenant) as unit:
        events = await journal.read(unit, line.row.id)
    for event in reversed(events):
        body = event.body or {}
        told = event.actor_id != line.row.requester_id and event.verb in ("commented", "moved")
        text = " ".join(str(body.get("text") or body.get("comment") or "").split())
        if told and text:
            return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return ""
