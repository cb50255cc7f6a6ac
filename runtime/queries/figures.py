"""Figures of the whole installation for whoever watches over it: arrivals, jobs, mailboxes."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.clock import SECOND_US
from runtime.site.handles import Site
from runtime.store import arrivals, jobs, mailboxes
from runtime.store.jobs import JobCount


@dataclass(frozen=True, slots=True)
class ArrivalCount:
    """How many came one way to a tenant and are in a state."""

    tenant: str
    way: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class BoxFigure:
    """A mailbox: whether it can't be read, and seconds since all of it was last looked at."""

    tenant: str
    channel: str
    faulty: bool
    age_s: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All of them at one moment."""

    arrivals: tuple[ArrivalCount, ...]
    jobs: tuple[JobCount, ...]
    boxes: tuple[BoxFigure, ...]


async def figures(site: Site) -> Figures:
    """Read them, tenant by tenant."""
    now = site.clock.now_us()
    came: list[ArrivalCount] = []
    boxes: list[BoxFigure] = []
    for tenant in site.desks.tenants():
        async with site.store.unit(tenant) as unit:
            counts = await arrivals.counts(unit)
            came += [ArrivalCount(tenant, *which, n) for which, n in sorted(counts.items())]
            for one in await mailboxes.every(unit):
                age = (now - one.read_us) / SECOND_US if one.read_us is not None else None
                boxes.append(BoxFigure(tenant, one.channel_id, one.fault is not None, age))
    async with site.store.system() as system:
        return Figures(tuple(came), tuple(await jobs.counted(system)), tuple(boxes))
