"""`specdesk work`: deadlines and notices in a process of their own."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from typing import Annotated

import typer

from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.cli.receiving import receiving_mail
from runtime.settings import Settings
from runtime.workers.loop import run_workers


def work(
    store: StoreOption = "",
    count: Annotated[int, typer.Option("--count", help="How much is done at once.")] = 1,
) -> None:
    """Do deadlines, notices and mail until stopped; as many processes as wanted on PostgreSQL."""
    asyncio.run(_work(settings_of(store), count))


async def _work(settings: Settings, count: int) -> None:
    async with opened(settings) as site, site.desks.watching(), receiving_mail(site):
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(wanted, stop.set)
        print("specdesk works", file=sys.stderr)
        await run_workers(site, stop, count)
