"""Lists and counts of tickets: a viewer's rights and a condition as one clause, page by page."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from engine.decide import access
from engine.decide.access import Rights
from engine.decide.joining import CHILDREN
from engine.decide.pending import OPEN as OPEN_APPROVERS
from engine.facts import Ask, Facts, Viewer
from engine.model.desk import Desk
from engine.model.lists import ViewModel
from engine.model.ticket_type import DONE_PHASES, OPEN_PHASES
from engine.predicate import All, Op, Path, Predicate, Test
from runtime.site.desks import Live
from runtime.site.facts import facts_among, named_by
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, ask_of
from runtime.store import lists, people, ticket_words, tickets
from runtime.store.columns import sort_column
from runtime.store.lists import CAP, Cursor
from runtime.store.lower import column_of, lower
from runtime.store.rows import Person
from runtime.store.tickets import TicketRow
from runtime.store.unit import OutOfTime, Unit

PAGE = 50
UNCOUNTED = -1
"""The number of what takes too long to count."""
EVERY = All(())
UPDATED = (Path("updated_at", "updated_at", "datetime"), True)
CREATED = (Path("created_at", "created_at", "datetime"), True)


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket in a list with this viewer's rights on it; `live`: in whose words it is shown.

    `parts`: how many of its parts are done, and how many there are.
    """

    row: TicketRow
    facts: Facts
    rights: Rights
    live: Live
    parts: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class TicketList:
    """A page of tickets, the people they name, the total (capped), where the next page begins."""

    lines: tuple[Line, ...]
    people: Mapping[str, Person]
    count: int
    after: str
    ask: Ask
    hurried: Literal["", "order", "filter"] = ""
    """what took too long: the order, so that they stand by their last change; or to look at all"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list: a condition beside the rights, an order, the types, and from where on.

    `patience_s`: so many seconds a query may take. `counted` False leaves the total out. `strict`
    refuses a cursor that is not ours, where else the list begins at its start.
    """

    where: Predicate = EVERY
    sort: Sequence[tuple[Path, bool]] = (UPDATED,)
    types: tuple[str, ...] = ()
    after: str = ""
    limit: int = PAGE
    counted: bool = True
    strict: bool = False
    patience_s: float | None = None


class StrangeCursor(ValueError):
    """The cursor was not given out for this list in this order."""


def of_view(view: ViewModel, extra: Sequence[Predicate] = (), after: str = "") -> Wanted:
    """What a view lists, narrowed by the viewer's own filters."""
    return Wanted(All((view.filter, *extra)), view.sort or (UPDATED,), view.types, after)


async def list_tickets(site: Site, tenant: str, viewer: Viewer, wanted: Wanted) -> TicketList:
    """The tickets that hold the condition and that the viewer may see.

    Raises:
        StrangeCursor: only where `wanted.strict` says so.
    """
    live = site.desks.get(tenant)
    assert live is not None
    async with site.store.unit(tenant) as unit:
        ask = ask_of(live.desk, viewer, unit.now_us())
        where = allowed(live, viewer, wanted.where, wanted.types)
        clause = lower(where, ask)
        sort = _readable_order(live, viewer, wanted)
        place = f"{tenant}:" + ",".join(f"{path.name} {path.kind} {down}" for path, down in sort)
        after = _cursor_from(site, place, wanted.after)
        if wanted.strict and wanted.after and after is None:
            raise StrangeCursor
        # Counted first: it tells the better way to the page.
        total = _Total(site, unit, (live.generation, viewer, where, wanted.strict))
        try:
            count, page, hurried = await _page(total, clause, sort, after, wanted)
        except OutOfTime:
            return TicketList((), {}, 0, "", ask, "filter")
        ids = (one for row in page.tickets for one in named_by(live.desk, row))
        named = await people.persons_by_id(unit, ids)
        judge = access.RightsOf(live.desk, ask)
        under = await _parts(unit, page.tickets)
        lines = tuple(
            _line(site, live, unit, row, named, judge, ask, under.get(row.id, ()))
            for row in page.tickets
        )
    # A place in the order that was not taken is none to go on from.
    after_it = _cursor_text(site, place, page.after) if not hurried else ""
    return TicketList(lines, named, count if wanted.counted else 0, after_it, ask, hurried)


async def _page(
    total: _Total,
    clause: lists.Clause,
    sort: Sequence[tuple[Path, bool]],
    after: Cursor | None,
    wanted: Wanted,
) -> tuple[int, lists.Page, Literal["", "order"]]:
    """How many there are, and a page of them; where their order takes too long, in another.

    Raises:
        OutOfTime: to look at all of them takes too long already.
    """
    patience = wanted.patience_s
    count = await total.read(clause, patience) if wanted.counted else lists.CAP

    async def ordered(by: Sequence[tuple[Path, bool]], start: Cursor | None) -> lists.Page:
        return await lists.list_tickets(
            total.unit, clause, _order(by), after=start, limit=wanted.limit,
            few=count < lists.CAP, patience_s=patience,
        )  # fmt: skip

    try:
        return count, await ordered(sort, after), ""
    except OutOfTime:
        if tuple(sort) == (UPDATED,):
            raise
        return count, await ordered((UPDATED,), None), "order"


@dataclass(frozen=True, slots=True)
class _Total:
    """How many tickets a list has; as old as the counts beside views (`Counts`), to a program as
    it is now."""

    site: Site
    unit: Unit
    what: tuple[int, Viewer, Predicate, bool]

    async def read(self, clause: lists.Clause, patience_s: float | None) -> int:
        """The total, capped.

        Raises:
            OutOfTime: it took more than `patience_s` seconds.
        """
        store, tenant, exact = self.site.store, self.unit.tenant_id, self.what[-1]
        known = None if exact else self.site.counts.get(store, tenant, self.what)
        if known is not None:
            return known[0]
        found = await lists.count_capped(self.unit, clause, patience_s=patience_s)
        if not exact:
            self.site.counts.put(store, tenant, self.what, self.unit.before, (found,))
        return found


async def _parts(unit: Unit, rows: Sequence[TicketRow]) -> dict[str, tuple[tickets.Below, ...]]:
    """The parts of each of some tickets; what was merged into one is no part of it."""
    found: dict[str, tuple[tickets.Below, ...]] = {}
    for one in await tickets.below(unit, [row.id for row in rows]):
        if not one.merged:
            found[one.parent_id] = (*found.get(one.parent_id, ()), one)
    return found


async def of_words(site: Site, tenant: str, viewer: Viewer, text: str) -> Predicate:
    """The condition for tickets that have the words or numbers of a text; all where it is blank.

    Notes count for those who read them on every ticket they see: who works here (`read_ticket`).
    """
    if not text.strip():
        return EVERY
    async with site.store.unit(tenant) as unit:
        return await ticket_words.asked(unit, text, notes=viewer.is_staff)


async def open_ids(unit: Unit, live: Live, types: tuple[str, ...], where: Predicate) -> list[str]:
    """The ids of all open tickets of some types that a condition holds for, in order; for rules."""
    phase = Path("phase", "phase", "phase")
    of_type = Test(Path("type", "type", "type"), Op.ONE_OF, types)
    is_open = Test(phase, Op.ONE_OF, OPEN_PHASES)
    ask = ask_of(live.desk, SYSTEM, unit.now_us())
    return await lists.ids(unit, lower(All((of_type, is_open, where)), ask))


def allowed(live: Live, viewer: Viewer, where: Predicate, types: tuple[str, ...] = ()) -> Predicate:
    """A condition within the viewer's rights: never without them."""
    return All((access.visible(live.desk, viewer, types), where))


def _readable_order(live: Live, viewer: Viewer, wanted: Wanted) -> Sequence[tuple[Path, bool]]:
    """The order without what this viewer may not read: a place in a list, or a cursor, tells."""
    kept = [
        (path, down)
        for path, down in wanted.sort
        if access.reads_always(live.desk, viewer, path.name.partition(".")[0], wanted.types)
    ]
    return kept or (UPDATED,)


def _order(sort: Sequence[tuple[Path, bool]]) -> list[tuple[Any, Literal["asc", "desc"]]]:
    found: list[tuple[Any, Literal["asc", "desc"]]] = []
    for path, descending in sort:
        column = sort_column(path.name)
        if column is None:
            column = column_of(path)
        found.append((column, "desc" if descending else "asc"))
    return found


def _line(
    site: Site,
    live: Live,
    unit: Unit,
    row: TicketRow,
    named: Mapping[str, Person],
    judge: access.RightsOf,
    ask: Ask,
    parts: Sequence[tickets.Below] = (),
) -> Line:
    facts = facts_among(unit, live.desk, row, named)
    if parts:
        facts = facts.with_values({CHILDREN: tuple(one.id for one in parts)})
    rights, own = judge.on(facts), site.desks.beside(live, row)
    if own is not live:
        rights = access.narrower(rights, access.rights(own.desk, facts, ask))
    done = sum(one.phase in DONE_PHASES for one in parts)
    return Line(row, facts, rights, own, (done, len(parts)))


def _cursor_text(site: Site, place: str, cursor: Cursor | None) -> str:
    """A cursor as a query parameter, signed: it is ours, and of this list in this order."""
    if cursor is None:
        return ""
    text = base64.urlsafe_b64encode(json.dumps([*cursor.values, cursor.id]).encode()).decode()
    return f"{text}.{_signature(site, place, text)}"


def _cursor_from(site: Site, place: str, asked: str) -> Cursor | None:
    """A cursor from a query parameter; a broken one, or another list's, begins at the start."""
    text, _, signature = asked.partition(".")
    right = _signature(site, place, text).encode()
    if not text or not hmac.compare_digest(signature.encode(), right):
        return None
    found = json.loads(base64.urlsafe_b64decode(text))
    return Cursor(tuple(found[:-1]), str(found[-1]))


def _signature(site: Site, place: str, text: str) -> str:
    return site.store.keys.sign("*", f"cursor:{place}:{text}".encode())[:32]


_ASSIGNEE = Path("assignee", "assignee", "person")
_PHASE = Path("phase", "phase", "phase")
OPEN: Predicate = Test(_PHASE, Op.ONE_OF, ("new", "active", "waiting"))


def mine(viewer: Viewer) -> Predicate:
    """Open tickets assigned to the viewer."""
    return All((Test(_ASSIGNEE, Op.IS, viewer.person_id or ""), OPEN))


def unassigned() -> Predicate:
    """Open tickets that nobody holds."""
    return All((Test(_ASSIGNEE, Op.IS_EMPTY, True), OPEN))


def to_approve(viewer: Viewer) -> Predicate:
    """Tickets that wait for the viewer's answer to a request."""
    return Test(Path(OPEN_APPROVERS, "approvers", "people"), Op.CONTAINS, viewer.person_id or "")


def requested_by(viewer: Viewer, *, finished: bool) -> Predicate:
    """The viewer's own requests, open or finished."""
    own = Test(Path("requester", "requester", "person"), Op.IS, viewer.person_id or "")
    phases = ("solved", "closed") if finished else ("new", "active", "waiting")
    return All((own, Test(_PHASE, Op.ONE_OF, phases)))


def of_colleagues(viewer: Viewer) -> Predicate:
    """What other people of the viewer's organisation asked for, open or finished."""
    others = tuple(sorted(viewer.colleagues - {viewer.person_id or ""}))
    return Test(Path("requester", "requester", "person"), Op.ONE_OF, others)


def of_requester(person_id: str) -> Predicate:
    """Every ticket a person asked for."""
    return Test(Path("requester", "requester", "person"), Op.IS, person_id)


def built_in_view(desk: Desk, viewer: Viewer, view_id: str) -> ViewModel | None:
    """A view that every tenant has: mine, unassigned, to_approve; under the id for a title."""
    wheres = {"mine": mine(viewer), "unassigned": unassigned(), "to_approve": to_approve(viewer)}
    where = wheres.get(view_id)
    return replace(desk.views["all"], id=view_id, filter=where) if where is not None else None


async def count_views(
    site: Site,
    tenant: str,
    viewer: Viewer,
    wheres: Sequence[tuple[Predicate, tuple[str, ...]]],
    cap: int = CAP,
    patience_s: float | None = None,
) -> list[int]:
    """How many tickets each condition holds for this viewer; `cap` means that many or more.

    With `patience_s` what takes longer is `UNCOUNTED`.
    """
    live = site.desks.get(tenant)
    assert live is not None
    what = (live.generation, viewer, tuple(wheres), cap)
    known = site.counts.get(site.store, tenant, what)
    if known is not None:
        return list(known)
    async with site.store.unit(tenant) as unit:
        ask = ask_of(live.desk, viewer, unit.now_us())
        clauses = [lower(allowed(live, viewer, where, types), ask) for where, types in wheres]
        found = await _counted(site, unit, clauses, tuple(wheres), cap, patience_s)
        site.counts.put(site.store, tenant, what, unit.before, tuple(found))
    return found


async def _counted(
    site: Site,
    unit: Unit,
    clauses: Sequence[lists.Clause],
    wheres: Sequence[tuple[Predicate, tuple[str, ...]]],
    cap: int,
    patience_s: float | None,
) -> list[int]:
    """All in one statement, but for those known to be slow; where that takes too long, each by
    itself, so that it is known which."""
    if patience_s is None:
        return await lists.count_many(unit, clauses, cap)
    tenant, store = unit.tenant_id, site.store
    found = [UNCOUNTED] * len(clauses)
    quick = [n for n, w in enumerate(wheres) if not site.counts.is_slow(store, tenant, w)]
    try:
        several = await lists.count_many(
            unit, [clauses[n] for n in quick], cap, patience_s=patience_s
        )
        for n, count in zip(quick, several, strict=True):
            found[n] = count
    except OutOfTime:
        for n in quick:
            try:
                found[n] = await lists.count_capped(unit, clauses[n], cap, patience_s=patience_s)
            except OutOfTime:
                site.counts.keep_slow(store, tenant, wheres[n])
    return found
