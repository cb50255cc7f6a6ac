"""The scopes of one tenant: of a single type, of several types, and of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.compile.context import Context
from engine.compile.fields import plain_fields
from engine.compile.scope import Scope
from engine.compile.ticket_type import bare_fields
from engine.model.field import FieldModel

GROUPS = ("customer", "requester", "staff")


class Scopes:
    """Everything that paths of this tenant can reach, found once per compilation."""

    def __init__(self, context: Context, sources: Mapping[str, Mapping[str, FieldModel]]) -> None:
        self._context = context
        self._sources = sources
        self.types = {
            name: bare_fields(context, file) for name, file in context.files("TicketType").items()
        }
        self.people = _people(context)
        self._made: dict[tuple[str, ...], Scope] = {}
        context.scope_of = lambda type_id: self.of([type_id])

    def of(self, types: Iterable[str]) -> Scope:
        """The scope of a spec over these types; an empty list means all of them."""
        names = tuple(name for name in (list(types) or list(self.types)) if name in self.types)
        if names not in self._made:
            self._made[names] = self._of(names)
        return self._made[names]

    def _of(self, names: tuple[str, ...]) -> Scope:
        context = self._context
        tenant = context.specs.tenant
        return Scope.of_types(
            [self.types[name] for name in names],
            people=self.people,
            sources=self._sources,
            states=[self._states(name) for name in names],
            teams={name: context.key("team", name) for name in context.files("Team")},
            type_ids={name: context.key("type", name) for name in self.types},
            clocks=self._clocks(),
            tags={name: name for name in (tenant.tags or {})} if tenant else {},
            flags={name: name for name in (tenant.flags or {})} if tenant else {},
            owners=names,
            zone=tenant.time_zone if tenant else "UTC",
        )

    def _states(self, name: str) -> dict[str, str]:
        states = self._context.files("TicketType")[name].spec.workflow.states
        return {state: self._context.key("state", state, name) for state in states}

    def _clocks(self) -> dict[str, str]:
        return {
            clock: self._context.key("clock", clock)
            for file in self._context.files("SlaPolicy").values()
            for clock in file.spec.clocks
        }


def _people(context: Context) -> dict[str, dict[str, FieldModel]]:
    file = context.only("People")
    found: dict[str, dict[str, FieldModel]] = {}
    for group in GROUPS:
        spec = getattr(file.spec, group) if file else None
        own = (spec.fields if spec is not None else None) or {}
        found[group] = plain_fields(context, file, group, own, group, "fields") if file else {}
    return found
