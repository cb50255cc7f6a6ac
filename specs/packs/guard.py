"""What a pack seals, and what it allows to be made narrower only, compared after an overlay.

Both sides are compared as they came out, so no way of writing an overlay gets around a seal. What
can't be shown to be narrower is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from specs.catalog import KINDS
from specs.clauses import ConditionMark, WhoMark
from specs.kinds.pack import Pack
from specs.marks import DecimalMark, Duration, FlagMark, Ref, SpanMark, WholeMark, Words
from specs.packs.faults import Faults
from specs.packs.merge import slots_of
from specs.problem import Code, did_you_mean
from specs.shape import Shape
from specs.source import Mapping, Node, Scalar, Sequence, plain
from specs.spec_set import address, place_of
from specs.vocabulary import DO_VERBS, RIGHTS

_UPPER = frozenset({"max", "max_count", "max_length", "max_size", "limit", "within", "at_most"})
_LOWER = frozenset({"min", "min_count", "min_length", "at_least"})
_GIVES = frozenset({"create", "default", "while_pending"})
"""Flags that widen when they are on; the others (`required`, `sensitive`) narrow."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A path of a spec that a pack guards."""

    pack: str
    path: tuple[str, ...]
    sealed: bool


def guarded(pack: Pack, kind: str, id: str) -> list[Guarded]:
    """What a pack guards of a spec."""
    here = address(kind, id)
    found = []
    for paths, sealed in ((pack.sealed or (), True), (pack.restrict_only or (), False)):
        for path in paths:
            stem, _, inside = path.partition(".")
            if stem == here:
                steps = tuple(inside.split(".")) if inside else ()
                found.append(Guarded(pack.id, steps, sealed))
    return found


def check_paths(pack: Mapping, trees: MappingOf[tuple[str, str], Mapping], faults: Faults) -> None:
    """Refuse paths of `sealed` and `restrict_only` that lead to nothing in the pack."""
    known = {address(*key): node for key, node in trees.items()}
    for word in ("sealed", "restrict_only"):
        named = pack.get(word)
        for one in named.items if isinstance(named, Sequence) else (named,) if named else ():
            stem, _, inside = one.text.partition(".") if isinstance(one, Scalar) else ("", "", "")
            steps = tuple(inside.split(".")) if inside else ()
            if stem not in known or at(known[stem], steps) is None:
                message = f"`{word}` names `{plain(one)}`, which is not in the pack"
                cure = did_you_mean(stem, known) if stem not in known else ""
                faults.say(Code.UNKNOWN_PACK_PATH, message, one.place, cure)


def check_guards(
    kind: str,
    parent: Mapping,
    merged: Mapping,
    child: Mapping,
    guards: Iterable[Guarded],
    faults: Faults,
) -> None:
    """Refuse an overlay that changes what is sealed, or widens what may only become narrower."""
    for one in guards:
        was, now = at(parent, one.path), at(merged, one.path)
        if same(was, now):
            continue
        name = ".".join(one.path) or "this spec"
        place = place_of(child, one.path)
        related = (("it stands in", was.place),) if was is not None else ()
        if one.sealed:
            message = f"the pack `{one.pack}` seals `{name}`: it can't be changed"
            cure = "leave it as it is, or ask its makers for an input"
            faults.say(Code.SEALED, message, place, cure, related)
        elif not _narrower(
            was, now, _shape_at(kind, parent, one.path), str((one.path or ("",))[-1])
        ):
            message = f"the pack `{one.pack}` allows `{name}` only to become narrower"
            cure = "take rights or options away, or lower a limit; anything else is refused"
            faults.say(Code.NOT_NARROWER, message, place, cure, related)


def at(node: Node | None, path: tuple[str, ...]) -> Node | None:
    """The tree at a path; a key may hold points itself, so the longest that fits is taken first."""
    if not path or node is None:
        return node
    if not isinstance(node, Mapping):
        return None
    for length in range(len(path), 0, -1):
        value = node.get(".".join(path[:length]))
        if value is not None:
            found = at(value, path[length:])
            if found is not None:
                return found
    return None


def same(one: Node | None, other: Node | None) -> bool:
    """Whether two trees say the same, in the same order."""
    if one is None or other is None:
        return one is other
    return bool(_ordered(plain(one)) == _ordered(plain(other)))


def _ordered(value: Any) -> Any:
    """Maps as lists of pairs: the order of rows, options and fields is part of what they say."""
    if isinstance(value, dict):
        return [(key, _ordered(item)) for key, item in value.items() if key != "note"]
    return [_ordered(item) for item in value] if isinstance(value, list) else value


def _shape_at(kind: str, node: Node, path: tuple[str, ...]) -> Shape:
    shape = Shape("object", model=KINDS[kind].model)
    here: Node | None = node
    for step in path:
        if shape.form in ("object", "tagged"):
            slot = slots_of(shape, here or node).get(step)
            shape = slot.shape if slot is not None else Shape("leaf")
        else:
            shape = shape.item or Shape("leaf")
        here = here.get(step) if isinstance(here, Mapping) else None
    return shape


# ---------------------------------------------------------------- narrower


def _narrower(was: Node | None, now: Node | None, shape: Shape, name: str) -> bool:
    """Whether a value allows nothing that the other did not; False where that is not known."""
    if same(was, now):
        return True
    if was is None:
        return _new_is_narrower(now, shape, name)
    if now is None:
        return _gone_is_narrower(shape, name)
    if shape.form in ("object", "tagged") and isinstance(was, Mapping) and isinstance(now, Mapping):
        return _object_narrower(was, now, shape)
    if shape.form == "map" and isinstance(was, Mapping) and isinstance(now, Mapping):
        return _map_narrower(was, now, shape)
    if shape.form == "list" and shape.item is not None:
        marks = (Words, WhoMark, Ref)
        kept = _plains(was)
        # `needs` asks for more the longer it is; lists of rights and people give more.
        less = all(one in kept for one in _plains(now))
        return isinstance(shape.item.marker, marks) and name != "needs" and less
    return _leaf_narrower(was, now, shape, name)


def _plains(node: Node) -> list[Any]:
    value = plain(node)
    return value if isinstance(value, list) else [value]


def _object_narrower(was: Mapping, now: Mapping, shape: Shape) -> bool:
    known = slots_of(shape, was)
    names = dict.fromkeys([k.text for k, _ in (*was.entries, *now.entries)])
    return all(
        name == "note"
        or (name in known and _narrower(was.get(name), now.get(name), known[name].shape, name))
        for name in names
    )


def _map_narrower(was: Mapping, now: Mapping, shape: Shape) -> bool:
    item = shape.item or Shape("leaf")
    is_rights = _is_rights(item)
    for key, value in now.entries:
        before = was.get(key.text)
        # A right that was not written is at most `edit`, so only the least is surely less.
        hides = is_rights and isinstance(value, Scalar) and value.text == RIGHTS[0]
        if not (hides if before is None else _narrower(before, value, item, key.text)):
            return False
    gone = [key.text for key, _ in was.entries if now.get(key.text) is None]
    kept = [key.text for key, _ in was.entries if key.text not in gone]
    order = [key.text for key, _ in now.entries if key.text in kept]
    return order == kept and (not gone or not is_rights)


def _is_rights(item: Shape) -> bool:
    return isinstance(item.marker, Words) and item.marker.words == RIGHTS


def _leaf_narrower(was: Node, now: Node, shape: Shape, name: str) -> bool:
    marker = shape.marker
    if isinstance(marker, ConditionMark):
        return _adds_conditions(was, now)
    if not isinstance(was, Scalar) or not isinstance(now, Scalar):
        return False
    if isinstance(marker, FlagMark):
        on = now.text.lower() in ("true", "yes", "on")
        return on is (name not in _GIVES)
    if _is_rights(shape):
        return RIGHTS.index(now.text) < RIGHTS.index(was.text) if now.text in RIGHTS else False
    old, new = _amount(was, marker), _amount(now, marker)
    if old is None or new is None or old[0] != new[0]:
        return False
    less, more = new[1] < old[1], new[1] > old[1]
    return less if name in _UPPER else more if name in _LOWER else False


def _adds_conditions(was: Node, now: Node) -> bool:
    """A map of conditions means all of them: one that keeps each and adds some is narrower."""
    if not isinstance(was, Mapping) or not isinstance(now, Mapping):
        return False
    return all(same(value, now.get(key.text)) for key, value in was.entries)


def _amount(node: Scalar, marker: Any) -> tuple[str, Decimal] | None:
    """A limit with its unit. A day on a calendar is no number of hours, so they don't compare."""
    if isinstance(marker, SpanMark):
        span = Duration.parse(node.text)
        if span is None:
            return None
        days, minutes = span.weeks * 7 + span.days, span.hours * 60 + span.minutes
        if days and minutes:
            return None
        unit = "plain" if span.plain else "days" if days else "minutes"
        return unit, Decimal(span.wall_minutes)
    if isinstance(marker, WholeMark | DecimalMark):
        try:
            return "", Decimal(node.text)
        except InvalidOperation:
            return None
    return None


def _new_is_narrower(now: Node | None, shape: Shape, name: str) -> bool:
    if isinstance(shape.marker, FlagMark) and isinstance(now, Scalar):
        return (now.text.lower() in ("true", "yes", "on")) is (name not in _GIVES)
    if isinstance(shape.marker, ConditionMark):
        return False
    return name in _UPPER | _LOWER


def _gone_is_narrower(shape: Shape, name: str) -> bool:
    """Without `see`, `edit`, verbs or functions a role has less."""
    if isinstance(shape.marker, ConditionMark):
        return name in ("see", "edit")
    if isinstance(shape.marker, FlagMark):
        return name in _GIVES
    item = shape.item
    is_verbs = item is not None and isinstance(item.marker, Words) and item.marker.words == DO_VERBS
    return is_verbs or name in ("functions", "reports", "create")
