"""What happens to two tickets at once, or to one because of another: events of a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Kin:
    """The other of two tickets, as what joins them has to know it.

    `into`: the number of the ticket it was merged into, "" where it was not; `above`: the ids of
    all that it is a part of or was merged into, nearest first; `do`: the viewer's verbs on it.
    """

    id: str
    number: str
    phase: str = "new"
    into: str = ""
    above: tuple[str, ...] = ()
    do: frozenset[str] = frozenset()

    def may(self, verb: str) -> bool:
        """Whether the viewer has a verb there."""
        return bool(self.do & {verb, "*"})


@dataclass(frozen=True, slots=True)
class Link:
    """The ticket becomes a part of another, by its id; "" makes it independent."""

    parent: str
    other: Kin | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """The ticket says the same as another, by its id: it ends here and lives on there."""

    into: str
    other: Kin | None = None


@dataclass(frozen=True, slots=True)
class Unmerge:
    """The merge was wrong: the ticket is as it was before."""

    other: Kin | None = None


@dataclass(frozen=True, slots=True)
class Relate:
    """A mark between two tickets: `related`, or `duplicate` (this one is the same as the other)."""

    sort: Literal["related", "duplicate"]
    other: Kin
    on: bool = True


@dataclass(frozen=True, slots=True)
class Beside:
    """What another ticket's change means for this one: a verb and the other's number.

    `then`: what becomes of those merged into this one when it is solved, `solved` or `closed`.
    """

    verb: Literal[
        "part_added", "part_removed", "parts_done", "merged_in", "merged_out", "related",
        "merge_then",
    ]  # fmt: skip
    number: str = ""
    sort: str = ""
    on: bool = True
    then: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Some of what was said, by the numbers of its events, becomes another ticket (`number`)."""

    number: str
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """Somebody watches the ticket from now on, or no longer; `known`: they work here."""

    person: str
    on: bool = True
    known: bool = True


@dataclass(frozen=True, slots=True)
class Echo:
    """Words that were written on another ticket (`number`) and count here: an answer given once
    for all merged tickets, or (`internal`) what the requester of a merged one wrote. `by`: whose
    they are; `about`: whom they are about, where it is not this ticket's requester."""

    text: str
    number: str
    by: str
    internal: bool = False
    files: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Settle:
    """The ticket that this one was merged into (`number`) was solved."""

    number: str


Joining = Link | Merge | Unmerge | Relate | Split | Watch
"""What somebody does, within their rights."""
FromOther = Beside | Echo | Settle
"""What comes of a change of another ticket, which had its own rights."""
