"""Who decides a tenant's patterns: its process of the C matcher, or the correlator in Python.

A process that dies is started again and told what waits; a batch during which it died is decided
anew as a whole. One that dies three times within ten minutes is not trusted any more: from then on
Python decides that tenant's patterns, until they are published anew.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from engine.decide.correlate import Correlator, Token
from engine.model.pattern import PatternRule
from runtime.clock import SECOND_US, Clock, SystemClock
from runtime.workers import matcher
from runtime.workers.matcher_process import REPLY_S, Died, MatcherProcess

log = structlog.get_logger()

DEATHS: Final = 3
DEATHS_WITHIN_US: Final = 600 * SECOND_US
MOST_PROCESSES: Final = 8

Fires = list[tuple[str, tuple[int, ...]]]
"""(rule id, the numbers of its events by step)"""


@dataclass(frozen=True, slots=True)
class Batch:
    """What there is to decide: new events by rule, after `head`, and what waits in the rules.

    `waiting` holds everything that waits in each of the rules, or at least what agrees with one of
    the new events.
    """

    tenant: str
    rules: Mapping[str, PatternRule]
    head: int
    events: Sequence[tuple[str, Token]]
    waiting: Mapping[str, Sequence[Token]]


@dataclass(slots=True)
class Standing:
    """What is known of one tenant's process. `head`: the last event it knows of; -1: none."""

    version: str = ""
    process: MatcherProcess | None = None
    head: int = -1
    deaths: list[int] = field(default_factory=list)
    quarantined: str = ""
    news: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Correlation:
    """The processes of all tenants that this worker decides for."""

    def __init__(
        self, clock: Clock | None = None, *, in_c: bool | None = None, reply_s: float = REPLY_S
    ) -> None:
        self._clock, self._reply_s = clock or SystemClock(), reply_s
        self._in_c = matcher.available() if in_c is None else in_c
        self._tenants: OrderedDict[str, Standing] = OrderedDict()

    def knows(self, tenant: str, rules: Mapping[str, PatternRule], head: int) -> bool:
        """Whether all that waits is known here, so that only new events need to be read."""
        standing = self._tenants.get(tenant)
        return (
            standing is not None
            and standing.process is not None
            and standing.process.pid is not None
            and (standing.version, standing.head) == (version_of(rules), head)
        )

    def in_c(self, tenant: str, rules: Mapping[str, PatternRule]) -> bool:
        """Whether the C matcher decides this tenant's patterns of several kinds."""
        standing = self._tenants.get(tenant)
        quarantined = standing is not None and standing.quarantined == version_of(rules)
        return self._in_c and bool(rules) and not quarantined

    def turn(self, tenant: str) -> asyncio.Lock:
        """Held by whoever decides a tenant's patterns, from reading to writing."""
        return self._standing(tenant).turn

    async def decide(self, batch: Batch) -> Fires:
        """The matches of a batch. The caller holds the tenant's turn.

        Raises:
            Died: the tenant's process did; read again what waits, and ask again.
        """
        if not self.in_c(batch.tenant, batch.rules):
            return in_python(batch)
        standing = self._standing(batch.tenant)
        try:
            return await self._in_process(standing, batch)
        except Died as death:
            await self._mourn(standing, batch, str(death))
            raise

    def put_in_quarantine(self, tenant: str) -> bool:
        """Whether a tenant was put into quarantine since this was asked last."""
        standing = self._standing(tenant)
        news, standing.news = standing.news, False
        return news

    def settled(self, tenant: str, head: int) -> None:
        """Note that the last batch was written, up to `head`; without that it is told anew."""
        standing = self._tenants.get(tenant)
        if standing is not None and standing.process is not None:
            standing.head = head

    def pid(self, tenant: str) -> int | None:
        """The process of a tenant, if one runs."""
        standing = self._tenants.get(tenant)
        return standing.process.pid if standing is not None and standing.process else None

    async def close(self) -> None:
        """End all processes."""
        for standing in self._tenants.values():
            await _end(standing)

    def _standing(self, tenant: str) -> Standing:
        standing = self._tenants.setdefault(tenant, Standing())
        self._tenants.move_to_end(tenant)
        return standing

    async def _in_process(self, standing: Standing, batch: Batch) -> Fires:
        process = await self._ready(standing, batch)
        if standing.head != batch.head:
            if batch.waiting.keys() != batch.rules.keys():
                raise Died("it was started anew and what waits was not read")
            for rule, waiting in batch.waiting.items():
                await process.load(rule, waiting)
        # Until the batch is written, what the process knows may be more than what is true.
        standing.head = -1
        return await process.feed(batch.events)

    async def _ready(self, standing: Standing, batch: Batch) -> MatcherProcess:
        """The tenant's process with these rules; others need another, for handles leak."""
        wanted = version_of(batch.rules)
        if standing.process is not None and standing.process.pid is not None:
            if standing.version == wanted:
                return standing.process
        await _end(standing)
        await self._make_room()
        standing.version = wanted
        standing.process = MatcherProcess(tuple(batch.rules.values()), self._reply_s)
        await standing.process.start()
        return standing.process

    async def _make_room(self) -> None:
        """End the process that was asked longest ago when there are enough of them."""
        running = [one for one in self._tenants.values() if one.process is not None]
        idle = [one for one in running if not one.turn.locked()]
        if len(running) >= MOST_PROCESSES and idle:
            await _end(idle[0])

    async def _mourn(self, standing: Standing, batch: Batch, why: str) -> None:
        now = self._clock.now_us()
        await _end(standing)
        standing.deaths = [at for at in standing.deaths if at > now - DEATHS_WITHIN_US] + [now]
        log.warning("a matcher died", tenant=batch.tenant, why=why, deaths=len(standing.deaths))
        if len(standing.deaths) < DEATHS:
            return
        standing.deaths.clear()
        standing.quarantined = version_of(batch.rules)
        standing.news = True
        log.error("patterns are in quarantine: Python decides them", tenant=batch.tenant)


def version_of(rules: Mapping[str, PatternRule]) -> str:
    """What a set of rules means, in their order."""
    return " ".join(f"{name}:{rule.version}" for name, rule in rules.items())


def in_python(batch: Batch) -> Fires:
    """The same by the correlator."""
    made = {
        name: Correlator(rule, batch.waiting.get(name, ())) for name, rule in batch.rules.items()
    }
    fires = [(name, made[name].feed(token)) for name, token in batch.events]
    return [(name, found) for name, found in fires if found is not None]


async def _end(standing: Standing) -> None:
    process, standing.process, standing.head = standing.process, None, -1
    if process is not None:
        await process.close()
