"""The one door to z3: linear formulas and checks over the axes of a Space, and boxes that explode.

Where z3 is not installed every question is answered "unknown", and findings then say "possible".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from typing import Any, Final, Literal

from engine.analyse.axes import OTHER, Axis, value_at
from engine.analyse.boxes import Box, Space
from engine.analyse.world import World
from engine.expression import (
    Calc,
    Choice,
    Const,
    Empty,
    Expression,
    First,
    Get,
    Logic,
    Minus,
    Negate,
    Node,
    paths,
)
from engine.predicate import All, Not, Op, Path, Predicate, Test

TIMEOUT_MS: Final = 2_000


@cache
def is_there() -> bool:
    """Whether z3 is installed (the extra `z3`)."""
    return find_spec("z3") is not None


def linear_paths(world: World, names: Sequence[str]) -> tuple[list[Path], list[Test]]:
    """What formulas and checks that bear on these names read, and the words they compare with."""
    seen: set[str] = set()
    waiting = list(names)
    found: dict[Path, None] = {}
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for expr in _bearing(world, name):
            for path in paths(expr):
                found[path] = None
                waiting.append(world.name_of(path))
    words = [test for expr in _expressions(world, seen) for test in _words(expr.root)]
    return list(found), words


def _bearing(world: World, name: str) -> list[Expression]:
    """The formula of this name, and the checks that read it."""
    if world.type is None:
        return []
    item = world.type.fields.get(name)
    own = [item.formula] if item is not None and item.formula is not None else []
    checks = [c.must for c in world.type.checks]
    return own + [c for c in checks if name in {world.name_of(p) for p in paths(c)}]


def _expressions(world: World, names: set[str]) -> list[Expression]:
    return [expr for name in sorted(names) for expr in _bearing(world, name)]


def _words(node: Node) -> list[Test]:
    """`reason == 'regret'` as a test, so that the axis of `reason` knows the word."""
    if isinstance(node, Calc):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, Get) and isinstance(other, Const) and isinstance(other.value, str):
                return [Test(one.path, Op.IS, other.value)]
    parts = [
        getattr(node, name, None) for name in ("item", "left", "right", "test", "then", "other")
    ]
    return [test for part in parts if part is not None for test in _words(part)]


def solve(
    space: Space, include: Predicate, exclude: Sequence[Predicate]
) -> Mapping[str, Any] | Literal["never", "unknown"]:
    """A point of the space in `include` and outside all of `exclude`, that obeys formulas and
    checks: axis name → atom or whole number. `never` is a proof that there is none."""
    if not is_there():
        return "unknown"
    return _Query(space).answer(include, exclude)


class _Nonlinear(Exception):
    """The formula is not linear, or speaks of what z3 is not told."""


_Pair = tuple[Any, Any]
"""A value of z3 and whether it is empty."""


class _Query:
    def __init__(self, space: Space) -> None:
        import z3

        self.z3 = z3
        self.space = space
        self.solver = z3.Solver()
        self.solver.set("timeout", TIMEOUT_MS)
        self.atom: dict[str, Any] = {}
        self.number: dict[str, Any] = {}
        for axis in space.axes:
            self.axis(axis)

    def axis(self, axis: Axis) -> None:
        z3 = self.z3
        atom = self.atom[axis.name] = z3.Int(f"{axis.name}#")
        self.solver.add(atom >= 0, atom < len(axis.atoms))
        if not axis.stretches:
            return
        number = self.number[axis.name] = z3.Int(axis.name)
        for at, stretch in enumerate(axis.stretches):
            if stretch is not None:
                inside = z3.And(number >= stretch[0], number <= stretch[1])
                self.solver.add(z3.Implies(atom == at, inside))

    def answer(
        self, include: Predicate, exclude: Sequence[Predicate]
    ) -> Mapping[str, Any] | Literal["never", "unknown"]:
        z3 = self.z3
        self.solver.add(self.holds(include))
        for one in exclude:
            self.solver.add(z3.Not(self.holds(one)))
        names = {axis.name for axis in self.space.axes}
        for bar in self.space.world.bars(names):
            self.solver.add(z3.Not(self.holds(bar)))
        self.laws(names)
        found = self.solver.check()
        if found == z3.unsat:
            return "never"
        return self.point() if found == z3.sat else "unknown"

    def point(self) -> dict[str, Any]:
        model = self.solver.model()
        found: dict[str, Any] = {}
        for axis in self.space.axes:
            at = model.eval(self.atom[axis.name], model_completion=True).as_long()
            value = axis.atoms[at]
            if axis.stretches and value is not None:
                number = model.eval(self.number[axis.name], model_completion=True).as_long()
                value = value_at(axis.sort, number)
            found[axis.name] = value
        return found

    # --- conditions -------------------------------------------------------------------------------

    def holds(self, pred: Predicate) -> Any:
        z3 = self.z3
        if isinstance(pred, Test):
            return z3.Or(*(self.box(box) for box in self.space.boxes(pred)))
        if isinstance(pred, Not):
            return z3.Not(self.holds(pred.item))
        parts = [self.holds(item) for item in pred.items]
        return z3.And(*parts) if isinstance(pred, All) else z3.Or(*parts)

    def box(self, box: Box) -> Any:
        z3 = self.z3
        parts = []
        for axis, bits in zip(self.space.axes, box, strict=True):
            if bits != axis.full:
                parts.append(z3.Or(*(self.atom[axis.name] == at for at in _atoms(bits))))
        return z3.And(*parts)

    # --- formulas and checks ----------------------------------------------------------------------

    def laws(self, names: set[str]) -> None:
        model = self.space.world.type
        if model is None:
            return
        for item in model.fields.values():
            if item.formula is not None and item.key in self.number and item.show_when is None:
                self.law(item.key, item.formula)
        for check in model.checks:
            try:
                value, empty = self.node(check.must.root)
            except _Nonlinear:
                continue
            self.solver.add(self.z3.Or(empty, value))

    def law(self, name: str, formula: Expression) -> None:
        """A computed number is its formula, rounded once to whole units, halves to the even one."""
        z3 = self.z3
        try:
            value, empty = self.node(formula.root)
        except _Nonlinear:
            return
        is_empty = self.is_empty(self.space.axes[self.space.index[name]])
        unit = 10**formula.scale
        number = z3.ToReal(self.number[name])
        off = 2 * (value * unit - number)
        tie = z3.Or(off == 1, off == -1)
        near = z3.And(off <= 1, off >= -1, z3.Implies(tie, self.number[name] % 2 == 0))
        self.solver.add(z3.If(empty, is_empty, z3.And(z3.Not(is_empty), near)))

    def is_empty(self, axis: Axis) -> Any:
        if None not in axis.atoms:
            return self.z3.BoolVal(False)
        return self.atom[axis.name] == axis.atoms.index(None)

    def node(self, node: Node) -> _Pair:
        z3 = self.z3
        if isinstance(node, Const):
            return self.const(node.value)
        if isinstance(node, Get):
            return self.get(node.path)
        if isinstance(node, Minus):
            value, empty = self.node(node.item)
            return -value, empty
        if isinstance(node, Negate):
            value, empty = self.node(node.item)
            return z3.Not(value), empty
        if isinstance(node, Empty):
            return self.node(node.item)[1], z3.BoolVal(False)
        if isinstance(node, Logic):
            return self.logic(node)
        if isinstance(node, Choice):
            return self.choice(node)
        if isinstance(node, First):
            return self.first(node)
        if isinstance(node, Calc):
            return self.calc(node)
        raise _Nonlinear

    def const(self, value: object) -> _Pair:
        z3 = self.z3
        if isinstance(value, bool):
            return z3.BoolVal(value), z3.BoolVal(False)
        if isinstance(value, Decimal):
            return z3.RealVal(str(value)), z3.BoolVal(False)
        raise _Nonlinear

    def get(self, path: Path) -> _Pair:
        name = self.space.world.name_of(path)
        at = self.space.index.get(name)
        if at is None or path.inside or path.kind in ("date", "datetime"):
            raise _Nonlinear
        axis = self.space.axes[at]
        if name in self.number:
            number = self.z3.ToReal(self.number[name]) / 10**path.scale
            return number, self.is_empty(axis)
        if path.kind == "boolean":
            return self.atom[name] == axis.atoms.index(True), self.is_empty(axis)
        raise _Nonlinear

    def logic(self, node: Logic) -> _Pair:
        """Kleene's: empty only where the other side does not decide."""
        z3 = self.z3
        (left, no_left), (right, no_right) = self.node(node.left), self.node(node.right)
        decides = node.op == "||"
        by_left = z3.And(z3.Not(no_left), left == decides)
        by_right = z3.And(z3.Not(no_right), right == decides)
        decided = z3.Or(by_left, by_right)
        return z3.If(decided, decides, not decides), z3.And(
            z3.Not(decided), z3.Or(no_left, no_right)
        )

    def choice(self, node: Choice) -> _Pair:
        z3 = self.z3
        test, unknown = self.node(node.test)
        (then, no_then), (other, no_other) = self.node(node.then), self.node(node.other)
        taken = z3.And(test, z3.Not(unknown))
        return z3.If(taken, then, other), z3.If(taken, no_then, no_other)

    def first(self, node: First) -> _Pair:
        z3 = self.z3
        value, empty = self.node(node.args[-1])
        for item in reversed(node.args[:-1]):
            other, missing = self.node(item)
            value, empty = z3.If(missing, value, other), z3.And(missing, empty)
        return value, empty

    def calc(self, node: Calc) -> _Pair:
        words = _words(node)
        if words:
            return self.same_word(node, words[0])
        z3 = self.z3
        (left, no_left), (right, no_right) = self.node(node.left), self.node(node.right)
        if z3.is_bool(left) or z3.is_bool(right):
            raise _Nonlinear
        empty = z3.Or(no_left, no_right)
        if node.op == "*" and not (_fixed(node.left) or _fixed(node.right)):
            raise _Nonlinear
        if node.op == "/":
            if not _fixed(node.right):
                raise _Nonlinear
            return z3.If(right == 0, 0, left / right), z3.Or(empty, right == 0)
        return _CALCS[node.op](left, right), empty

    def same_word(self, node: Calc, test: Test) -> _Pair:
        """`reason == 'regret'`."""
        z3 = self.z3
        name = self.space.world.name_of(test.path)
        at = self.space.index.get(name)
        if node.op not in ("==", "!=") or at is None:
            raise _Nonlinear
        axis = self.space.axes[at]
        if OTHER in axis.atoms and test.operand not in axis.atoms:
            raise _Nonlinear
        hits = [self.atom[name] == n for n, atom in enumerate(axis.atoms) if atom == test.operand]
        same = z3.Or(*hits) if hits else z3.BoolVal(False)
        return same if node.op == "==" else z3.Not(same), self.is_empty(axis)


def _fixed(node: Node) -> bool:
    return isinstance(node, Const) or (isinstance(node, Minus) and _fixed(node.item))


def _atoms(bits: int) -> list[int]:
    return [at for at in range(bits.bit_length()) if bits >> at & 1]


_CALCS: Final[dict[str, Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
