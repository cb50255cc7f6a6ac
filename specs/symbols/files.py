"""The uses in one spec: each of its positions read by what the language says stands there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Sequence as SequenceOf
from typing import Any, Final

from specs.clauses import (
    ActionMark,
    CellMark,
    ConditionMark,
    EventMark,
    FormulaMark,
    ValueMark,
    WhoMark,
)
from specs.kinds.spec_test import ExpectMark
from specs.kinds.ticket_type import SubjectTemplate
from specs.marks import Marker, PathMark, Ref, TextMark
from specs.shape import Position, Step, positions
from specs.source import Mapping, Node, Scalar, Sequence
from specs.spec_set import SpecFile
from specs.symbols.model import SORTS, Symbol, Use
from specs.symbols.nodes import Nodes, Reads
from specs.symbols.paths import Meaning, Paths, Reading, Words

Path = tuple[Step, ...]
Found = Iterator[Use]
_WORDED: Final = {"State": "state", "Transition": "transition", "Skill": "skill", "Tag": "tag",
                  "Flag": "flag", "Clock": "clock"}  # fmt: skip
_TEMPLATE: Final = re.compile(r"\bticket\.fields\.([a-z0-9_]+)")
_SHOWN: Final = ("can", "field", "sees")


class FileUses:
    """Reads one file of a kind; `run` yields its uses in no special order."""

    def __init__(self, file: SpecFile, paths: Paths, nodes: Nodes) -> None:
        self.file, self.paths, self.nodes = file, paths, nodes
        self.types = paths.scope(file)
        self.reads: Reads = nodes.over(self.types)

    def run(self) -> Found:
        """All uses in the file."""
        for at in positions(self.file.spec, _READERS):
            node = self.find(at.path, is_key=at.is_key)
            if node is not None:
                yield from _READERS[type(at.marker)](self, at, node)
        extra = _EXTRA.get(self.file.kind)
        if extra is not None:
            yield from extra(self)

    def find(self, path: Path, *, is_key: bool = False) -> Node | None:
        """The node of a position, be it written in a short form."""
        here: Node = self.file.node
        steps = path[:-1] if is_key else path
        for step in steps:
            if isinstance(here, Mapping) and here.get(str(step)) is not None:
                here = here.get(str(step)) or here
            elif isinstance(here, Sequence) and isinstance(step, int) and step < len(here.items):
                here = here.items[step]
        if is_key:
            return here.key(str(path[-1])) if isinstance(here, Mapping) else None
        return here

    # -- references ------------------------------------------------------------------------------

    def ref(self, at: Position, node: Node) -> Found:
        """An id of something, typed by its position."""
        marker, word = at.marker, str(at.value)
        assert isinstance(marker, Ref)
        if isinstance(node, Scalar) and word not in marker.also and node.text == word:
            yield from self.nodes.use(node, self.meant(marker.kind, word, at.path))

    def meant(self, kind: str, word: str, path: Path) -> Meaning:
        """What an id at a reference of a kind means."""
        if kind == "Report|Dashboard":
            known = "report" if word in self.paths.specs.of("Report") else "dashboard"
            return (Symbol(known, word),)
        if kind in SORTS:
            return (Symbol(SORTS[kind], word),)
        if kind == "Output":
            return (Symbol("output", f"{self.file.id}.{word}"),)
        if kind == "Clock":
            return (Symbol("clock", word),)
        if kind in _WORDED:
            return self.paths.words(_WORDED[kind], self.types).get(word, ())
        if kind == "PersonFact":
            groups = (str(path[0]),) if self.file.kind == "People" else ()
            return self.paths.person(word, *groups).steps[0]
        if kind == "TypeField" and path[0] == "types":
            return self.paths.fields((str(path[1]),), word)
        if kind == "TypeField":
            return self.paths.fields(tuple(self.paths.specs.of("TicketType")), word)
        return self.beside(word, path) or self.paths.fields(self.types, word)

    def beside(self, word: str, path: Path) -> Meaning:
        """The field that another one is placed at, in its own map."""
        if path[-2:-1] != ("place",):
            return ()
        if self.file.kind == "People":
            return self.paths.person(word, str(path[0])).steps[0]
        outer = [str(step) for step in path[1:-3:2]]
        if len(outer) > 0 and len(path) > 4:
            return self.paths.column(self.own, outer[0], word).steps[0]
        return ()

    @property
    def own(self) -> tuple[str, ...]:
        """The scope of the fields that the file itself declares."""
        return (f"={self.file.id}",) if self.file.kind == "FieldSet" else (self.file.id,)

    def path(self, at: Position, node: Node) -> Found:
        """A path, with or without a sign before it."""
        marker = at.marker
        assert isinstance(marker, PathMark)
        if not isinstance(node, Scalar) or node.text in marker.also:
            return
        start = 1 if marker.signed and node.text.startswith("-") else 0
        yield from self.nodes.path(node, self.reads, start)

    # -- what is typed later ---------------------------------------------------------------------

    def condition(self, at: Position, node: Node) -> Found:
        reads = self.record if at.path[0] == "for_each" else self.reads
        yield from self.nodes.condition(node, reads)

    def record(self, text: str) -> Reading:
        """A path over the records that a schedule goes over."""
        spec: Any = self.file.spec
        source = spec.for_each.source if spec.for_each is not None else ""
        return Reading(((Symbol("output", f"{source}.{text}"),),))

    def formula(self, at: Position, node: Node) -> Found:
        """A formula of a field (its own options are known), of a column, or a check."""
        path = at.path
        if path[-1] == "must" or "fields" not in path:
            yield from self.nodes.formula(node, self.reads, {})
            return
        names = [str(step) for step in path[1:-1:2]]
        if len(names) < 2:
            wanted = self.paths.read(self.own, names[0]).words
            yield from self.nodes.formula(node, self.reads, wanted)
            return
        lines, column = names[0], names[1]
        wanted = self.paths.column(self.own, lines, column).words
        yield from self.nodes.formula(node, lambda text: self._in_row(lines, text), wanted)

    def _in_row(self, lines: str, text: str) -> Reading:
        inner = self.paths.column(self.own, lines, text) if "." not in text else Reading(())
        return inner if inner.steps and inner.steps[0] else self.reads(text)

    def cell(self, at: Position, node: Node) -> Found:
        """A cell of a table: words of its input's path, or of what it sets."""
        table: Any = getattr(self.file.spec, "table", None)
        if table is None or not isinstance(at.path[-1], int):
            return
        number = at.path[-1]
        is_row = at.path[1] == "rows"
        if is_row and number < len(table.inputs):
            yield from self.nodes.cell(node, self.reads(table.inputs[number]).words)
            return
        place = number - len(table.inputs) if is_row else number
        if 0 <= place < len(table.sets):
            sort = table.sets[place].removesuffix("s")
            yield from self.nodes.cell(node, self.paths.words(sort, self.types), result=True)

    def value(self, at: Position, node: Node) -> Found:
        """A value that a path or field before it types."""
        words = self.words_at(at.path)
        yield from self.nodes.values(node, words, self.types)

    def words_at(self, path: Path) -> Words:
        """What may stand as the value at a path of the file."""
        names = [step for step in path if isinstance(step, str)]
        if names[-1] == "default":
            return self._of_default(names)
        if names[-2:-1] == ["values"] and "people" in names:
            return self.paths.person(names[-1]).words
        if self.file.kind == "SpecTest" and names[-2] == "expect":
            return self.expected(names[-1])
        return self.reads(names[-1]).words

    def _of_default(self, names: SequenceOf[str]) -> Words:
        if self.file.kind == "People":
            return self.paths.person(names[2], names[0]).words
        fields = names[1:-1:2]
        if len(fields) > 1:
            return self.paths.column(self.own, fields[0], fields[1]).words
        return self.paths.read(self.own, fields[0]).words

    # -- texts -------------------------------------------------------------------------------------

    def template(self, at: Position, node: Node) -> Found:
        yield from self.nodes.holes(node, self.types)

    def text(self, at: Position, node: Node) -> Found:
        """The names of fields in the templates of a notification."""
        if self.file.kind != "Notification" or at.path[0] not in ("subject", "body"):
            return
        texts = [value for _, value in node.entries] if isinstance(node, Mapping) else [node]
        everywhere = tuple(self.paths.specs.of("TicketType"))
        for one in texts:
            for found in _TEMPLATE.finditer(one.text) if isinstance(one, Scalar) else ():
                meaning = self.paths.fields(everywhere, found[1])
                yield from self.nodes.use(one, meaning, *found.span(1))  # type: ignore[arg-type]

    # -- spec tests --------------------------------------------------------------------------------

    def expect(self, at: Position, node: Node) -> Found:
        """The key of an expectation: `can.pay`, `field.photo.visible`, or a path."""
        if not isinstance(node, Scalar):
            return
        head, _, rest = node.text.partition(".")
        if head == "can":
            meaning = self.paths.words("transition", self.types).get(rest, ())
            yield from self.nodes.use(node, meaning, 4)
        elif head == "field" and "." in rest:
            end = 6 + len(rest.rpartition(".")[0])
            yield from self.nodes.path(node, self.reads, 6, end)
        elif head not in _SHOWN:
            yield from self.nodes.path(node, self.reads)

    def expected(self, key: str) -> Words:
        """What may stand as the value of an expectation."""
        if key in ("notified", "not_notified"):
            known = self.paths.specs.of("Notification")
            return {id: (Symbol("notification", id),) for id in known}
        if key in ("open", "awaits"):
            return self.paths.words("transition", self.types)
        if key == "made":
            return self.paths.words("type", ())
        return self.reads(key).words if key not in ("decided_by", "explained", "because") else {}

    def rules(self) -> Found:
        """`decided_by: routing/refund.vip`, wherever it stands in a spec test."""
        for key, value in _entries(self.file.node):
            if key.text == "decided_by":
                items = value.items if isinstance(value, Sequence) else (value,)
                for item in items:
                    if isinstance(item, Scalar):
                        yield from rule_uses(self.nodes, item)

    # -- kinds whose words no marker types -------------------------------------------------------

    def imported(self) -> Found:
        """The values that the words of a file become."""
        columns = self.file.node.get("columns")
        for _, column in columns.entries if isinstance(columns, Mapping) else ():
            to = column.get("to") if isinstance(column, Mapping) else None
            values = column.get("values") if isinstance(column, Mapping) else None
            if isinstance(to, Scalar):
                yield from self.nodes.values(values, self.reads(to.text).words)

    def scheduled(self) -> Found:
        """The fields that a schedule fills, and what it reads of records."""
        each, meter = self.file.node.get("for_each"), self.file.node.get("meter")
        name = each.get("field") if isinstance(each, Mapping) else None
        if isinstance(name, Scalar):
            yield from self.nodes.path(name, self.reads)
        value = meter.get("value") if isinstance(meter, Mapping) else None
        if isinstance(value, Scalar):
            yield from self.nodes.path(value, self.record)
        create = self.file.node.get("create")
        values = create.get("values") if isinstance(create, Mapping) else None
        for key, value in values.entries if isinstance(values, Mapping) else ():
            yield from self.nodes.path(key, self.reads)
            if isinstance(value, Scalar) and value.text.startswith("$record."):
                yield from self.nodes.path(value, lambda text: self.record(text), 8)

    def judged(self) -> Found:
        """Ids that a house rule leaves out, and what a silence is about."""
        rules, silence = self.file.node.get("rules"), self.file.node.get("silence")
        for _, rule in rules.entries if isinstance(rules, Mapping) else ():
            every = rule.get("every") if isinstance(rule, Mapping) else None
            named = rule.get("except") if isinstance(rule, Mapping) else None
            sort = SORTS.get(every.text, "") if isinstance(every, Scalar) else ""
            if sort:
                yield from self.nodes.named(named, sort)
        for _, targets in silence.entries if isinstance(silence, Mapping) else ():
            for key, _ in targets.entries if isinstance(targets, Mapping) else ():
                yield from rule_uses(self.nodes, key)


def rule_uses(nodes: Nodes, node: Scalar) -> Found:
    """An address such as `routing/refund.vip`: the file, and what stands in it."""
    folder, slash, rest = node.text.partition("/")
    name, _, inner = rest.partition(".")
    sort = _FOLDERS.get(folder, "")
    if not slash or not sort:
        return
    start = len(folder) + 1
    yield from nodes.use(node, (Symbol(sort, name),), start, start + len(name))
    if inner and sort in ("routing", "sla"):
        meaning = (Symbol("row", f"{sort}/{name}.{inner}"),)
        yield from nodes.use(node, meaning, start + len(name) + 1, len(node.text))
    elif inner and sort == "type":
        inside = (
            *nodes.paths.fields((name,), inner),
            *nodes.paths.words("state", (name,)).get(inner, ()),
            *nodes.paths.words("transition", (name,)).get(inner, ()),
        )
        yield from nodes.use(node, inside[:1], start + len(name) + 1, len(node.text))


def _entries(node: Node) -> Iterator[tuple[Scalar, Node]]:
    """Every entry of every map in a tree."""
    if isinstance(node, Mapping):
        for key, value in node.entries:
            yield key, value
            yield from _entries(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _entries(item)


_FOLDERS: Final = {
    "types": "type", "fieldsets": "field_set", "teams": "team", "roles": "role",
    "sources": "source", "routing": "routing", "sla": "sla", "calendars": "calendar",
    "automations": "automation", "macros": "macro", "schedules": "schedule",
    "notifications": "notification", "views": "view", "reports": "report",
    "dashboards": "dashboard", "imports": "import", "tests": "test",
    "channels": "channel", "webhooks": "webhook",
}  # fmt: skip
Reader = Callable[[FileUses, Position, Node], Found]
_READERS: Final[dict[type[Marker], Reader]] = {
    Ref: FileUses.ref,
    PathMark: FileUses.path,
    ConditionMark: FileUses.condition,
    EventMark: lambda uses, at, node: uses.nodes.event(node, uses.types),
    WhoMark: lambda uses, at, node: uses.nodes.who(
        node, bare_role=bool(getattr(at.marker, "bare_role", False))
    ),
    ActionMark: lambda uses, at, node: uses.nodes.action(node, uses.types),
    FormulaMark: FileUses.formula,
    CellMark: FileUses.cell,
    ValueMark: FileUses.value,
    SubjectTemplate: FileUses.template,
    TextMark: FileUses.text,
    ExpectMark: FileUses.expect,
}
_EXTRA: Final[dict[str, Callable[[FileUses], Found]]] = {
    "SpecTest": FileUses.rules,
    "Import": FileUses.imported,
    "Schedule": FileUses.scheduled,
    "HouseRules": FileUses.judged,
}
