"""What the steps of a path mean in a spec's scope, and which words may stand as its value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from specs.kinds.people import People
from specs.kinds.source import Source
from specs.kinds.ticket_type import TicketType
from specs.known import Known
from specs.spec_set import SpecFile, SpecSet
from specs.stored_ids import GROUPS
from specs.symbols.model import Symbol
from specs.vocabulary import CLOCK_FACTS, TICKET_FACTS

Meaning = tuple[Symbol, ...]
Words = Mapping[str, Meaning]
"""word → what it means as a value"""
_NOTHING: Final[Words] = {}
_GROUP: Final = {"requester": "requester", "customer": "customer", "assignee": "staff"}
_FACTS: Final = {"team": "team", "home_team": "team", "teams": "team", "state": "state",
                 "type": "type", "tags": "tag", "flags": "flag"}  # fmt: skip
"""What every ticket has → the sort of its words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A path understood: a meaning for each of its steps, and for words that stand as its value."""

    steps: tuple[Meaning, ...]
    words: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Owned:
    """A field with its owner."""

    owner: str
    spec: Any


class Paths:
    """The paths of one tenant. Types are given by id; `()` has no fields."""

    def __init__(self, specs: SpecSet) -> None:
        self.specs, self.known = specs, Known(specs)
        self._kept: dict[tuple[tuple[str, ...], str], Reading] = {}
        self._teams = {id: (Symbol("team", id),) for id in specs.of("Team")}
        self._types = {id: (Symbol("type", id),) for id in specs.of("TicketType")}

    def scope(self, file: SpecFile) -> tuple[str, ...]:
        """The owners of the fields a spec may speak about: types, and a field set itself."""
        types = self.known.scope(file)
        named = tuple(self.specs.of("TicketType")) if types is None else types
        return (f"={file.id}", *named) if file.kind == "FieldSet" else named

    def read(self, types: tuple[str, ...], text: str) -> Reading:
        """A path in the scope of some types; steps that mean nothing here are empty."""
        at = (types, text)
        if at not in self._kept:
            self._kept[at] = self._read(types, text.split("."))
        return self._kept[at]

    def fields(self, types: tuple[str, ...], name: str) -> Meaning:
        """The fields of an id."""
        return tuple(Symbol("field", f"{one.owner}.{name}") for one in self._owned(types, name))

    def person(self, name: str, *groups: str) -> Reading:
        """A fact of people of some groups, or of any."""
        found = [one for group in groups or GROUPS for one in self._of_people(group, name)]
        return Reading((self._symbols(found, name),), self._words_of(found, name))

    def column(self, types: tuple[str, ...], lines: str, name: str) -> Reading:
        """A column of rows, seen from a formula of its row."""
        found = [
            _Owned(f"{one.owner}.{lines}", one.spec.fields[name])
            for one in self._owned(types, lines)
            if name in (getattr(one.spec, "fields", None) or {})
        ]
        return Reading((self._symbols(found, name),), self._words_of(found, name))

    def words(self, sort: str, types: tuple[str, ...]) -> Words:
        """The words that may stand for a state, transition, team, tag and so on."""
        if sort in ("state", "transition"):
            return self._of_workflow(types, sort)
        if sort in ("tag", "flag", "skill"):
            tenant = self.specs.tenant
            known = getattr(tenant, f"{sort}s", None) or {} if tenant is not None else {}
            return {name: (Symbol(sort, name),) for name in known}
        return {"team": self._teams, "type": self._types}.get(sort, _NOTHING)

    # -- reading --------------------------------------------------------------------------------

    def _read(self, types: tuple[str, ...], parts: list[str]) -> Reading:
        head, rest = parts[0], parts[1:]
        if head in CLOCK_FACTS:
            return Reading(((), *((Symbol("clock", one),) for one in rest)))
        if head in TICKET_FACTS:
            return self._fact(types, head, rest)
        owned = self._owned(types, head)
        if not rest:
            return Reading((self._symbols(owned, head),), self._words_of(owned, head))
        inner = self._further(owned, head, rest)
        return Reading((self._symbols(owned, head), *inner.steps), inner.words)

    def _fact(self, types: tuple[str, ...], head: str, rest: list[str]) -> Reading:
        if rest and head in _GROUP:
            inner = self.person(rest[0], _GROUP[head])
            return Reading(((), *inner.steps), inner.words)
        if rest and head == "parent":
            inner = self._read(tuple(self.specs.of("TicketType")), rest)
            return Reading(((), *inner.steps), inner.words)
        if rest:
            return Reading(((), *(() for _ in rest)))
        return Reading(((),), self.words(_FACTS.get(head, ""), types))

    def _further(self, owned: Iterable[_Owned], head: str, rest: list[str]) -> Reading:
        """What a field leads to: the record, person, rows or ticket behind it."""
        readings = [self._behind(one, head, rest) for one in owned]
        width = len(rest)
        steps = tuple(
            _joined(reading.steps[n] if n < len(reading.steps) else () for reading in readings)
            for n in range(width)
        )
        return Reading(steps, _merged(reading.words for reading in readings))

    def _behind(self, one: _Owned, head: str, rest: list[str]) -> Reading:
        kind = one.spec.type
        if kind == "reference":
            return self._output(one.spec.source, rest[0])
        if kind == "person":
            return self.person(rest[0])
        if kind == "ticket":
            return self._read(tuple(self.specs.of("TicketType")), rest)
        if kind == "lines" and rest[0] in one.spec.fields:
            found = [_Owned(f"{one.owner}.{head}", one.spec.fields[rest[0]])]
            return Reading((self._symbols(found, rest[0]),), self._words_of(found, rest[0]))
        return Reading(())

    def _output(self, source: str, name: str) -> Reading:
        spec = self.specs.specs(Source).get(source)
        if spec is None or name not in spec.outputs:
            return Reading(())
        return Reading(((Symbol("output", f"{source}.{name}"),),))

    # -- fields and their words ------------------------------------------------------------------

    def _owned(self, types: tuple[str, ...], name: str) -> list[_Owned]:
        """The fields of an id in some types, each once, by their owners."""
        found: dict[str, _Owned] = {}
        for owner, fields in self._maps(types):
            if name in fields:
                found.setdefault(owner, _Owned(owner, fields[name]))
        return list(found.values())

    def _maps(self, types: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        sets = self.specs.of("FieldSet")
        for type_id in types:
            if type_id.startswith("=") and type_id[1:] in sets:
                yield type_id[1:], getattr(sets[type_id[1:]].spec, "fields", {})
                continue
            file = self.specs.of("TicketType").get(type_id)
            if file is None or not isinstance(file.spec, TicketType):
                continue
            yield type_id, file.spec.fields or {}
            for name in file.spec.include or ():
                if name in sets:
                    yield name, getattr(sets[name].spec, "fields", {})

    def _of_people(self, group: str, name: str) -> Iterator[_Owned]:
        people = self.specs.specs(People).get("people")
        spec = getattr(people, group, None)
        fields = spec.fields if spec is not None else None
        if fields and name in fields:
            yield _Owned(group, fields[name])

    def _symbols(self, owned: Iterable[_Owned], name: str) -> Meaning:
        return tuple(Symbol("field", f"{one.owner}.{name}") for one in owned)

    def _words_of(self, owned: Iterable[_Owned], name: str) -> Words:
        return _merged(self._options(one, name) for one in owned)

    def _options(self, one: _Owned, name: str) -> Words:
        if one.spec.type == "team":
            return self._teams
        options = getattr(one.spec, "options", None)
        return {id: (Symbol("option", f"{one.owner}.{name}.{id}"),) for id in _all(options or {})}

    def _of_workflow(self, types: tuple[str, ...], sort: str) -> Words:
        found: list[Words] = []
        for type_id in types:
            file = self.specs.of("TicketType").get(type_id)
            if file is not None and isinstance(file.spec, TicketType):
                ids = getattr(file.spec.workflow, f"{sort}s")
                found.append({id: (Symbol(sort, f"{type_id}.{id}"),) for id in ids})
        return _merged(found)


def _all(options: Mapping[str, Any]) -> Iterator[str]:
    """The ids of options, those of a tree with all below them."""
    for id, spec in options.items():
        yield id
        yield from _all(getattr(spec, "children", None) or {})


def _merged(parts: Iterable[Words]) -> Words:
    found: dict[str, Meaning] = {}
    for part in parts:
        for word, meaning in part.items():
            found[word] = _joined((found.get(word, ()), meaning))
    return found


def _joined(parts: Iterable[Meaning]) -> Meaning:
    return tuple(dict.fromkeys(symbol for part in parts for symbol in part))
