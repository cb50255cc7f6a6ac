"""The intake ledger for who may read it: counts, the list, one arrival, its message as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from runtime.clock import SECOND_US
from runtime.site.handles import Site
from runtime.store import arrivals, mailboxes, people, tickets
from runtime.store.arrivals import DayCount
from runtime.store.mailboxes import Position
from runtime.store.rows import Arrival

SHOWN = 50
DAYS = 14
READ_BY = "view_audit"
"""The function of a role that opens the ledger: it holds what people wrote, whoever's it is."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """`counts` by way and state of all time; `numbers` of tickets and `names` of people by id."""

    counts: Mapping[tuple[str, str], int]
    days: tuple[DayCount, ...]
    rows: tuple[Arrival, ...]
    boxes: tuple[Position, ...]
    numbers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class One:
    """One arrival; `first` is the one that it is a copy of."""

    row: Arrival
    number: str
    person: str
    by: str


async def ledger(
    site: Site, tenant: str, zone: str, *, way: str = "", state: str = "", before: str = ""
) -> Ledger:
    """The page of the ledger, newest first, those before the arrival `before`."""
    since, offset = _begin(site, zone)
    async with site.store.unit(tenant) as unit:
        rows = await arrivals.recent(unit, way=way, state=state, before=before, limit=SHOWN)
        numbers = {}
        for ticket_id in {row.ticket_id for row in rows if row.ticket_id}:
            found = await tickets.read(unit, ticket_id)
            if found is not None:
                numbers[ticket_id] = found.number
        return Ledger(
            await arrivals.counts(unit),
            tuple(await arrivals.by_day(unit, since, offset)),
            tuple(rows),
            tuple(await mailboxes.every(unit)),
            numbers,
        )


def _begin(site: Site, zone: str) -> tuple[int, int]:
    """The first instant of the days that are counted, and how far the zone is from UTC."""
    now = datetime.fromtimestamp(site.clock.now_us() / SECOND_US, ZoneInfo(zone))
    first = (now - timedelta(days=DAYS - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    offset = now.utcoffset() or timedelta(0)
    return int(first.timestamp()) * SECOND_US, int(offset.total_seconds()) * SECOND_US


async def one(site: Site, tenant: str, arrival_id: str) -> One | None:
    """One arrival with what it became."""
    async with site.store.unit(tenant) as unit:
        row = await arrivals.read(unit, arrival_id)
        if row is None:
            return None
        found = await tickets.read(unit, row.ticket_id) if row.ticket_id else None
        who = str((row.said or {}).get("by") or "")
        known = await people.persons_by_id(unit, filter(None, (row.person_id, who)))
    names = {id: person.name for id, person in known.items()}
    number = found.number if found is not None else ""
    return One(row, number, names.get(row.person_id or "", ""), names.get(who, ""))


async def raw(site: Site, tenant: str, arrival_id: str) -> Path | None:
    """Where the message as it came lies; None when it is not kept, or not any more."""
    async with site.store.unit(tenant) as unit:
        row = await arrivals.read(unit, arrival_id)
    if row is None or not row.raw_sha256:
        return None
    path = site.files.path(row.raw_sha256)
    return path if path.exists() else None
