"""Structured conditions, typed: operators fit their fields, ids become keys, values are exact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.compile.context import Places
from engine.compile.operand import (
    CONTAINS_FAMILY,
    EVENT_OPS,
    OPERATORS,
    SEVERAL,
    Wrong,
    does_not_fit,
    is_list,
    operand,
    span_us,
    test_of,
    text_in,
)
from engine.compile.scope import PathInfo, Scope, stored_apart
from engine.evaluate import TEXT_KINDS
from engine.predicate import FALSE, All, AnyOf, Not, Op, Operand, Predicate, Scalar, Test, Var
from specs.condition import Condition, Leaf, Steps, read_condition
from specs.problem import Code, Place, Problem, did_you_mean, problem

PlaceOf = Callable[[Steps], Place]
_WORDS: Final = {op.value: op for op in Op}
_LIVE: Final = ("customer.", "requester.", "assignee.")


def compile_condition(
    raw: object,
    scope: Scope,
    place_of: PlaceOf,
    *,
    lowerable: bool = False,
    event: bool = False,
    key_of: PlaceOf | None = None,
) -> tuple[Predicate, list[Problem]]:
    """The typed condition and its problems. With a problem it holds for no ticket: a right that can
    not be read must not widen.

    `place_of` tells where the value at steps inside `raw` stands, `key_of` where its key does
    (the `Places` of a Context know both).
    `lowerable` keeps to what can be asked of many rows (decisions.md 4); `event` allows `changed*`.
    """
    if key_of is None:
        key_of = place_of.key if isinstance(place_of, Places) else place_of
    compiler = _Compiler(scope, place_of, key_of, lowerable, event)
    tree, faults = read_condition(raw)
    for fault in faults:
        compiler.say(Wrong(Code.CONDITION_SHAPE, fault.message, fault.cure), place_of(fault.steps))
    found = compiler.condition(tree)
    return (FALSE if compiler.problems else found), compiler.problems


def joined(items: list[Predicate]) -> Predicate:
    """All of several, without needless nesting."""
    flat: list[Predicate] = []
    for item in items:
        flat.extend(item.items if isinstance(item, All) else (item,))
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def not_lowerable(info: PathInfo, op: Op) -> Wrong | None:
    """Why a test can not be asked of many rows at once, or None when it can."""
    code, name = Code.NOT_LOWERABLE, info.spelled
    if op is Op.MATCHES or op in EVENT_OPS:
        message = f"`{op.value}` can not be used in a condition over many rows"
        return Wrong(code, message, "use contains or starts_with" if op is Op.MATCHES else "")
    if info.path.inside:
        message = f"`{name}` lies inside rows, which a condition over many tickets can not read"
        return Wrong(code, message)
    if info.sensitive and op is not Op.IS_EMPTY:
        message = f"`{name}` is sensitive and stored encrypted: only is_empty can be asked of it"
        return Wrong(code, message)
    if op in CONTAINS_FAMILY and info.path.kind in TEXT_KINDS:
        if info.path.name.startswith(_LIVE):
            message = f"`{op.value}` can not be asked of people over many rows"
            return Wrong(code, message, "use is or one_of")
    return None


class _Compiler:
    def __init__(
        self, scope: Scope, place_of: PlaceOf, key_of: PlaceOf, lowerable: bool, event: bool
    ) -> None:
        self.scope = scope
        self.place_of = place_of
        self.key_of = key_of
        self.lowerable = lowerable
        self.event = event
        self.problems: list[Problem] = []

    def say(self, wrong: Wrong, place: Place) -> None:
        self.problems.append(
            problem(wrong.code, wrong.message, place, cure=wrong.cure, related=wrong.related)
        )

    def condition(self, tree: Condition) -> Predicate:
        if isinstance(tree, Leaf):
            return self.leaf(tree) or FALSE
        items = [self.condition(item) for item in tree.items]
        if tree.word == "all":
            return joined(items)
        either = items[0] if len(items) == 1 else AnyOf(tuple(items))
        return either if tree.word == "any" else Not(either)

    def leaf(self, leaf: Leaf) -> Predicate | None:
        info = self.scope.find(leaf.path)
        if info is None:
            self.unknown_path(leaf)
            return None
        apart = stored_apart(info)
        if apart is not None:
            self.say(Wrong(Code.FIELDS_APART, *apart), self.key_of(leaf.key_at))
            return None
        op = self.operator(leaf, info)
        if op is None:
            return None
        wrong = self.misfit(info, op)
        if wrong is not None:
            self.say(wrong, self.key_of(leaf.at if leaf.op else leaf.key_at))
            return None
        return self.test(leaf, info, op)

    def unknown_path(self, leaf: Leaf) -> None:
        guess = self.scope.suggest(leaf.spelled)
        cure = f"did you mean `{guess}`?" if guess else ""
        code = Code.BAD_PATH if len(leaf.path) > 1 else Code.UNKNOWN_FIELD
        wrong = Wrong(code, f"there is no field `{leaf.spelled}` here", cure)
        self.say(wrong, self.key_of(leaf.key_at))

    def operator(self, leaf: Leaf, info: PathInfo) -> Op | None:
        """The operator that is written, or the one that a short form stands for."""
        if not leaf.op:
            many = isinstance(leaf.value, (list, tuple))
            if is_list(info):
                return Op.CONTAINS_ANY if many else Op.CONTAINS
            return Op.ONE_OF if many and Op.ONE_OF in self.allowed(info) else Op.IS
        op = _WORDS.get(leaf.op)
        if op is None:
            inner = (*leaf.path, leaf.op)
            if self.scope.find(inner):
                cure = f"write the path as one key: `{'.'.join(inner)}`"
            else:
                cure = did_you_mean(leaf.op, [one.value for one in self.allowed(info)])
            wrong = Wrong(Code.UNKNOWN_OPERATOR, f"there is no operator `{leaf.op}`", cure)
            self.say(wrong, self.key_of(leaf.at))
        return op

    def allowed(self, info: PathInfo) -> tuple[Op, ...]:
        events = EVENT_OPS if self.event else ()
        return (*OPERATORS.get(info.path.kind, ()), Op.IS_EMPTY, *events)

    def misfit(self, info: PathInfo, op: Op) -> Wrong | None:
        if op in EVENT_OPS and not self.event:
            message = f"`{op.value}` is known only where an event is looked at"
            return Wrong(Code.OPERATOR_TYPE, message)
        if op not in self.allowed(info):
            return does_not_fit(info, op)
        return not_lowerable(info, op) if self.lowerable else None

    def test(self, leaf: Leaf, info: PathInfo, op: Op) -> Predicate | None:
        if op in (Op.IS_EMPTY, Op.CHANGED):
            return self.flag(leaf, info, op)
        if op in (Op.WITHIN_LAST, Op.WITHIN_NEXT):
            span = span_us(text_in(leaf.value) or "", info.path.kind)
            return self.made(leaf, info, op, span)
        if op is Op.BETWEEN:
            ends = self.ends(leaf, info, leaf.value, leaf.at)
            return Test(info.path, op, ends) if ends else None
        if op is Op.COUNT:
            return self.made(leaf, info, op, self.count(leaf, leaf.value))
        return self.values(leaf, info, op)

    def made(self, leaf: Leaf, info: PathInfo, op: Op, value: Operand | Wrong) -> Predicate | None:
        if isinstance(value, Wrong):
            self.say(value, self.place_of(leaf.at))
            return None
        return Test(info.path, op, value)

    def flag(self, leaf: Leaf, info: PathInfo, op: Op) -> Predicate | None:
        word = text_in(leaf.value)
        if word in ("true", "yes"):
            return Test(info.path, op, True)
        if word in ("false", "no"):
            return Test(info.path, op, False)
        wrong = Wrong(Code.VALUE_TYPE, f"`{op.value}` takes true or false")
        return self.made(leaf, info, op, wrong)

    def values(self, leaf: Leaf, info: PathInfo, op: Op) -> Predicate | None:
        """A test of a scalar, or of a list where the operator or the short form takes one."""
        if not isinstance(leaf.value, (list, tuple)):
            found = self.one(info, leaf.value, op, leaf.at)
            return test_of(info, op, found) if found else None
        if op not in SEVERAL and leaf.op:
            cure = f"write {', '.join(o.value for o in OPERATORS[info.path.kind] if o in SEVERAL)}"
            wrong = Wrong(Code.VALUE_TYPE, f"`{op.value}` takes one value, not a list", cure)
            return self.made(leaf, info, op, wrong)
        if not leaf.value:
            return self.made(leaf, info, op, Wrong(Code.VALUE_TYPE, "the list is empty"))
        parts = [self.one(info, v, op, (*leaf.at, n)) for n, v in enumerate(leaf.value)]
        good = [part for part in parts if part]
        if len(good) < len(parts):
            return None
        if op is Op.CONTAINS_ALL and any(len(part) > 1 for part in good):
            return All(tuple(test_of(info, Op.CONTAINS_ANY, part) for part in good))
        flat = tuple(dict.fromkeys(value for part in good for value in part))
        return test_of(info, op, flat)

    def one(
        self, info: PathInfo, raw: object, op: Op, at: Steps, *, late: bool = False
    ) -> tuple[Scalar | Var, ...] | None:
        found = operand(info, raw, op, late=late)
        if isinstance(found, Wrong):
            self.say(found, self.place_of(at))
            return None
        return found

    def ends(
        self, leaf: Leaf, info: PathInfo, raw: object, at: Steps
    ) -> tuple[Scalar | Var, Scalar | Var] | None:
        if not isinstance(raw, (list, tuple)) or len(raw) != 2:
            wrong = Wrong(Code.VALUE_TYPE, "`between` takes two values", "write `[low, high]`")
            self.say(wrong, self.place_of(at))
            return None
        low = self.one(info, raw[0], Op.BETWEEN, (*at, 0))
        high = self.one(info, raw[1], Op.BETWEEN, (*at, 1), late=True)
        if not low or not high:
            return None
        return low[0], high[0]

    def count(self, leaf: Leaf, raw: object) -> tuple[int, int] | Wrong:
        """Both ends, in, of how many there are."""
        wrong = Wrong(
            Code.VALUE_TYPE, "`count` takes a number or a comparison", "write `{ at_least: 1 }`"
        )
        if not isinstance(raw, dict):
            number = _whole(raw)
            return wrong if number is None else (number, number)
        low, high = 0, -1
        for word, value in raw.items():
            ends = _ends(str(word), value)
            if ends is None:
                return wrong
            low = max(low, ends[0])
            high = ends[1] if high == -1 else high if ends[1] == -1 else min(high, ends[1])
        return low, high


def _whole(raw: object) -> int | None:
    text = text_in(raw)
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None


def _ends(word: str, raw: object) -> tuple[int, int] | None:
    """Both ends, in, with -1 for open; None when it is no comparison."""
    if word == "between" and isinstance(raw, (list, tuple)) and len(raw) == 2:
        low, high = _whole(raw[0]), _whole(raw[1])
        return None if low is None or high is None else (low, high)
    number = _whole(raw)
    if number is None or (word == "less_than" and not number):
        return None
    ends = {
        "is": (number, number),
        "at_least": (number, -1),
        "more_than": (number + 1, -1),
        "at_most": (0, number),
        "less_than": (0, number - 1),
    }
    return ends.get(word)
