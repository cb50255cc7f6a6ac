"""How often a revision beside the live one decides the same, and where tickets would go instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.facts import Viewer
from engine.model.desk import Desk
from runtime.queries.read_ticket import see_ticket
from runtime.site.handles import Site
from runtime.site.pilot import Pilot, pilot_from
from runtime.store import comparisons, desks
from runtime.store.comparisons import Compared

LOOKED_AT = 5000
"""So many of the newest comparisons make the matrix; the rate counts all."""
SAMPLES = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing decided otherwise: before is live's, after the other's, each with its rule and its
    place `file:line`."""

    topic: str
    before: Any
    after: Any
    was: str = ""
    becomes: str = ""
    was_place: str = ""
    place: str = ""
    later: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A ticket that is decided otherwise."""

    number: str
    type: str
    differs: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """So many tickets that live sends to one team and the other revision to another."""

    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """A revision compared with live. `matrix`: by team key, the largest first; `topics`: what is
    decided otherwise in how many tickets; `ended`: it does not go on."""

    environment: str
    revision: int
    desk: Desk
    live: Desk
    since: Pilot
    compared: int
    agree: int
    matrix: tuple[Way, ...]
    topics: Mapping[str, int]
    samples: tuple[Sample, ...]
    ended: bool

    @property
    def share(self) -> float | None:
        """How often both say the same; None before anything was compared."""
        return self.agree / self.compared if self.compared else None


async def agreement(
    site: Site, tenant: str, name: str, viewer: Viewer, limit: int = SAMPLES
) -> Agreement | None:
    """What was compared for an environment, the last one where it has ended; None without one.

    Tickets are named to those who may see them.
    """
    live = site.desks.get(tenant)
    if live is None:
        return None
    async with site.store.unit(tenant) as unit:
        at = await desks.pointer(unit, name)
        if at is None:
            return None
        compared, agree = await comparisons.counts(unit, name, at.revision_n)
        newest = await comparisons.newest(unit, name, at.revision_n, LOOKED_AT)
        differing = await comparisons.newest(unit, name, at.revision_n, limit * 3, differing=True)
    desk = await site.desks.at_revision(tenant, at.revision_n)
    if desk is None:
        return None
    return Agreement(
        environment=name,
        revision=at.revision_n,
        desk=desk,
        live=live.desk,
        since=pilot_from(at.data or {}),
        compared=compared,
        agree=agree,
        matrix=_matrix(newest),
        topics=dict(Counter(t for one in newest for t in {d.topic for d in _all(one)})),
        samples=await _samples(site, tenant, viewer, differing, limit),
        ended=at.ended,
    )


def _matrix(found: Sequence[Compared]) -> tuple[Way, ...]:
    ways = Counter(
        (str(one.body["was"].get("home", "")), str(one.body["becomes"].get("home", "")))
        for one in found
        if "was" in one.body
    )
    return tuple(Way(before, after, count) for (before, after), count in ways.most_common())


async def _samples(
    site: Site, tenant: str, viewer: Viewer, found: Sequence[Compared], limit: int
) -> tuple[Sample, ...]:
    made: list[Sample] = []
    for one in found:
        if len(made) == limit:
            break
        number = str(one.body["number"])
        if viewer.is_system or await see_ticket(site, tenant, viewer, number) is not None:
            made.append(Sample(number, str(one.body["type"]), tuple(_all(one))))
    return tuple(made)


def _all(one: Compared) -> Iterator[Difference]:
    for each in one.body["differs"]:
        yield Difference(**each)
    for later in one.body.get("later", ()):
        for each in later["differs"]:
            yield Difference(**each, later=str(later.get("verb", "")))
