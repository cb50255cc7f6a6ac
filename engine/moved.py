"""What running data moves do to stored values: tickets that were not reached yet are read so.

A published `map` gives a key's place to another, a `convert` gives a field another type
(decisions.md 5). Until the last ticket is rewritten, whoever reads one sees what it will hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STATE, TEAM, RECASTS = "state", "team", "recasts"
"""Names that a move may be about, and the memory in which a ticket notes what it went through."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One stored key that gives way to another, on tickets of `types` (on all where empty).

    `name`: `state`, `team` (then all that holds a team), or the key of a field; `column`: the key
    of a column of its rows. `phase` is the phase of the new state.
    """

    name: str
    old: str
    new: str
    types: tuple[str, ...] = ()
    column: str = ""
    phase: str = ""

    def is_on(self, type_key: str) -> bool:
        """Whether tickets of a type are concerned."""
        return not self.types or type_key in self.types


@dataclass(frozen=True, slots=True)
class Former:
    """A field as it was: enough to read its stored values. `options`: key → id."""

    type: str
    scale: int = 0
    currency: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recast:
    """A field whose stored values are read as another type.

    A ticket still holds the former type when it was made before `began_us` and its memory does not
    name `run`; on the way back (`back`) when its memory names it, or it was made after and its
    memory does not say that it went back.
    """

    run: str
    name: str
    types: tuple[str, ...]
    began_us: int
    former: Former
    back: bool = False

    def is_waiting(self, created_us: int, memory: object) -> bool:
        """Whether a ticket's value is still of the former type."""
        noted = memory.get(self.name) if isinstance(memory, Mapping) else None
        if self.back:
            is_new = created_us >= self.began_us and noted != self.mark
            return noted == self.run or is_new
        return noted != self.run and created_us < self.began_us

    @property
    def mark(self) -> str:
        """What a ticket that went through notes."""
        return f"back:{self.run}" if self.back else self.run


@dataclass(frozen=True, slots=True)
class Moved:
    """All that running moves do, in their order."""

    shifts: tuple[Shift, ...] = ()
    recasts: tuple[Recast, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.shifts or self.recasts)


STILL = Moved()
"""Nothing is moving."""
