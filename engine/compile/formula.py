"""Formulas, typed: every part has a type when the spec is loaded, so evaluation can not fail."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from engine.compile.formula_calls import Calls
from engine.compile.formula_parts import Stop
from engine.compile.formula_types import (
    ARITHMETIC,
    IN_WORDS,
    INNER_SCALE,
    ORDERED,
    Typed,
    family,
    literal,
    null_cure,
    said,
    same_keys,
    type_of,
)
from engine.compile.scope import PathInfo, Scope
from engine.expression import Calc, Choice, Const, Expression, Get, Logic, Member, Minus, Negate
from engine.model.field import FieldModel
from engine.predicate import Path
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
)
from specs.problem import Code, Place, Problem


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
    except Stop:
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


class _Compiler(Calls):
    def typed(self, tree: Syntax) -> Typed:
        if isinstance(tree, Literal):
            return literal(tree)
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

    def unary(self, tree: Unary) -> Typed:
        item = self.typed(tree.item)
        if tree.op == "!":
            self.need(item, tree.item, "boolean")
            return Typed(Negate(item.node), "boolean")
        self.need(item, tree.item, "number", "duration")
        if isinstance(item.node, Const) and isinstance(item.node.value, Decimal):
            return replace(item, node=Const(-item.node.value))
        return replace(item, node=Minus(item.node), info=None)

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
        result = ARITHMETIC.get(both)
        if result is None:
            cure = "write `days_between(first, last)`" if both == ("-", "date", "date") else ""
            message = f"`{tree.op}` does not fit {said(left)} and {said(right)}"
            raise self.wrong(message, tree, cure or null_cure(left, right))
        scale = max(left.scale, right.scale)
        if tree.op == "*":
            scale = min(left.scale + right.scale, INNER_SCALE)
        elif tree.op == "/":
            scale = INNER_SCALE
            if isinstance(right.node, Const) and not right.node.value:
                message = "this divides by zero, so the formula is always empty"
                self.say(Code.DIVISION_BY_ZERO, message, tree.right)
        return Typed(Calc(tree.op, left.node, right.node), result, None, scale)

    def compare(self, tree: Binary, left: Typed, right: Typed) -> Typed:
        left, right = self.alike(tree, left, right)
        if tree.op not in ("==", "!=") and left.type not in ORDERED:
            message = f"`{tree.op}` does not fit {said(left)}"
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
            raise self.wrong(f"{said(left)} can not be compared with {said(right)}", tree)
        if left.type == "key" and family(left) != family(right):
            raise self.wrong(f"{said(left)} can not be compared with {said(right)}", tree)
        return left, right

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
            raise self.wrong(f"`in` looks into a list, not into {said(of)}", tree.right, cure)
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

    def result(self, part: Typed, tree: Syntax, target: PathInfo | None) -> Expression:
        """The expression for its target; a part that does not fit is a problem."""
        if target is None:
            return Expression(self.text, part.node, part.type, min(part.scale, INNER_SCALE))
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
        if part.type != wanted or (wanted == "key" and not same_keys(part, target)):
            raise self.wrong(f"the formula gives {said(part)}; {IN_WORDS[wanted]} is kept", tree)
        scale = target.path.scale if wanted == "number" else 0
        return Expression(self.text, part.node, wanted if wanted == "number" else kind, scale)
