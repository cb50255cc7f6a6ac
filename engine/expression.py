"""Formulas: a typed tree and its evaluation, total and without side effects (language.md 4).

While it is evaluated a number or duration is a Decimal (durations in seconds), an instant an int
of microseconds, a date or key a str, a list a tuple, empty None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.facts import Ask, Facts, Value
from engine.functions import EXACT, FUNCTIONS, rounded, settled
from engine.normal import GREATEST, clean, is_empty
from engine.predicate import Path

NUMBER_KINDS: Final = frozenset({"integer", "decimal", "money", "rating"})
Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Const:
    """A value that stands in the formula."""

    value: Decimal | str | bool | int | None


@dataclass(frozen=True, slots=True)
class Get:
    """The value at a path; inside `Sum` a path into its rows reads the row at hand."""

    path: Path


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` or `today`."""

    word: str


@dataclass(frozen=True, slots=True)
class Minus:
    """A number or duration with its sign turned."""

    item: Node


@dataclass(frozen=True, slots=True)
class Negate:
    """Kleene's not: of empty, empty."""

    item: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """Kleene's `&&` or `||`: empty only where the other side does not decide."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Calc:
    """`+ - * /` or a comparison; empty when a side is."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Member:
    """`in`: whether a value is one of a list; an empty list holds nothing."""

    item: Node
    of: tuple[Node, ...] | Get


@dataclass(frozen=True, slots=True)
class Choice:
    """`test ? then : other`; an empty test counts as false, as every condition does."""

    test: Node
    then: Node
    other: Node


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of `engine.functions`; empty when an argument is."""

    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class First:
    """`coalesce`: the first argument that is not empty."""

    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Empty:
    """`is_empty`."""

    item: Node


@dataclass(frozen=True, slots=True)
class Count:
    """How many values a list, or rows a `lines` field, holds; none is 0."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum over the rows of a `lines` field; rows where the item is empty add nothing."""

    rows: str
    item: Node


Node = (
    Const | Get | Clock | Minus | Negate | Logic | Calc | Member | Choice | Apply | First | Empty
    | Count | Sum
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expression:
    """A typed formula. `kind` is what it gives: `number`, `duration`, or a field type word;
    `scale` the decimal digits of a number that it gives."""

    source: str
    root: Node = Const(None)
    kind: str = "text"
    scale: int = 0


def evaluate(expr: Expression, facts: Facts, ask: Ask, warn: Warn | None = None) -> Value:
    """The value as it would be stored: numbers scaled by `expr.scale`, half-even, once at the end.

    None is empty. `warn` hears of divisions by zero and results too large to keep.
    """
    found = _Run(facts, ask, warn or _ignore).value(expr.root)
    if found is None:
        return None
    if expr.kind == "number" or expr.kind == "duration":
        places = expr.scale if expr.kind == "number" else 0
        number = rounded(found, places) if isinstance(found, Decimal) else None
        if number is None or abs(number.scaleb(places, EXACT)) > GREATEST:
            (warn or _ignore)("the result is too large to keep")
            return None
        return int(number.scaleb(places, EXACT))
    if isinstance(found, str):
        return clean(found) or None
    return found  # type: ignore[no-any-return]


def _ignore(message: str) -> None:
    """Nobody asked for warnings."""


def paths(expr: Expression) -> tuple[Path, ...]:
    """The paths a formula reads, each once; a path into rows counts as its `lines` field too."""
    return tuple(dict.fromkeys(_paths(expr.root)))


def reads_clock(expr: Expression) -> bool:
    """Whether the value changes as time goes by."""
    return any(isinstance(node, Clock) for node in _walk(expr.root))


def _paths(root: Node) -> Iterator[Path]:
    for node in _walk(root):
        if isinstance(node, (Get, Count)):
            yield node.path
            if node.path.inside:
                yield Path(node.path.inside, node.path.inside, "lines")


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for part in _parts(node):
        yield from _walk(part)


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, (Minus, Negate, Empty, Sum)):
        return (node.item,)
    if isinstance(node, (Logic, Calc)):
        return node.left, node.right
    if isinstance(node, Member):
        return (node.item, *(node.of if isinstance(node.of, tuple) else (node.of,)))
    if isinstance(node, Choice):
        return node.test, node.then, node.other
    if isinstance(node, (Apply, First)):
        return node.args
    return ()


@dataclass(frozen=True, slots=True)
class _Run:
    """One evaluation; `row` is the row at hand inside a sum."""

    facts: Facts
    ask: Ask
    warn: Warn
    row: Mapping[str, Value] | None = None

    def value(self, node: Node) -> Any:
        return _HANDLERS[type(node)](self, node)

    def get(self, node: Get) -> Any:
        path = node.path
        if not path.inside:
            return _exact(self.facts.get(path.name), path)
        column = path.name.rpartition(".")[2]
        return None if self.row is None else _exact(self.row.get(column), path)

    def clock(self, node: Clock) -> Any:
        return self.ask.now_us if node.word == "now" else self.ask.today or None

    def minus(self, node: Minus) -> Any:
        value = self.value(node.item)
        return None if value is None else -value

    def negate(self, node: Negate) -> Any:
        value = self.value(node.item)
        return None if value is None else not value

    def logic(self, node: Logic) -> Any:
        decides = node.op == "||"
        left = self.value(node.left)
        if left is decides:
            return decides
        right = self.value(node.right)
        if right is decides:
            return decides
        return None if left is None or right is None else not decides

    def calc(self, node: Calc) -> Any:
        left, right = self.value(node.left), self.value(node.right)
        if left is None or right is None:
            return None
        if node.op != "/":
            return _CALCS[node.op](left, right)
        if not right:
            self.warn("a division by zero gives an empty value")
            return None
        return EXACT.divide(left, right)

    def member(self, node: Member) -> Any:
        value = self.value(node.item)
        if value is None:
            return None
        if isinstance(node.of, Get):
            return value in (self.value(node.of) or ())
        return any(settled(value) == settled(self.value(item)) for item in node.of)

    def choice(self, node: Choice) -> Any:
        return self.value(node.then if self.value(node.test) is True else node.other)

    def apply(self, node: Apply) -> Any:
        args = [self.value(item) for item in node.args]
        return None if None in args else FUNCTIONS[node.name](*args)

    def first(self, node: First) -> Any:
        found = (self.value(item) for item in node.args)
        return next((value for value in found if not is_empty(value)), None)

    def empty(self, node: Empty) -> Any:
        return is_empty(self.value(node.item))

    def count(self, node: Count) -> Any:
        value = self.facts.get(node.path.name)
        return Decimal(len(value) if isinstance(value, tuple) else 0 if is_empty(value) else 1)

    def sum(self, node: Sum) -> Any:
        rows = self.facts.get(node.rows)
        total = Decimal(0)
        for row in rows if isinstance(rows, tuple) else ():
            if isinstance(row, Mapping):
                part = _Run(self.facts, self.ask, self.warn, row).value(node.item)
                total = total if part is None else EXACT.add(total, part)
        return total


def _exact(value: Value, path: Path) -> Any:
    """A stored value as formulas reckon with it; None also for what does not fit the path."""
    if is_empty(value):
        return None
    kind = path.kind
    if kind in NUMBER_KINDS or kind == "duration":
        whole = isinstance(value, int) and not isinstance(value, bool)
        return Decimal(value).scaleb(-path.scale) if whole else None  # type: ignore[arg-type]
    if kind == "datetime":
        return value if isinstance(value, int) else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    return value if isinstance(value, (str, tuple)) else None


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, str):
        return left + right
    if isinstance(left, int):
        return left + int(right * 1_000_000)
    return EXACT.add(left, right)


def _subtract(left: Any, right: Any) -> Any:
    if not isinstance(left, int):
        return EXACT.subtract(left, right)
    if isinstance(right, int):
        return EXACT.divide(Decimal(left - right), Decimal(1_000_000))
    return left - int(right * 1_000_000)


_CALCS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": _add,
    "-": _subtract,
    "*": EXACT.multiply,
    "==": lambda left, right: settled(left) == settled(right),
    "!=": lambda left, right: settled(left) != settled(right),
    "<": lambda left, right: settled(left) < settled(right),
    "<=": lambda left, right: settled(left) <= settled(right),
    ">": lambda left, right: settled(left) > settled(right),
    ">=": lambda left, right: settled(left) >= settled(right),
}

_HANDLERS: Final[dict[type, Callable[[_Run, Any], Any]]] = {
    Const: lambda run, node: node.value,
    Get: _Run.get,
    Clock: _Run.clock,
    Minus: _Run.minus,
    Negate: _Run.negate,
    Logic: _Run.logic,
    Calc: _Run.calc,
    Member: _Run.member,
    Choice: _Run.choice,
    Apply: _Run.apply,
    First: _Run.first,
    Empty: _Run.empty,
    Count: _Run.count,
    Sum: _Run.sum,
}
