"""How fast events reach 100 webhooks, and what it takes from the others when one of them hangs."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.channels.webhook.signature import fresh_secret
from runtime.clock import SECOND_US, SystemClock
from runtime.reach import read_allowed
from runtime.render.notices import NoticeRenderer
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import deliveries, tenant_settings
from runtime.store.deliveries import Delivery
from runtime.store.open import Store
from runtime.store.unit import Unit
from runtime.workers.handling import Bench
from runtime.workers.loop import QUEUES, serve
from tests.workers.shop import SHOP, files, site_of

WEBHOOKS, EACH, MOST_S = 100, 5, 200.0
_SPEC = """
    kind: Webhook
    title: Number {n}
    applies_to: repair
    upon: created
    url: {{ setting: url_{n} }}
    secret: {{ secret: secret }}
"""


@dataclass(frozen=True, slots=True)
class Took:
    """Events of the webhooks that answer: how many, in which time, and how long each waited."""

    count: int
    seconds: float
    waits_s: tuple[float, ...]
    cpu_s: float


def show(say: Callable[[str], object], url: str = "") -> None:
    """Measure on SQLite, or on a store of its own at `url`."""
    for hanging in (0, 1):
        with tempfile.TemporaryDirectory(prefix="specdesk-hooks-") as name:
            place = url or f"sqlite:///{Path(name) / 'bench.sqlite'}"
            took = asyncio.run(_measure(Path(name), place, hanging))
        waits = sorted(took.waits_s)
        middle, late = statistics.median(waits), waits[int(len(waits) * 0.99)]
        say(
            f"webhooks, {hanging} of {WEBHOOKS} hanging: {took.count} events, "
            f"{took.count / took.seconds:.0f} a second, waited p50 {middle:.2f} s "
            f"p99 {late:.2f} s, {took.cpu_s / took.count * 1e3:.1f} CPU ms each"
        )


async def _measure(folder: Path, url: str, hanging: int) -> Took:
    server = await asyncio.start_server(_answer, "0.0.0.0", 0, backlog=512)
    silent = await asyncio.start_server(_hang, "0.0.0.0", 0)
    ports = [one.sockets[0].getsockname()[1] for one in (server, silent)]
    store = await Store.open(url, key_file=folder / "keys.json", clock=SystemClock())
    try:
        await store.upgrade()
        site = _site(store, folder)
        await _set_up(site, ports, hanging)
        return await _run(site, hanging)
    finally:
        await store.close()
        server.close()
        silent.close()


def _site(store: Store, folder: Path) -> Site:
    made = site_of(store, SystemClock(), folder)
    return replace(
        made, settings=replace(made.settings, allow_private=read_allowed(["127.0.0.0/8"]))
    )


async def _set_up(site: Site, ports: list[int], hanging: int) -> None:
    hooks = {f"webhooks__w{n}": _SPEC.format(n=n) for n in range(WEBHOOKS)}
    done = await publish_desk(site, files(**hooks), SYSTEM, "bench", word=ANYTHING)
    assert done.revision, done.problems
    async with site.store.unit(SHOP, write=True) as unit:
        await tenant_settings.put_setting(unit, "live", "secret", fresh_secret(), secret=True)
        for n in range(WEBHOOKS):
            port = ports[1] if n < hanging else ports[0]
            address = f"http://127.0.0.{n + 1}:{port}/{n}"
            await tenant_settings.put_setting(unit, "live", f"url_{n}", address, secret=False)
        # The one that hangs has the oldest events, so that it is first in every row.
        for n in range(WEBHOOKS):
            await deliveries.add(unit, [_event(unit, n) for _ in range(EACH)])


def _event(unit: Unit, number: int) -> Delivery:
    new, now = unit.new_id(), unit.now_us()
    return Delivery(
        id=new, webhook_id=f"w{number}", ticket_id=None, event_id=None, event="ticket.created",
        seq=0, key=new, state="waiting", body=b'{"type":"ticket.created"}' + b" " * 1000,
        attempts=0, log=[], created_us=now, due_us=now, ended_us=None,
    )  # fmt: skip


async def _run(site: Site, hanging: int) -> Took:
    stop, bench = asyncio.Event(), Bench(site, NoticeRenderer())
    queue = next(one for one in QUEUES if one.name == "webhooks")
    wanted = (WEBHOOKS - hanging) * EACH
    began, began_us, cpu = time.perf_counter(), site.clock.now_us(), time.process_time()
    worker = asyncio.create_task(serve(bench, queue, stop))
    try:
        await asyncio.wait_for(_until_done(site, wanted), MOST_S)
        took, used = time.perf_counter() - began, time.process_time() - cpu
    finally:
        stop.set()
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
        await bench.renderer.close()
        await site.door.close()
    async with site.store.unit(SHOP) as unit:
        ended = await deliveries.listed(unit, "", "done", limit=wanted)
    waits = tuple(((one.ended_us or 0) - began_us) / SECOND_US for one in ended)
    return Took(wanted, took, waits, used)


async def _until_done(site: Site, wanted: int) -> None:
    for _ in range(int(MOST_S / 0.25)):
        if await _done(site) >= wanted:
            return
        await asyncio.sleep(0.25)
    raise TimeoutError


async def _done(site: Site) -> int:
    async with site.store.unit(SHOP) as unit:
        found = await deliveries.counts(unit)
    return sum(count for (_, state), count in found.items() if state == "done")


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take an event and answer after 20 ms, as a receiver not far away would."""
    gone = (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError)
    with contextlib.suppress(*gone):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
            )
            await reader.readexactly(int(length.partition(b":")[2]))
            await asyncio.sleep(0.02)
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            await writer.drain()
    writer.close()


async def _hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take everything and answer nothing."""
    with contextlib.suppress(ConnectionError, asyncio.CancelledError):
        while await reader.read(65536):
            pass
    writer.close()
