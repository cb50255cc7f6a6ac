"""A role: what its holders see, change and do, by ticket type."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import Condition, DoVerb, Extending, Flag, OneOrMany, Right, Spec, Text
from specs.marks import Ref, Words

FUNCTIONS: tuple[str, ...] = (
    "publish_specs",
    "edit_specs",
    "manage_people",
    "manage_settings",
    "edit_knowledge",
    "suggest_articles",
    "export",
    "import",
    "view_audit",
)


class Grant(Spec):
    """What a role may do with the tickets of one type."""

    see: Condition | None = None
    """Which tickets are seen; `{}` is all, nothing written is none."""
    edit: Condition | None = None
    """Which of them may be changed."""
    create: Flag = False
    """Whether new ones may be made."""
    do: tuple[DoVerb, ...] = ()
    """What may be done besides the moves of the workflow."""
    fields: dict[Annotated[str, Ref("TypeField")], Right] | None = None
    """Rights on single fields, where they differ."""


class Role(Extending):
    """A role: what its holders see, change and do, by ticket type."""

    kind: Literal["Role"]
    title: Text
    """Its name."""
    inherits: Annotated[tuple[Annotated[str, Ref("Role")], ...], OneOrMany()] | None = None
    """Roles whose grants it has too."""
    types: dict[Annotated[str, Ref("TicketType")], Grant] | None = None
    """Grants by ticket type."""
    any_type: Grant | None = None
    """The grant for every type not named."""
    reports: tuple[Annotated[str, Ref("Report|Dashboard")], ...] | None = None
    """Reports and dashboards that may be read."""
    functions: tuple[Annotated[str, Words(*FUNCTIONS)], ...] | None = None
    """What may be done outside of tickets."""
