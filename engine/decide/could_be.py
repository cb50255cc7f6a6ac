"""Values a path could have instead: one for each way its tests can come out, nearest first."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

from engine.evaluate import CHANGES, LIST_KINDS, TEXT_KINDS, holds, resolve, window
from engine.expression import NUMBER_KINDS
from engine.facts import Ask, Facts, Value
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.normal import fold, is_empty
from engine.predicate import Op, Path, Test
from engine.values.registry import check
from specs.vocabulary import PRIORITIES

FRESH: Final = "…"
"""Stands for a text, a key or an item that no test of the path names."""
MOST_TESTS: Final = 400
"""A path with more different tests is looked at only in part, and is then not exact."""
_MOST_ITEMS: Final = 6
_MINUTE_US: Final = 60_000_000
_FIXED: Final = frozenset({"type", "number", "id", "version"})
_NEVER_EMPTY: Final = frozenset({"state", "phase", "priority", "team", "channel"})
COUNTED: Final = frozenset({"files", "image", "lines", "tickets"})
_SCALED: Final = frozenset({*NUMBER_KINDS, "duration", "datetime", "date"})


@dataclass(frozen=True, slots=True)
class Space:
    """What values there are: the field behind a dotted name, and the keys of a kind."""

    fields: Mapping[str, FieldModel] = field(default_factory=dict)
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, desk: Desk, type_key: str, fields: Mapping[str, FieldModel]) -> Space:
        """The values that tickets of one type can have under a desk."""
        model = desk.types.get(type_key)
        keys = {
            "team": tuple(desk.teams),
            "teams": tuple(desk.teams),
            "state": tuple(model.states) if model is not None else (),
            "phase": ("new", "active", "waiting", "solved", "closed"),
            "priority": tuple(PRIORITIES),
            "tags": tuple(desk.tenant.tags),
            "flags": tuple(desk.tenant.flags),
        }
        return cls(fields, keys)

    def options(self, path: Path) -> tuple[Value, ...]:
        """Every value of a path that is chosen from a list; () where any text will do."""
        if path.kind == "boolean":
            return (True, False)
        item = self.fields.get(path.name)
        return tuple(item.options) if item is not None and item.options else self.named(path)

    def named(self, path: Path) -> tuple[Value, ...]:
        """The tenant's own keys of the path's kind."""
        return tuple(self.keys.get(path.kind, ()))

    def may_be_empty(self, path: Path) -> bool:
        """Whether a ticket can be without this value."""
        item = self.fields.get(path.name)
        needed = item is not None and item.required and item.key == path.name
        return not (
            needed
            or path.default is not None
            or path.kind in _NEVER_EMPTY
            or path.name in ("subject", "created_at")
        )

    def allows(self, path: Path, value: Value) -> bool:
        """Whether the limits of the field let the value in."""
        item = self.fields.get(path.name)
        return item is None or item.type != path.kind or check(item, value) is None


@dataclass(slots=True)
class Variable:
    """A path and the other values it could have, nearest first.

    `exact`: every way that the tests can come out has its value here.
    """

    path: Path
    tests: tuple[Test, ...]
    now: Value
    values: tuple[Value, ...]
    exact: bool
    ask: Ask
    _known: dict[tuple[Test, ...], tuple[tuple[int, Value], ...]] = field(default_factory=dict)

    def holds(self, test: Test, value: Value) -> bool:
        """How a test comes out for a value of this path."""
        return holds(test, Facts({self.path.name: value}), self.ask)

    def mark(self, tests: Sequence[Test], value: Value) -> tuple[bool, ...]:
        """How several tests come out."""
        facts = Facts({self.path.name: value})
        return tuple(holds(test, facts, self.ask) for test in tests)

    def turning(self, tests: tuple[Test, ...]) -> tuple[tuple[int, Value], ...]:
        """Rank and value of those that make one of these tests come out otherwise than now."""
        known = self._known.get(tests)
        if known is None:
            now = self.mark(tests, self.now)
            ranked = enumerate(self.values)
            known = tuple((n, value) for n, value in ranked if self.mark(tests, value) != now)
            self._known[tests] = known
        return known

    def like(self, value: Value, options: Iterable[Value]) -> tuple[Value, ...]:
        """Every option for which the tests of the path come out as for this value."""
        mark = self.mark(self.tests, value)
        return tuple(one for one in options if self.mark(self.tests, one) == mark)


def variable(path: Path, tests: Iterable[Test], facts: Facts, ask: Ask, space: Space) -> Variable:
    """The values that a path could have, as far as these tests tell them apart."""
    several = tuple(dict.fromkeys(tests))
    known = several[:MOST_TESTS]
    now = facts.get(path.name)
    found, exact = _candidates(path, known, now, ask, space)
    made = Variable(path, known, now, (), exact and len(known) == len(several), ask)
    empty = space.may_be_empty(path)
    values = [value for value in found if value != now and (empty or not is_empty(value))]
    # Numbers and days already stand one for each stretch between two bounds.
    made.values = tuple(values) if path.kind in _SCALED else _told_apart(made, values)
    return made


def _told_apart(one: Variable, values: Iterable[Value]) -> tuple[Value, ...]:
    """Of the values for which every test comes out alike the first."""
    found: dict[tuple[bool, ...], Value] = {one.mark(one.tests, one.now): one.now}
    for value in values:
        found.setdefault(one.mark(one.tests, value), value)
    return tuple(found.values())[1:]


def _candidates(
    path: Path, tests: Sequence[Test], now: Value, ask: Ask, space: Space
) -> tuple[Iterable[Value], bool]:
    if path.name in _FIXED or all(test.op in CHANGES for test in tests):
        return (), True
    if path.inside:
        return (), False
    if path.kind in _SCALED:
        return _scaled(path, tests, now, ask, space), True
    if path.kind in TEXT_KINDS:
        return _texts(path, tests, now, ask)
    if path.kind in COUNTED:
        return _counted(tests, now), True
    if path.kind in LIST_KINDS:
        return _lists(path, tests, now, ask, space)
    options = space.options(path)
    if options:
        return (*options, None), True
    return (*_named(tests, ask), FRESH, None), True


def _named(tests: Sequence[Test], ask: Ask) -> tuple[Any, ...]:
    """Every value that a test compares with, each once."""
    found: list[Any] = []
    for test in tests:
        if test.op in CHANGES or test.op in (Op.IS_EMPTY, Op.COUNT):
            continue
        value = resolve(test.operand, test.op, ask)
        found += value if isinstance(value, tuple) else (value,)
    return tuple(one for one in dict.fromkeys(found) if one is not None)


# -- numbers, moments, days --------------------------------------------------------------------


def _scaled(
    path: Path, tests: Sequence[Test], now: Value, ask: Ask, space: Space
) -> Iterable[Value]:
    """Of each stretch between two bounds the value nearest to what it is now."""
    cuts = {
        cut for end in _ends(path, tests, ask, space) if (cut := _number(path, end)) is not None
    }
    here = _number(path, now)
    found = list(_stretches(sorted(cuts), here, _MINUTE_US if path.kind == "datetime" else 1))
    if here is not None:
        found.sort(key=lambda value: (abs(value - here), value))
    values = (_value(path, number) for number in found)
    yield from (v for v in values if v is not None and space.allows(path, v))
    yield None


def _ends(path: Path, tests: Sequence[Test], ask: Ask, space: Space) -> Iterator[Any]:
    for test in tests:
        if test.op in (Op.WITHIN_LAST, Op.WITHIN_NEXT):
            yield from window(test, ask) or ()
        elif test.op is not Op.IS_EMPTY and test.op not in CHANGES:
            value = resolve(test.operand, test.op, ask)
            yield from value if isinstance(value, tuple) else (value,)
    item = space.fields.get(path.name)
    if item is not None and item.type == path.kind:
        limits = item.limits
        yield from (limits.low, limits.high, limits.low_date, limits.high_date)


def _stretches(cuts: list[int], here: int | None, step: int) -> Iterator[int]:
    """Each bound, and of each open stretch between them one whole number."""
    lower: int | None = None
    for cut in (*cuts, None):
        inner = _inside(lower, cut, here, step)
        if inner is not None:
            yield inner
        if cut is not None:
            yield cut
        lower = cut


def _inside(low: int | None, high: int | None, here: int | None, step: int) -> int | None:
    """The number strictly between two bounds that is nearest to `here`; None: there is none."""
    least, most = (None if low is None else low + 1), (None if high is None else high - 1)
    if least is not None and most is not None and least > most:
        return None
    if here is not None and (least is None or here >= least) and (most is None or here <= most):
        return here
    if least is not None and (here is None or here < least):
        whole = -(-least // step) * step
        return whole if most is None or whole <= most else least
    if most is None:
        return here if here is not None else 0
    whole = most // step * step
    return whole if least is None or whole >= least else most


def _number(path: Path, value: Any) -> int | None:
    if path.kind != "date":
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    try:
        return datetime.date.fromisoformat(str(value)).toordinal()
    except ValueError:
        return None


def _value(path: Path, number: int) -> Value:
    if path.kind != "date":
        return number
    try:
        return datetime.date.fromordinal(number).isoformat()
    except (ValueError, OverflowError):
        return None


# -- texts -------------------------------------------------------------------------------------


def _texts(path: Path, tests: Sequence[Test], now: Value, ask: Ask) -> tuple[Iterable[Value], bool]:
    """Texts with and without the words that are asked for: what is there now is kept if it may."""
    parts = _asked(tests, (Op.CONTAINS, Op.CONTAINS_ANY, Op.CONTAINS_ALL), ask)
    heads = _asked(tests, (Op.STARTS_WITH,), ask)
    whole = _asked(tests, (Op.IS, Op.IS_NOT, Op.ONE_OF, Op.NONE_OF), ask)
    few = len(parts) <= _MOST_ITEMS and len(heads) <= _MOST_ITEMS
    exact = few and not any(test.op is Op.MATCHES for test in tests)
    return _written(now, whole, heads[:_MOST_ITEMS], _together(parts, tests, ask)), exact


def _asked(tests: Sequence[Test], ops: tuple[Op, ...], ask: Ask) -> tuple[str, ...]:
    return tuple(map(str, _named([test for test in tests if test.op in ops], ask)))


def _written(
    now: Value, whole: tuple[str, ...], heads: tuple[str, ...], groups: list[tuple[str, ...]]
) -> Iterator[Value]:
    base = now if isinstance(now, str) and now.strip() else ""
    bases = (base, FRESH) if base and base != FRESH else (FRESH,)
    yield from whole
    for text in bases:
        for group in groups:
            for head in ("", *heads):
                start = f"{head} {text}" if head else text
                yield f" {FRESH} ".join((start, *(p for p in group if p not in fold(start))))
    yield None


def _together(parts: tuple[Any, ...], tests: Sequence[Test], ask: Ask) -> list[tuple[Any, ...]]:
    """Which of several go together: every group of a few; of many those that a test names."""
    if len(parts) <= _MOST_ITEMS:
        return [g for size in range(len(parts) + 1) for g in combinations(parts, size)]
    alls = [t for t in tests if t.op is Op.CONTAINS_ALL]
    named = [_named([test], ask) for test in alls]
    return [(), *((part,) for part in parts), *(group for group in named if len(group) > 1)]


# -- several values ----------------------------------------------------------------------------


def _lists(
    path: Path, tests: Sequence[Test], now: Value, ask: Ask, space: Space
) -> tuple[Iterable[Value], bool]:
    """Lists with and without the items that are asked for; other items stay."""
    named = _named([test for test in tests if test.op is not Op.IS_EMPTY], ask)
    held = now if isinstance(now, tuple) else ()
    rest = tuple(one for one in held if one not in named)
    options = space.options(path)
    fresh = next((o for o in options if o not in named), None if options else FRESH)
    order = {one: n for n, one in enumerate((*held, *options, *named))}
    found: list[tuple[Value, ...]] = []
    for group in _together(tuple(n for n in named if not options or n in options), tests, ask):
        kept = tuple(sorted((*rest, *group), key=lambda one: order[one]))
        found += [kept, group] if kept else [()]
        if not kept and fresh is not None:
            found.append((fresh,))
    found.sort(key=lambda value: len(set(value) ^ set(held)))
    lists = [value for value in found if value and space.allows(path, value)]
    return (*lists, None), len(named) <= _MOST_ITEMS


def _counted(tests: Sequence[Test], now: Value) -> Iterable[Value]:
    """Lists of every length that is asked about, made of what is there."""
    held = now if isinstance(now, tuple) else ()
    cuts = {0}
    for test in tests:
        ends = test.operand if isinstance(test.operand, tuple) else ()
        cuts |= {end for end in ends if isinstance(end, int) and end >= 0}
    sizes = [n for n in _stretches(sorted(cuts), len(held), 1) if n >= 0]
    for size in sorted(sizes, key=lambda n: (abs(n - len(held)), n)):
        yield (*held[:size], *((FRESH,) * (size - len(held)))) or None
