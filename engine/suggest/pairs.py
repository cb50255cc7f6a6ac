"""Whether two tickets may be about one thing: a score with its parts, for a person to judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.normal import fold

ENOUGH: Final = 60
"""From this score on a pair is proposed."""
_PERSON, _PHONE, _RECORD, _WORDS = 30, 25, 40, 60
_LEAST_WORDS: Final = 0.25
_READ: Final = 400
"""So many characters of a description are compared; what it is about stands in its beginning."""


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared of a ticket. `records`: (source, key) of what it points to; `phones`: of
    its requester and its fields, digits alone."""

    requester: str
    phones: frozenset[str] = frozenset()
    records: frozenset[tuple[str, str]] = frozenset()
    subject: str = ""
    text: str = ""
    shingles: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shingles", _shingles(f"{self.subject} {self.text[:_READ]}"))


@dataclass(frozen=True, slots=True)
class Likely:
    """How likely, from 0 to 100, and what speaks for it: `why` → points."""

    score: int
    reasons: Mapping[str, int]


def compare(one: Side, other: Side) -> Likely | None:
    """How likely two tickets are about one thing; None where words alone, or too little, say so."""
    found: dict[str, int] = {}
    if one.requester and one.requester == other.requester:
        found["same_person"] = _PERSON
    elif one.phones & other.phones:
        found["same_phone"] = _PHONE
    if one.records & other.records:
        found["same_record"] = _RECORD
    if not found:
        return None
    both = len(one.shingles) + len(other.shingles)
    alike = 2 * len(one.shingles & other.shingles) / both if both else 0.0
    if alike >= _LEAST_WORDS:
        found["like_words"] = round(_WORDS * alike)
    score = min(100, sum(found.values()))
    return Likely(score, found) if score >= ENOUGH else None


def _shingles(text: str) -> frozenset[str]:
    """Three neighbouring characters at a time, of folded letters and digits."""
    plain = " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())
    return (
        frozenset(plain[n : n + 3] for n in range(max(1, len(plain) - 2))) if plain else frozenset()
    )


def digits(text: str) -> str:
    """A phone number as its last eleven digits, "" where it is too short to be one."""
    found = "".join(c for c in text if c.isascii() and c.isdigit())
    return found[-11:] if len(found) >= 7 else ""
