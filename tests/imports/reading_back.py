"""Reads an import back, in words of the store and in words of the file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runtime.actions.import_rows import Imported, Order, import_rows
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import journal, people, tickets
from runtime.store.rows import Event
from runtime.store.tables.tickets import ticket
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

STATES = {
    "New": "new",
    "Active": "active",
    "Awaiting User Info": "awaiting_user",
    "Awaiting Problem": "awaiting_problem",
    "Awaiting Vendor": "awaiting_vendor",
    "Awaiting Evidence": "awaiting_evidence",
    "Resolved": "resolved",
    "Closed": "closed",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One row of an incident's history."""

    at_us: int
    state: str
    group: str | None
    assignee: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident with its history and what it ended with."""

    history: tuple[Moment, ...]
    reopen_count: int
    reassignment_count: int
    made_sla: bool


def us(text: str) -> int:
    """A time of the log."""
    moment = datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000


def from_log(path: Path) -> dict[str, Incident]:
    """The incidents as plain CSV tells them, with nothing of ours in between."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row["number"], []).append(row)
    return {number: _incident(of) for number, of in found.items()}


def _incident(rows: list[dict[str, str]]) -> Incident:
    state, history = "", []
    for row in rows:
        state = STATES.get(row["incident_state"], state)
        history.append(
            Moment(
                us(row["sys_updated_at"]),
                state,
                _word(row["assignment_group"]),
                _word(row["assigned_to"]),
                row["sys_updated_by"],
            )
        )
    last = rows[-1]
    return Incident(
        tuple(history),
        int(last["reopen_count"]),
        int(last["reassignment_count"]),
        last["made_sla"] == "TRUE",
    )


def _word(cell: str) -> str | None:
    return None if cell == "?" else cell


async def from_tenant(site: Site, tenant: str) -> dict[str, Incident]:
    """The same incidents as tickets and journal hold them, replayed change by change."""
    found: dict[str, Incident] = {}
    async with site.store.unit(tenant) as unit:
        rows = await all_tickets(unit)
        assigned = {row.assignee_id for row in rows if row.assignee_id}
        histories = {row.id: await journal.read(unit, row.id) for row in rows}
        for events in histories.values():
            assigned |= {
                change["after"]
                for event in events
                for change in (event.body or {})["changes"]
                if change["name"] == "assignee" and change["after"]
            }
        names = {k: p.name for k, p in (await people.persons_by_id(unit, assigned)).items()}
        for row in rows:
            moments = tuple(_replayed(histories[row.id], names))
            assert moments[-1].state == row.state_key
            assert moments[-1].group == row.values.get("assignment_group")
            assert moments[-1].assignee == names.get(row.assignee_id or "")
            values = row.values
            found[values["old_number"]] = Incident(
                moments, values["reopen_count"], values["reassignment_count"], values["made_sla"]
            )
    return found


def _replayed(events: list[Event], names: dict[str, str]) -> Iterator[Moment]:
    now: dict[str, Any] = {}
    for event in events:
        assert event.verb == "imported"
        assert event.body is not None
        for change in event.body["changes"]:
            assert now.get(change["name"]) == change["before"]
            now[change["name"]] = change["after"]
        yield Moment(
            event.at_us,
            now["state"],
            now.get("assignment_group"),
            names.get(now.get("assignee") or ""),
            event.body["by"],
        )


async def all_tickets(unit: Unit) -> list[TicketRow]:
    """Every ticket of the tenant, in the order in which they were made."""
    return await tickets.read_many(unit, ticket.c.id > "", limit=10_000)


async def run(site: Site, tenant: str, mapping: str, path: Path, stop_at: int = 0) -> Imported:
    """Import a file; `stop_at` breaks off when so many rows are in, as a crash would."""
    live = site.desks.get(tenant)
    assert live is not None

    def tell(done: int, of: int) -> None:
        if stop_at and done >= stop_at:
            raise BrokenOff

    return await import_rows(site, live, SYSTEM, Order(path, live.desk.imports[mapping]), tell)


class BrokenOff(Exception):
    """The import was interrupted."""


async def written(site: Site, tenant: str) -> list[Any]:
    """Everything that tickets and journal hold, without ids and what hangs on them."""
    async with site.store.unit(tenant) as unit:
        rows = await all_tickets(unit)
        ids = {i for r in rows for i in (r.requester_id, r.assignee_id) if i}
        events = {row.id: await journal.read(unit, row.id) for row in rows}
        ids |= {
            v
            for of in events.values()
            for e in of
            for c in (e.body or {})["changes"]
            for v in (c["before"], c["after"])
            if c["name"] in ("assignee", "requester", "customer") and v
        }
        names = {k: p.name for k, p in (await people.persons_by_id(unit, ids)).items()}
    return [(_plain(row, names), [_told(e, names) for e in events[row.id]]) for row in rows]


def _plain(row: TicketRow, names: dict[str, str]) -> dict[str, Any]:
    left_out = ("id", "head_hash", "memory")
    found = {n: getattr(row, n) for n in TicketRow.__dataclass_fields__ if n not in left_out}
    for name in ("requester_id", "customer_id", "assignee_id"):
        found[name] = names.get(found[name] or "")
    return found


def _told(event: Event, names: dict[str, str]) -> Any:
    body = dict(event.body or {})
    del body["run"]
    changes = [
        {**c, "before": _named(c["before"], names), "after": _named(c["after"], names)}
        for c in body["changes"]
    ]
    reasons = [{**r, "outcome": _named(r["outcome"], names)} for r in body["reasons"]]
    return (event.seq, event.at_us, event.verb, {**body, "changes": changes, "reasons": reasons})


def _named(value: Any, names: dict[str, str]) -> Any:
    return names.get(value, value) if isinstance(value, str) else value
