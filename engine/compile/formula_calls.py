"""The functions of formulas, typed: how many values each takes, of which types, and gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from engine.compile.formula_parts import Parts
from engine.compile.formula_types import ORDERED, Typed, said
from engine.expression import Apply, Clock, Const, Count, Empty, First, Get, Node, Sum
from engine.functions import FUNCTIONS
from specs.expression import Call, Syntax
from specs.problem import Code, did_you_mean, nearest


class Calls(Parts):
    """What `call` and the functions need besides the shared parts."""

    def call(self, tree: Call) -> Typed:
        handler = CALLS.get(tree.name)
        if handler is None:
            cure = did_you_mean(tree.name, CALLS) if nearest(tree.name, CALLS) else ""
            cure = cure or f"functions are {', '.join(sorted(CALLS))}"
            message = f"there is no function `{tree.name}`"
            raise self.stop(Code.UNKNOWN_FUNCTION, message, tree, cure)
        low, high, typer = handler
        count = len(tree.args)
        if count < low or (high is not None and count > high):
            many = (
                str(low)
                if low == high
                else f"{low} or more"
                if high is None
                else (f"{low} to {high}")
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
                message = f"{said(part)} and {said(kept)} have no common order"
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
            raise self.wrong(f"`count` counts a list, not {said(part)}", tree.args[0])
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
        result = "text" if tree.name in ("lower", "upper", "trim", "concat") else "boolean"
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


Typer = Callable[[Calls, Call], Typed]
CALLS: Final[dict[str, tuple[int, int | None, Typer]]] = {
    "min": (2, None, Calls.extreme),
    "max": (2, None, Calls.extreme),
    "abs": (1, 1, Calls.numeric),
    "round": (1, 2, Calls.numeric),
    "floor": (1, 1, Calls.numeric),
    "ceil": (1, 1, Calls.numeric),
    "sum": (1, 1, Calls.summed),
    "count": (1, 1, Calls.counted),
    "len": (1, 1, Calls.length),
    "lower": (1, 1, Calls.texts),
    "upper": (1, 1, Calls.texts),
    "trim": (1, 1, Calls.texts),
    "concat": (2, None, Calls.texts),
    "contains": (2, 2, Calls.texts),
    "starts_with": (2, 2, Calls.texts),
    "today": (0, 0, Calls.clock),
    "now": (0, 0, Calls.clock),
    "year": (1, 1, Calls.dates),
    "month": (1, 1, Calls.dates),
    "day": (1, 1, Calls.dates),
    "add_days": (2, 2, Calls.later),
    "days_between": (2, 2, Calls.dates),
    "hours_between": (2, 2, Calls.hours),
    "hours": (1, 1, Calls.hours),
    "coalesce": (2, None, Calls.coalesce),
    "is_empty": (1, 1, Calls.emptiness),
}
assert set(CALLS) - {"sum", "count", "today", "now", "coalesce", "is_empty"} == (
    set(FUNCTIONS) - {"local_date"}
)
