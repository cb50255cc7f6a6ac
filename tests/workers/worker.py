"""A worker in a process of its own, for tests that kill it: URL FOLDER NOW plain|led."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from runtime.clock import FixedClock
from runtime.store.open import Store
from runtime.workers.loop import run_workers, work
from tests.workers.shop import site_of


async def main(url: str, folder: Path, now_us: int, how: str) -> None:
    """Work until killed, at a fixed hour; says `ready` first."""
    clock = FixedClock(now_us)
    store = await Store.open(url, key_file=folder / "keys.json", clock=clock)
    site = site_of(store, clock, folder)
    await site.desks.load()
    print("ready", flush=True)
    stop = asyncio.Event()
    await (run_workers if how == "led" else work)(site, stop)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
