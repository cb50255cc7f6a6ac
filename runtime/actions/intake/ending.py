"""How a message ends in a unit of its own, and what refused it in words that the ledger keeps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from runtime.actions.outcome import Refused, Undo
from runtime.site.handles import Site
from runtime.store import arrivals
from runtime.store.arrivals import Became, Learned
from runtime.store.unit import Unit

Finish = Callable[[Unit], Awaitable[None]]
"""What belongs into the same unit: the end of the job that did it."""


async def end_apart(
    site: Site, tenant: str, arrival_id: str, became: Became, learned: Learned, finish: Finish
) -> None:
    """Write how it ended, where nothing else is written with it."""
    async with site.store.unit(tenant, write=True) as unit:
        await arrivals.end(unit, arrival_id, became, learned)
        await finish(unit)


def codes_of(undo: Undo) -> list[str]:
    """The codes of what refused it."""
    refused = undo.outcome
    if not isinstance(refused, Refused):
        return [type(refused).__name__]
    return sorted({one.code for one in refused.refusals}) or [type(refused).__name__]
