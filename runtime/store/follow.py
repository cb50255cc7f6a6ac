"""Hears of publishes by other processes, within a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from runtime.store.desks import CHANNEL, Pointer, pointers
from runtime.store.hearing import hearing
from runtime.store.open import Store


async def follow(store: Store, *, every_s: float = 0.25) -> AsyncGenerator[list[Pointer], None]:
    """Yield the environments that moved, first all that there are; runs until it is cancelled.

    `every_s`: as `hearing` says.
    """
    seen: dict[tuple[str, str], Pointer] = {}
    async with hearing(store, CHANNEL, every_s, asyncio.Event()) as wait:
        while True:
            async with store.system() as system:
                now = {(p.tenant_id, p.name): p for p in await pointers(system)}
            moved = [place for key, place in now.items() if seen.get(key) != place]
            if moved or not seen:
                yield moved
            seen = now
            await wait()
