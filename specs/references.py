"""What a spec names has to exist: every reference, path and action looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic_core import PydanticCustomError

from specs.catalog import KINDS
from specs.clauses import Action, ActionMark, ConditionMark, EventMark, Who, WhoMark
from specs.integrity import check_integrity
from specs.kinds.report import Report
from specs.kinds.sla import SlaPolicy
from specs.kinds.source import Source
from specs.kinds.ticket_type import SubjectTemplate, TicketType
from specs.known import Fault, Known
from specs.marks import Marker, PathMark, Ref, TextMark, pattern_fault
from specs.problem import Code, Fix, Place, Problem, did_you_mean, nearest, pointer, problem
from specs.shape import Position, Step, positions
from specs.source import Mapping, Scalar, Sequence
from specs.spec_set import SpecFile, SpecSet, node_at
from specs.vocabulary import TICKET_FACTS
from specs.writing import scalar

Path = tuple[Step, ...]

_WORD = {
    "TicketType": "ticket type",
    "FieldSet": "field set",
    "SlaPolicy": "SLA policy",
    "Report|Dashboard": "report or dashboard",
}


def check_references(specs: SpecSet) -> list[Problem]:
    """Every reference to nothing, every loop, every row with a wrong number of cells."""
    known = Known(specs)
    found: list[Problem] = []
    for kind in KINDS:
        for file in specs.of(kind).values():
            found += _Checker(specs, known, file).run()
    return [*found, *check_integrity(specs, known)]


@dataclass(slots=True)
class _Checker:
    """Looks up what one spec names."""

    specs: SpecSet
    known: Known
    file: SpecFile

    def run(self) -> Iterator[Problem]:
        for at in positions(self.file.spec, _CHECKS):
            yield from _CHECKS[type(at.marker)](self, at)

    def say(
        self,
        code: Code,
        message: str,
        path: Path,
        known: Iterable[str] = (),
        related: tuple[tuple[str, Place], ...] = (),
        *,
        is_key: bool = False,
        word: str = "",
        cure: str = "",
        place: Place | None = None,
    ) -> Problem:
        at = place or (self.file.key_place(*path) if is_key else self.file.place(*path))
        told = cure or (did_you_mean(word, known) if word else "")
        return problem(code, message, at, pointer=pointer(path), cure=told, related=related)

    # ------------------------------------------------------------ references

    def ref(self, at: Position) -> Iterator[Problem]:
        marker, word = at.marker, str(at.value)
        assert isinstance(marker, Ref)
        if word in marker.also:
            return
        found = self.candidates(marker.kind, at.path)
        if found is None or word in found:
            return
        code, what, related = self.about(marker.kind, word, found)
        names = (*found, *marker.also)
        message = f"there is no {what} `{word}`"
        yield self.say(code, message, at.path, names, related, is_key=at.is_key, word=word)

    def candidates(self, kind: str, path: Path) -> Collection[str] | None:
        """The ids that a reference may name; None when a broken spec leaves it open."""
        if self.known.is_wide(kind):
            return self.known.ids(kind)
        spec = self.file.spec
        if kind == "State":
            if isinstance(spec, TicketType):
                return list(spec.workflow.states)
            return self.known.states(self.known.scope(self.file))
        if kind == "Transition":
            return self.known.transitions(self.known.scope(self.file))
        if kind == "Output":
            return list(spec.outputs) if isinstance(spec, Source) else None
        if kind == "Clock":
            return list(spec.clocks) if isinstance(spec, SlaPolicy) else None
        return self.fields(kind, path)

    def fields(self, kind: str, path: Path) -> list[str] | None:
        if kind == "PersonFact":
            groups = (str(path[0]),) if self.file.kind == "People" else ()
            facts = self.known.person_facts(*groups)
            return list(facts) if facts is not None else None
        if kind == "TypeField":
            return self.of_type(path)
        if path[-2:-1] == ("place",):
            return self.siblings(path)
        found = self.known.fields_in(self.file)
        return list(found) if found is not None else None

    def of_type(self, path: Path) -> list[str] | None:
        if path[0] != "types":
            return [*self.known.all_fields(), *TICKET_FACTS] if self.known.types_complete else None
        found = self.known.fields(str(path[1]))
        return [*found, *TICKET_FACTS] if found is not None else None

    def siblings(self, path: Path) -> list[str] | None:
        beside = node_at(self.file.node, path[:-3])
        names = [key.text for key, _ in beside.entries] if isinstance(beside, Mapping) else []
        if len(path) == 4 and self.file.kind == "TicketType":
            found = self.known.fields(self.file.id)
            return list(found) if found is not None else None
        return names

    def about(
        self, kind: str, word: str, found: Collection[str]
    ) -> tuple[Code, str, tuple[tuple[str, Place], ...]]:
        """Code, trade word and related place for a name that does not exist."""
        if kind in ("OwnField", "TypeField"):
            return Code.UNKNOWN_FIELD, "field", ()
        if kind in ("State", "Transition"):
            return self.of_workflow(kind.lower())
        if kind in ("Output", "Clock"):
            key = f"{kind.lower()}s"
            related = ((f"{key} are declared in", self.file.key_place(key)),)
            return Code.UNKNOWN_REFERENCE, kind.lower(), related
        if kind in ("Skill", "Tag", "Flag"):
            key = f"{kind.lower()}s"
            place = self.specs.of("Tenant")["tenant"].key_place(key)
            return Code.UNKNOWN_REFERENCE, kind.lower(), ((f"{key} are declared in", place),)
        what = _WORD.get(kind, "fact of a person" if kind == "PersonFact" else kind.lower())
        return Code.UNKNOWN_REFERENCE, what, self.declared_in(kind, word, found)

    def of_workflow(self, word: str) -> tuple[Code, str, tuple[tuple[str, Place], ...]]:
        types = self.known.scope(self.file) or ()
        file = self.specs.of("TicketType").get(types[0]) if len(types) == 1 else None
        code = Code.UNKNOWN_STATE if word == "state" else Code.UNKNOWN_REFERENCE
        if file is None:
            return code, word, ()
        place = file.key_place("workflow", f"{word}s")
        return code, word, ((f"{word}s are declared in", place),)

    def declared_in(
        self, kind: str, word: str, found: Collection[str]
    ) -> tuple[tuple[str, Place], ...]:
        guess = nearest(word, found)
        for part in kind.split("|"):
            file = self.specs.of(part).get(guess) if guess else None
            if file is not None:
                return ((f"`{guess}` is declared in", file.key_place("kind")),)
        return ()

    # ------------------------------------------------------------ paths

    def path(self, at: Position) -> Iterator[Problem]:
        marker, written = at.marker, str(at.value)
        assert isinstance(marker, PathMark)
        sign = 1 if marker.signed and written.startswith("-") else 0
        path = written[sign:]
        if path in marker.also or self.is_dimension(at.path, path):
            return
        fields = self.known.fields_in(self.file)
        if self.file.kind == "People":
            return
        if fields is None:
            return
        fault = self.known.path_fault(path, fields)
        if fault is not None:
            yield self.leads_nowhere(fault, path, sign, at)

    def is_dimension(self, at: Path, path: str) -> bool:
        spec = self.file.spec
        return at[0] == "drill" and isinstance(spec, Report) and path in (spec.by or {})

    def leads_nowhere(self, fault: Fault, path: str, sign: int, found: Position) -> Problem:
        at, is_key = found.path, found.is_key
        steps = path.split(".")
        before = sign + sum(len(step) + 1 for step in steps[: fault.step])
        word = steps[min(fault.step, len(steps) - 1)]
        node = self.file.node_at(*at)
        place = self.file.key_place(*at) if is_key else self.file.place(*at)
        if is_key or (isinstance(node, Scalar) and node.plain):
            place = place.within(before, before + len(word))
        related = (("it is declared in", fault.declared),) if fault.declared else ()
        return self.say(fault.code, fault.message, at, fault.known, related, word=word, place=place)

    def template(self, text: str, at: Path) -> Iterator[Problem]:
        fields = self.known.fields_in(self.file)
        if fields is None:
            return
        for found in re.finditer(r"\{([^{}]*)\}", text):
            fault = self.known.path_fault(found.group(1), fields)
            if fault is not None:
                node = self.file.node_at(*at)
                shift = 0 if isinstance(node, Scalar) and node.plain else 1
                place = self.file.place(*at).within(found.start(1) + shift, found.end(1) + shift)
                yield self.say(
                    fault.code, fault.message, at, fault.known, word=found.group(1), place=place
                )

    # ------------------------------------------------------------ texts and patterns

    def text(self, at: Position) -> Iterator[Problem]:
        yield from self.spaces(at)
        yield from self.locales(at)

    def spaces(self, at: Position) -> Iterator[Problem]:
        """A text in quotes that begins or ends with white space; a block ends with its line."""
        by_locale = isinstance(at.value, dict)
        for path in [(*at.path, one) for one in at.value] if by_locale else [at.path]:
            node = self.file.node_at(*path)
            if isinstance(node, Scalar) and node.text.strip() != node.text.rstrip("\n"):
                message = "the text begins or ends with white space"
                told = self.say(Code.TEXT_SPACE, message, path, cure="take it away")
                trimmed = Fix(node.place, scalar(node.text.strip(), flow=True))
                yield replace(told, fix=trimmed if "\n" not in node.text else None)

    def locales(self, at: Position) -> Iterator[Problem]:
        if not isinstance(at.value, dict):
            return
        tenant = self.specs.tenant
        if tenant is None:
            return
        for locale in at.value:
            if locale not in tenant.locales:
                path = (*at.path, locale)
                if self.file.node_at(*path) is None:
                    path = (*at.path[:-1], locale)
                place = self.specs.of("Tenant")["tenant"].place("locales")
                yield self.say(
                    Code.UNKNOWN_LOCALE,
                    f"`{locale}` is none of the tenant's locales",
                    path,
                    tenant.locales,
                    (("locales are declared in", place),),
                    is_key=True,
                    word=locale,
                )

    def patterns(self, raw: Any, at: Path) -> Iterator[Problem]:
        """Patterns of `matches` anywhere in a condition have to be linear."""
        if isinstance(raw, dict):
            for key, value in raw.items():
                if key == "matches" and isinstance(value, str):
                    fault = pattern_fault(value)
                    if fault:
                        message = f"the pattern can't be used: {fault}"
                        cure = "patterns have no back-references and no look-around"
                        yield self.say(Code.PATTERN_NOT_LINEAR, message, (*at, key), cure=cure)
                else:
                    yield from self.patterns(value, (*at, key))
        elif isinstance(raw, list):
            for number, item in enumerate(raw):
                yield from self.patterns(item, (*at, number))

    # ------------------------------------------------------------ who, events, actions

    def who(self, value: Who, at: Path) -> Iterator[Problem]:
        if value.sort == "relation":
            return
        node = self.file.node_at(*at)
        path = at
        if isinstance(node, Sequence) and len(node.items) == 1:
            node, path = node.items[0], (*at, 0)
        if isinstance(node, Mapping):
            path = (*path, value.sort)
        elif node is None and at and isinstance(at[-1], int):
            inner = self.file.node_at(*at[:-1])
            path = (*at[:-1], value.sort) if isinstance(inner, Mapping) else at[:-1]
        kind = "Role" if value.sort == "role" else "Team"
        yield from self.ref(Position(path, Ref(kind), value.id))

    def event(self, value: Any, at: Path) -> Iterator[Problem]:
        if isinstance(value, dict):
            yield from self.patterns(value, at)
            return
        name, _, inside = str(value).rstrip(")").partition("(")
        argument = inside.split(",")[0].strip()
        known: Iterable[str] | None = None
        if name in ("due", "breached") and inside:
            known, what = self.known.clocks(), "clock"
        elif name == "entered" and inside:
            known, what = self.known.states(self.known.scope(self.file)), "state"
        elif name == "changed" and inside:
            fields = self.known.fields_in(self.file)
            known, what = ((*fields, *TICKET_FACTS) if fields is not None else None), "field"
        if known is not None and argument not in known:
            code = {"state": Code.UNKNOWN_STATE}.get(what, Code.UNKNOWN_FIELD)
            yield self.say(code, f"there is no {what} `{argument}`", at, known, word=argument)

    def action(self, action: Action, at: Path) -> Iterator[Problem]:
        path = (*at, action.verb)
        kinds = {
            "notify": "Notification",
            "tag": "Tag",
            "untag": "Tag",
            "flag": "Flag",
            "unflag": "Flag",
            "transfer": "Team",
        }
        if action.verb in kinds:
            also = ("home",) if action.verb == "transfer" else ()
            yield from self.named(Ref(kinds[action.verb], also), action.value, path)
        elif action.verb == "assign":
            yield from self.assigned(action.value, path)
        elif action.verb == "set":
            yield from self.set(action.value, path)
        for number, one in enumerate(action.to or ()):
            yield from self.who(one, (*at, "to", number))

    def named(self, marker: Marker, value: Any, path: Path) -> Iterator[Problem]:
        items = value if isinstance(value, list) else [value]
        for number, item in enumerate(items):
            at = (*path, number) if isinstance(value, list) else path
            if not isinstance(item, str):
                yield self.say(Code.ACTION, f"`{path[-1]}` names an id", at)
            elif isinstance(marker, Ref):
                yield from self.ref(Position(at, marker, item))

    def assigned(self, value: Any, path: Path) -> Iterator[Problem]:
        try:
            who = WhoMark().check(value)
        except PydanticCustomError as error:
            said = error.context or {}
            yield self.say(Code[said["code"]], said["message"], path, cure=said["cure"])
            return
        yield from self.who(who, path)

    def set(self, value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield self.say(Code.ACTION, "`set` is a map of fields and values", path)
            return
        fields = self.known.fields_in(self.file)
        if fields is None:
            return
        for name in value:
            if name not in fields and name not in TICKET_FACTS:
                known = (*fields, *TICKET_FACTS)
                message = f"there is no field `{name}` here"
                yield self.say(
                    Code.UNKNOWN_FIELD, message, (*path, name), known, is_key=True, word=name
                )


_CHECKS: dict[type[Marker], Callable[[_Checker, Position], Iterator[Problem]]] = {
    Ref: _Checker.ref,
    PathMark: _Checker.path,
    TextMark: _Checker.text,
    WhoMark: lambda checker, at: checker.who(at.value, at.path),
    ActionMark: lambda checker, at: checker.action(at.value, at.path),
    ConditionMark: lambda checker, at: checker.patterns(at.value, at.path),
    EventMark: lambda checker, at: checker.event(at.value, at.path),
    SubjectTemplate: lambda checker, at: checker.template(at.value, at.path),
}
