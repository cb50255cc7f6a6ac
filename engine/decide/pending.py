"""The request that a ticket waits with: which transition, who asked, who agreed, who may still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from engine.facts import Facts, Value

PENDING: Final = "_pending"
"""The name in Facts that holds the whole request; no field can be called so."""
APPROVERS: Final = "approvers"
"""Everyone who is asked now; the relation of this name."""
OPEN: Final = "_approvers_open"
"""Those of them who have not answered yet."""
SERIAL: Final = "_approval_serial"
"""How many requests the ticket has had."""
APPROVAL: Final = "approval"
"""The key of the clock that `within` runs on."""
LOOK: Final = "look"
"""What falls due when a request has to be looked at again."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One answer. `granted` False is a refusal."""

    person: str
    granted: bool
    at_us: int

    def value(self) -> Mapping[str, Value]:
        """As facts keep it."""
        return {"person": self.person, "granted": self.granted, "at": self.at_us}


@dataclass(frozen=True, slots=True)
class Request:
    """A transition that was asked for and waits (decisions.md 8).

    `asker`: a person id, "" when no person asked. `words`: comment, note and reason that belong to
    the move, said when it is made. `stands_in`: substitute → the absent person they answer for.
    `serial` counts the requests of a ticket, so that an answer meant for one never hits another.
    """

    transition: str
    asker: str
    asked_us: int
    serial: int
    words: Mapping[str, str] = field(default_factory=dict)
    votes: tuple[Vote, ...] = ()
    stands_in: Mapping[str, str] = field(default_factory=dict)

    def value(self) -> Mapping[str, Value]:
        """As facts keep it, ready for JSON."""
        return {
            "transition": self.transition,
            "asker": self.asker,
            "asked": self.asked_us,
            "serial": self.serial,
            "words": dict(self.words),
            "votes": tuple(vote.value() for vote in self.votes),
            "stands_in": dict(self.stands_in),
        }

    def answered(self, vote: Vote) -> Request:
        """The same request with one more answer."""
        return replace(self, votes=(*self.votes, vote))

    def answer_of(self, person: str) -> Vote | None:
        """What somebody answered."""
        return next((vote for vote in self.votes if vote.person == person), None)


def request_of(facts: Facts) -> Request | None:
    """The request that the ticket waits with, None when it waits for nobody."""
    kept = facts.get(PENDING)
    if not isinstance(kept, Mapping):
        return None
    return Request(
        transition=str(kept["transition"]),
        asker=str(kept["asker"]),
        asked_us=_whole(kept["asked"]),
        serial=_whole(kept["serial"]),
        words=_texts(kept.get("words")),
        votes=tuple(_votes(kept.get("votes"))),
        stands_in=_texts(kept.get("stands_in")),
    )


def _votes(kept: Value) -> list[Vote]:
    found = []
    for each in kept if isinstance(kept, tuple) else ():
        if isinstance(each, Mapping):
            found.append(Vote(str(each["person"]), bool(each["granted"]), _whole(each["at"])))
    return found


def _texts(kept: Value) -> dict[str, str]:
    return {k: str(v) for k, v in kept.items()} if isinstance(kept, Mapping) else {}


def _whole(value: Value) -> int:
    return value if isinstance(value, int) else 0
