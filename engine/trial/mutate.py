"""How many wrong changes of the specs a suite notices; each that none notices is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.model.desk import Desk
from engine.trial.mutants import Mutant, mutants
from engine.trial.plan import Case
from engine.trial.run import run_case
from specs.problem import Place


@dataclass(frozen=True, slots=True)
class Alive:
    """A change that every test let pass."""

    said: str
    place: Place


@dataclass(frozen=True, slots=True)
class Score:
    """What came of the mutants. `possible`: how many there are, of which `tried` were run."""

    possible: int
    tried: int
    killed: int
    alive: tuple[Alive, ...]

    @property
    def cut(self) -> bool:
        """Whether a limit left some out."""
        return self.tried < self.possible

    @property
    def percent(self) -> int:
        """The share that was noticed, in whole percent rounded down; 100 where there is none."""
        return 100 * self.killed // self.tried if self.tried else 100


def mutate(desk: Desk, cases: Sequence[Case], limit: int) -> Score:
    """Try at most `limit` mutants, spread evenly over the specs; the same ones each time.

    A case that fails on the unchanged desk tells nothing and should be left out by the caller.
    """
    every = mutants(desk)
    chosen = _spread(every, limit)
    alive = [one for one in chosen if not _noticed(one, cases)]
    return Score(
        len(every),
        len(chosen),
        len(chosen) - len(alive),
        tuple(Alive(one.said, one.place) for one in alive),
    )


def _spread(every: list[Mutant], limit: int) -> list[Mutant]:
    if len(every) <= limit:
        return every
    return [every[at * len(every) // limit] for at in range(limit)]


def _noticed(mutant: Mutant, cases: Sequence[Case]) -> bool:
    desk = mutant.make()
    return any(not run_case(desk, case).passed for case in cases if case.type in mutant.types)
