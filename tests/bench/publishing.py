"""Publishes under load: how soon another process shows them, and what requests take meanwhile."""

from __future__ import annotations

import asyncio
import re
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from tests.bench import tenant
from tests.bench.apart import portal
from tests.bench.fill import Filled
from tests.bench.load import Result, run
from tests.bench.serving import Server

Opened = Callable[[], AbstractAsyncContextManager[Site]]
"""Opens the store within the loop that publishes."""
PUBLISHES = 30
CLIENTS = 4


@dataclass(frozen=True, slots=True)
class Published:
    """`seen_ms`: from the end of each publish until the server shows it; `took_ms`: the publish
    itself, with compiling; `quiet`, `during`: list and ticket pages without and with publishes."""

    seen_ms: tuple[float, ...]
    took_ms: tuple[float, ...]
    quiet: Result
    during: Result


def measure(opened: Opened, server: Server, filled: Filled, seconds: float) -> Published:
    """Thirty publishes while clients look at lists and tickets."""
    base = f"/t/{tenant.TENANT}/desk"
    paths = [f"{base}/views/open", *(f"{base}/tickets/{one}" for one in filled.numbers[:20])]
    people = [filled.lead]
    quiet = run(server.port, people, paths, clients=CLIENTS, seconds=seconds)
    found: list[Result] = []
    length = max(seconds, PUBLISHES * 0.7)
    load = threading.Thread(
        target=lambda: found.append(
            run(server.port, people, paths, clients=CLIENTS, seconds=length)
        )
    )
    load.start()
    seen, took = asyncio.run(_publishing(opened, server.port, length / PUBLISHES))
    load.join()
    return Published(tuple(seen), tuple(took), quiet, found[0])


async def _publishing(opened: Opened, port: int, every_s: float) -> tuple[list[float], list[float]]:
    async with opened() as site:
        return await _publishes(site, port, every_s)


async def _publishes(site: Site, port: int, every_s: float) -> tuple[list[float], list[float]]:
    await site.desks.load()
    files, seen, took = dict(tenant.files()), [], []
    for turn in range(PUBLISHES):
        began = time.perf_counter()
        word = f"Turn{turn}k"
        titled = re.sub(rb"en: (Claim|Turn)\w*", f"en: {word}".encode(), files["portal.yaml"])
        files["portal.yaml"] = titled
        done = await publish_desk(site, files, SYSTEM, word, word=ANYTHING)
        assert done.revision, done.problems
        published = time.perf_counter()
        took.append((published - began) * 1e3)
        while word not in await asyncio.to_thread(portal, port):
            assert time.perf_counter() - published < 30, "the publish was not seen"
            await asyncio.sleep(0.005)
        seen.append((time.perf_counter() - published) * 1e3)
        await asyncio.sleep(max(0.0, every_s - (time.perf_counter() - began)))
    return seen, took


def told(found: Published) -> str:
    """The figures as lines."""
    seen, took = sorted(found.seen_ms), sorted(found.took_ms)
    lines = [
        f"{PUBLISHES} publishes of {statistics.median(took):.0f} ms (median, with compiling); "
        f"seen by the other process after {statistics.median(seen):.0f} ms (median), "
        f"{seen[-1]:.0f} ms at most",
    ]
    for name, one in (("without publishes", found.quiet), ("during them", found.during)):
        wrong = f", {dict(one.wrong)} wrong" if one.wrong else ", none wrong"
        lines.append(
            f"{name:18} {one.count:6} requests, {one.rate:6.0f}/s, p50 {one.p50:6.1f} ms, "
            f"p99 {one.p99:6.1f} ms{wrong}"
        )
    return "\n".join(lines)
