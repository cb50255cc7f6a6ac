"""What has a stored key (decisions.md 5): every id of a tenant that tickets and people keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specs.kinds.people import People
from specs.kinds.sla import SlaPolicy
from specs.problem import Place
from specs.shape import Step
from specs.spec_set import SpecFile, SpecSet

GROUPS: tuple[str, ...] = ("customer", "requester", "staff")
"""The groups of people, which own fields like ticket types do."""
Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class StoredId:
    """One id with a stored key, and the entry (or file) that defines it.

    `owner`: the type, field set or group of people that has a field, the type that has a state,
    `<owner>.<field>` of an option or a column of rows; "" for a type, a team and a clock.
    """

    sort: str
    owner: str
    id: str
    file: SpecFile
    path: Path

    @property
    def place(self) -> Place:
        """Where its id stands; looked up when asked for, since few are."""
        return self.file.key_place(*(self.path or ("kind",)))

    @property
    def name(self) -> str:
        """As a Moves entry writes it: `refund.reason.late`."""
        return f"{self.owner}.{self.id}" if self.owner else self.id

    @property
    def full(self) -> str:
        """As the map of keys has it: `option:refund.reason.late`."""
        return f"{self.sort}:{self.name}"


def stored_ids(specs: SpecSet) -> Iterator[StoredId]:
    """All of them in the order of kinds and files; a clock once for each policy that has it."""
    for file in specs.of("TicketType").values():
        yield StoredId("type", "", file.id, file, ())
        yield from _fields(file, file.id, getattr(file.spec, "fields", None), "fields")
        for name in file.spec.workflow.states:  # type: ignore[attr-defined]
            yield StoredId("state", file.id, name, file, ("workflow", "states", name))
    for file in specs.of("FieldSet").values():
        yield from _fields(file, file.id, getattr(file.spec, "fields", None), "fields")
    for file in specs.of("People").values():
        for group in GROUPS:
            spec = getattr(file.spec, group) if isinstance(file.spec, People) else None
            if spec is not None:
                yield from _fields(file, group, spec.fields, group, "fields")
    for file in specs.of("Team").values():
        yield StoredId("team", "", file.id, file, ())
    for file in specs.of("SlaPolicy").values():
        for name in file.spec.clocks if isinstance(file.spec, SlaPolicy) else ():
            yield StoredId("clock", "", name, file, ("clocks", name))


def _fields(
    file: SpecFile, owner: str, fields: Mapping[str, Any] | None, *base: Step
) -> Iterator[StoredId]:
    for name, spec in (fields or {}).items():
        path = (*base, name)
        yield StoredId("field", owner, name, file, path)
        inner = f"{owner}.{name}"
        yield from _options(file, inner, getattr(spec, "options", None), *path, "options")
        yield from _fields(file, inner, getattr(spec, "fields", None), *path, "fields")


def _options(
    file: SpecFile, owner: str, options: Mapping[str, Any] | None, *base: Step
) -> Iterator[StoredId]:
    for name, spec in (options or {}).items():
        yield StoredId("option", owner, name, file, (*base, name))
        children = getattr(spec, "children", None)
        yield from _options(file, owner, children, *base, name, "children")
