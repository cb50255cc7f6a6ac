"""Is there a ticket that a condition holds for and others do not? Boxes first, then z3, and what is
found is confirmed by the reference evaluator before it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from engine.analyse.axes import OTHER
from engine.analyse.boxes import MOST_BOXES, Box, Explosion, Space, find, meet
from engine.analyse.solver import linear_paths, solve
from engine.analyse.world import COUNT, SEVERAL, SOMEBODY, World, facts_of
from engine.decide import form
from engine.evaluate import holds, tests
from engine.expression import evaluate
from engine.facts import Ask, Facts, Value
from engine.predicate import All, Op, Predicate, Test
from engine.values.registry import is_empty


@dataclass(frozen=True, slots=True)
class Answer:
    """`never`: proved that there is none. `ticket`: one that the evaluator confirmed, with the
    names that matter. `perhaps`: neither."""

    says: Literal["never", "ticket", "perhaps"]
    facts: Facts = field(default_factory=lambda: Facts({}))
    names: tuple[str, ...] = ()


NEVER: Final = Answer("never")
PERHAPS: Final = Answer("perhaps")


class Searcher:
    """Questions about the tickets of one world, asked over a fixed set of conditions."""

    def __init__(self, world: World, conditions: Iterable[Predicate]) -> None:
        self.world = world
        self.asked = tuple(conditions)
        self.space = Space.over(world, self.asked)
        self._barred: list[Box] | None = None
        # By identity: hashing a condition costs more than its boxes. The condition is kept beside
        # them, so that its identity is not given to another.
        self._known: dict[int, tuple[Predicate, list[Box]]] = {}

    @property
    def barred(self) -> list[Box]:
        """The boxes that no ticket lies in."""
        if self._barred is None:
            self._barred = self.space.barred()
        return self._barred

    def can_be(self, include: Predicate, exclude: Sequence[Predicate] = ()) -> bool:
        """Whether there may be such a ticket, by the boxes alone; False is a proof."""
        try:
            return self._box(include, exclude) is not None
        except Explosion:
            return solve(self.space, include, exclude) != "never"

    def ticket(self, include: Predicate, exclude: Sequence[Predicate] = ()) -> Answer:
        """Such a ticket, a proof that there is none, or neither."""
        try:
            box = self._box(include, exclude)
            if box is None:
                return NEVER
            found = self._confirmed(_point(self.space, box), include, exclude)
            if found is not None:
                return found
        except Explosion:
            pass
        return self._solved(include, exclude)

    def _box(self, include: Predicate, exclude: Sequence[Predicate]) -> Box | None:
        outside = [box for one in exclude for box in self._boxes(one)]
        return find(self._inside(include), [*outside, *self.barred])

    def _inside(self, include: Predicate) -> list[Box]:
        """The boxes of a condition that is often made anew from the same parts."""
        if not isinstance(include, All) or not include.items:
            return self._boxes(include)
        found = self._boxes(include.items[0])
        for item in include.items[1:]:
            part = self._boxes(item)
            if len(found) * len(part) > MOST_BOXES:
                raise Explosion
            found = [box for a in found for b in part if (box := meet(a, b)) is not None]
        return found

    def _boxes(self, pred: Predicate) -> list[Box]:
        kept = self._known.get(id(pred))
        if kept is None:
            kept = self._known[id(pred)] = (pred, self.space.boxes(pred))
        return kept[1]

    def _solved(self, include: Predicate, exclude: Sequence[Predicate]) -> Answer:
        names = [axis.name for axis in self.space.axes]
        more, words = linear_paths(self.world, names)
        space = Space.over(self.world, (*self.asked, include, *exclude, *words), more)
        try:
            found = solve(space, include, exclude)
        except Explosion:
            return PERHAPS
        if found == "never":
            return NEVER
        if isinstance(found, str):
            return PERHAPS
        return self._confirmed(_values(space, found), include, exclude) or PERHAPS

    def _confirmed(
        self, values: Mapping[str, Value], include: Predicate, exclude: Sequence[Predicate]
    ) -> Answer | None:
        facts = settled(self.world, facts_of(self.world, values))
        if facts is None or not confirmed(self.world, facts, SOMEBODY, include, exclude):
            return None
        named = {name for name in values if not is_empty(facts.get(name))}
        return Answer("ticket", facts, tuple(n for n in values if n in named))


def settled(world: World, facts: Facts) -> Facts | None:
    """The ticket as the form would keep it; None where a check refuses it."""
    if world.type is None:
        return facts
    facts = form.settle(world.type, facts, SOMEBODY)
    broken = any(evaluate(c.must, facts, SOMEBODY) is False for c in world.type.checks)
    return None if broken else facts


def confirmed(
    world: World, facts: Facts, ask: Ask, include: Predicate, exclude: Sequence[Predicate]
) -> bool:
    """Whether the evaluator says so, and nothing that is barred holds of the ticket."""
    bars = world.bars([world.name_of(t.path) for p in (include, *exclude) for t in tests(p)])
    return holds(include, facts, ask) and not any(
        holds(one, facts, ask) for one in (*exclude, *bars)
    )


def _point(space: Space, box: Box) -> dict[str, Value]:
    atoms = {
        axis.name: axis.atoms[(bits & -bits).bit_length() - 1]
        for axis, bits in zip(space.axes, box, strict=True)
    }
    return _values(space, atoms)


def _values(space: Space, atoms: Mapping[str, Any]) -> dict[str, Value]:
    """The ticket at a point: name → value. Free axes of texts become words of the text."""
    found: dict[str, Any] = {}
    lists: dict[str, list[Value]] = {}
    words: dict[str, list[Test]] = {}
    for axis in space.axes:
        value, name = atoms[axis.name], axis.name.partition("~")[0]
        if axis.sort == SEVERAL:
            if value is True:
                lists.setdefault(name, []).append(
                    _spare(space, name) if axis.element is OTHER else axis.element
                )
        elif axis.sort == "free":
            if value is True and axis.test is not None and not axis.test.path.inside:
                words.setdefault(space.world.name_of(axis.test.path), []).append(axis.test)
        elif axis.sort == COUNT and value is not None:
            found[name] = tuple(f"file-{n}" for n in range(1, min(int(value), 1_000) + 1))
        else:
            found[name] = value
    found |= {name: tuple(items) for name, items in lists.items()}
    for name, value in list(found.items()):
        if value is OTHER:
            found[name] = _text(words.get(name, []), space.world.domains.get(name))
    return found


def _spare(space: Space, name: str) -> Value:
    """An element that no condition names."""
    domain = space.world.domains.get(name)
    named = {axis.element for axis in space.axes if axis.name.startswith(f"{name}~")}
    known = domain.values if domain is not None else ()
    return next((value for value in known if value not in named), "something")


def _text(asked: Sequence[Test], domain: object) -> str:
    """A text with the words that are wanted; whether it has no others the evaluator will say."""
    first = [str(t.operand) for t in asked if t.op is Op.STARTS_WITH]
    inside = [str(t.operand) for t in asked if t.op is Op.CONTAINS]
    exact = [str(t.operand).strip("^$") for t in asked if t.op is Op.MATCHES]
    parts = [*sorted(first, key=len, reverse=True)[:1], *exact, *inside]
    return " ".join(dict.fromkeys(parts)) or "something"


def both(*conditions: Predicate) -> Predicate:
    """All of several."""
    return All(tuple(conditions))
