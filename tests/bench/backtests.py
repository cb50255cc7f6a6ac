"""Backtests over a store of tickets with whole journals: rate, CPU time, memory."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert

from runtime.actions.publish_desk import checked_over
from runtime.clock import new_id
from runtime.queries.backtest import DAY_US, Wanted, backtest
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import journal, tickets
from runtime.store.journal import Head, NewEvent
from runtime.store.rows import Event
from runtime.store.tables.tickets import event, event_payload, ticket
from runtime.store.tickets import NAMES, TicketRow
from runtime.store.unit import Unit
from tests.bench.fill import MODELS, fill
from tests.bench.tenant import TENANT, files

_BATCH = 1000
_INSTANT = 10**15
"""Whole numbers above it are instants."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One backtest: how long it took, what it found."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    tickets: int
    rerouted: int
    checked: int
    disagreed: int

    def told(self, name: str) -> str:
        """In a line."""
        return (
            f"{name:11} {self.tickets:>9,} tickets  {self.wall_s:6.1f} s  CPU {self.cpu_s:6.1f} s"
            f"  {self.tickets / self.wall_s:7,.0f}/s  {self.tickets / self.cpu_s:7,.0f}/CPU s"
            f"  peak {self.peak_mb:.0f} MB  {self.rerouted:,} rerouted"
            f"  checked {self.checked}, {self.disagreed} disagree"
        )


async def measure(site: Site) -> Ran:
    """A draft with one threshold moved, another order of rows and tighter targets."""
    draft = (await checked_over(site, changed())).desk
    assert draft is not None
    wall, cpu = time.perf_counter(), time.process_time()
    found = await backtest(site, TENANT, SYSTEM, draft, Wanted(3650 * DAY_US))
    assert found is not None
    return Ran(
        time.perf_counter() - wall,
        time.process_time() - cpu,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        found.tickets,
        found.rerouted,
        found.checked,
        len(found.disagreed),
    )


def changed() -> dict[str, bytes]:
    """The tenant of the bench with other routing and targets."""
    found = dict(files())
    for path, was, becomes in EDITS:
        assert was in found[path], (path, was)
        found[path] = found[path].replace(was, becomes, 1)
    return found


_DEAR = b"    dear: [any, any, any, from 30000, quality, high]\n"
EDITS = (
    ("routing/claim.yaml", b"region_6, missing, from 300,", b"region_6, any, from 0,"),
    ("routing/claim.yaml", b"  otherwise: [front", _DEAR + b"  otherwise: [front"),
    ("sla/claim.yaml", b"high:   [high, 1h, 8h]", b"high:   [high, 1h, 6h]"),
)


async def fill_history(site: Site, count: int) -> None:
    """Publish the tenant and make `count` tickets with their whole journal: those of the models,
    which went through the real actions, with other amounts and at other times."""
    await fill(site, MODELS)
    chance = random.Random(7)
    async with site.store.unit(TENANT) as unit:
        rows = await tickets.read_many(unit, ticket.c.tenant_id == TENANT)
        told = {row.id: await journal.read(unit, row.id) for row in rows}
    for start in range(MODELS, count, _BATCH):
        async with site.store.unit(TENANT, write=True) as unit:
            made = [
                _again(unit, model, told[model.id], n, chance)
                for n in range(start, min(start + _BATCH, count))
                for model in [chance.choice(rows)]
            ]
            await _write(unit, made)
    await site.store.study()


def _again(
    unit: Unit, model: TicketRow, events: list[Event], n: int, chance: random.Random
) -> tuple[TicketRow, list[NewEvent]]:
    by, amount = -chance.randrange(60 * DAY_US), chance.randrange(100, 5_000_000)
    row = replace(
        model, id=new_id(model.created_us + by), number=f"OLD-{n}",
        created_us=model.created_us + by,
        updated_us=model.updated_us + by, next_due_us=None,
        values={**model.values, "amount": amount},
    )  # fmt: skip
    again = [
        NewEvent(
            one.verb, _shifted(one.body or {}, by, amount), one.actor_kind, one.actor_id,
            one.revision, one.desk_digest, at_us=one.at_us + by,
        )
        for one in events
    ]  # fmt: skip
    return row, again


def _shifted(body: Mapping[str, Any], by: int, amount: int) -> dict[str, Any]:
    """What an event says, at another time and about another amount."""
    changes = [dict(one) for one in body["changes"]]
    for one in changes:
        if one["name"] == "amount":
            one["after"] = amount
        elif isinstance(one["after"], int) and one["after"] > _INSTANT:
            one["after"] += by
    return {**body, "changes": changes}


async def _write(unit: Unit, made: list[tuple[TicketRow, list[NewEvent]]]) -> None:
    rows: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    payloads: list[dict[str, Any]] = []
    for row, own in made:
        head = Head()
        for new in own:
            payload = journal._payload(unit, new)
            chained = journal._row(unit, row.id, head, new, payload)
            head = Head(chained["seq"], chained["hash"])
            del payload["digest"]
            payloads.append(payload)
            events.append(chained)
        whole = replace(row, version=head.seq, head_hash=head.hash)
        columns = tickets._stored({name: getattr(whole, name) for name in NAMES})
        rows.append({"tenant_id": unit.tenant_id, **columns})
    await unit.run(insert(ticket), rows)
    await unit.run(insert(event_payload), payloads)
    await unit.run(insert(event), events)
