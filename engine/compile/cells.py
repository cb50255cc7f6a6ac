"""Table cells, typed: input cells become conditions, result cells values."""

from __future__ import annotations

from collections.abc import Mapping

from engine.compile.operand import (
    OPERATORS,
    Wrong,
    does_not_fit,
    is_list,
    operand,
    span_us,
    test_of,
)
from engine.compile.scope import PathInfo
from engine.expression import NUMBER_KINDS
from engine.facts import Value
from engine.predicate import FALSE, TRUE, All, Not, Op, Predicate, Scalar, Test, Var
from engine.span import Span
from specs.cells import (
    AnyCell,
    BeforeCell,
    Cell,
    EmptyCell,
    HasCell,
    OneOfCell,
    RangeCell,
    WithinCell,
    Word,
    parse_cell,
    parse_result,
)
from specs.expression import spot
from specs.problem import Code, Place, Problem, did_you_mean, problem

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
FIRST_US, LAST_US = -(2**53), 2**53


def compile_cell(text: str, info: PathInfo, place: Place) -> tuple[Predicate, list[Problem]]:
    """The condition of one cell about the path of its column; false where there are problems.

    `place` is that of the whole cell; problems point at the words inside.
    """
    tree, faults = parse_cell(text)
    if tree is None:
        return FALSE, [fault.at(place, text) for fault in faults]
    compiler = _Compiler(text, info, place)
    found = compiler.cell(tree)
    return (FALSE if compiler.problems else found), compiler.problems


def compile_result(
    text: str, kind: str, known: Mapping[str, str], place: Place
) -> tuple[Value, list[Problem]]:
    """The value a result cell sets; None for `-`, not decided here.

    `kind`: `team`, `priority`, `difficulty`, `skills`, `tags`, `duration` (kept as the text of a
    Span), or any word for messages. `known`: id → key of what may stand here, {} for durations.
    """
    words, faults = parse_result(text)
    if faults or not words:
        return None, [fault.at(place, text) for fault in faults]
    problems: list[Problem] = []
    several = kind in ("skills", "tags")
    if len(words) > 1 and not several:
        where = spot(place, text, words[1].start, words[-1].end)
        message = f"one {kind} is set, not several"
        return None, [problem(Code.RESULT_TYPE, message, where)]
    found = [_result(word, kind, known) for word in words]
    for word, value in zip(words, found, strict=True):
        if isinstance(value, Wrong):
            where = spot(place, text, word.start, word.end)
            problems.append(problem(value.code, value.message, where, cure=value.cure))
    keys = tuple(dict.fromkeys(value for value in found if isinstance(value, str)))
    if problems:
        return None, problems
    return (keys if several else keys[0]), []


def _result(word: Word, kind: str, known: Mapping[str, str]) -> str | Wrong:
    if kind != "duration":
        if word.text in known:
            return known[word.text]
        noun = {"skills": "skill", "tags": "tag"}.get(kind, kind)
        cure = did_you_mean(word.text, known)
        return Wrong(Code.UNKNOWN_REFERENCE, f"there is no {noun} `{word.text}`", cure)
    try:
        return Span.parse(word.text).text()
    except ValueError as error:
        return Wrong(Code.RESULT_TYPE, str(error), "write it like `15m`, `4h` or `1d 4h`")


class _Compiler:
    def __init__(self, text: str, info: PathInfo, place: Place) -> None:
        self.text = text
        self.info = info
        self.place = place
        self.problems: list[Problem] = []

    def say(self, wrong: Wrong, start: int, end: int) -> None:
        where = spot(self.place, self.text, start, end)
        self.problems.append(
            problem(wrong.code, wrong.message, where, cure=wrong.cure, related=wrong.related)
        )

    def cell(self, tree: Cell) -> Predicate:
        if isinstance(tree, AnyCell):
            return TRUE
        if isinstance(tree, EmptyCell):
            return Test(self.info.path, Op.IS_EMPTY, not tree.negated)
        if isinstance(tree, OneOfCell):
            return self.one_of(tree)
        if isinstance(tree, HasCell):
            return self.has(tree.words, negated=tree.negated)
        if isinstance(tree, RangeCell):
            return self.range(tree)
        if isinstance(tree, BeforeCell):
            return self.compare(Op.AFTER if tree.after else Op.BEFORE, tree.word)
        return self.within(tree)

    def fits(self, op: Op) -> bool:
        """Whether the column's field has the operator; says so when not."""
        if op in OPERATORS.get(self.info.path.kind, ()):
            return True
        self.say(does_not_fit(self.info, op), 0, len(self.text))
        return False

    def values(self, words: tuple[Word, ...], op: Op) -> tuple[Scalar | Var, ...]:
        found: dict[Scalar | Var, None] = {}
        for word in words:
            value = operand(self.info, word.text, op)
            if isinstance(value, Wrong):
                self.say(value, word.start, word.end)
            else:
                found |= dict.fromkeys(value)
        return tuple(found)

    def one_of(self, tree: OneOfCell) -> Predicate:
        if is_list(self.info):
            return self.has(tree.words, negated=tree.negated)
        if not self.fits(Op.IS):
            return FALSE
        values = self.values(tree.words, Op.IS)
        if not values:
            return FALSE
        if tree.negated and Op.IS_NOT in OPERATORS[self.info.path.kind]:
            return test_of(self.info, Op.IS_NOT, values)
        found = test_of(self.info, Op.IS, values)
        return Not(found) if tree.negated else found

    def has(self, words: tuple[Word, ...], *, negated: bool) -> Predicate:
        if not self.fits(Op.CONTAINS_ANY):
            return FALSE
        values = self.values(words, Op.CONTAINS_ANY)
        if not values:
            return FALSE
        found = test_of(self.info, Op.CONTAINS, values)
        return Not(found) if negated else found

    def within(self, tree: WithinCell) -> Predicate:
        op = Op.WITHIN_NEXT if tree.coming else Op.WITHIN_LAST
        if not self.fits(op):
            return FALSE
        span = span_us(tree.word.text, self.info.path.kind)
        if isinstance(span, Wrong):
            self.say(span, tree.word.start, tree.word.end)
            return FALSE
        return Test(self.info.path, op, span)

    def compare(self, op: Op, word: Word) -> Predicate:
        if not self.fits(op):
            return FALSE
        values = self.values((word,), op)
        return Test(self.info.path, op, values[0]) if values else FALSE

    def range(self, tree: RangeCell) -> Predicate:
        kind = self.info.path.kind
        if kind == "tree" and tree.low is None and tree.high is not None and not tree.high_in:
            values = self.values((tree.high,), Op.UNDER)
            return Test(self.info.path, Op.UNDER, values)
        if kind in ("date", "datetime"):
            return self.span(tree)
        if Op.COUNT in OPERATORS.get(kind, ()):
            return self.count(tree)
        if kind not in NUMBER_KINDS and kind != "duration":
            self.say(does_not_fit(self.info, Op.MORE_THAN), 0, len(self.text))
            return FALSE
        low = self.end(tree.low, Op.AT_LEAST if tree.low_in else Op.MORE_THAN)
        high = self.end(tree.high, Op.AT_MOST if tree.high_in else Op.LESS_THAN)
        if tree.low_in and tree.high_in and low is not None and high is not None:
            return Test(self.info.path, Op.BETWEEN, (low.operand, high.operand))  # type: ignore[arg-type]
        ends = [test for test in (low, high) if test is not None]
        return ends[0] if len(ends) == 1 else All(tuple(ends))

    def end(self, word: Word | None, op: Op) -> Test | None:
        if word is None:
            return None
        values = self.values((word,), op)
        return Test(self.info.path, op, values[0]) if values else None

    def span(self, tree: RangeCell) -> Predicate:
        """A stretch of days or moments: `from` and `up to` hold their ends, `over`, `under` not."""
        path = self.info.path
        ends: list[Predicate] = []
        if tree.low is not None and not tree.low_in:
            ends.append(self.compare(Op.AFTER, tree.low))
        if tree.high is not None and not tree.high_in:
            ends.append(self.compare(Op.BEFORE, tree.high))
        if (tree.low is not None and tree.low_in) or (tree.high is not None and tree.high_in):
            first, last = (FIRST_DAY, LAST_DAY) if path.kind == "date" else (FIRST_US, LAST_US)
            low = self.moment(tree.low if tree.low_in else None, first, late=False)
            high = self.moment(tree.high if tree.high_in else None, last, late=True)
            ends.append(Test(path, Op.BETWEEN, (low, high)))
        return ends[0] if len(ends) == 1 else All(tuple(ends))

    def moment(self, word: Word | None, other: Scalar, *, late: bool) -> Scalar | Var:
        if word is None:
            return other
        value = operand(self.info, word.text, Op.BETWEEN, late=late)
        if isinstance(value, Wrong):
            self.say(value, word.start, word.end)
            return other
        return value[0]

    def count(self, tree: RangeCell) -> Predicate:
        low = self.number(tree.low)
        high = self.number(tree.high)
        least = 0 if low is None else low + (0 if tree.low_in else 1)
        most = -1 if high is None else high - (0 if tree.high_in else 1)
        if high == 0 and not tree.high_in:
            return FALSE
        return Test(self.info.path, Op.COUNT, (least, most))

    def number(self, word: Word | None) -> int | None:
        if word is None:
            return None
        if word.text.isascii() and word.text.isdigit() and len(word.text) < 7:
            return int(word.text)
        wrong = Wrong(Code.VALUE_TYPE, f"`{word.text}` is no whole number")
        self.say(wrong, word.start, word.end)
        return None
