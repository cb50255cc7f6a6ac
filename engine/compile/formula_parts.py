"""What the typing of every part of a formula shares: problems, paths, and fitting two sides."""

from __future__ import annotations

from engine.compile.formula_types import IN_WORDS, Typed, family, said, type_of
from engine.compile.operand import Wrong, operand
from engine.compile.scope import PathInfo, Scope
from engine.expression import Apply, Choice, Const, Get
from engine.predicate import Op
from engine.values.date import parse_date
from engine.values.datetime import parse_instant
from specs.expression import Choose, Name, Syntax, spot
from specs.problem import Code, Place, Problem, problem


class Stop(Exception):
    """A part has no type; its problem is noted, and the rest would only repeat it."""


class Parts:
    """One formula while it is typed; `typed` is the recursion that `formula` fills in."""

    def __init__(self, text: str, scope: Scope, place: Place, stored: bool) -> None:
        self.text = text
        self.scope = scope
        self.place = place
        self.stored = stored
        self.problems: list[Problem] = []
        self.rows: str | None = None
        """The `lines` field whose rows are summed at this point; "" while it is not known yet."""

    def typed(self, tree: Syntax) -> Typed:
        """The part with its type, or Stop."""
        raise NotImplementedError

    def say(self, code: Code, message: str, at: Syntax, cure: str = "") -> None:
        where = spot(self.place, self.text, at.start, at.end)
        self.problems.append(problem(code, message, where, cure=cure))

    def stop(self, code: Code, message: str, at: Syntax, cure: str = "") -> Stop:
        self.say(code, message, at, cure)
        return Stop()

    def wrong(self, message: str, at: Syntax, cure: str = "") -> Stop:
        return self.stop(Code.FORMULA_TYPE, message, at, cure)

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

    def need(self, part: Typed, at: Syntax, *types: str) -> None:
        if part.type not in (*types, "empty"):
            wanted = " or ".join(IN_WORDS[one] for one in types)
            raise self.wrong(f"{wanted} is wanted here, not {said(part)}", at)

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
                self.problems.append(problem(found.code, found.message, where, cure=found.cure))
                raise Stop
            key = found[0]
            return Typed(Const(key if isinstance(key, str) else str(key)), "key", info)
        if isinstance(node, Choice) and isinstance(at, Choose):
            then = self.as_key(Typed(node.then, "text"), info, at.then)
            other = self.as_key(Typed(node.other, "text"), info, at.other)
            return Typed(Choice(node.test, then.node, other.node), "key", info)
        return part

    def unified(
        self, whole: Syntax, one: Typed, other: Typed, one_at: Syntax, other_at: Syntax
    ) -> tuple[Typed, Typed, Typed]:
        """Two alternatives in one type; `null` fits every type."""
        if one.type == "empty" or other.type == "empty":
            return (other if one.type == "empty" else one), one, other
        if one.type != other.type:
            one, other = self.fit(one, other, one_at), self.fit(other, one, other_at)
        if one.type != other.type or one.type in ("list", "lines"):
            message = f"the alternatives are {said(one)} and {said(other)}"
            raise self.wrong(message, whole, "both have to be of one type")
        if one.type == "key" and family(one) != family(other):
            raise self.wrong(f"the alternatives are {said(one)} and {said(other)}", whole)
        return one, one, other
