"""What differs between two states of a tenant's specs: by meaning, thing by thing, with places.

Maps are compared by id, lists by element, short forms as if written in full; remarks and comments
count for nothing. What was renamed by a step of `moves/` is one thing under two names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.change.change import Change, Class, Op, Trail
from engine.change.classes import BREAKING, KINDS, Rule, class_of_set, rule_of
from engine.change.meaning import meaning
from engine.change.names import Path, renames_of, stored_at
from engine.change.order import moved
from engine.change.renamed import renamed, told_once
from engine.change.rights import AXES, class_of_grant
from engine.change.written import written
from engine.model.desk import Desk
from engine.model.rights import REQUESTER
from specs.base import Spec
from specs.catalog import KINDS as CATALOG
from specs.clauses import CellMark
from specs.field_types.common import FieldSpec
from specs.kinds.ticket_type import Transition
from specs.marks import TextMark
from specs.problem import Place
from specs.shape import Shape, Slot, Step, slots
from specs.spec_set import SpecFile, SpecSet
from specs.translate import translated


@dataclass(frozen=True, slots=True)
class Side:
    """One state of a tenant: its specs, resolved, and their desk (rights are compared compiled)."""

    specs: SpecSet
    desk: Desk


def differences(before: Side | None, after: Side) -> tuple[Change, ...]:
    """Every change from one state to the other, in the order of kinds, files and positions.

    `before` None: nothing was published yet, and everything is new.
    """
    found = tuple(_Differ(before, after).run())
    called = renamed(before.specs, after.specs) if before is not None else None
    if before is None or called is None:
        return found
    # What only says a new name is no change: the same comparison with the names given already.
    same = Side(called, before.desk)
    under_new = tuple(_Differ(same, after).run())
    return told_once(found, under_new, before.specs, after.specs)


@dataclass(frozen=True, slots=True)
class _At:
    """A position on both sides with the words that lead to it."""

    kind: str
    old: SpecFile | None
    new: SpecFile | None
    trail: Trail
    old_path: Path = ()
    path: Path = ()

    def down(self, old: Step, new: Step, words: Trail = ()) -> _At:
        """One step further in, which may be called differently on the two sides."""
        return replace(
            self,
            trail=(*self.trail, *words),
            old_path=(*self.old_path, old),
            path=(*self.path, new),
        )

    @property
    def id(self) -> str:
        """The spec's id, the new one where it has one."""
        file = self.new or self.old
        assert file is not None
        return file.id


class _Differ:
    """One comparison."""

    def __init__(self, before: Side | None, after: Side) -> None:
        self.before, self.after = before, after
        self.old = translated(before.specs) if before is not None else SpecSet({}, {})
        self.new = translated(after.specs)
        self.renames = renames_of(before.specs if before else None, after.specs)
        self.locales = tuple(
            specs.tenant.locales[0] if specs.tenant else "en" for specs in (self.old, self.new)
        )

    def run(self) -> Iterator[Change]:
        for kind in CATALOG:
            yield from self.specs_of(kind)

    # ------------------------------------------------------------ whole specs

    def specs_of(self, kind: str) -> Iterator[Change]:
        old, new = dict(self.old.of(kind)), dict(self.new.of(kind))
        pairs = self.paired(list(old), list(new), lambda name: stored_at(kind, name, ()))
        rule = KINDS[kind]
        for was, becomes in pairs:
            a, b = old.get(was), new.get(becomes)
            file = b or a
            assert file is not None
            at = _At(kind, a, b, (self.words(file.spec, file.id, 1 if b else 0),))
            if a is None or b is None:
                yield self.whole(at, rule, a and a.spec, b and b.spec)
                continue
            if was != becomes:
                yield self.change(at, "rename", "breaking", was, becomes)
            yield from self.object(at, a.spec, b.spec)

    def paired(self, old: list[str], new: list[str], named: Any) -> list[tuple[str, str]]:
        """Ids that belong together, "" for none: those of the new side, then those that go."""
        called = {}
        for name in old:
            thing = named(name)
            to = self.renames.get(thing, name) if thing is not None else name
            if to != name and to in new and name not in new:
                called[to] = name
        there = [(called.get(name, name if name in old else ""), name) for name in new]
        used = {was for was, _ in there}
        return [*there, *((name, "") for name in old if name not in used)]

    # ------------------------------------------------------------ values

    def object(self, at: _At, old: Spec, new: Spec) -> Iterator[Change]:
        before, after = slots(type(old)), slots(type(new))
        for name, slot in after.items():
            other = before.get(name)
            if name in ("note", "kind") or other is None:
                continue
            rule = rule_of(slot.owner, name) or BREAKING
            a, b = getattr(old, other.attribute), getattr(new, slot.attribute)
            yield from self.value(at.down(name, name, _word(slot)), rule, slot.shape, a, b)

    def value(self, at: _At, rule: Rule, shape: Shape, a: Any, b: Any) -> Iterator[Change]:
        a, b = _filled(shape, rule, a), _filled(shape, rule, b)
        if shape.form == "map":
            yield from self.entries(at, rule, shape, a, b)
        elif shape.form in ("object", "tagged") and a is not None and b is not None:
            yield from self.object(at, a, b)
        elif isinstance(shape.marker, TextMark):
            yield from self.text(at, rule, a, b)
        elif meaning(shape, a) == meaning(shape, b):
            return
        elif shape.form == "list" and a is not None and b is not None:
            yield from self.elements(at, rule, shape, a, b)
        else:
            yield from self.leaf(at, rule, a, b)

    def leaf(self, at: _At, rule: Rule, a: Any, b: Any) -> Iterator[Change]:
        if rule.sort == "allowed":
            # No list allows everything: the first list is what takes something away.
            klass = rule.remove if a is None else rule.add
        elif a is None or b is None:
            klass = rule.add if a is None else rule.remove
        else:
            klass = class_of_set(rule, a, b)
        op: Op = "add" if a is None else "remove" if b is None else "set"
        if rule.sort == "grant":
            klass = self.of_grant(at)
        if rule.sort != "grant" or klass != "cosmetic":
            yield self.change(at, op, klass, written(a), written(b))

    def text(self, at: _At, rule: Rule, a: Any, b: Any) -> Iterator[Change]:
        """Texts are compared locale by locale; one alone is in the tenant's first."""
        old, new = (
            value if isinstance(value, dict) else {locale: value} if value else {}
            for value, locale in zip((a, b), self.locales, strict=True)
        )
        for locale in dict.fromkeys((*new, *old)):
            was, becomes = old.get(locale, ""), new.get(locale, "")
            if was == becomes:
                continue
            op: Op = "set" if was and becomes else "add" if becomes else "remove"
            klass = {"set": rule.set, "add": rule.add, "remove": rule.remove}[op]
            words: Trail = () if locale == self.locales[1] and not old.keys() - {locale} else (
                locale,
            )  # fmt: skip
            yield self.change(
                at.down(locale, locale, words), op, klass, written(was), written(becomes)
            )

    def elements(self, at: _At, rule: Rule, shape: Shape, a: Any, b: Any) -> Iterator[Change]:
        item = shape.item or Shape("leaf")
        old, new = ([meaning(item, one) for one in value] for value in (a, b))
        if isinstance(item.marker, CellMark) and len(old) == len(new):
            for number, (was, becomes) in enumerate(zip(old, new, strict=True)):
                if was != becomes:
                    inner = at.down(number, number, self.column(at, number))
                    yield self.change(
                        inner, "set", rule.set, written(a[number]), written(b[number])
                    )
            return
        if rule.sort == "grant":
            yield from self.leaf(at, rule, a, b)
            return
        if len(old) == len(new) == 1 and rule.add == rule.remove:
            both = written(a[0], item), written(b[0], item)
            yield self.change(at, "set", rule.set, *both)
            return
        gone, come = _without(old, new), _without(new, old)
        for number in gone:
            yield self.change(
                at.down(number, number), "remove", rule.remove, written(a[number], item)
            )
        for number in come:
            klass = rule.add
            yield self.change(at.down(number, number), "add", klass, "", written(b[number], item))
        if not gone and not come:
            yield self.change(at, "move", rule.move, written(a), written(b))

    def column(self, at: _At, number: int) -> Trail:
        """The input or output that a cell of a table is about."""
        file = at.new
        assert file is not None
        table: Any = getattr(file.spec, "table", None)
        names = (*table.inputs, *table.sets) if table is not None else ()
        if at.path[-1:] == ("otherwise",):
            names = names[len(table.inputs) :]
        return (names[number],) if number < len(names) else ()

    # ------------------------------------------------------------ maps

    def entries(self, at: _At, rule: Rule, shape: Shape, a: Any, b: Any) -> Iterator[Change]:
        item = shape.item or Shape("leaf")
        kind, id = at.kind, (at.old.id if at.old else "")
        pairs = self.paired(
            list(a), list(b), lambda name: stored_at(kind, id, (*at.old_path, name))
        )
        for was, becomes in pairs:
            side = 1 if becomes else 0
            thing = b[becomes] if becomes else a[was]
            words = (self.words(thing, becomes or was, side),)
            inner = at.down(was or becomes, becomes or was, words)
            if not was or not becomes:
                present = _filled(item, rule, thing)
                yield self.whole(inner, rule, *((present, None) if was else (None, present)))
                continue
            if was != becomes:
                yield self.change(inner, "rename", "breaking", was, becomes)
            yield from self.value(inner, rule, item, a[was], b[becomes])
        yield from self.moves(at, rule, pairs, list(a), list(b))

    def moves(
        self, at: _At, rule: Rule, pairs: list[tuple[str, str]], old: list[str], new: list[str]
    ) -> Iterator[Change]:
        both = {becomes: was for was, becomes in pairs if was and becomes}
        was = [name for name in old if name in both.values()]
        becomes = [both[name] for name in new if name in both]
        ids = {was: becomes for becomes, was in both.items()}
        for name in moved(was, becomes):
            inner = at.down(name, ids[name], (ids[name],))
            places = str(old.index(name) + 1), str(new.index(ids[name]) + 1)
            yield self.change(inner, "move", rule.move, *places)

    def whole(self, at: _At, rule: Rule, a: Any, b: Any) -> Change:
        """Something that comes or goes as a whole."""
        klass = rule.add if a is None else rule.remove
        op: Op = "add" if a is None else "remove"
        if rule.sort == "grant":
            klass = self.of_grant(at)
        elif rule.sort == "allowed":
            klass = rule.add if a is None else rule.remove
        elif at.path:
            klass = _refined(klass, op, a if b is None else b)
        return self.change(at, op, klass, _brief(a), _brief(b))

    def of_grant(self, at: _At) -> Class:
        """The class of a change of rights: by what the two desks grant."""
        if self.before is None:
            return "additive"
        role = REQUESTER if at.kind == "Portal" else at.id
        steps = [str(step) for step in at.path]
        type_id = steps[1] if steps[0] == "types" and len(steps) > 1 else ""
        rest = steps[2:] if steps[0] == "types" else steps[1:]
        axes = (rest[0],) if rest and rest[0] in AXES else AXES
        return class_of_grant(self.before.desk, self.after.desk, role, type_id, axes)

    # ------------------------------------------------------------ making one

    def change(self, at: _At, op: Op, klass: Class, before: str = "", after: str = "") -> Change:
        return Change(
            klass=klass,
            op=op,
            kind=at.kind,
            id=at.id,
            path=at.path,
            trail=at.trail,
            before=before,
            after=after,
            place_before=_place(at.old, at.old_path) if op != "add" else None,
            place_after=_place(at.new, at.path) if op != "remove" else None,
            old_id=at.old.id if at.old is not None and at.old.id != at.id else "",
            old_path=at.old_path if at.old_path != at.path else (),
        )

    def words(self, thing: Any, name: str, side: int) -> Mapping[str, str] | str:
        """What people call a thing: its title or label, else its id."""
        text = getattr(thing, "title", None) or getattr(thing, "label", None)
        if isinstance(text, str):
            return {self.locales[side]: text}
        return dict(text) if isinstance(text, dict) and text else name


def _place(file: SpecFile | None, path: Path) -> Place | None:
    if file is None:
        return None
    return file.key_place(*path) if path else file.place()


def _word(slot: Slot) -> Trail:
    """A key as a word of the trail; what only leads to named things says nothing."""
    quiet = slot.shape.form == "map" or slot.name in _QUIET
    return () if quiet else (slot.name,)


_QUIET: Final = frozenset({"workflow", "table", "title", "label"})


def _filled(shape: Shape, rule: Rule, value: Any) -> Any:
    """What nothing stands for: an empty map, an empty list, an object with all keys left out."""
    if value is not None:
        return value
    if shape.form == "map":
        return {}
    if shape.form == "list":
        return None if rule.sort == "allowed" else ()
    if shape.form == "object" and shape.model is not None:
        bare = not any(slot.required for slot in slots(shape.model).values())
        return shape.model() if bare else None
    return None


def _without(some: list[Any], others: list[Any]) -> list[int]:
    """The places of what the other list lacks; what stands twice counts twice."""
    left = list(others)
    found = []
    for number, one in enumerate(some):
        if one in left:
            left.remove(one)
        else:
            found.append(number)
    return found


def _refined(klass: Class, op: Op, thing: Any) -> Class:
    """The class of a thing that comes or goes, by what it is."""
    if isinstance(thing, FieldSpec):
        if thing.type == "heading":
            return "cosmetic"
        if op == "add" and (thing.required or thing.required_when):
            return "tightening"
    if isinstance(thing, Transition) and op == "add" and thing.upon:
        return "behaviour"
    return klass


def _brief(thing: Any) -> str:
    """A thing that came or went in a few words: what it is, not all that it says."""
    if isinstance(thing, FieldSpec):
        return f"{thing.type}, required" if thing.required else str(thing.type)
    return "" if isinstance(thing, Spec) else written(thing)
