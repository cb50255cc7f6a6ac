"""The reference evaluator: it owns the meaning of conditions; the other back ends must agree."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import re2

from engine.facts import Ask, Facts, Value
from engine.instant import end_of_day, start_of_day
from engine.normal import fold, is_empty
from engine.predicate import All, AnyOf, Not, Op, Operand, Path, Predicate, Test, Var

DAY_US: Final = 86_400_000_000
TEXT_KINDS: Final = frozenset({"text", "long_text", "rich_text", "email", "phone", "url"})
LIST_KINDS: Final = frozenset(
    {"multi_choice", "tags", "flags", "teams", "people", "tickets", "files", "image", "lines"}
)


def holds(pred: Predicate, facts: Facts, ask: Ask) -> bool:
    """Whether the condition is true of the ticket."""
    if isinstance(pred, Test):
        return _test(pred, facts, ask)
    if isinstance(pred, All):
        return all(holds(item, facts, ask) for item in pred.items)
    if isinstance(pred, AnyOf):
        return any(holds(item, facts, ask) for item in pred.items)
    return not holds(pred.item, facts, ask)


def first_failing(pred: Predicate, facts: Facts, ask: Ask) -> Test | None:
    """The first test, in reading order, that keeps the condition from holding; None: it holds.

    Of alternatives that all fail it is the first one's; under `none:` the test that did hold.
    """
    return None if holds(pred, facts, ask) else _culprit(pred, facts, ask, wanted=True)


def _culprit(pred: Predicate, facts: Facts, ask: Ask, *, wanted: bool) -> Test | None:
    """The first test that makes `pred` other than `wanted`, given that it is other."""
    if isinstance(pred, Test):
        return pred
    if isinstance(pred, Not):
        return _culprit(pred.item, facts, ask, wanted=not wanted)
    for item in pred.items:
        if holds(item, facts, ask) is not wanted:
            found = _culprit(item, facts, ask, wanted=wanted)
            if found is not None:
                return found
    return None


def first_test(pred: Predicate) -> Test | None:
    """The first test in reading order; None when the condition asks nothing."""
    return next(tests(pred), None)


def tests(pred: Predicate) -> Iterator[Test]:
    """Every test of a condition, in reading order."""
    if isinstance(pred, Test):
        yield pred
    elif isinstance(pred, Not):
        yield from tests(pred.item)
    else:
        for item in pred.items:
            yield from tests(item)


def reads(pred: Predicate) -> tuple[Path, ...]:
    """The paths a condition reads, each once, in reading order."""
    return tuple(dict.fromkeys(test.path for test in tests(pred)))


def value_of(path: Path, facts: Facts) -> Value:
    """What a path reads; of one into rows every row's value, in their order."""
    if not path.inside:
        return facts.get(path.name)
    column = path.name.rpartition(".")[2]
    return tuple(row.get(column) for row in _rows(facts.get(path.inside)))


def resolve(operand: Operand, op: Op, ask: Ask) -> Any:
    """An operand with its variables filled in; several values as a tuple, nothing as None.

    A day compared with an instant is its first microsecond, but its last one where the day itself
    has still to pass: after it, and as the upper end of `between`.
    """
    if isinstance(operand, Var):
        return _variable(operand, ask, late=op is Op.AFTER)
    if not isinstance(operand, tuple) or not any(type(item) is Var for item in operand):
        return operand
    found: list[Any] = []
    for number, item in enumerate(operand):
        if isinstance(item, Var):
            value = _variable(item, ask, late=op is Op.BETWEEN and number == 1)
            found.extend(value if isinstance(value, tuple) else (value,))
        else:
            found.append(item)
    return tuple(found)


def _variable(var: Var, ask: Ask, *, late: bool) -> Any:
    if var.name == "me":
        return ask.viewer.person_id
    if var.name == "my.teams":
        return tuple(sorted(ask.viewer.teams))
    if var.name == "my.colleagues":
        return tuple(sorted(ask.viewer.colleagues))
    if var.name == "now":
        return ask.now_us
    if not var.zone:
        return ask.today or None
    day = _day(ask.today)
    if day is None:
        return None
    return end_of_day(day, var.zone) - 1 if late else start_of_day(day, var.zone)


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def window(test: Test, ask: Ask) -> tuple[Any, Any] | None:
    """The two ends, both in, of `within_last` and `within_next`; None when today is not known.

    The operand is microseconds; on dates it counts whole days around today.
    """
    span = test.operand if isinstance(test.operand, int) else 0
    past = test.op is Op.WITHIN_LAST
    if test.path.kind != "date":
        return (ask.now_us - span, ask.now_us) if past else (ask.now_us, ask.now_us + span)
    today = _day(ask.today)
    if today is None:
        return None
    other = today + datetime.timedelta(days=(-1 if past else 1) * (span // DAY_US))
    ends = (other, today) if past else (today, other)
    return ends[0].isoformat(), ends[1].isoformat()


def _test(test: Test, facts: Facts, ask: Ask) -> bool:
    if test.path.inside:
        rows = facts.get(test.path.inside)
        column = test.path.name.rpartition(".")[2]
        found = [row.get(column) for row in _rows(rows)]
        if test.op is Op.IS_EMPTY:
            return all(is_empty(value) for value in found) is bool(test.operand)
        return any(_holds_of(value, test, ask) for value in found)
    return _holds_of(facts.get(test.path.name), test, ask)


def _rows(value: Value) -> list[Mapping[str, Value]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, tuple) else []


def _holds_of(value: Value, test: Test, ask: Ask) -> bool:
    op = test.op
    if op is Op.IS_EMPTY:
        return is_empty(value) is bool(test.operand)
    if op in CHANGES:
        return _changed(value, test, ask)
    if op is Op.IS_NOT or op is Op.NONE_OF:
        return is_empty(value) or not _among(value, resolve(test.operand, op, ask))
    if is_empty(value):
        return False
    if op is Op.WITHIN_LAST or op is Op.WITHIN_NEXT:
        ends = window(test, ask)
        return ends is not None and _between(value, ends, test.path)
    operand = resolve(test.operand, op, ask)
    return operand is not None and _COMPARE[op](value, operand, test.path)


CHANGES: Final = frozenset({Op.CHANGED, Op.CHANGED_TO, Op.CHANGED_FROM})


def _changed(value: Value, test: Test, ask: Ask) -> bool:
    """Only what the event changed counts; a value written again as it was has not changed."""
    name = test.path.name
    moved = name in ask.before and not _same(ask.before[name], value)
    if test.op is Op.CHANGED:
        return moved is bool(test.operand)
    side = value if test.op is Op.CHANGED_TO else ask.before.get(name)
    if not moved or is_empty(side):
        return False
    wanted = resolve(test.operand, test.op, ask)
    if isinstance(side, tuple):
        other = ask.before.get(name) if test.op is Op.CHANGED_TO else value
        had = other if isinstance(other, tuple) else ()
        # Rows of a list are mappings, which no set holds.
        return any(one not in had and _among(one, wanted) for one in side)
    return _among(side, wanted)


def _same(one: Value, other: Value) -> bool:
    return one == other or (is_empty(one) and is_empty(other))


def _among(value: Value, operand: Any) -> bool:
    """Whether a scalar is the operand or one of it. True and 1 are different values."""
    wanted = operand if isinstance(operand, tuple) else (operand,)
    return value in wanted and any(type(one) is type(value) and one == value for one in wanted)


def _contains(value: Value, operand: Any, path: Path) -> bool:
    return _contains_any(value, operand, path)


def _contains_any(value: Value, operand: Any, path: Path) -> bool:
    return any(_has(value, one, path) for one in _several(operand))


def _contains_all(value: Value, operand: Any, path: Path) -> bool:
    # Asked for nothing it does not hold: no teams of mine must never mean every ticket.
    return operand != () and all(_has(value, one, path) for one in _several(operand))


def _several(operand: Any) -> tuple[Any, ...]:
    return operand if isinstance(operand, tuple) else (operand,)


def _has(value: Value, one: Any, path: Path) -> bool:
    if path.kind in LIST_KINDS:
        return isinstance(value, tuple) and one in value
    return isinstance(value, str) and str(one) in fold(value)


def _starts(value: Value, operand: Any, path: Path) -> bool:
    return isinstance(value, str) and any(fold(value).startswith(x) for x in _several(operand))


@lru_cache(maxsize=4096)
def _pattern(text: str) -> Any:
    return re2.compile(text)


def _matches(value: Value, operand: Any, path: Path) -> bool:
    return isinstance(value, str) and _pattern(str(operand)).search(value) is not None


def _counted(value: Value, operand: Any, path: Path) -> bool:
    number = len(value) if isinstance(value, tuple) else 1
    low, high = operand
    return bool(low <= number and (high == -1 or number <= high))


_Compare = Callable[[Any, Any, Path], bool]


def _ordered(compare: Callable[[Any, Any], bool]) -> _Compare:
    """An order holds only between values of one type; a field may have changed its type."""
    return lambda value, operand, path: type(value) is type(operand) and compare(value, operand)


def _between(value: Any, operand: Any, path: Path) -> bool:
    return all(type(end) is type(value) for end in operand) and bool(
        operand[0] <= value <= operand[1]
    )


_COMPARE: Final[dict[Op, _Compare]] = {
    Op.IS: lambda value, operand, path: _among(value, operand),
    Op.ONE_OF: lambda value, operand, path: _among(value, operand),
    Op.UNDER: lambda value, operand, path: _among(value, operand),
    Op.AT_LEAST: _ordered(operator.ge),
    Op.MORE_THAN: _ordered(operator.gt),
    Op.AT_MOST: _ordered(operator.le),
    Op.LESS_THAN: _ordered(operator.lt),
    Op.BETWEEN: _between,
    Op.BEFORE: _ordered(operator.lt),
    Op.AFTER: _ordered(operator.gt),
    Op.CONTAINS: _contains,
    Op.CONTAINS_ANY: _contains_any,
    Op.CONTAINS_ALL: _contains_all,
    Op.STARTS_WITH: _starts,
    Op.MATCHES: _matches,
    Op.COUNT: _counted,
}
