"""One spec laid over another: the same shape, each value with the place where it was written.

An existing key is merged deep, a scalar replaces, a plain list replaces; conditions, formulas,
cells and actions are leaves. What is new has to be whole, what goes is named by `remove`.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Final

from specs.base import Spec
from specs.clauses import ActionMark, CellMark, ConditionMark, EventMark
from specs.marks import TextMark
from specs.packs.faults import Faults
from specs.problem import Code, did_you_mean
from specs.shape import Shape, Slot, slots
from specs.source import Mapping, Node, Scalar, Sequence, mapping, plain

Path = tuple[str, ...]
_LEAF: Final = Shape("leaf")
_WHOLE_ITEMS: Final = (ActionMark, CellMark, ConditionMark, EventMark)
FIRST_WINS: Final = frozenset({("table", "rows"), ("rules",)})
"""Maps in which the first that matches decides: what is new stands before what is inherited."""


def laid_over(
    model: type[Spec], kind: str, parent: Mapping, child: Mapping, over: str, faults: Faults
) -> Mapping:
    """The spec that a child says over its parent, without `extends` and `remove`.

    `over` names the parent in messages: `retail:refund`. What can't be laid over is told in
    `faults`, and the parent's part stands.
    """
    merge = _Merge(kind, over, faults)
    base = merge.without_removed(parent, child.get("remove"))
    kept = mapping(
        ((k, v) for k, v in child.entries if k.text not in ("extends", "remove")), child.place
    )
    return merge.object(base, kept, slots(model), ())


@dataclass(slots=True)
class _Merge:
    """One overlay being laid over its parent."""

    kind: str
    over: str
    faults: Faults

    # ------------------------------------------------------------ deletion

    def without_removed(self, parent: Mapping, named: Node | None) -> Mapping:
        items = named.items if isinstance(named, Sequence) else (named,) if named else ()
        for item in items:
            if not isinstance(item, Scalar):
                continue
            found = _take_out(parent, tuple(item.text.split(".")))
            if found is None:
                message = f"`{self.over}` has no `{item.text}` that could be removed"
                cure = _known_at(parent, item.text)
                self.faults.say(Code.OVERLAY_PATH, message, item.place, cure)
            else:
                parent = found
        return parent

    # ------------------------------------------------------------ merging

    def node(self, parent: Node, child: Node, shape: Shape, path: Path) -> Node:
        """What stands at a position that both have."""
        if isinstance(child, Mapping) and _is_on(child.get("replace")):
            return _stripped(child, ("replace",))
        if shape.form in ("object", "tagged"):
            return self._of_class(parent, child, shape, path)
        if not isinstance(child, Mapping):
            return child
        if shape.form == "map" and isinstance(parent, Mapping):
            return self._map(parent, child, shape, path)
        if shape.form == "list" and shape.item is not None:
            return self._list(parent, child, shape.item, path)
        if isinstance(shape.marker, TextMark) and isinstance(parent, Mapping):
            return _entries_over(parent, child)
        return child

    def _of_class(self, parent: Node, child: Node, shape: Shape, path: Path) -> Node:
        was, now = whole(parent, shape), whole(child, shape)
        if not isinstance(was, Mapping) or not isinstance(now, Mapping):
            return child
        if shape.form == "tagged" and self._type_changes(was, now, path):
            return parent
        merged = self.object(was, now, slots_of(shape, was), path)
        is_short = was is not parent and now is not child
        alone = merged.entries[0][1] if is_short and len(merged.entries) == 1 else None
        return alone if alone is not None else merged

    def _type_changes(self, was: Mapping, now: Mapping, path: Path) -> bool:
        old, new = was.get("type"), now.get("type")
        if not isinstance(old, Scalar) or not isinstance(new, Scalar) or old.text == new.text:
            return False
        message = f"`{_said(path)}` is {old.text} in `{self.over}`, here it is {new.text}"
        cure = "write `replace: true` beside a whole definition"
        related = (("the type stands in", old.place),)
        self.faults.say(Code.TYPE_CHANGED, message, new.place, cure, related)
        return True

    def object(
        self, parent: Mapping, child: Mapping, known: MappingOf[str, Slot], path: Path
    ) -> Mapping:
        """A closed object: keys of the class, in the parent's order, new ones last."""
        found = dict(parent.entries_by_key())
        for key, value in child.entries:
            slot = known.get(key.text)
            shape = slot.shape if slot is not None else _LEAF
            here = (*path, key.text)
            if key.text in found:
                was_key, was = found[key.text]
                found[key.text] = (was_key, self.node(was, value, shape, here))
            else:
                found[key.text] = (key, self.fresh(value, shape, here))
        return mapping(found.values(), child.place)

    def _map(self, parent: Mapping, child: Mapping, shape: Shape, path: Path) -> Mapping:
        assert shape.item is not None
        found = parent.entries_by_key()
        order = list(found)
        news = 0
        for key, value in child.entries:
            here = (*path, key.text)
            value, beside = _placed(value, shape.item)
            at = len(order)
            if key.text in found:
                was_key, was = found[key.text]
                found[key.text] = (was_key, self.node(was, value, shape.item, here))
                at = order.index(key.text)
                order.remove(key.text)
            elif self._is_whole(parent, key, value, shape.item, path):
                found[key.text] = (key, self.fresh(value, shape.item, here))
                if path in FIRST_WINS:
                    at, news = news, news + 1
            else:
                continue
            spot = self._spot(order, beside, value, key, shape.item)
            order.insert(at if spot is None else spot, key.text)
            found[key.text] = self._with_place(found[key.text], beside, spot, shape.item)
        return mapping((found[name] for name in order), child.place)

    def _with_place(
        self, entry: tuple[Scalar, Node], beside: Mapping | None, at: int | None, item: Shape
    ) -> tuple[Scalar, Node]:
        """A field may stand beside one of a field set, which only its type's compiler knows."""
        key, value = entry
        if beside is None or at is not None or not isinstance(value, Mapping):
            return entry
        if "place" not in slots_of(item, value):
            return entry
        word = Scalar("place", True, beside.place)
        return key, mapping((*value.entries, (word, beside)), value.place)

    def _spot(
        self, order: list[str], beside: Mapping | None, value: Node, key: Scalar, item: Shape
    ) -> int | None:
        """Where `place: { after: x }` puts an entry; None where it stays by itself."""
        if beside is None:
            return None
        for word, shift in (("after", 1), ("before", 0)):
            other = beside.get(word)
            if isinstance(other, Scalar):
                if other.text in order:
                    return order.index(other.text) + shift
                if not (isinstance(value, Mapping) and "place" in slots_of(item, value)):
                    message = f"there is no `{other.text}` that `{key.text}` could stand beside"
                    cure = did_you_mean(other.text, order)
                    self.faults.say(Code.OVERLAY_PATH, message, other.place, cure)
                return None
        message = "`place` says `after` or `before` whom"
        self.faults.say(Code.OVERLAY_WORD, message, beside.place, "write { after: x }")
        return None

    def _is_whole(self, parent: Mapping, key: Scalar, value: Node, item: Shape, path: Path) -> bool:
        """Whether a new entry says all that it has to; a part of one is a mistyped key."""
        if item.form not in ("object", "tagged"):
            return True
        value = whole(value, item)
        known = slots_of(item, value) if isinstance(value, Mapping) else {}
        missing = [name for name, slot in known.items() if slot.required]
        missing = [n for n in missing if isinstance(value, Mapping) and value.get(n) is None]
        if isinstance(value, Mapping) and (known or not item.models) and not missing:
            return True
        where = _said((*path, key.text))
        lacks = f"; a new one also needs `{missing[0] if missing else 'type'}`"
        message = f"`{self.over}` has no `{where}`{lacks}"
        cure = did_you_mean(key.text, list(parent.entries_by_key()))
        self.faults.say(Code.OVERLAY_PATH, message, key.place, cure)
        return False

    def _list(self, parent: Node, child: Mapping, item: Shape, path: Path) -> Node:
        words = {key.text for key, _ in child.entries}
        if not words or not words <= {"add", "drop"} or isinstance(item.marker, _WHOLE_ITEMS):
            return child
        items = parent.items if isinstance(parent, Sequence) else (parent,)
        dropped = [plain(one) for one in _items(child.get("drop"))]
        present = [plain(one) for one in items]
        for one in _items(child.get("drop")):
            if plain(one) not in present:
                message = (
                    f"`{_said(path)}` of `{self.over}` does not hold this, so it can't be dropped"
                )
                self.faults.say(Code.OVERLAY_PATH, message, one.place)
        kept = [one for one in items if plain(one) not in dropped]
        more = [one for one in _items(child.get("add")) if plain(one) not in present]
        return Sequence((*kept, *more), child.place)

    def fresh(self, value: Node, shape: Shape, path: Path) -> Node:
        """A value that the parent does not have: words of overlays have nothing to work on."""
        if not isinstance(value, Mapping):
            return value
        if _is_on(value.get("replace")):
            value = _stripped(value, ("replace",))
        words = {key.text for key, _ in value.entries}
        is_plain = shape.form == "list" and not isinstance(
            shape.item.marker if shape.item else None, _WHOLE_ITEMS
        )
        if is_plain and words and words <= {"add", "drop"}:
            message = f"`{self.over}` has no `{_said(path)}` to add to or drop from"
            cure = "write the list itself"
            self.faults.say(Code.OVERLAY_WORD, message, value.place, cure)
            return Sequence(tuple(_items(value.get("add"))), value.place)
        return value


# ---------------------------------------------------------------- trees


def _said(path: Path) -> str:
    return ".".join(path)


def _is_on(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.text.lower() in ("true", "yes", "on")


def _stripped(node: Mapping, words: tuple[str, ...]) -> Mapping:
    return mapping(((k, v) for k, v in node.entries if k.text not in words), node.place)


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else (node,) if node is not None else ()


def _entries_over(parent: Mapping, child: Mapping) -> Mapping:
    """The parent's entries with the child's over them, new ones last."""
    return mapping((parent.entries_by_key() | child.entries_by_key()).values(), child.place)


def slots_of(shape: Shape, value: Node) -> dict[str, Slot]:
    model = shape.model
    if shape.form == "tagged" and isinstance(value, Mapping):
        word = value.get("type")
        model = dict(shape.models).get(word.text) if isinstance(word, Scalar) else None
    return dict(slots(model)) if model is not None else {}


def whole(node: Node, shape: Shape) -> Node:
    """An object written as the value of one of its keys alone, in full."""
    if shape.short is None or shape.model is None:
        return node
    known = slots(shape.model)
    if isinstance(node, Mapping) and (
        shape.short != "title" or not _is_text(node, {*known, "place", "replace"})
    ):
        return node
    return mapping(((Scalar(shape.short, True, node.place), node),), node.place)


def _is_text(node: Mapping, keys: set[str]) -> bool:
    """Whether a map is a text by locale and not the object it is the title of."""
    return bool(node.entries) and not any(key.text in keys for key, _ in node.entries)


def _placed(value: Node, item: Shape) -> tuple[Node, Mapping | None]:
    """A value without the `place` that says where in the map it goes, and that place."""
    if not isinstance(value, Mapping):
        return value, None
    beside = value.get("place")
    if not isinstance(beside, Mapping):
        return value, None
    value = _stripped(value, ("place",))
    cells = value.get("cells")
    if item.form == "list" and cells is not None and len(value.entries) == 1:
        return cells, beside
    return value, beside


def _take_out(node: Node, path: Path) -> Mapping | None:
    """The map without what stands at a path, None when nothing does.

    A key may hold points itself (`customer.level`), so the longest that fits is taken first.
    """
    if not isinstance(node, Mapping):
        return None
    for length in range(len(path), 0, -1):
        name = ".".join(path[:length])
        value = node.get(name)
        if value is None:
            continue
        if length == len(path):
            return _stripped(node, (name,))
        inner = _take_out(value, path[length:])
        if inner is not None:
            return mapping(
                ((k, inner if k.text == name else v) for k, v in node.entries), node.place
            )
    return None


def _known_at(node: Node, path: str) -> str:
    """A guess at what a path was meant to say: the key that went wrong among its neighbours."""
    steps = path.split(".")
    for number, step in enumerate(steps):
        inner = node.get(step) if isinstance(node, Mapping) else None
        if inner is None:
            names = [key.text for key, _ in node.entries] if isinstance(node, Mapping) else []
            before = ".".join(steps[:number])
            return did_you_mean(step, names).replace("`", f"`{before}." if before else "`", 1)
        node = inner
    return ""
