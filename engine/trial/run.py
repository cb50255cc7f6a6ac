"""Runs a plan case by case and tells of each whether it held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.model.desk import Desk
from engine.trial.compare import Comparison, Miss
from engine.trial.plan import Act, Case, Expectation, TrialStep
from engine.trial.play import MAX_TIMERS, Moment, Play, Standing, TooManyTimers
from engine.trial.why import refusal_said


@dataclass(frozen=True, slots=True)
class Result:
    """One case with its misses; none means it passed. `moments`: every decision it brought about,
    `end`: how things stand after the last step."""

    case: Case
    misses: tuple[Miss, ...]
    moments: tuple[Moment, ...]
    end: Standing

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.misses


def run(desk: Desk, cases: Iterable[Case]) -> Iterator[Result]:
    """Run cases in their order, each on its own."""
    for case in cases:
        yield run_case(desk, case)


def run_case(desk: Desk, case: Case) -> Result:
    """Play one case and compare after every step."""
    play = Play(desk, case)
    misses: list[Miss] = []
    standing = play.begin()
    last = case.steps[-1] if case.steps else None
    if standing.refused and not (last is None and _says_refused(case.expect)):
        misses.append(_unexpected(desk, case, standing, None))
        return Result(case, tuple(misses), standing.moments, standing)
    for step in case.steps:
        try:
            standing = play.take(step)
        except TooManyTimers:
            misses.append(_too_many(step))
            return Result(case, tuple(misses), tuple(play.moments), standing)
        expect = (*step.expect, *(case.expect if step is last else ()))
        if standing.refused and not _says_refused(expect):
            misses.append(_unexpected(desk, case, standing, step))
        misses += Comparison(desk, case, standing).misses(step.expect)
    whole = Standing(standing.step if not case.steps else "", standing.facts, standing.now_us,
                     standing.moments, 0)  # fmt: skip
    misses += Comparison(desk, case, whole).misses(case.expect)
    return Result(case, tuple(misses), standing.moments, whole)


def _too_many(step: TrialStep) -> Miss:
    """Time that can't pass; the clock that starts itself anew again and again is in the specs."""
    expected = f"at most {MAX_TIMERS:,} timers fire"
    return Miss(step.id, f"step {step.id}", step.place, expected, "more fire")


def _says_refused(expect: Iterable[Expectation]) -> bool:
    return any(one.sort == "refused" for one in expect)


def _unexpected(desk: Desk, case: Case, standing: Standing, step: TrialStep | None) -> Miss:
    """A deed that was refused where nothing said that it would be."""
    deed = standing.last_deed
    refusals = deed.verdict.refusals if deed is not None else ()
    place = step.place if step is not None else case.place
    actor = step.actor if isinstance(step, Act) else case.opener
    what = f"step {step.id}" if step is not None else "the opening"
    who = f" by {actor}" if actor else ""
    return Miss(
        standing.step,
        what,
        place,
        f"{what}{who} goes through",
        "refused",
        tuple(refusal_said(one, desk) for one in refusals),
    )
