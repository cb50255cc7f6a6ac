"""The ids of a tenant by what they name, so that an editor can offer them."""

from __future__ import annotations

from typing import Protocol

from specs.field_types.common import FieldSpec
from specs.field_types.lines import LinesField
from specs.field_types.person import PersonField
from specs.field_types.reference import ReferenceField
from specs.kinds.sla import SlaPolicy
from specs.kinds.source import Source
from specs.kinds.ticket_type import TicketType
from specs.known import TEAM_FACTS, Known
from specs.spec_set import SpecSet
from specs.vocabulary import TICKET_FACTS


class Names(Protocol):
    """Where the ids of a schema come from."""

    def ids(self, kind: str) -> tuple[str, ...] | None:
        """All ids that a reference of this kind may name, or None when any is possible."""

    def examples(self, kind: str) -> tuple[str, ...]:
        """Ids to offer where others are possible too."""

    def paths(self) -> tuple[str, ...] | None:
        """All paths of up to two steps, or None when any is possible."""

    def locales(self) -> tuple[str, ...]:
        """The tenant's locales; nothing when any is possible."""


class NoNames:
    """No tenant: every id is possible."""

    def ids(self, kind: str) -> tuple[str, ...] | None:
        return None

    def examples(self, kind: str) -> tuple[str, ...]:
        return ()

    def paths(self) -> tuple[str, ...] | None:
        return None

    def locales(self) -> tuple[str, ...]:
        return ()


class TenantNames:
    """The ids of one tenant. Ids of the file that is being edited are offered, never enforced."""

    def __init__(self, specs: SpecSet) -> None:
        self._specs = specs
        self._known = Known(specs)
        self._paths: tuple[str, ...] | None = None

    def ids(self, kind: str) -> tuple[str, ...] | None:
        if self._known.is_wide(kind):
            found = self._known.ids(kind)
            return tuple(found) if found is not None else None
        if kind == "TypeField" and self._known.types_complete:
            return (*self._known.all_fields(), *TICKET_FACTS)
        return None

    def examples(self, kind: str) -> tuple[str, ...]:
        types = self._specs.specs(TicketType).values()
        if kind == "OwnField":
            return tuple(self._known.all_fields())
        if kind == "State":
            return tuple(dict.fromkeys(state for one in types for state in one.workflow.states))
        if kind == "Transition":
            return tuple(dict.fromkeys(move for one in types for move in one.workflow.transitions))
        if kind == "Output":
            sources = self._specs.specs(Source).values()
            return tuple(dict.fromkeys(output for one in sources for output in one.outputs))
        if kind == "Clock":
            policies = self._specs.specs(SlaPolicy).values()
            return tuple(dict.fromkeys(clock for one in policies for clock in one.clocks))
        return self._known.person_facts() or () if kind == "PersonFact" else ()

    def paths(self) -> tuple[str, ...] | None:
        if not self._known.types_complete:
            return None
        if self._paths is None:
            self._paths = tuple(dict.fromkeys(self._all_paths()))
        return self._paths

    def _all_paths(self) -> list[str]:
        people = ("requester", "customer", "assignee")
        facts = [fact for fact in TICKET_FACTS if fact not in ("due", "breached")]
        found = [*facts, *(f"team.{fact}" for fact in TEAM_FACTS)]
        for clock in self._known.clocks() or ():
            found += [f"due.{clock}", f"breached.{clock}"]
        for person in people:
            found += [f"{person}.{fact}" for fact in self._known.person_facts() or ()]
        for id, field in self._known.all_fields().items():
            found += [id, *(f"{id}.{step}" for step in self._steps(field.spec))]
        return found

    def _steps(self, field: FieldSpec) -> tuple[str, ...]:
        if isinstance(field, ReferenceField):
            source = self._specs.specs(Source).get(field.source)
            return tuple(source.outputs) if source is not None else ()
        if isinstance(field, PersonField):
            return self._known.person_facts() or ()
        return tuple(field.fields) if isinstance(field, LinesField) else ()

    def locales(self) -> tuple[str, ...]:
        tenant = self._specs.tenant
        return tenant.locales if tenant is not None else ()
