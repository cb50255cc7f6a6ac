"""Bursts and patterns compiled from specs: what they mean, and every nonsense with its place."""

from __future__ import annotations

import pytest

from engine.compile.desk import desk_from_files
from engine.model.desk import Desk
from engine.model.pattern import MOST_STEPS
from engine.span import DAY_US, HOUR_US
from specs.problem import Problem
from tests.workers.patterns.shop import files


def desk_of(**changes: str) -> tuple[Desk | None, list[Problem]]:
    """The shop with some automations changed."""
    desk, problems = desk_from_files(files(**changes))
    return desk, [one for one in problems if one.is_error]


def starting(starts: str, do: str = "[{ flag: late }]", applies: str = "repair") -> str:
    """An automation that starts so."""
    return f"""
        kind: Automation
        applies_to: {applies}
        starts: {starts}
        do: {do}
    """


def test_what_they_mean() -> None:
    """A burst is one step and a count; a pattern joins steps of the types that it names."""
    desk, problems = desk_of()
    assert desk is not None, problems
    rules = {rule.id: rule for rule in desk.patterns}
    assert list(rules) == ["reopened", "three_in_a_room", "torn"]
    burst = rules["three_in_a_room"]
    assert (burst.count, burst.size, burst.within_us) == (3, 3, HOUR_US)
    assert [path.name for path in burst.same] == ["room"]
    assert [path.name for path in rules["reopened"].same] == ["id"]
    torn = rules["torn"]
    assert not torn.is_burst
    assert torn.in_order
    assert torn.within_us == DAY_US
    assert [(step.id, step.types) for step in torn.steps] == [
        ("complaint", ("complaint",)),
        ("repair", ("repair",)),
    ]
    assert desk.automation("repair", "torn") is not None


def _burst(of: str = "created", same: str = "room", count: str = "3", within: str = "1h") -> str:
    return starting(f"{{ burst: {{ of: {of}, same: {same}, count: {count}, within: {within} }} }}")


def _pattern(events: str, rest: str = "same: customer, within: 1h") -> str:
    return f"{{ pattern: {{ events: {{ {events} }}, {rest} }} }}"


_MANY = ", ".join(f"e{n}: {{ of: created }}" for n in range(MOST_STEPS + 1))
_TWO = "a: { of: created }, b: { of: moved }"
_OUTSIDE = "a: { of: created, type: complaint }, b: { of: moved }"
_OF_ONE = "[{ set: { room: $same.room } }]"

BAD = {
    "one event is no pattern": (starting(_pattern("a: { of: created }")), "E206"),
    "too many events": (starting(_pattern(_MANY)), "E206"),
    "a type outside": (starting(_pattern(_OUTSIDE)), "E206"),
    "told apart by two values": (
        starting(_pattern(_TWO, "same: customer, different: [assignee, team], within: 1h")),
        "E206",
    ),
    "several values": (_burst(same="tags"), "E206"),
    "no time at all": (_burst(within="0m"), "E206"),
    "longer than a year": (_burst(within="400d"), "E206"),
    "one is no burst": (_burst(count="1"), "E206"),
    "no such field": (_burst(same="roon"), "E217"),
    "no such event": (_burst(of="happened"), "E314"),
    "a condition of nonsense": (
        starting(_pattern("a: { of: created, when: { room: { over: 3 } } }, b: { of: moved }")),
        "E302",
    ),
    "a value not in common": (
        starting(
            "{ burst: { of: created, same: room, count: 3, within: 1h } }",
            "[{ set: { room: $same.inner } }]",
        ),
        "E315",
    ),
    "a value in common of one event": (starting("created", _OF_ONE), "E315"),
    "both at once": (
        starting("{ event: created, burst: { of: created, same: room, count: 3, within: 1h } }"),
        "E206",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_nonsense_is_refused_with_its_place(name: str) -> None:
    """One mistake, one problem, in the file that has it."""
    text, code = BAD[name]
    desk, problems = desk_of(automations__three_in_a_room=text)
    assert desk is None
    assert [str(one.code) for one in problems] == [code], problems
    assert problems[0].place.file == "automations/three_in_a_room.yaml"
    assert problems[0].place.line > 1
