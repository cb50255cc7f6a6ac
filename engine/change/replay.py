"""One ticket of the past decided anew, whole: what the fast form is held equal to.

Its opening goes through `decide` as it came in. What people did later stays as they did it; only
the clocks run over it again, under the promises that the opening gave it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.change.compare import Outcome
from engine.change.door import Door, asked_at, known
from engine.change.past import Moment, Past
from engine.decide.deadline import deadlines
from engine.decide.run import decide
from engine.decide.verdict import Verdict
from engine.facts import Ask, ClockState, Facts, Value
from engine.model.clock import settle
from engine.model.desk import Desk
from engine.model.roster import Roster
from engine.model.sla import ClockModel, SlaPolicyModel


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a desk makes of a ticket.

    `late`: clock key → whether it is missed by the frozen now. `later`: ids of the automations that
    what happened afterwards would set off.
    """

    outcome: Outcome
    late: Mapping[str, bool]
    later: tuple[str, ...] = ()


def opened(door: Door, past: Past) -> Verdict:
    """The verdict of a lenient desk about the ticket as new."""
    ask = asked_at(door.desk, past.at_us)
    return decide(door.desk, known(past), door.opening(past), ask, Roster())


def narrowed(outcome: Outcome, counted: frozenset[str]) -> Outcome:
    """The outcome with those clocks alone that history can tell of."""
    if outcome.dues.keys() <= counted:
        return outcome
    gone = {f"due.{key}" for key in outcome.dues.keys() - counted}
    return replace(
        outcome,
        dues={key: due for key, due in outcome.dues.items() if key in counted},
        targets={key: span for key, span in outcome.targets.items() if key in counted},
        rules={topic: rule for topic, rule in outcome.rules.items() if topic not in gone},
    )


CARRIED = frozenset(
    ("created", "moved", "entered", "assigned", "transferred", "reopened", "changed")
)
"""The events that an imported history can tell of."""


def countable(policy: SlaPolicyModel | None, *, imported: bool) -> frozenset[str]:
    """The clocks of a policy whose end this history can show; of a file not those that wait for
    an answer or the like."""
    clocks = policy.clocks.values() if policy is not None else ()
    return frozenset(model.key for model in clocks if not imported or _seen(model))


def _seen(model: ClockModel) -> bool:
    return any(stop.when is not None or stop.event in CARRIED for stop in model.stops)


def run_clocks(
    desk: Desk, opened: Facts, past: Past, now_us: int, counted: frozenset[str]
) -> dict[str, bool]:
    """Which clocks are missed, by the rules of `decide` for every later moment."""
    clocks: Mapping[str, ClockState] = opened.clocks
    for ask, moment, before, after in course(desk, opened, past):
        were = Facts(before.values, before.refs, clocks)
        are = Facts(after.values, after.refs, clocks)
        clocks = deadlines(desk, were, are, moment.events, ask).clocks
    return {
        key: settle(clock, now_us).breached_us is not None
        for key, clock in clocks.items()
        if key in counted
    }


def course(desk: Desk, opened: Facts, past: Past) -> Iterator[tuple[Ask, Moment, Facts, Facts]]:
    """Every later moment with the facts before and after it."""
    facts = opened
    for moment in past.moments:
        after = facts.with_values(laid(moment, facts))
        yield asked_at(desk, moment.at_us), moment, facts, after
        facts = after


def laid(moment: Moment, facts: Facts) -> dict[str, Value]:
    """The values that a moment lays over the facts."""
    values = dict(moment.values)
    if moment.goes_home:
        values["team"] = facts.get("home_team")
    return values
