"""Conditions as unions of boxes: a box holds, for each axis, the values that it lets through.

An axis is cut into atoms, stretches of values that no condition at hand tells apart, and a set of
atoms is the bits of a whole number. What an atom answers to a test, the reference evaluator says
of its representative. Where a test can't be cut up (texts that contain a word, the rights of
whoever looks), it becomes an axis of its own with the atoms true and false: then a box may stand
for no ticket at all, and `is_exact` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from engine.analyse.axes import (
    CHANGES,
    INFINITE,
    OTHER,
    Axis,
    answer,
    axis_name,
    constants,
    cuts,
    free_name,
    has_variable,
    hits,
    is_open,
    mixed,
    parts,
    plain_number,
    stretches,
    value_at,
)
from engine.analyse.world import COUNT, FINITE, NOW_US, OPEN, SEVERAL, Domain, World
from engine.evaluate import tests
from engine.predicate import All, Not, Op, Path, Predicate, Test

Box = tuple[int, ...]
"""For each axis the bits of the atoms inside."""

MOST_BOXES: Final = 4_000
MOST_STEPS: Final = 60_000


class Explosion(Exception):
    """There are more boxes than is sensible; another way has to be taken."""


@dataclass(slots=True)
class Space:
    """The axes that a set of conditions needs, and the boxes of conditions on them."""

    world: World
    axes: list[Axis] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    _lists: dict[str, list[int]] = field(default_factory=dict)
    _known: dict[tuple[Test, bool], list[Box]] = field(default_factory=dict)
    full: Box = ()

    @classmethod
    def over(
        cls, world: World, conditions: Iterable[Predicate], paths: Iterable[Path] = ()
    ) -> Space:
        """The space of these conditions, of what is barred beside them, and of further paths."""
        space = cls(world)
        asked = [test for one in conditions for test in tests(one)]
        names = {world.name_of(test.path) for test in asked} | {world.name_of(p) for p in paths}
        asked += [test for bar in world.bars(names) for test in tests(bar)]
        groups: dict[str, list[Test]] = {}
        homes: dict[str, Path] = {}
        for path in paths:
            groups.setdefault(world.name_of(path), [])
            homes.setdefault(world.name_of(path), world.domain(path).path)
        for test in asked:
            name = axis_name(world, test.path)
            groups.setdefault(name, []).append(test)
            homes.setdefault(name, test.path)
        for name, found in groups.items():
            space._add(name, homes[name], list(dict.fromkeys(found)))
        space.full = tuple(axis.full for axis in space.axes)
        return space

    # --- axes -------------------------------------------------------------------------------------

    def _add(self, name: str, path: Path, asked: list[Test]) -> None:
        free = [test for test in asked if test.path.inside or test.op in CHANGES]
        plain = [test for test in asked if test not in free]
        if plain or not asked:
            domain = self.world.domain(path)
            if name == "state" and path.kind == "phase":
                domain = self.world.domains["state"]
            free += self._plain(name, domain, plain)
        if free:
            self.loose.add(name)
        for test in free:
            for one in parts(test):
                self._push(Axis(free_name(one), test.path, (False, True), "free", test=one))

    def _push(self, axis: Axis) -> None:
        if axis.name not in self.index:
            self.index[axis.name] = len(self.axes)
            self.axes.append(axis)

    def _plain(self, name: str, domain: Domain, asked: list[Test]) -> list[Test]:
        """Add the axes of one path; give back the tests that need axes of their own."""
        empty: tuple[Any, ...] = (None,) if domain.may_be_empty else ()
        if domain.sort == SEVERAL:
            return self._several(name, domain, asked)
        if domain.sort in (FINITE, OPEN):
            free = [test for test in asked if is_open(test)]
            named = dict.fromkeys(v for test in asked for v in constants(test))
            if domain.sort == FINITE:
                values = (*domain.values, *empty)
            else:
                values = (OTHER, *dict.fromkeys((*domain.values, *named)), *empty)
            self._push(Axis(name, domain.path, values, domain.sort))
            return free
        self._stretched(name, domain, asked, empty)
        return []

    def _several(self, name: str, domain: Domain, asked: list[Test]) -> list[Test]:
        named = [v for test in asked for v in constants(test)]
        elements = dict.fromkeys(named)
        rest = [v for v in domain.values if v not in elements]
        whole = Axis(f"{name}~other", domain.path, (False, True), SEVERAL, element=OTHER)
        for element in elements:
            self._push(
                Axis(f"{name}~{element}", domain.path, (False, True), SEVERAL, element=element)
            )
        if rest or not domain.closed:
            self._push(whole)
        self._lists[name] = [n for n, a in enumerate(self.axes) if a.name.startswith(f"{name}~")]
        return [test for test in asked if has_variable(test)]

    def _stretched(
        self, name: str, domain: Domain, asked: list[Test], empty: tuple[Any, ...]
    ) -> None:
        if mixed(asked):
            self.loose.add(name)
        ends = [end for test in asked for stretch in stretches(test) for end in stretch]
        ends = [end for end in ends if abs(end) < INFINITE]
        low = domain.low if domain.low is not None else min(ends, default=NOW_US) - 2
        high = domain.high if domain.high is not None else max(ends, default=NOW_US) + 2
        if domain.sort == COUNT:
            low = 1
        marks = sorted(
            {low, *(end + shift for test in asked for end, shift in cuts(test)), high + 1}
        )
        inside = [cut for cut in marks if low <= cut <= high + 1]
        found = [(a, b - 1) for a, b in pairwise(inside)]
        atoms = tuple(value_at(domain.sort, plain_number(domain, a, b)) for a, b in found)
        self._push(
            Axis(
                name,
                domain.path,
                (*atoms, *empty),
                domain.sort,
                (*found, *(None for _ in empty)),
            )
        )

    # --- boxes ------------------------------------------------------------------------------------

    def boxes(self, pred: Predicate, *, wanted: bool = True) -> list[Box]:
        """Where a condition holds (or, `wanted` False, does not); they may overlap."""
        if isinstance(pred, Test):
            return self._of_test(pred, wanted)
        if isinstance(pred, Not):
            return self.boxes(pred.item, wanted=not wanted)
        if isinstance(pred, All) is wanted:
            found = [self.full]
            for item in pred.items:
                part = self.boxes(item, wanted=wanted)
                if len(found) * len(part) > MOST_BOXES:
                    raise Explosion
                found = [box for a in found for b in part if (box := meet(a, b)) is not None]
            return _without_doubles(found)
        union = [box for item in pred.items for box in self.boxes(item, wanted=wanted)]
        if len(union) > MOST_BOXES:
            raise Explosion
        return _without_doubles(union)

    def barred(self) -> list[Box]:
        """What no ticket is: a field filled that is not shown, a state with another's phase."""
        names = {axis.name for axis in self.axes} | set(self._lists)
        return [box for bar in self.world.bars(names) for box in self.boxes(bar)]

    def is_exact(self, *conditions: Predicate) -> bool:
        """Whether every point of the boxes is a ticket: no test had to become an axis itself."""
        asked = (test for one in conditions for test in tests(one))
        return not any(axis_name(self.world, test.path) in self.loose for test in asked)

    def _of_test(self, test: Test, wanted: bool) -> list[Box]:
        key = (test, wanted)
        if key not in self._known:
            self._known[key] = [box for box in self._cut(test, wanted) if all(box)]
        return self._known[key]

    def _cut(self, test: Test, wanted: bool) -> list[Box]:
        name = axis_name(self.world, test.path)
        if test.path.inside or test.op in CHANGES:
            return [self._box({free_name(test): 2 if wanted else 1})]
        if name in self._lists:
            return self._of_list(name, test, wanted)
        axis = self.axes[self.index[name]]
        if axis.sort in (FINITE, OPEN):
            return self._of_values(axis, test, wanted)
        hit = hits(axis, test)
        return [self._box({name: hit if wanted else axis.full & ~hit})]

    def _of_values(self, axis: Axis, test: Test, wanted: bool) -> list[Box]:
        hit = unclear = 0
        for number, atom in enumerate(axis.atoms):
            said = answer(self.world, test, atom)
            if said is None:
                unclear |= 1 << number
            elif said is wanted:
                hit |= 1 << number
        found = [self._box({axis.name: hit})] if hit else []
        if unclear:
            found += self._of_free(axis, unclear, test, wanted)
        return found

    def _of_free(self, axis: Axis, unclear: int, test: Test, wanted: bool) -> list[Box]:
        """A test of words: of several, any one or all of them, each on its own axis."""
        negative = test.op in (Op.IS_NOT, Op.NONE_OF)
        yes = wanted is not negative
        names = [free_name(one) for one in parts(test)]
        if (test.op is Op.CONTAINS_ALL) is yes:
            return [self._box({axis.name: unclear, **dict.fromkeys(names, 2 if yes else 1)})]
        return [self._box({axis.name: unclear, one: 2 if yes else 1}) for one in names]

    def _of_list(self, name: str, test: Test, wanted: bool) -> list[Box]:
        numbers = self._lists[name]
        if test.op is Op.IS_EMPTY:
            empty = bool(test.operand) is wanted
            if empty:
                return [self._box({self.axes[n].name: 1 for n in numbers})]
            return [self._box({self.axes[n].name: 2}) for n in numbers]
        if has_variable(test):
            words = [free_name(one) for one in parts(test)]
        else:
            words = [f"{name}~{value}" for value in constants(test)]
        if not words:
            return [] if wanted else [self.full]
        bit = 2 if wanted else 1
        if (test.op is Op.CONTAINS_ALL) is wanted:
            return [self._box(dict.fromkeys(words, bit))]
        return [self._box({word: bit}) for word in words]

    def _box(self, bounds: dict[str, int]) -> Box:
        found = list(self.full)
        for name, bits in bounds.items():
            found[self.index[name]] &= bits
        return tuple(found)


def _without_doubles(found: list[Box]) -> list[Box]:
    return [box for box in dict.fromkeys(found) if all(box)]


def meet(one: Box, other: Box) -> Box | None:
    """What two boxes share; None when that is nothing."""
    found = []
    for a, b in zip(one, other, strict=True):
        both = a & b
        if not both:
            return None
        found.append(both)
    return tuple(found)


def find(include: Iterable[Box], exclude: Sequence[Box], most: int = MOST_STEPS) -> Box | None:
    """A box inside one of `include` and outside all of `exclude`; None when there is none."""
    steps = 0
    for start in include:
        near = [box for box in exclude if _touch(box, start)]
        stack: list[tuple[Box, int]] = [(start, 0)]
        while stack:
            box, at = stack.pop()
            steps += 1
            if steps > most:
                raise Explosion
            while at < len(near) and not _touch(near[at], box):
                at += 1
            if at == len(near):
                return box
            stack += [(piece, at + 1) for piece in _outside(box, near[at])]
    return None


def without(box: Box, exclude: Sequence[Box], most: int = MOST_STEPS) -> list[Box]:
    """A box without others, in pieces that do not overlap."""
    pieces = [box]
    for other in exclude:
        pieces = [
            part
            for piece in pieces
            for part in (_outside(piece, other) if _touch(piece, other) else (piece,))
        ]
        if len(pieces) > most:
            raise Explosion
    return pieces


def _touch(one: Box, other: Box) -> bool:
    return all(map(int.__and__, one, other))


def _outside(box: Box, other: Box) -> Iterator[Box]:
    rest = list(box)
    for number, bits in enumerate(other):
        beyond = rest[number] & ~bits
        if beyond:
            yield (*rest[:number], beyond, *rest[number + 1 :])
            rest[number] &= bits
