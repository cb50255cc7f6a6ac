"""What can be named in a tenant: fields of types, facts of people and teams, clocks, columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from specs.catalog import KINDS
from specs.field_types.common import FieldSpec
from specs.field_types.lines import LinesField
from specs.field_types.person import PersonField
from specs.field_types.reference import ReferenceField
from specs.field_types.team import TeamField
from specs.field_types.ticket import TicketField
from specs.kinds.automation import Automation
from specs.kinds.channel import Channel
from specs.kinds.field_set import FieldSet
from specs.kinds.knowledge import Knowledge
from specs.kinds.macro import Macro
from specs.kinds.people import People, PersonGroup
from specs.kinds.report import Report
from specs.kinds.routing import Routing
from specs.kinds.schedule import Schedule
from specs.kinds.sla import SlaPolicy
from specs.kinds.source import Source
from specs.kinds.spec_test import SpecTest
from specs.kinds.ticket_type import TicketType
from specs.kinds.view import View
from specs.kinds.webhook import Webhook
from specs.problem import Code, Place
from specs.spec_set import SpecFile, SpecSet
from specs.vocabulary import CLOCK_FACTS, TICKET_FACTS

PERSON_FACTS: tuple[str, ...] = ("id", "name", "email", "phone", "locale", "kind", "roles", "teams")
TEAM_FACTS: tuple[str, ...] = ("id", "title", "parent")
MAX_STEPS = 3
_FACT_OF_PERSON = {"requester": "requester", "customer": "customer", "assignee": "staff"}
_WORDS_OF_TENANT = {"Skill": "skills", "Tag": "tags", "Flag": "flags"}
_POINTS_TO_TEAM = {"team", "home_team"}


@dataclass(frozen=True, slots=True)
class Declared:
    """A field and where it is declared."""

    spec: FieldSpec
    place: Place


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a name leads nowhere: `step` of the path, and the names that would."""

    code: Code
    message: str
    step: int
    known: tuple[str, ...] = ()
    declared: Place | None = None


@dataclass(slots=True)
class Known:
    """An index over a set of specs; answers are None where a broken spec leaves them open."""

    specs: SpecSet
    _fields: dict[str, dict[str, Declared] | None] = field(default_factory=dict)
    _all: dict[str, Declared] | None = None
    _ids: dict[str, dict[str, None] | None] = field(default_factory=dict)

    def is_wide(self, kind: str) -> bool:
        """Whether a reference of this kind names the same things in the whole tenant."""
        return kind.split("|")[0] in KINDS or kind in _WORDS_OF_TENANT or kind == "Category"

    def ids(self, kind: str) -> dict[str, None] | None:
        """What a wide reference may name, in order; those that can't be read as well."""
        if kind not in self._ids:
            self._ids[kind] = self._named(kind)
        return self._ids[kind]

    def _named(self, kind: str) -> dict[str, None] | None:
        if kind == "Category":
            return self._categories()
        tenant = self.specs.tenant
        if kind in _WORDS_OF_TENANT:
            words = getattr(tenant, _WORDS_OF_TENANT[kind]) if tenant is not None else None
            return dict.fromkeys(words or ()) if tenant is not None else None
        kinds = kind.split("|")
        found = [id for one in kinds for id in self.specs.of(one)]
        found += sorted(id for one, id in self.specs.broken if one in kinds)
        # The role of the portal is built in.
        return dict.fromkeys([*found, "requester"] if kinds == ["Role"] else found)

    def _categories(self) -> dict[str, None] | None:
        """The categories of articles; without a knowledge base there are none."""
        if any(kind == "Knowledge" for kind, _ in self.specs.broken):
            return None
        bases = self.specs.specs(Knowledge).values()
        return dict.fromkeys(name for base in bases for name in base.categories)

    def fields(self, type_id: str) -> dict[str, Declared] | None:
        """The fields of a ticket type in order, those of its field sets first."""
        if type_id not in self._fields:
            self._fields[type_id] = self._of_type(type_id)
        return self._fields[type_id]

    def _of_type(self, type_id: str) -> dict[str, Declared] | None:
        file = self.specs.of("TicketType").get(type_id)
        if file is None or not isinstance(file.spec, TicketType):
            return None
        found: dict[str, Declared] = {}
        for name in file.spec.include or ():
            part = self.specs.of("FieldSet").get(name)
            if part is None:
                return None
            found |= declared(part)
        return found | declared(file)

    def all_fields(self) -> dict[str, Declared]:
        """The fields of all types that can be read."""
        if self._all is None:
            self._all = {}
            for type_id in self.specs.of("TicketType"):
                self._all |= self.fields(type_id) or {}
        return self._all

    @property
    def types_complete(self) -> bool:
        """Whether no ticket type or field set is broken."""
        return not any(kind in ("TicketType", "FieldSet") for kind, _ in self.specs.broken)

    def scope(self, file: SpecFile) -> tuple[str, ...] | None:
        """The ticket types that a spec speaks about; None is all."""
        spec = file.spec
        if isinstance(spec, TicketType):
            return (file.id,)
        if isinstance(spec, FieldSet):
            types = self.specs.specs(TicketType).items()
            return tuple(id for id, one in types if file.id in (one.include or ()))
        if isinstance(spec, Routing | SlaPolicy | Automation | Macro | Webhook):
            return None if "all_types" in spec.applies_to else spec.applies_to
        if isinstance(spec, View | Report):
            return spec.types or None
        if isinstance(spec, SpecTest):
            return (spec.about,)
        if isinstance(spec, Schedule):
            return (spec.create.type,)
        if isinstance(spec, Channel):
            rules = (spec.rules or {}).values()
            return tuple(dict.fromkeys((spec.type, *(rule.type for rule in rules))))
        kind_type = getattr(spec, "type", None)
        return (kind_type,) if isinstance(kind_type, str) else None

    def fields_in(self, file: SpecFile) -> dict[str, Declared] | None:
        """The fields that a spec may speak about; None when a broken spec leaves it open."""
        types = self.scope(file)
        if types is None:
            return self.all_fields() if self.types_complete else None
        found: dict[str, Declared] = declared(file) if isinstance(file.spec, FieldSet) else {}
        for type_id in types:
            fields = self.fields(type_id)
            if fields is None:
                return None
            found |= fields
        return found

    def person_facts(self, *groups: str) -> tuple[str, ...] | None:
        """What is known of people of the groups; of all groups where none is named."""
        if ("People", "people") in self.specs.broken:
            return None
        found = list(PERSON_FACTS)
        people = self.specs.specs(People).get("people")
        for name in groups or ("customer", "requester", "staff"):
            group: PersonGroup | None = getattr(people, name, None)
            found += group.fields or {} if group is not None else {}
        return tuple(dict.fromkeys(found))

    def clocks(self) -> tuple[str, ...] | None:
        """The clocks of all policies."""
        if any(kind == "SlaPolicy" for kind, _ in self.specs.broken):
            return None
        policies = self.specs.specs(SlaPolicy).values()
        return tuple(dict.fromkeys(clock for policy in policies for clock in policy.clocks))

    def states(self, types: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """The states of some types, or of all."""
        found: list[str] = []
        specs = self.specs.specs(TicketType)
        for id in types if types is not None else self.specs.of("TicketType"):
            spec = specs.get(id)
            if spec is None:
                return None
            found += spec.workflow.states
        return tuple(dict.fromkeys(found)) if types is not None or self.types_complete else None

    def transitions(self, types: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """The transitions of some types, or of all."""
        specs = self.specs.specs(TicketType)
        named = types if types is not None else tuple(self.specs.of("TicketType"))
        if any(id not in specs for id in named) or (types is None and not self.types_complete):
            return None
        return tuple(dict.fromkeys(one for id in named for one in specs[id].workflow.transitions))

    # ------------------------------------------------------------ paths

    def path_fault(self, path: str, fields: dict[str, Declared]) -> Fault | None:
        """Why a path leads nowhere, or None when it leads somewhere (or that is not known)."""
        steps = path.split(".")
        if len(steps) > MAX_STEPS:
            return Fault(Code.BAD_PATH, f"`{path}` has more than {MAX_STEPS} steps", 0)
        return self._first(path, steps, fields)

    def _first(self, path: str, steps: list[str], fields: dict[str, Declared]) -> Fault | None:
        head, rest = steps[0], steps[1:]
        if head in CLOCK_FACTS:
            return self._clock(path, rest)
        if head in TICKET_FACTS:
            return self._fact(path, head, rest, fields)
        if head not in fields:
            known = (*fields, *TICKET_FACTS)
            return Fault(Code.UNKNOWN_FIELD, f"there is no field `{head}` here", 0, known)
        return self._field(path, fields[head], rest, fields)

    def _clock(self, path: str, rest: list[str]) -> Fault | None:
        clocks = self.clocks()
        if clocks is None:
            return None
        if len(rest) != 1:
            return Fault(Code.BAD_PATH, f"`{path}` needs one clock behind the point", 0, clocks)
        if rest[0] not in clocks:
            return Fault(Code.UNKNOWN_FIELD, f"there is no clock `{rest[0]}`", 1, clocks)
        return None

    def _fact(
        self, path: str, head: str, rest: list[str], fields: dict[str, Declared]
    ) -> Fault | None:
        if not rest:
            return None
        if head in _FACT_OF_PERSON:
            return self._leaf(rest, self.person_facts(_FACT_OF_PERSON[head]), head, None)
        if head in _POINTS_TO_TEAM:
            return self._leaf(rest, TEAM_FACTS, head, None)
        if head == "parent":
            return self._first(path, rest, self.all_fields()) if self.types_complete else None
        return Fault(Code.BAD_PATH, f"`{head}` does not lead further", 1)

    def _field(
        self, path: str, at: Declared, rest: list[str], fields: dict[str, Declared]
    ) -> Fault | None:
        spec = at.spec
        if not rest:
            return None
        if isinstance(spec, ReferenceField):
            source = self.specs.specs(Source).get(spec.source)
            known = tuple(source.outputs) if source is not None else None
            place = self.specs.of("Source")[spec.source].key_place("outputs") if source else None
            return self._leaf(rest, known, f"source {spec.source}", place)
        if isinstance(spec, PersonField):
            return self._leaf(rest, self.person_facts(), "a person", None)
        if isinstance(spec, TeamField):
            return self._leaf(rest, TEAM_FACTS, "a team", None)
        if isinstance(spec, LinesField):
            return self._leaf(rest, tuple(spec.fields), "the lines", at.place)
        if isinstance(spec, TicketField):
            return self._first(path, rest, self.all_fields()) if self.types_complete else None
        return Fault(Code.BAD_PATH, f"a field of type {spec.type} does not lead further", 1)

    def _leaf(
        self, rest: list[str], known: tuple[str, ...] | None, owner: str, place: Place | None
    ) -> Fault | None:
        if known is None:
            return None
        if rest[0] not in known:
            message = f"{owner} has no `{rest[0]}`"
            return Fault(Code.UNKNOWN_FIELD, message, 1, known, place)
        if len(rest) > 1:
            return Fault(Code.BAD_PATH, f"`{rest[0]}` does not lead further", 2)
        return None


def declared(file: SpecFile) -> dict[str, Declared]:
    """The fields that a spec declares itself, with their places."""
    fields: dict[str, FieldSpec] = getattr(file.spec, "fields", None) or {}
    return {id: Declared(spec, file.key_place("fields", id)) for id, spec in fields.items()}
