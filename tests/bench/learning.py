"""What suggestions cost: to learn from 100,000 finished tickets, and one question afterwards.

The copies of the bench all say the same, so each is first given words of its own, half of them
Chinese, drawn as a language draws them: few often, many seldom.
"""

from __future__ import annotations

import random
import resource
import statistics
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update

from engine.suggest.traits import traits_of
from runtime.queries.read_ticket import read_ticket
from runtime.queries.suggest import suggest_for_ticket
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import past
from runtime.store.tables.tickets import ticket
from runtime.workers.learning import learn_tenant
from tests.bench.tenant import TENANT

_BATCH = 5_000
_ASKED = 200


@dataclass(frozen=True, slots=True)
class Learning:
    """Seconds by the wall and of CPU, megabytes more at the peak and on disk, and milliseconds of
    one question: the middle one and the 99th of a hundred."""

    tickets: int
    wall_s: float
    cpu_s: float
    peak_mb: float
    file_mb: float
    memory_mb: float
    p50_ms: float
    p99_ms: float


async def measure(site: Site) -> Learning:
    """Give every ticket words, learn, and ask."""
    await _words(site)
    live = site.desks.get(TENANT)
    assert live is not None
    async with site.store.unit(TENANT) as unit:
        there = await past.standing(unit)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    count = await learn_tenant(site, live, there)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    lesson = await site.learned.get(site.files.root, site.store.keys, TENANT)
    assert lesson is not None
    size = sum(path.stat().st_size for path in (site.files.root / "learned").iterdir())
    took = sorted(await _questions(site))
    return Learning(
        count, wall, cpu, peak, size / 1e6, lesson.likeness.size / 1e6,
        statistics.median(took), took[int(len(took) * 0.99)],
    )  # fmt: skip


async def _questions(site: Site) -> list[float]:
    """Milliseconds of each question about an open ticket, rights and evidence included."""
    live = site.desks.get(TENANT)
    assert live is not None
    async with site.store.unit(TENANT) as unit:
        query = select(ticket.c.number).where(ticket.c.tenant_id == TENANT, ticket.c.phase == "new")
        numbers = [row.number for row in await unit.rows(query.limit(_ASKED))]
    took = []
    for number in numbers:
        page = await read_ticket(site, TENANT, SYSTEM, number)
        assert page is not None
        began = time.perf_counter()
        await suggest_for_ticket(site, TENANT, SYSTEM, page.facts, page.rights)
        took.append((time.perf_counter() - began) * 1000)
    assert traits_of(live.desk).fields
    return took


async def _words(site: Site) -> None:
    chance = random.Random(11)
    han = ["".join(chr(0x4E00 + chance.randrange(3000)) for _ in range(2)) for _ in range(8000)]
    latin = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(20000)]
    often = {id(pool): [1 / (n + 3) for n in range(len(pool))] for pool in (han, latin)}

    def said(chinese: bool, count: int) -> str:
        pool = han if chinese else latin
        return ("" if chinese else " ").join(chance.choices(pool, often[id(pool)], k=count))

    change = (
        update(ticket)
        .where(ticket.c.tenant_id == TENANT, ticket.c.id == bindparam("of"))
        .values(subject=bindparam("s"), description=bindparam("d"))
    )
    async with site.store.unit(TENANT) as unit:
        ids = [
            r.id for r in await unit.rows(select(ticket.c.id).where(ticket.c.tenant_id == TENANT))
        ]
    for start in range(0, len(ids), _BATCH):
        rows: list[dict[str, Any]] = [
            {"of": one, "s": said(n % 2 == 0, 8), "d": said(n % 2 == 0, 60)}
            for n, one in enumerate(ids[start : start + _BATCH])
        ]
        async with site.store.unit(TENANT, write=True) as unit:
            await unit.run(change, rows)
