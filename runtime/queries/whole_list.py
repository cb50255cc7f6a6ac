"""Every ticket of a list, for an act on all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.facts import Viewer
from engine.predicate import All, Op, Path, Predicate, Test
from runtime.queries.list_tickets import Wanted, allowed
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import lists
from runtime.store.lower import lower

MOST: Final = 10_000
"""So many tickets of a list are taken whole."""
_MADE: Final = Path("created_at", "created_at", "datetime")


@dataclass(frozen=True, slots=True)
class WholeList:
    """The tickets of a list, oldest first; `left_out`: there are more than could be taken."""

    numbers: tuple[str, ...]
    left_out: bool


async def whole_list(
    site: Site, tenant: str, viewer: Viewer, wanted: Wanted, until_us: int
) -> WholeList:
    """Every ticket that the list holds and this person sees.

    Those made after `until_us` are left out: nothing is done to what nobody has looked at.
    """
    live = site.desks.get(tenant)
    assert live is not None
    where: Predicate = All((wanted.where, Test(_MADE, Op.AT_MOST, until_us)))
    async with site.store.unit(tenant) as unit:
        ask = ask_of(live.desk, viewer, unit.now_us())
        clause = lower(allowed(live, viewer, where, wanted.types), ask)
        found = await lists.numbers(unit, clause, MOST + 1)
    return WholeList(tuple(found[:MOST]), len(found) > MOST)
