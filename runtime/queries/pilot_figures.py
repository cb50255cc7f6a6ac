"""A pilot's figures beside those of live, over the same period and tickets of the same types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.change.apart import (
    FEW,
    Measure,
    Tells,
    apart,
    mean,
    median,
    share,
    shares_apart,
)
from engine.change.compare import AUTOMATION
from engine.decide.pending import APPROVAL
from engine.model.sla import STATE_LIMIT
from runtime.clock import SECOND_US
from runtime.render.catalogues import N_
from runtime.site.handles import Site
from runtime.site.pilot import PILOT, Pilot, pilot_from
from runtime.store import comparisons, desks, journal, measured
from runtime.store.desks import Pointer
from runtime.store.measured import Measured
from runtime.store.unit import Unit

MOST = 20_000
"""So many of the newest tickets of each side are counted."""
READ = 200
"""So many of the newest tickets of each side are read for what automations did."""

LABELS = {
    "tickets": N_("Number of tickets"),
    "elsewhere": N_("Routed elsewhere than live would"),
    "first_reply": N_("First reply after"),
    "solved": N_("Solved after"),
    "breached": N_("Missed a promise"),
    "reopened": N_("Reopened"),
    "handed_over": N_("Handed to another team"),
    "rating": N_("Rating"),
    "automations": N_("Automations a ticket"),
}
SHARES = frozenset(("elsewhere", "breached", "reopened", "handed_over"))
TIMES = frozenset(("first_reply", "solved"))
"""Medians in seconds."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of both sides; `tells`: whether the pilot's is lower or higher, or why not."""

    name: str
    pilot: Measure
    live: Measure
    tells: Tells


@dataclass(frozen=True, slots=True)
class PilotFigures:
    """A pilot side by side with live. `ended`: promoted, stopped, or "" while it goes on.

    `comparable`: both sides are of the same teams; a pilot for teams alone has none of its own
    beside it, so that teams are compared and not only specs.
    """

    revision: int
    live_revision: int
    pilot: Pilot
    teams: tuple[str, ...]
    ended: str
    until_us: int
    figures: tuple[Figure, ...]
    comparable: bool
    cut: bool

    @property
    def few(self) -> bool:
        """Whether there are too few tickets on a side to tell anything yet."""
        return any(side.n < FEW for side in (self.figures[0].pilot, self.figures[0].live))


async def pilot_figures(site: Site, tenant: str) -> PilotFigures | None:
    """The figures of the pilot, of the last one where none goes on; None without any."""
    live = site.desks.get(tenant)
    if live is None:
        return None
    async with site.store.unit(tenant) as unit:
        at = await desks.pointer(unit, PILOT)
        if at is None:
            return None
        data = at.data or {}
        pilot = pilot_from(data)
        until = int(data.get("ended_us") or unit.now_us() + 1)
        asked = (PILOT, at.revision_n, pilot.started_us, until, MOST)
        here = await measured.of_pilot(unit, *asked)
        there = await measured.beside(unit, *asked)
        figures = await _figures(unit, at, here, there)
    return PilotFigures(
        revision=at.revision_n,
        live_revision=live.revision,
        pilot=pilot,
        teams=tuple(sorted(pilot.teams & live.desk.teams.keys())),
        ended=str(data.get("outcome", "")) if at.ended else "",
        until_us=until,
        figures=tuple(figures),
        comparable=pilot.share > 0,
        cut=MOST in (len(here), len(there)),
    )


async def _figures(
    unit: Unit, at: Pointer, here: Sequence[Measured], there: Sequence[Measured]
) -> list[Figure]:
    sides = here, there
    compared = await comparisons.newest(unit, PILOT, at.revision_n, MOST)
    elsewhere = sum(_goes_elsewhere(one.body) for one in compared)
    found = [
        Figure("tickets", Measure(len(here)), Measure(len(there)), "unclear"),
        Figure("elsewhere", share(elsewhere, len(compared)), Measure(0), "unclear"),
    ]
    for name, times in (("first_reply", _replied), ("solved", _solved)):
        one, other = (_median(side, times) for side in sides)
        found.append(Figure(name, one, other, apart(one, other)))
    for name, test in _TESTS:
        one, other = (_share(side, test) for side in sides)
        found.append(Figure(name, one, other, shares_apart(one, other)))
    one, other = (mean([float(row.rating) for row in s if row.rating is not None]) for s in sides)
    found.append(Figure("rating", one, other, apart(one, other)))
    one, other = mean(await _fired(unit, here)), mean(await _fired(unit, there))
    return [*found, Figure("automations", one, other, apart(one, other))]


def _median(side: Sequence[Measured], times: Callable[[Measured], float | None]) -> Measure:
    return median([at for row in side if (at := times(row)) is not None])


def _goes_elsewhere(body: object) -> bool:
    differs = body.get("differs", ()) if isinstance(body, dict) else ()
    return any(one["topic"] == "home" for one in differs)


def _replied(row: Measured) -> float | None:
    at = row.memory.get("first_replied_at")
    return (at - row.created_us) / SECOND_US if isinstance(at, int) else None


def _solved(row: Measured) -> float | None:
    return (row.solved_us - row.created_us) / SECOND_US if row.solved_us is not None else None


def _breached(row: Measured) -> bool | None:
    """Whether a promise of the policy was missed; None where the ticket has none."""
    clocks = [c for key, c in row.clocks.items() if key not in (STATE_LIMIT, APPROVAL)]
    return any(clock["breached"] for clock in clocks) if clocks else None


def _reopened(row: Measured) -> bool | None:
    """Whether it was reopened; None where it never was done."""
    return row.reopened > 0 if row.reopened or row.solved_us is not None else None


def _handed_over(row: Measured) -> bool | None:
    return row.handed_over


_Test = Callable[[Measured], bool | None]
_TESTS: tuple[tuple[str, _Test], ...] = (
    ("breached", _breached),
    ("reopened", _reopened),
    ("handed_over", _handed_over),
)


def _share(side: Sequence[Measured], test: _Test) -> Measure:
    told = [found for row in side if (found := test(row)) is not None]
    return share(sum(told), len(told))


async def _fired(unit: Unit, side: Sequence[Measured]) -> list[float]:
    """How many automations ran on each of the newest tickets."""
    found: list[float] = []
    for row in side[:READ]:
        reasons = [
            why
            for event in await journal.read(unit, row.id)
            for why in (event.body or {}).get("reasons", ())
            if why["topic"] == AUTOMATION and why["outcome"] is True
        ]
        found.append(float(len(reasons)))
    return found
