"""What a desk decides about a new ticket, small enough to keep, and how two such answers differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.decide.verdict import Verdict
from engine.facts import Value

TOPICS = ("home", "team", "priority", "tags")
"""What is compared besides the clocks; `home` is where routing sends it, `team` who gets it."""
AUTOMATION = "automation"
_RULED = frozenset(("team", "priority", "tags", "skills", "difficulty"))
_OF_RULE = {"home": "team"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision about one new ticket.

    `home`: the team that routing chose; `team`: who has it when the whole cascade is done. `rules`:
    topic (team, priority, due.<clock> …) → the address of the rule. `fired`: ids of automations
    that ran, in order. `targets` and `dues`: clock key → promise (`4h`), due instant.
    """

    team: str
    home: str
    priority: str
    tags: tuple[str, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    fired: tuple[str, ...] = ()
    targets: Mapping[str, str] = field(default_factory=dict)
    dues: Mapping[str, int | None] = field(default_factory=dict)

    def rule(self, topic: str) -> str:
        """The rule that decided a topic, "" where none is known."""
        return self.rules.get(_OF_RULE.get(topic, topic), "")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that comes out otherwise, with the rules of both sides."""

    topic: str
    before: Value
    after: Value
    was: str = ""
    becomes: str = ""


def outcome_of(verdict: Verdict) -> Outcome:
    """The outcome of a verdict about a new ticket that was not refused."""
    facts = verdict.facts
    # Where a table decides once more in the cascade, its last word holds.
    rules = {why.topic: why.rule for why in verdict.reasons if _is_kept(why.topic)}
    fired = [why for why in verdict.reasons if why.topic == AUTOMATION and why.outcome is True]
    own = {key: clock for key, clock in facts.clocks.items() if f"due.{key}" in rules}
    return Outcome(
        team=facts.text("team"),
        home=facts.text("home_team"),
        priority=facts.text("priority"),
        tags=facts.names("tags"),
        rules=rules,
        fired=tuple(why.rule.rpartition("/")[2] for why in fired),
        targets={key: clock.target.text() for key, clock in own.items()},
        dues={key: clock.due_us for key, clock in own.items()},
    )


def _is_kept(topic: str) -> bool:
    return topic in _RULED or topic.startswith("due.")


def differences(one: Outcome, other: Outcome) -> tuple[Difference, ...]:
    """Everything that the two decide otherwise; another rule with the same answer is no difference.

    Of tags and automations the order does not count.
    """
    found: list[Difference] = []
    for topic in TOPICS:
        before, after = getattr(one, topic), getattr(other, topic)
        if _unordered(before) != _unordered(after):
            found.append(Difference(topic, before, after, one.rule(topic), other.rule(topic)))
    for key in sorted({*one.dues, *other.dues}):
        topic = f"due.{key}"
        before, after = one.dues.get(key), other.dues.get(key)
        if before != after:
            found.append(Difference(topic, before, after, one.rule(topic), other.rule(topic)))
    if set(one.fired) != set(other.fired):
        found.append(Difference(AUTOMATION, one.fired, other.fired))
    return tuple(found)


def _unordered(value: Value) -> object:
    return frozenset(value) if isinstance(value, tuple) else value
