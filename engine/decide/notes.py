"""Events of what is noted beside a ticket: visits, time spent, why a promise was missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

End = Literal["done", "missed", "cancelled"]
ENDS: Final[tuple[End, ...]] = get_args(End)
"""How a planned visit ends."""
Became = Literal["planned", "moved"] | End
OWN_WORDS: Final = "-"
"""The reason for a missed promise where the policy offers none: it stands in the words alone."""
LATE: Final = "breach_reason."
"""A name in the ticket's memory for each clock that was missed: the reason that was given."""


@dataclass(frozen=True, slots=True)
class Appoint:
    """What becomes of a visit. `was_us`: its start before, 0 for a new one.

    `next_us`: when the next planned visit of the ticket begins after it, None where there is none.
    `person`: who goes there, by id; `before`: who was to go and is told that they need not.
    """

    became: Became
    visit: str
    starts_us: int
    ends_us: int
    person: str = ""
    place: str = ""
    was_us: int = 0
    next_us: int | None = None
    before: str = ""


@dataclass(frozen=True, slots=True)
class Spend:
    """Work on the ticket, in whole minutes of a day (`YYYY-MM-DD`)."""

    entry: str
    minutes: int
    day: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unspend:
    """Work that somebody booked is taken back. `person`: who booked it."""

    entry: str
    minutes: int
    day: str
    person: str


@dataclass(frozen=True, slots=True)
class Account:
    """Why a clock was missed: one of the policy's reasons, and words."""

    clock: str
    reason: str
    words: str = ""


Noting = Appoint | Spend | Unspend | Account
"""What somebody notes beside a ticket."""
