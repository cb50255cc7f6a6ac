"""Open desks: pages that hear of changes while another process makes them.

So many clients keep a list open by server-sent events. Another process changes tickets, one after
another; for each, the time from the end of its commit to the event is taken at every client.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from dataclasses import dataclass, field

from engine.decide.verdict import Label
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import accounts, people, sessions
from tests.bench.fill import DAY_US, fill
from tests.bench.load import Person
from tests.bench.serving import Server
from tests.bench.tenant import TENANT

DESKS = 200
CHANGES = 40
EVERY_S = 0.25
OF_ONE = 5
"""So many pages of one person; a server ends more than six."""
_SETTLE_S = 2.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What the desks heard. Times in milliseconds; `cpu_ms`: of the server, for each change."""

    desks: int
    changes: int
    events: int
    missed: int
    middle: float
    slow: float
    most: float
    cpu_ms: float
    idle: float

    def told(self, name: str) -> str:
        """One line."""
        return (
            f"{name}: {self.desks} desks, {self.changes} changes, {self.events} events, "
            f"{self.missed} missed; delay p50 {self.middle:.0f} ms, p95 {self.slow:.0f} ms, "
            f"most {self.most:.0f} ms; {self.cpu_ms:.1f} server CPU ms a change, "
            f"{self.idle:.1%} of a core at rest"
        )


@dataclass(slots=True)
class _Desk:
    """One open page."""

    person: Person
    port: int
    heard: dict[str, float] = field(default_factory=dict)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            f"GET /t/{TENANT}/desk/live/views/all HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Cookie: specdesk_session={self.person.cookie}\r\nAccept: text/event-stream\r\n\r\n"
            .encode()
        )  # fmt: skip
        try:
            while line := await reader.readline():
                at = time.perf_counter()
                if line.startswith(b": here"):
                    self.ready.set()
                elif line.startswith(b"data: "):
                    for number in json.loads(line[6:])["seen"]:
                        self.heard.setdefault(number, at)
        finally:
            writer.close()


async def prepared(site: Site, count: int) -> tuple[list[Person], list[str]]:
    """A filled store, people who see all of it, and tickets to change."""
    filled = await fill(site, count)
    cast = []
    for n in range(DESKS // OF_ONE):
        email = f"lead{n}@example.com"
        async with site.store.unit(TENANT, write=True) as unit:
            account = await accounts.add_account(unit, email, None)
            person = await people.add_person(
                unit, f"Cleo {n}", account_id=account, kind="staff", email=email, values={}
            )
            await people.set_roles(unit, person, ["head"])
        async with site.store.system(write=True) as unit:
            known = await accounts.account_by_email(unit, email)
            assert known is not None
            token, session = await sessions.start(unit, lasts_us=DAY_US, account_id=known.id)
        cast.append(Person(token, session.csrf))
    return cast, list(filled.numbers[:CHANGES])


async def measure(site: Site, server: Server, cast: list[Person], numbers: list[str]) -> Heard:
    """Open the desks, change the tickets one after another, and take the times."""
    desks = [_Desk(cast[n % len(cast)], server.port) for n in range(DESKS)]
    tasks = [asyncio.create_task(desk.listen()) for desk in desks]
    try:
        await asyncio.wait_for(asyncio.gather(*(desk.ready.wait() for desk in desks)), 60)
        await asyncio.sleep(_SETTLE_S)
        cpu = server.cpu_s()
        await asyncio.sleep(_SETTLE_S)
        idle = (server.cpu_s() - cpu) / _SETTLE_S
        cpu, done = server.cpu_s(), {}
        for n, number in enumerate(numbers):
            tags = Label("urgent" if n % 2 else "low")
            made = await change_ticket(site, TENANT, SYSTEM, number, Change(tags))
            assert isinstance(made, Done), made
            done[number] = time.perf_counter()
            await asyncio.sleep(EVERY_S)
        await asyncio.sleep(_SETTLE_S)
        used = server.cpu_s() - cpu
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    took = sorted(
        max(0.0, desk.heard[number] - at) * 1e3
        for desk in desks
        for number, at in done.items()
        if number in desk.heard
    )
    missed = DESKS * len(numbers) - len(took)
    return Heard(
        DESKS, len(numbers), len(took), missed, statistics.median(took),
        took[len(took) * 95 // 100], took[-1], used / len(numbers) * 1e3, idle,
    )  # fmt: skip
