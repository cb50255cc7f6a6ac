"""What may be written at the cursor: keys of the schema, ids by position, words of conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from engine.compile.operand import OPERATORS
from engine.compile.scope import BUILT_IN
from runtime.lsp.cursor import Cursor, keys_at, types_in
from runtime.lsp.tenants import Snapshot, kind_of
from specs.catalog import KINDS
from specs.clauses import (
    ActionMark,
    CellMark,
    ConditionMark,
    EventMark,
    FormulaMark,
    ValueMark,
    WhoMark,
)  # fmt: skip
from specs.condition import GROUPS
from specs.kinds.people import People
from specs.kinds.source import Source
from specs.kinds.spec_test import ExpectMark
from specs.marks import FlagMark, PathMark, Ref, Words
from specs.shape import Shape, Step, shape_at, slots
from specs.spec_set import SpecFile
from specs.symbols.files import FileUses
from specs.symbols.index import Index
from specs.symbols.model import SORTS, Symbol
from specs.symbols.nodes import Nodes
from specs.vocabulary import ACTION_VERBS, CLOCK_FACTS, EVENTS, TICKET_FACTS, WHO_WORDS

Path = tuple[Step, ...]
Offers = Iterator["Offer"]
_CELLS: Final = ("any", "not ", "empty", "over ", "up to ", "under ", "from ", "has ", "before ",
                 "after ", "within ", "-")  # fmt: skip
_NAMING: Final = {"notify": "notification", "tag": "tag", "untag": "tag", "flag": "flag",
                  "unflag": "flag", "transfer": "team"}  # fmt: skip
_INNER: Final = {"Skill": "skill", "Tag": "tag", "Flag": "flag", "State": "state",
                 "Transition": "transition"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """One word: what it is, and what people read of it. `sort`: key, id, word or path."""

    word: str
    sort: str
    doc: str = ""
    insert: str = ""


def offers(snapshot: Snapshot, path: str, cursor: Cursor) -> list[Offer]:
    """Everything that may stand at the cursor of a file, the likelier first, each once."""
    kind = kind_of(path)
    if not kind:
        return []
    if cursor.path == ("kind",) and not cursor.is_key:
        return [Offer(kind, "word")]
    found = _Completion(snapshot, path, kind, cursor).run()
    return list({one.word: one for one in found}.values())


class _Completion:
    def __init__(self, snapshot: Snapshot, path: str, kind: str, cursor: Cursor) -> None:
        self.snapshot, self.cursor, self.kind = snapshot, cursor, kind
        self.index: Index = snapshot.index
        # A file that was never read whole is completed over all types.
        self.file = snapshot.spec_file(path)
        self.uses = self._uses(self.file)
        self.types = self.uses.types if self.uses else tuple(snapshot.specs.of("TicketType"))

    def _uses(self, file: SpecFile | None) -> FileUses | None:
        nodes = Nodes(self.index.paths, self.index.texts)
        return FileUses(file, self.index.paths, nodes) if file is not None else None

    def run(self) -> Offers:
        cursor, model = self.cursor, KINDS[self.kind].model
        at = cursor.path[:-1] if cursor.is_key else cursor.path
        types = types_in(cursor.root)
        shape, rest = shape_at(model, at, types)
        if shape is None and at[-1:] == ("type",) and not cursor.is_key:
            # The type of a field is just being written, so nobody knows what else it has.
            yield from self.field_types(at)
        if shape is None:
            return
        if shape.form == "leaf":
            yield from self.leaf(shape, at, rest)
        elif cursor.is_key:
            yield from self.keys(shape, at, types.get(at, ""))
        else:
            yield from self.value(shape, at, types.get(at, ""))

    # -- keys -------------------------------------------------------------------------------------

    def keys(self, shape: Shape, at: Path, tag: str) -> Offers:
        """The keys of an object that are not there yet, or ids where a map goes by ids."""
        if shape.form == "list" and shape.item is not None:
            shape = shape.item
        if shape.form == "map":
            marker = shape.key.marker if shape.key is not None else None
            yield from self.marked(marker, at) if marker is not None else ()
            return
        model = dict(shape.models).get(tag) if shape.form == "tagged" else shape.model
        present = keys_at(self.cursor.root, at)
        if model is None:
            yield Offer("type", "key", "What the field holds.", "type: ")
            return
        for name, slot in slots(model).items():
            if name not in present:
                opens = slot.shape.form in ("map", "object", "tagged") and not slot.shape.short
                yield Offer(name, "key", slot.doc, f"{name}:" if opens else f"{name}: ")

    def value(self, shape: Shape, at: Path, tag: str) -> Offers:
        """The value of a list's item, or an object in its short form."""
        if shape.form == "list" and shape.item is not None:
            inner = shape.item
            if inner.form == "leaf":
                yield from self.leaf(inner, at, ())
            else:
                yield from self.value(inner, at, tag)
        elif shape.short is not None and shape.model is not None:
            slot = slots(shape.model).get(shape.short)
            if slot is not None and slot.shape.form == "leaf":
                yield from self.leaf(slot.shape, at, ())
            elif slot is not None:
                yield from self.value(slot.shape, at, "")

    # -- leaves -----------------------------------------------------------------------------------

    def leaf(self, shape: Shape, at: Path, rest: Path) -> Offers:
        marker = shape.marker
        for word in shape.words:
            yield Offer(word, "word")
        if at[-1:] == ("type",) and self.kind in ("TicketType", "FieldSet", "People"):
            yield from self.field_types(at)
        if isinstance(marker, ConditionMark):
            yield from self.condition(rest)
        elif isinstance(marker, ActionMark):
            yield from self.action(rest)
        elif isinstance(marker, WhoMark):
            yield from self.who(rest, bare_role=marker.bare_role)
        elif isinstance(marker, EventMark):
            yield from self.condition(rest) if rest else self.event()
        elif isinstance(marker, CellMark):
            yield from self.cell(at)
        elif isinstance(marker, ValueMark):
            yield from self.words(self.uses.words_at(at) if self.uses else {})
        elif marker is not None:
            yield from self.marked(marker, at)

    def field_types(self, at: Path) -> Offers:
        shape, _ = shape_at(KINDS[self.kind].model, at[:-1], {})
        for word, model in shape.models if shape is not None else ():
            yield Offer(word, "word", (model.__doc__ or "").partition("\n")[0])

    def marked(self, marker: Any, at: Path) -> Offers:
        """What a marker that says it all allows."""
        if isinstance(marker, Ref):
            yield from self.ref(marker, at)
        elif isinstance(marker, PathMark):
            yield from (Offer(word, "word") for word in marker.also)
            yield from self.paths()
        elif isinstance(marker, Words):
            yield from (Offer(word, "word") for word in marker.words)
        elif isinstance(marker, FlagMark):
            yield from (Offer("true", "word"), Offer("false", "word"))
        elif isinstance(marker, FormulaMark):
            yield from self.paths()
        elif isinstance(marker, ExpectMark):
            for word in self.index.paths.words("transition", self.types):
                yield Offer(f"can.{word}", "path")
            yield from (Offer(word, "word") for word in ("notified", "decided_by", "refused"))
            yield from self.paths()

    def ref(self, marker: Ref, at: Path) -> Offers:
        yield from (Offer(word, "word") for word in marker.also)
        kinds = [SORTS[one] for one in marker.kind.split("|") if one in SORTS]
        for sort in kinds:
            yield from self.ids(sort)
        if kinds:
            return
        if marker.kind in _INNER:
            yield from self.words(self.index.paths.words(_INNER[marker.kind], self.types))
        elif marker.kind == "Clock":
            yield from self.ids("clock")
        elif marker.kind == "Output" and self.file is not None:
            for name in self.index.named("output"):
                if name.startswith(f"{self.file.id}."):
                    yield Offer(name.partition(".")[2], "id")
        elif marker.kind == "PersonFact":
            yield from (Offer(name, "path") for name in self.index.paths.known.person_facts() or ())
        else:
            of_type = at[:1] == ("types",) and len(at) > 1
            types = (str(at[1]),) if of_type else self.types
            yield from self.fields(types)

    def ids(self, sort: str) -> Offers:
        """All of a sort, with their titles."""
        for name in self.index.named(sort):
            yield Offer(name, "id", title_of(self.index, sort, name))

    def words(self, words: Any) -> Offers:
        """Words that mean a symbol here."""
        for word, meaning in words.items():
            first = meaning[0] if meaning else None
            doc = title_of(self.index, first.sort, first.name) if first is not None else ""
            yield Offer(word, "id", doc)

    # -- paths ------------------------------------------------------------------------------------

    def fields(self, types: tuple[str, ...]) -> Offers:
        known = self.index.paths.known
        for type_id in types:
            for name in known.fields(type_id) or {} if not type_id.startswith("=") else ():
                (symbol, *_) = self.index.paths.fields((type_id,), name)
                yield Offer(name, "path", title_of(self.index, "field", symbol.name))

    def paths(self) -> Offers:
        """Every path that can be read here: fields, what they lead to, facts, clocks."""
        yield from self.fields(self.types)
        known, specs = self.index.paths.known, self.snapshot.specs
        for type_id in self.types:
            for name, declared in (known.fields(type_id) or {}).items():
                source = specs.specs(Source).get(str(getattr(declared.spec, "source", "")))
                for output in source.outputs if source is not None else ():
                    yield Offer(f"{name}.{output}", "path")
                for column in getattr(declared.spec, "fields", None) or ():
                    yield Offer(f"{name}.{column}", "path")
        yield from (Offer(fact, "path") for fact in TICKET_FACTS if fact not in CLOCK_FACTS)
        people = specs.specs(People).get("people")
        for word, group in (("customer", "customer"), ("requester", "requester")):
            fields = getattr(getattr(people, group, None), "fields", None) or {}
            yield from (Offer(f"{word}.{name}", "path") for name in ("name", *fields))
        for clock in self.index.named("clock"):
            yield from (Offer(f"{word}.{clock}", "path") for word in CLOCK_FACTS)

    # -- what is typed later ----------------------------------------------------------------------

    def condition(self, rest: Path) -> Offers:
        names = [s for s in rest if isinstance(s, str) and s not in GROUPS]
        if self.cursor.is_key and not names:
            yield from self.paths()
            yield from (Offer(word, "word") for word in GROUPS)
        elif self.cursor.is_key:
            yield from self.operators(names[0])
        elif names:
            yield from self.words(self.index.paths.read(self.types, names[0]).words)

    def operators(self, path: str) -> Offers:
        """The operators that fit a path."""
        kind = BUILT_IN.get(path, "")
        for type_id in self.types:
            fields = self.index.paths.known.fields(type_id) or {}
            if path in fields:
                kind = fields[path].spec.type
        some = OPERATORS.get(kind) or tuple({op: None for ops in OPERATORS.values() for op in ops})
        yield from (Offer(op.value, "word") for op in some)
        yield Offer("is_empty", "word")

    def action(self, rest: Path) -> Offers:
        steps = [step for step in rest if isinstance(step, str)]
        if not steps:
            if self.cursor.is_key:
                yield from (Offer(verb, "key", insert=f"{verb}: ") for verb in ACTION_VERBS)
            return
        verb, inner = steps[0], steps[1:]
        if verb in _NAMING:
            yield from self.ids(_NAMING[verb])
        elif verb in ("assign", "to"):
            yield from self.who(tuple(inner))
        elif verb == "move":
            yield from self.words(self.index.paths.words("transition", self.types))
        elif verb == "set" and self.cursor.is_key:
            yield from self.fields(self.types)
        elif verb == "set" and inner:
            yield from self.words(self.index.paths.read(self.types, inner[0]).words)
        elif verb == "create" and inner[:1] == ["type"]:
            yield from self.ids("type")
        elif verb == "create" and self.cursor.is_key:
            parts = ("type", "as", "subject", "description", "values")
            yield from (Offer(part, "key", insert=f"{part}: ") for part in parts)

    def who(self, rest: Path, *, bare_role: bool = False) -> Offers:
        if rest:
            yield from self.ids("role" if rest[-1] == "role" else "team")
            return
        if self.cursor.is_key:
            yield from (Offer(w, "key", insert=f"{w}: ") for w in ("role", "team", "lead_of"))
            return
        if bare_role:
            yield from self.ids("role")
        yield from (Offer(word, "word") for word in WHO_WORDS)

    def event(self) -> Offers:
        name, bracket, _ = self.cursor.text.partition("(")
        if not bracket:
            yield from (Offer(word, "word") for word in EVENTS)
        elif name == "entered":
            yield from self.words(self.index.paths.words("state", self.types))
        elif name == "changed":
            yield from self.fields(self.types)
        else:
            yield from self.ids("clock")

    def cell(self, at: Path) -> Offers:
        table: Any = getattr(self.file.spec, "table", None) if self.file is not None else None
        if table is None or not isinstance(at[-1], int):
            return
        number, is_row = at[-1], at[1] == "rows"
        place = number - len(table.inputs) if is_row else number
        if is_row and place < 0:
            path = table.inputs[number]
            yield from self.words(self.index.paths.read(self.types, path).words)
            yield from (Offer(word, "word") for word in _CELLS)
        elif place < len(table.sets):
            sort = table.sets[place].removesuffix("s")
            yield from self.words(self.index.paths.words(sort, self.types))
            if table.sets[place] == "priority":
                yield from (Offer(w, "word") for w in ("urgent", "high", "normal", "low"))
            yield Offer("-", "word", "Not decided here.")


def title_of(index: Index, sort: str, name: str) -> str:
    """What people read of a symbol: its title or label, in every language it has."""
    for one in index.defined(Symbol(sort, name)):
        here: Any = one.file.spec
        for step in one.path:
            here = here.get(step) if isinstance(here, dict) else getattr(here, str(step), None)
        said = getattr(here, "title", None) or getattr(here, "label", None)
        said = said if said is not None else here if isinstance(here, str) else None
        return " · ".join(said.values()) if isinstance(said, dict) else str(said or "")
    return ""
