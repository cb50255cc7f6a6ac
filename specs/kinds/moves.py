"""Moves: what was renamed, mapped, converted or retired, so that stored tickets keep their data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from specs.base import Id, Spec
from specs.marks import StrMark, Words

RENAMED: tuple[str, ...] = ("type", "field", "state", "option", "clock", "team")
"""What has a stored key (decisions.md 5), and so can be renamed without touching a row."""
MAPPED: tuple[str, ...] = ("state", "option", "team")
"""What tickets hold as a value that another may take the place of."""
RETIRED: tuple[str, ...] = ("type", "field", "state", "option", "team")
"""What may be taken out of use while tickets still have it."""

Named = Annotated[
    str,
    StrMark(
        r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,4}", "name of something stored", "refund.reason"
    ),
]


class Move(Spec):
    """One move: exactly one of `rename`, `map`, `retire` and `convert`, with what it is about."""

    rename: Annotated[str, Words(*RENAMED)] | None = None
    """It has a new id; no ticket is touched."""
    map: Annotated[str, Words(*MAPPED)] | None = None
    """Tickets that hold it get another in its place."""
    retire: Annotated[str, Words(*RETIRED)] | None = None
    """It is no longer used; what tickets hold of it stays in their history."""
    convert: Annotated[str, Words("field")] | None = None
    """The field has another type; values that can be read as one are, the rest is kept aside."""
    from_: Named = Field(alias="from")
    """What it is about: `refund`, `refund.reason`, `refund.reason.late`."""
    to: Named | None = None
    """What takes its place: the new id of a `rename`, the other value of a `map`."""


class Moves(Spec):
    """Moves: what was renamed, mapped, converted or retired, so that tickets keep their data."""

    kind: Literal["Moves"]
    steps: dict[Id, Move]
    """The moves in their order; what was published once is never changed."""
