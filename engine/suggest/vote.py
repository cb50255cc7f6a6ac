"""What became of most tickets like this one: a value for each topic, with how many agree."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Topic: TypeAlias = Literal["type", "priority", "team", "tag"]
TOPICS: Final[tuple[Topic, ...]] = ("type", "priority", "team", "tag")

ASKED: Final = 9
"""So many like tickets have a say."""
FEWEST: Final = 5
"""Fewer than so many like tickets say nothing."""
SHARE: Final = 2 / 3
"""Of those, at least this share must agree."""
LEAST: Final = 0.2
"""A ticket of lower likeness is not like it: it shares a word or two."""


@dataclass(frozen=True, slots=True)
class Past:
    """A past ticket with what became of it: its last type, priority, team and tags, by key."""

    ticket_id: str
    number: str
    subject: str
    type: str
    priority: str
    team: str
    tags: tuple[str, ...] = ()

    def said(self, topic: Topic) -> tuple[str, ...]:
        """Its values of a topic; several of tags alone."""
        if topic == "tag":
            return self.tags
        value = {"type": self.type, "priority": self.priority, "team": self.team}[topic]
        return (value,) if value else ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value for a topic: `agree` of `of` like tickets have it; they are `past`, most alike first.

    It is evidence for a person who decides; nothing acts on it.
    """

    topic: Topic
    value: str
    agree: int
    of: int
    past: tuple[Past, ...]

    @property
    def confidence(self) -> float:
        """The share that agrees, from 0 to 1."""
        return self.agree / self.of


def suggest(
    like: Sequence[Past], topics: Iterable[Topic], share: float = SHARE
) -> tuple[Suggestion, ...]:
    """What most of the tickets `like` this one have, the most alike first; nothing where unsure.

    `like` holds only tickets that whoever is told may see: the counts are over these and no others.
    """
    asked = like[:ASKED]
    if len(asked) < FEWEST:
        return ()
    enough = math.ceil(share * len(asked) - 1e-9)
    found: list[Suggestion] = []
    for topic in topics:
        # Of equal counts the value met first, in the ticket most alike, stands first.
        counts = Counter(value for past in asked for value in past.said(topic))
        best = counts.most_common(None if topic == "tag" else 1)
        for value, agree in best:
            if agree >= enough:
                same = tuple(past for past in asked if value in past.said(topic))
                found.append(Suggestion(topic, value, agree, len(asked), same))
    return tuple(found)
