"""How many calls a token and an address may make, held over all processes of the installation.

A process draws calls from the shared bucket a handful at a time and spends them here, so that most
calls cost no statement. What it has drawn and not spent is lost to the others, never the other way
round: together they never pass the limit.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from runtime.clock import SECOND_US
from runtime.site.handles import Site
from runtime.store import rates

MINUTE_US: Final = 60 * SECOND_US
_REMEMBERED: Final = 20_000
_HANDFULS: Final = 30
"""A bucket is drawn in at least so many parts."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Whether a call may be made; `left` of `limit` in this minute; `wait_s` until one is there."""

    granted: bool
    limit: int
    left: int
    reset_s: int
    wait_s: int = 0


@dataclass(slots=True)
class _Purse:
    """What this process has drawn for somebody and not spent; until when asking is in vain."""

    calls: int = 0
    beyond: int = 0
    closed_until_us: int = 0


@dataclass(slots=True)
class Rates:
    """The purses of this process, by tenant and caller."""

    _purses: OrderedDict[tuple[str, str], _Purse] = field(default_factory=OrderedDict)

    async def spend(self, site: Site, tenant: str, who: str, per_minute: int) -> Spent:
        """Spend one call of somebody who may make so many a minute."""
        purse = self._purse(tenant, who)
        now = site.clock.now_us()
        if purse.calls == 0 and purse.closed_until_us <= now:
            await self._draw(site, tenant, who, per_minute, purse, now)
        each_us = MINUTE_US // per_minute
        if purse.calls == 0:
            wait = math.ceil((purse.closed_until_us - now) / SECOND_US)
            return Spent(False, per_minute, 0, 60, max(1, wait))
        purse.calls -= 1
        left = purse.calls + purse.beyond
        reset = math.ceil((per_minute - left) * each_us / SECOND_US)
        return Spent(True, per_minute, left, max(1, reset))

    def _purse(self, tenant: str, who: str) -> _Purse:
        key = (tenant, who)
        purse = self._purses.get(key)
        if purse is None:
            purse = self._purses[key] = _Purse()
            while len(self._purses) > _REMEMBERED:
                self._purses.popitem(last=False)
        else:
            self._purses.move_to_end(key)
        return purse

    async def _draw(
        self, site: Site, tenant: str, who: str, per_minute: int, purse: _Purse, now: int
    ) -> None:
        each_us = MINUTE_US // per_minute
        many = max(1, per_minute // _HANDFULS)
        async with site.store.unit(tenant, write=True) as unit:
            drawn = await rates.draw(unit, who, many, each_us, per_minute)
            if not drawn.granted and drawn.left:
                many = drawn.left
                drawn = await rates.draw(unit, who, many, each_us, per_minute)
        if drawn.granted:
            purse.calls += many
            purse.beyond, purse.closed_until_us = drawn.left, 0
        else:
            purse.beyond, purse.closed_until_us = 0, now + max(drawn.wait_us, each_us)
