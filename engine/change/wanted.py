"""What a publish of changes needs: a step of `moves/`, a word on open tickets, an approval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from engine.change.change import Change, Class
from engine.change.diff import Side
from engine.change.names import new_steps, stored_at
from specs.kinds.moves import MAPPED, RETIRED
from specs.kinds.sla import SlaPolicy
from specs.kinds.tenant import Tenant
from specs.problem import Place

Sort = Literal["moves", "when_changed", "approval"]
APPROVED: Final[tuple[Class, ...]] = ("convert", "widens", "behaviour")
"""The classes that need an approval where the tenant says nothing."""
_TIMES: Final = ("time_zone", "calendar")


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is missing. `changes`: the numbers of the changes that ask for it.

    `moves`: `thing` is what goes (`refund.reason.late`) of the sort `kind`, `verbs` what may be
    done about it. `when_changed`: `thing` is the policy. `approval`: `thing` is the class.
    """

    sort: Sort
    changes: tuple[int, ...]
    thing: str
    kind: str = ""
    verbs: tuple[str, ...] = ()
    place: Place | None = None
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_decision(self) -> bool:
        """Whether the author has to write something; an approval is somebody else's word."""
        return self.sort != "approval"


def needs(before: Side | None, after: Side, changes: Sequence[Change]) -> tuple[Need, ...]:
    """All that is missing, decisions first. The first publish of a tenant needs nothing."""
    if before is None:
        return ()
    return (
        *_moves(before, after, changes),
        *_when_changed(before, after, changes),
        *_approvals(before, changes),
    )


# ---------------------------------------------------------------- moves


def _moves(before: Side, after: Side, changes: Sequence[Change]) -> Iterator[Need]:
    """A step for each stored thing that goes, and for each field that gets another type."""
    steps = new_steps(before.specs, after.specs)
    gone = {(c.kind, c.id) for c in changes if c.op == "remove" and not c.path}
    for number, change in enumerate(changes):
        path, id = change.old_path or change.path, change.old_id or change.id
        is_type = change.klass == "convert" and path[-1:] == ("type",) and change.kind != "Source"
        if change.op != "remove" and not is_type:
            continue
        thing = stored_at(change.kind, id, path[:-1] if is_type else path)
        if thing is None or change.kind == "People" or change.klass == "cosmetic":
            continue
        if path and (change.kind, change.id) in gone:
            continue
        verbs = ("convert",) if is_type else _verbs(thing.sort)
        done = any(
            step["verb"] in verbs and (step["sort"], step["from"]) == (thing.sort, thing.name)
            for step in steps
        )
        if verbs and not done:
            yield Need("moves", (number,), thing.name, thing.sort, verbs, change.place)


def _verbs(sort: str) -> tuple[str, ...]:
    return tuple(v for v, sorts in (("map", MAPPED), ("retire", RETIRED)) if sort in sorts)


# ---------------------------------------------------------------- clocks


def _when_changed(before: Side, after: Side, changes: Sequence[Change]) -> Iterator[Need]:
    """Each policy whose promises change and that does not say for whom."""
    policies = after.specs.specs(SlaPolicy)
    known = before.specs.specs(SlaPolicy)
    asked: dict[str, list[int]] = {}
    for number, change in enumerate(changes):
        if change.klass != "retimed":
            continue
        for name, policy in policies.items():
            if name in known and policy.when_changed is None and _touches(change, name, policy):
                asked.setdefault(name, []).append(number)
    for name, numbers in asked.items():
        place = after.specs.of("SlaPolicy")[name].place()
        yield Need("when_changed", tuple(numbers), name, place=place)


def _touches(change: Change, name: str, policy: SlaPolicy) -> bool:
    """Whether a re-timing change is one of this policy, or of hours that it may count in."""
    match change.kind:
        case "SlaPolicy":
            return change.id == name and bool(change.path)
        case "Calendar":
            return policy.calendar in (None, change.id)
        case "Tenant":
            return change.path[0] in _TIMES and (
                change.path[0] == "time_zone" or not policy.calendar
            )
        case "Team":
            return policy.calendar is None
    return False


# ---------------------------------------------------------------- approvals


def _approvals(before: Side, changes: Sequence[Change]) -> Iterator[Need]:
    """The classes that somebody else has to agree to, by the guard rails that hold now."""
    tenant = before.specs.tenant
    for klass in approved_classes(tenant):
        numbers = [n for n, change in enumerate(changes) if change.klass == klass]
        if numbers:
            yield Need("approval", tuple(numbers), klass)


def approved_classes(tenant: Tenant | None) -> tuple[str, ...]:
    """The classes for which the tenant wants a second person."""
    guard = tenant.publishing if tenant is not None else None
    return APPROVED if guard is None or guard.approval is None else guard.approval
