"""The tenant itself: its name, languages, time zone, and the words all its specs share."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import (
    Currency,
    Id,
    Locale,
    Mark,
    OneOrMany,
    Priority,
    ShortForm,
    Spec,
    Text,
    Value,
    Zone,
)
from specs.marks import Ref, StrMark, Words

APPROVABLE: tuple[str, ...] = (
    "tightening", "breaking", "convert", "widens", "narrows", "behaviour", "retimed",
)  # fmt: skip
"""Classes of change (language.md 6) for which a second person can be asked."""


class Publishing(Spec):
    """Guard rails for publishing: which changes a second person has to approve."""

    approval: Annotated[tuple[Annotated[str, Words(*APPROVABLE)], ...], OneOrMany()] | None = None
    """Classes of change that need an approval; `convert`, `widens` and `behaviour` if unset."""


Selection = Annotated[
    tuple[
        Annotated[str, StrMark(r"[a-z_]+(/[a-z][a-z0-9_]*)?", "spec of a pack", "types/refund")],
        ...,
    ],
    OneOrMany(),
]


class PackUse(Spec):
    """A pack that the tenant uses; its files stand in `packs/<id>/`."""

    version: Annotated[str, StrMark(r"[0-9]+\.[0-9]+\.[0-9]+", "version", "1.2.0")]
    """The version that is used."""
    inputs: dict[Id, Value] | None = None
    """The values of its inputs, where they differ from the defaults."""
    use: Selection | None = None
    """Only these of its specs: `types/refund`, or all of a folder: `types`."""
    without: Selection | None = None
    """All but these of its specs."""


class Tenant(Spec):
    """The tenant itself: its name, languages, time zone, and the words all its specs share."""

    kind: Literal["Tenant"]
    language: Literal["1"]
    """The version of the spec language."""
    id: Id
    """The id of the tenant; it never changes."""
    title: Text
    """The name of the tenant."""
    locales: tuple[Locale, ...]
    """The languages it speaks; the first is that of texts without a locale."""
    time_zone: Zone
    """Where its wall clocks hang."""
    currency: Currency | None = None
    """The currency of money without one."""
    calendar: Annotated[str, Ref("Calendar")] | None = None
    """The hours of teams that have no own."""
    skills: dict[Id, Text] | None = None
    """What members can be good at."""
    tags: dict[Id, Annotated[Mark, ShortForm()]] | None = None
    """What people and rules may put on a ticket."""
    flags: dict[Id, Annotated[Mark, ShortForm()]] | None = None
    """What warns on a ticket."""
    priorities: dict[Priority, Text] | None = None
    """Titles of the four priorities."""
    packs: dict[Id, PackUse] | None = None
    """The packs that its specs build upon."""
    publishing: Publishing | None = None
    """Guard rails for publishing."""
