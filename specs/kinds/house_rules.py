"""House rules: what a tenant asks of its own specs, and how it takes the findings of lint."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from specs.base import Extending, Id, OneOrMany, Pattern, Spec, Str, Text
from specs.marks import StrMark, Words
from specs.problem import Code

JUDGED: tuple[str, ...] = (
    "TicketType", "Field", "State", "Transition", "FieldSet", "Team", "Role", "Routing",
    "SlaPolicy", "Calendar", "Automation", "Macro", "Notification", "View", "Report", "Dashboard",
    "Source",
)  # fmt: skip
"""What a rule may be about: kinds of files, and what stands inside ticket types."""
OF_TYPES: tuple[str, ...] = ("sla", "routing", "view", "test", "promise", "portal")
"""What a ticket type may have besides its own keys: a spec that is about it."""
FINDINGS: tuple[str, ...] = tuple(c.number for c in Code if c.severity == "warning")

Finding = Annotated[str, StrMark("W[0-9]{3}", "finding", "W403")]
Target = Annotated[
    str, StrMark(r"all|[a-z_]+(/[a-z0-9_]+)?(\.[a-z0-9_]+)?", "target", "routing/refund.vip")
]


class HouseRule(Spec):
    """A rule over the specs themselves."""

    every: Annotated[str, Words(*JUDGED)]
    """What it is about."""
    except_: Annotated[tuple[Id, ...], OneOrMany()] | None = Field(None, alias="except")
    """Ids it is not about."""
    must_have: Annotated[tuple[Str, ...], OneOrMany()] | None = None
    """Keys that have to be written; for ticket types also `sla`, `routing`, `view`, `test`,
    `promise`, `portal`."""
    named: Pattern | None = None
    """A pattern that ids have to match from end to end."""
    say: Text | None = None
    """What is told to who breaks it."""
    severity: Annotated[str, Words("error", "warning")] = "warning"
    """Whether `lint` fails over it."""


class HouseRules(Extending):
    """House rules: what a tenant asks of its own specs, and how it takes the findings of lint."""

    kind: Literal["HouseRules"]
    rules: dict[Id, HouseRule] | None = None
    """Rules over the specs."""
    raise_: Annotated[tuple[Finding, ...], OneOrMany()] | None = Field(None, alias="raise")
    """Findings over which `lint` fails."""
    silence: dict[Finding, dict[Target, Str]] | None = None
    """Findings that are meant: a file, or a thing in it, and the reason."""
