"""What a spec test promises of all tickets, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.model.rights import Who
from engine.predicate import TRUE, Predicate
from specs.problem import Place


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise; `id` as `tests/refund.always_ends`, `type` a type key.

    `always` False means never. Of the next six one is filled. `do`: transition ids; `sets`: output
    → key; `sees`: role ids; `reads`, `writes`: field keys; `reach`: which states a way leads to.
    `states`: keys, all where empty; `by`: who is meant, everyone where None.
    """

    id: str
    type: str
    place: Place
    always: bool
    when: Predicate = TRUE
    do: tuple[str, ...] = ()
    by: Who | None = None
    states: tuple[str, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)
    sees: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    reach: Predicate | None = None
