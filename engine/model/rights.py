"""Rights as a role holds them, and lists of people by relation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.model.text import Words
from engine.predicate import Predicate
from specs.problem import Place

REQUESTER: Final = "requester"
"""The built-in role that everyone holds; the Portal spec compiles to its grants."""
APPROVERS: Final = "approvers"
"""The built-in role of those who are asked to approve; it is compiled from the approvals."""


@dataclass(frozen=True, slots=True)
class Who:
    """A list of people by relation (decisions.md 2). A person qualifies when any part holds.

    `relations` are words like `requester assignee lead upper_lead watchers author anyone`;
    `roles` role ids, `teams` team keys, `leads_of` team keys.
    """

    relations: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    leads_of: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """person ids; decisions name people so, specs never do"""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role on one type (decisions.md 4). `see`/`edit` None: nothing. `fields`: key → right."""

    role: str
    type: str
    see: Predicate | None
    edit: Predicate | None
    create: bool
    do: frozenset[str]
    fields: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True)
class RoleModel:
    """A role: its own and inherited grants by type key, reports and functions."""

    id: str
    title: Words
    place: Place
    includes: frozenset[str]
    grants: Mapping[str, tuple[Grant, ...]]
    reports: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
