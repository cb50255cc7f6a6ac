"""Formulas, typed: every part has a type when the spec is loaded, so evaluation can not fail."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from engine.compile.operand import Wrong, operand
from engine.compile.scope import PathInfo, Scope
from engine.evaluate import LIST_KINDS, TEXT_KINDS
from engine.expression import (
    NUMBER_KINDS,
    Apply,
    Calc,
    Choice,
    Clock,
    Const,
    Count,
    Empty,
    Expression,
    First,
    Get,
    Logic,
    Member,
    Minus,
    Negate,
    Node,
    Sum,
)
from engine.functions import FUNCTIONS
from engine.model.field import FieldModel
from engine.predicate import Op, Path
from engine.values.date import parse_date
from engine.values.datetime import parse_instant
from specs.expression import (
    Binary,
    Call,
    Choose,
    Items,
    Literal,
    Name,
    Syntax,
    Unary,
    parse_formula,
    spot,
)
from specs.problem import Code, Place, Problem, did_you_mean, nearest, problem

ORDERED: Final = frozenset({"number", "date", "datetime", "duration"})
_INNER_SCALE: Final = 6


@dataclass(frozen=True, slots=True)
class Typed:
    """A part with its type: number, duration, boolean, text, date, datetime, key, list, lines,
    or empty (only `null`). `info` tells whose keys a key or list holds."""

    node: Node
    type: str
    info: PathInfo | None = None
    scale: int = 0

    @property
    def is_literal(self) -> bool:
        return isinstance(self.node, Const)


def compile_formula(
    text: str,
    scope: Scope,
    place: Place,
    wants: str | FieldModel | PathInfo = "any",
    *,
    stored: bool = False,
) -> tuple[Expression | None, list[Problem]]:
    """The typed formula, or None with the problems that keep it from being one.

    `wants`: `any`, `boolean`, a field type word, or the field that keeps the result (then options
    are known and numbers are scaled like it). `stored` refuses `now()` and `today()`.
    """
    tree, faults = parse_formula(text)
    if tree is None:
        return None, [fault.at(place, text) for fault in faults]
    compiler = _Compiler(text, scope, place, stored)
    try:
        typed = compiler.typed(tree)
        found = compiler.result(typed, tree, _target(wants, scope))
    except _Stop:
        return None, compiler.problems
    if any(one.is_error for one in compiler.problems):
        return None, compiler.problems
    return replace(found, source=text), compiler.problems


def _target(wants: str | FieldModel | PathInfo, scope: Scope) -> PathInfo | None:
    if isinstance(wants, PathInfo):
        return wants
    if isinstance(wants, FieldModel):
        options: dict[str, tuple[str, ...]] = {}
        for one in wants.options.values():
            options[one.id] = (one.key,)
        path = Path(wants.key, wants.id, wants.type, wants.scale)
        return PathInfo(path, wants, options, zone=scope.zone)
    return None if wants == "any" else PathInfo(Path("", "", wants), zone=scope.zone)


def type_of(kind: str) -> str:
    """The type in formulas of a field kind."""
    if kind in NUMBER_KINDS:
        return "number"
    if kind in TEXT_KINDS or kind == "location":
        return "text"
    if kind in ("boolean", "date", "datetime", "duration", "lines"):
        return kind
    return "list" if kind in LIST_KINDS else "key"


class _Stop(Exception):
    """A part has no type; its problem is noted, and the rest would only repeat it."""


class _Compiler:
    def __init__(self, text: str, scope: Scope, place: Place, stored: bool) -> None:
        self.text = text
        self.scope = scope
        self.place = place
        self.stored = stored
        self.problems: list[Problem] = []
        self.rows: str | None = None
        """The `lines` field whose rows are summed at this point; "" while it is not known yet."""

    # -- problems

    def say(self, code: Code, message: str, at: Syntax, cure: str = "") -> None:
        where = spot(self.place, self.text, at.start, at.end)
        self.problems.append(problem(code, message, where, cure=cure))

    def stop(self, code: Code, message: str, at: Syntax, cure: str = "") -> _Stop:
        self.say(code, message, at, cure)
        return _Stop()

    def wrong(self, message: str, at: Syntax, cure: str = "") -> _Stop:
        return self.stop(Code.FORMULA_TYPE, message, at, cure)

    # -- parts

    def typed(self, tree: Syntax) -> Typed:
        if isinstance(tree, Literal):
            return _literal(tree)
        if isinstance(tree, Name):
            return self.name(tree)
        if isinstance(tree, Unary):
            return self.unary(tree)
        if isinstance(tree, Binary):
            return self.binary(tree)
        if isinstance(tree, Choose):
            return self.choose(tree)
        if isinstance(tree, Call):
            return self.call(tree)
        raise self.wrong("a list stands only after `in`", tree)

    def name(self, tree: Name) -> Typed:
        spelled = ".".join(tree.parts)
        info = self.scope.find(tree.parts)
        if info is None:
            if len(tree.parts) == 1 and tree.parts[0] in ("today", "now"):
                message = f"`{spelled}` is a function"
                raise self.stop(Code.FORMULA_SYNTAX, message, tree, f"write `{spelled}()`")
            guess = self.scope.suggest(spelled)
            cure = f"did you mean `{guess}`?" if guess else ""
            code = Code.BAD_PATH if len(tree.parts) > 1 else Code.UNKNOWN_FIELD
            raise self.stop(code, f"there is no field `{spelled}` here", tree, cure)
        if info.path.inside:
            self.enter(info.path.inside, tree)
        return Typed(Get(info.path), type_of(info.path.kind), info, info.path.scale)

    def enter(self, rows: str, tree: Name) -> None:
        if self.rows is None:
            cure = f"write `sum({'.'.join(tree.parts)})`"
            raise self.wrong("rows are read only inside `sum(…)`", tree, cure)
        if self.rows not in ("", rows):
            raise self.wrong("one `sum` reads the rows of one field", tree)
        self.rows = rows

    def unary(self, tree: Unary) -> Typed:
        item = self.typed(tree.item)
        if tree.op == "!":
            self.need(item, tree.item, "boolean")
            return Typed(Negate(item.node), "boolean")
        self.need(item, tree.item, "number", "duration")
        if isinstance(item.node, Const) and isinstance(item.node.value, Decimal):
            return replace(item, node=Const(-item.node.value))
        return replace(item, node=Minus(item.node), info=None)

    def need(self, part: Typed, at: Syntax, *types: str) -> None:
        if part.type not in (*types, "empty"):
            wanted = " or ".join(_IN_WORDS[one] for one in types)
            raise self.wrong(f"{wanted} is wanted here, not {_said(part)}", at)

    def binary(self, tree: Binary) -> Typed:
        if tree.op in ("&&", "||"):
            left, right = self.typed(tree.left), self.typed(tree.right)
            self.need(left, tree.left, "boolean")
            self.need(right, tree.right, "boolean")
            return Typed(Logic(tree.op, left.node, right.node), "boolean")
        if tree.op == "in":
            return self.member(tree)
        left, right = self.typed(tree.left), self.typed(tree.right)
        if tree.op in ("+", "-", "*", "/"):
            return self.arithmetic(tree, left, right)
        return self.compare(tree, left, right)

    def arithmetic(self, tree: Binary, left: Typed, right: Typed) -> Typed:
        both = tree.op, left.type, right.type
        result = _ARITHMETIC.get(both)
        if result is None:
            cure = "write `days_between(first, last)`" if both == ("-", "date", "date") else ""
            message = f"`{tree.op}` does not fit {_said(left)} and {_said(right)}"
            raise self.wrong(message, tree, cure or _null_cure(left, right))
        scale = max(left.scale, right.scale)
        if tree.op == "*":
            scale = min(left.scale + right.scale, _INNER_SCALE)
        elif tree.op == "/":
            scale = _INNER_SCALE
            if isinstance(right.node, Const) and not right.node.value:
                message = "this divides by zero, so the formula is always empty"
                self.say(Code.DIVISION_BY_ZERO, message, tree.right)
        return Typed(Calc(tree.op, left.node, right.node), result, None, scale)

    def compare(self, tree: Binary, left: Typed, right: Typed) -> Typed:
        left, right = self.alike(tree, left, right)
        if tree.op not in ("==", "!=") and left.type not in ORDERED:
            message = f"`{tree.op}` does not fit {_said(left)}"
            raise self.wrong(message, tree, "it compares numbers, dates, moments and durations")
        if left.type in ("list", "lines"):
            raise self.wrong(f"`{tree.op}` does not compare lists", tree, "write `'x' in list`")
        return Typed(Calc(tree.op, left.node, right.node), "boolean")

    def alike(self, tree: Binary, left: Typed, right: Typed) -> tuple[Typed, Typed]:
        """Both sides in one type: texts read as dates or options, moments as days."""
        if "empty" in (left.type, right.type):
            message = "a comparison with `null` is always empty"
            raise self.wrong(message, tree, "write `is_empty(…)`")
        if left.type != right.type:
            left = self.fit(left, right, tree.left)
            right = self.fit(right, left, tree.right)
        if left.type != right.type:
            raise self.wrong(f"{_said(left)} can not be compared with {_said(right)}", tree)
        if left.type == "key" and _family(left) != _family(right):
            raise self.wrong(f"{_said(left)} can not be compared with {_said(right)}", tree)
        return left, right

    def fit(self, part: Typed, other: Typed, at: Syntax) -> Typed:
        """The part in the type of the other side, where that can be done."""
        if other.type == "key" and part.type == "text" and other.info is not None:
            return self.as_key(part, other.info, at)
        if other.type == "date" and part.type == "datetime":
            return self.day_of(part)
        if other.type in ("date", "datetime") and part.type == "text" and part.is_literal:
            return self.moment(part, other.type, at)
        return part

    def day_of(self, part: Typed) -> Typed:
        return Typed(Apply("local_date", (part.node, Const(self.scope.zone))), "date")

    def moment(self, part: Typed, wanted: str, at: Syntax) -> Typed:
        assert isinstance(part.node, Const)
        text = str(part.node.value)
        day = parse_date(text)
        if day is not None:
            return Typed(Const(day.isoformat()), "date")
        instant = parse_instant(text, self.scope.zone)
        if instant is None:
            cure = "write it like '2026-03-02' or '2026-03-02T09:30'"
            raise self.wrong(f"`{text}` is no {'date' if wanted == 'date' else 'moment'}", at, cure)
        return Typed(Const(instant), "datetime")

    def as_key(self, part: Typed, info: PathInfo, at: Syntax) -> Typed:
        """Texts of a part as options of a field: through the branches of `? :` and `coalesce`."""
        node = part.node
        if isinstance(node, Const):
            found = operand(info, node.value, Op.IS)
            if isinstance(found, Wrong):
                where = spot(self.place, self.text, at.start, at.end)
                self.problems.append(
                    problem(found.code, found.message, where, cure=found.cure)
                )
                raise _Stop
            key = found[0]
            return Typed(Const(key if isinstance(key, str) else str(key)), "key", info)
        if isinstance(node, Choice) and isinstance(at, Choose):
            then = self.as_key(Typed(node.then, "text"), info, at.then)
            other = self.as_key(Typed(node.other, "text"), info, at.other)
            return Typed(Choice(node.test, then.node, other.node), "key", info)
        return part

    def member(self, tree: Binary) -> Typed:
        item = self.typed(tree.left)
        if isinstance(tree.right, Items):
            found = []
            for one in tree.right.items:
                pair = Binary("==", tree.left, one, tree.at)
                left, right = self.alike(pair, item, self.typed(one))
                item = left
                found.append(right.node)
            return Typed(Member(item.node, tuple(found)), "boolean")
        of = self.typed(tree.right)
        if of.type != "list" or not isinstance(of.node, Get) or of.info is None:
            cure = "write `contains(text, part)`" if of.type == "text" else ""
            raise self.wrong(f"`in` looks into a list, not into {_said(of)}", tree.right, cure)
        if item.type == "text":
            item = self.as_key(item, of.info, tree.left)
        self.need(item, tree.left, "key")
        return Typed(Member(item.node, of.node), "boolean")

    def choose(self, tree: Choose) -> Typed:
        test = self.typed(tree.test)
        self.need(test, tree.test, "boolean")
        then, other = self.typed(tree.then), self.typed(tree.other)
        kept, then, other = self.unified(tree, then, other, tree.then, tree.other)
        node = Choice(test.node, then.node, other.node)
        return replace(kept, node=node, scale=max(then.scale, other.scale))

    def unified(
        self, whole: Syntax, one: Typed, other: Typed, one_at: Syntax, other_at: Syntax
    ) -> tuple[Typed, Typed, Typed]:
        """Two alternatives in one type; `null` fits every type."""
        if one.type == "empty" or other.type == "empty":
            return (other if one.type == "empty" else one), one, other
        if one.type != other.type:
            one, other = self.fit(one, other, one_at), self.fit(other, one, other_at)
        if one.type != other.type or one.type in ("list", "lines"):
            message = f"the alternatives are {_said(one)} and {_said(other)}"
            raise self.wrong(message, whole, "both have to be of one type")
        if one.type == "key" and _family(one) != _family(other):
            raise self.wrong(f"the alternatives are {_said(one)} and {_said(other)}", whole)
        return one, one, other

    # -- functions

    def call(self, tree: Call) -> Typed:
        handler = _CALLS.get(tree.name)
        if handler is None:
            cure = did_you_mean(tree.name, _CALLS) if nearest(tree.name, _CALLS) else ""
            cure = cure or f"functions are {', '.join(sorted(_CALLS))}"
            message = f"there is no function `{tree.name}`"
            raise self.stop(Code.UNKNOWN_FUNCTION, message, tree, cure)
        low, high, typer = handler
        count = len(tree.args)
        if count < low or (high is not None and count > high):
            many = str(low) if low == high else f"{low} or more" if high is None else (
                f"{low} to {high}"
            )
            raise self.wrong(f"`{tree.name}` takes {many} values, not {count}", tree)
        return typer(self, tree)

    def args(self, tree: Call, *types: str) -> list[Typed]:
        found = [self.typed(arg) for arg in tree.args]
        for part, at in zip(found, tree.args, strict=True):
            self.need(part, at, *types)
        return found

    def numeric(self, tree: Call) -> Typed:
        """abs, round, floor, ceil."""
        first = self.typed(tree.args[0])
        self.need(first, tree.args[0], "number", *(("duration",) if tree.name == "abs" else ()))
        nodes = [first.node]
        scale = first.scale if tree.name == "abs" else 0
        if len(tree.args) == 2:
            places = self.typed(tree.args[1])
            value = places.node.value if isinstance(places.node, Const) else None
            if not isinstance(value, Decimal) or value not in range(-9, 10):
                message = "the number of places is a whole number from 0 to 9"
                raise self.wrong(message, tree.args[1])
            nodes.append(places.node)
            scale = max(int(value), 0)
        return Typed(Apply(tree.name, tuple(nodes)), first.type, None, scale)

    def extreme(self, tree: Call) -> Typed:
        """min, max of values of one ordered type."""
        found = [self.typed(arg) for arg in tree.args]
        kept = found[0]
        self.need(kept, tree.args[0], *sorted(ORDERED))
        for number, part in enumerate(found):
            part = self.fit(part, kept, tree.args[number])
            if part.type != kept.type:
                message = f"{_said(part)} and {_said(kept)} have no common order"
                raise self.wrong(message, tree.args[number])
            found[number] = part
        scale = max(part.scale for part in found)
        return Typed(Apply(tree.name, tuple(p.node for p in found)), kept.type, None, scale)

    def length(self, tree: Call) -> Typed:
        part = self.typed(tree.args[0])
        if part.type in ("list", "lines") and isinstance(part.node, Get):
            return Typed(Count(part.node.path), "number")
        self.need(part, tree.args[0], "text")
        return Typed(Apply("len", (part.node,)), "number")

    def counted(self, tree: Call) -> Typed:
        part = self.typed(tree.args[0])
        if part.type not in ("list", "lines") or not isinstance(part.node, Get):
            raise self.wrong(f"`count` counts a list, not {_said(part)}", tree.args[0])
        return Typed(Count(part.node.path), "number")

    def summed(self, tree: Call) -> Typed:
        if self.rows is not None:
            raise self.wrong("a `sum` can not stand in another", tree)
        self.rows = ""
        item = self.typed(tree.args[0])
        rows, self.rows = self.rows, None
        self.need(item, tree.args[0], "number", "duration")
        if not rows:
            message = "`sum` adds up a column of rows, such as `sum(parts.price)`"
            raise self.wrong(message, tree.args[0])
        return Typed(Sum(rows, item.node), item.type, None, item.scale)

    def texts(self, tree: Call) -> Typed:
        found = self.args(tree, "text")
        result = "text" if tree.name in ("lower", "upper") else "boolean"
        return Typed(Apply(tree.name, tuple(part.node for part in found)), result)

    def day(self, part: Typed, at: Syntax) -> Node:
        """A part as a date."""
        if part.type == "text" and part.is_literal:
            part = self.moment(part, "date", at)
        if part.type == "datetime":
            part = self.day_of(part)
        self.need(part, at, "date")
        return part.node

    def dates(self, tree: Call) -> Typed:
        """days_between, year, month, day."""
        nodes = tuple(self.day(self.typed(arg), arg) for arg in tree.args)
        return Typed(Apply(tree.name, nodes), "number")

    def later(self, tree: Call) -> Typed:
        """add_days."""
        days = self.typed(tree.args[1])
        self.need(days, tree.args[1], "number")
        first = self.day(self.typed(tree.args[0]), tree.args[0])
        return Typed(Apply("add_days", (first, days.node)), "date")

    def hours(self, tree: Call) -> Typed:
        """hours_between two moments, hours of a duration."""
        types = ("duration",) if tree.name == "hours" else ("datetime",)
        found = self.args(tree, *types)
        return Typed(Apply(tree.name, tuple(p.node for p in found)), "number", None, 2)

    def clock(self, tree: Call) -> Typed:
        if self.stored:
            message = f"a stored formula may not use `{tree.name}()`, which changes by itself"
            raise self.stop(Code.UNSTABLE_FORMULA, message, tree)
        return Typed(Clock(tree.name), "datetime" if tree.name == "now" else "date")

    def coalesce(self, tree: Call) -> Typed:
        kept = self.typed(tree.args[0])
        found = [kept]
        for at, arg in zip(tree.args, tree.args[1:], strict=False):
            part = self.typed(arg)
            kept, found[-1], part = self.unified(tree, found[-1], part, at, arg)
            found.append(part)
        scale = max(part.scale for part in found)
        return replace(kept, node=First(tuple(part.node for part in found)), scale=scale)

    def emptiness(self, tree: Call) -> Typed:
        return Typed(Empty(self.typed(tree.args[0]).node), "boolean")

    # -- the result

    def result(self, part: Typed, tree: Syntax, target: PathInfo | None) -> Expression:
        """The expression for its target; a part that does not fit is a problem."""
        if target is None:
            return Expression(self.text, part.node, part.type, min(part.scale, _INNER_SCALE))
        kind = target.path.kind
        wanted = type_of(kind)
        if wanted == "key" and part.type == "text":
            part = self.as_key(part, target, tree)
        elif wanted == "date" and part.type == "datetime":
            part = self.day_of(part)
        elif wanted in ("date", "datetime") and part.type == "text" and part.is_literal:
            part = self.moment(part, wanted, tree)
        if wanted in ("list", "lines"):
            raise self.wrong("a formula gives one value, not a list", tree)
        if part.type == "empty" and wanted != "boolean":
            raise self.wrong("the formula is always empty", tree)
        if part.type != wanted or (wanted == "key" and not _same_keys(part, target)):
            raise self.wrong(f"the formula gives {_said(part)}; {_IN_WORDS[wanted]} is kept", tree)
        scale = target.path.scale if wanted == "number" else 0
        return Expression(self.text, part.node, wanted if wanted == "number" else kind, scale)


def _literal(tree: Literal) -> Typed:
    value = tree.value
    if value is None:
        return Typed(Const(None), "empty")
    if isinstance(value, bool):
        return Typed(Const(value), "boolean")
    if isinstance(value, str):
        return Typed(Const(unicodedata.normalize("NFC", value)), "text")
    exponent = value.as_tuple().exponent
    scale = max(-exponent, 0) if isinstance(exponent, int) else 0
    return Typed(Const(value), "number", None, scale)


def _family(part: Typed) -> str:
    """Keys of one family may be compared: teams with teams, options of one field."""
    info = part.info
    if info is None:
        return ""
    if info.path.kind in ("choice", "tree", "multi_choice"):
        return "options:" + ",".join(sorted(info.options))
    return {"teams": "team", "people": "person", "tickets": "ticket"}.get(
        info.path.kind, info.path.kind
    )


def _same_keys(part: Typed, target: PathInfo) -> bool:
    return _family(part) == _family(Typed(Const(None), "key", target))


def _null_cure(left: Typed, right: Typed) -> str:
    return "use `coalesce(…)`" if "empty" in (left.type, right.type) else ""


_IN_WORDS: Final = {
    "number": "a number", "duration": "a length of time", "boolean": "true or false",
    "text": "a text", "date": "a date", "datetime": "a moment", "key": "a choice",
    "list": "a list", "lines": "a list of rows", "empty": "`null`",
}  # fmt: skip


def _said(part: Typed) -> str:
    if part.info is not None and part.type in ("key", "list"):
        return f"`{part.info.path.spelled}`"
    return _IN_WORDS[part.type]


_ARITHMETIC: Final = {
    ("+", "number", "number"): "number",
    ("-", "number", "number"): "number",
    ("*", "number", "number"): "number",
    ("/", "number", "number"): "number",
    ("+", "text", "text"): "text",
    ("+", "duration", "duration"): "duration",
    ("-", "duration", "duration"): "duration",
    ("*", "duration", "number"): "duration",
    ("*", "number", "duration"): "duration",
    ("/", "duration", "number"): "duration",
    ("/", "duration", "duration"): "number",
    ("+", "datetime", "duration"): "datetime",
    ("-", "datetime", "duration"): "datetime",
    ("-", "datetime", "datetime"): "duration",
}

_Typer = Callable[[_Compiler, Call], Typed]
_CALLS: Final[dict[str, tuple[int, int | None, _Typer]]] = {
    "min": (2, None, _Compiler.extreme),
    "max": (2, None, _Compiler.extreme),
    "abs": (1, 1, _Compiler.numeric),
    "round": (1, 2, _Compiler.numeric),
    "floor": (1, 1, _Compiler.numeric),
    "ceil": (1, 1, _Compiler.numeric),
    "sum": (1, 1, _Compiler.summed),
    "count": (1, 1, _Compiler.counted),
    "len": (1, 1, _Compiler.length),
    "lower": (1, 1, _Compiler.texts),
    "upper": (1, 1, _Compiler.texts),
    "contains": (2, 2, _Compiler.texts),
    "starts_with": (2, 2, _Compiler.texts),
    "today": (0, 0, _Compiler.clock),
    "now": (0, 0, _Compiler.clock),
    "year": (1, 1, _Compiler.dates),
    "month": (1, 1, _Compiler.dates),
    "day": (1, 1, _Compiler.dates),
    "add_days": (2, 2, _Compiler.later),
    "days_between": (2, 2, _Compiler.dates),
    "hours_between": (2, 2, _Compiler.hours),
    "hours": (1, 1, _Compiler.hours),
    "coalesce": (2, None, _Compiler.coalesce),
    "is_empty": (1, 1, _Compiler.emptiness),
}
assert set(_CALLS) - {"sum", "count", "today", "now", "coalesce", "is_empty"} == (
    set(FUNCTIONS) - {"local_date"}
)
