"""Formula text as syntax: what was written and at which characters, not yet typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from specs.problem import Code, Place, Problem, problem

MAX_NODES = 64
MAX_TEXT = 2000
_MAX_DEPTH = 48


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake at characters `start` to `end` of a text."""

    code: Code
    message: str
    start: int
    end: int
    cure: str = ""

    def at(self, place: Place, text: str) -> Problem:
        """The mistake as a problem of the file, given the place of the whole text."""
        return problem(
            self.code, self.message, spot(place, text, self.start, self.end), cure=self.cure
        )


def spot(place: Place, text: str, start: int, end: int) -> Place:
    """Where characters of a text stand in the file, given the place of its YAML scalar.

    Quotes shift by one. A scalar that is longer or shorter in the file than its text (escapes,
    blocks, several lines) is pointed at as a whole.
    """
    width = place.end_col - place.col
    if place.line != place.end_line or width not in (len(text), len(text) + 2):
        return place
    shift = 1 if width == len(text) + 2 else 0
    return place.within(start + shift, max(end, start + 1) + shift)


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, truth value or null."""

    value: Decimal | str | bool | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """A path such as `order_no.paid`."""

    parts: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`-` or `!`."""

    op: str
    item: Syntax
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two parts; `start` and `end` span the whole, `at` is the operator."""

    op: str
    left: Syntax
    right: Syntax
    at: int

    @property
    def start(self) -> int:
        return self.left.start

    @property
    def end(self) -> int:
        return self.right.end


@dataclass(frozen=True, slots=True)
class Choose:
    """`test ? then : other`."""

    test: Syntax
    then: Syntax
    other: Syntax

    @property
    def start(self) -> int:
        return self.test.start

    @property
    def end(self) -> int:
        return self.other.end


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    args: tuple[Syntax, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Items:
    """`[a, b]`."""

    items: tuple[Syntax, ...]
    start: int
    end: int


Syntax = Literal | Name | Unary | Binary | Choose | Call | Items


def size(node: Syntax) -> int:
    """How many nodes a formula has."""
    return 1 + sum(size(part) for part in _parts(node))


def _parts(node: Syntax) -> Iterator[Syntax]:
    if isinstance(node, Unary):
        yield node.item
    elif isinstance(node, Binary):
        yield from (node.left, node.right)
    elif isinstance(node, Choose):
        yield from (node.test, node.then, node.other)
    elif isinstance(node, Call):
        yield from node.args
    elif isinstance(node, Items):
        yield from node.items


def parse_formula(text: str) -> tuple[Syntax | None, list[Fault]]:
    """The syntax tree of a formula, or the first mistake in it."""
    if len(text) > MAX_TEXT:
        message = f"the formula is longer than {MAX_TEXT} characters"
        return None, [Fault(Code.FORMULA_SIZE, message, 0, len(text))]
    try:
        tree = _Parser(text).whole()
    except _Broken as broken:
        return None, [broken.fault]
    count = size(tree)
    if count > MAX_NODES:
        message = f"the formula has {count} nodes; at most {MAX_NODES} are read"
        cure = "split it into several fields with a formula each"
        return None, [Fault(Code.FORMULA_SIZE, message, 0, len(text), cure)]
    return tree, []


class _Broken(Exception):
    """The formula can not be read on."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


_TOKENS = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>\d+(\.\d+)?(?![\w.]))"
    r"|(?P<text>\"(\\.|[^\"\\])*\"|'(\\.|[^'\\])*')"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<op>==|!=|<=|>=|&&|\|\||[-+*/<>!?:.,()\[\]])",
    re.ASCII,
)
_SPACE = re.compile(r"\s+")
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_LEVELS = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">=", "in"), ("+", "-"), ("*", "/"))
_COMPARE = 2
_INSTEAD = {
    "and": "&&", "or": "||", "not": "!", "if": "? :", "=": "==", "&": "&&", "|": "||",
}  # fmt: skip


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while at < len(text):
        if (space := _SPACE.match(text, at)) is not None:
            at = space.end()
            continue
        match = _TOKENS.match(text, at)
        if match is None:
            raise _Broken(_strange(text, at))
        kind = match.lastgroup
        assert kind is not None
        found.append(_Token(kind, match[0], at, match.end()))
        at = match.end()
    return [*found, _Token("end", "", len(text), len(text))]


def _strange(text: str, at: int) -> Fault:
    char = text[at]
    cure = f"write `{_INSTEAD[char]}`" if char in _INSTEAD else ""
    if char in "'\"":
        return Fault(Code.FORMULA_SYNTAX, "the quotes are not closed", at, len(text))
    if char.isdigit():
        end = at + len(re.match(r"[\w.]*", text[at:])[0])  # type: ignore[index]
        return Fault(Code.FORMULA_SYNTAX, f"`{text[at:end]}` is no number", at, end)
    return Fault(Code.FORMULA_SYNTAX, f"`{char}` has no meaning in a formula", at, at + 1, cure)


class _Parser:
    """Recursive descent over the grammar of language.md 4, with the precedence of CEL."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.next
        self.at += 1
        return token

    def accept(self, *words: str) -> _Token | None:
        token = self.next
        if token.kind in ("op", "name") and token.text in words:
            return self.take()
        return None

    def expect(self, word: str) -> _Token:
        token = self.accept(word)
        if token is None:
            raise self.broken(f"`{word}` is expected here")
        return token

    def broken(self, message: str) -> _Broken:
        token = self.next
        if token.kind == "end":
            message += ", but the formula ends"
            start = max(token.start - 1, 0)
            return _Broken(Fault(Code.FORMULA_SYNTAX, message, start, start + 1))
        if token.text in _INSTEAD:
            message = f"`{token.text}` is no operator of formulas"
            cure = f"write `{_INSTEAD[token.text]}`"
            return _Broken(Fault(Code.FORMULA_SYNTAX, message, token.start, token.end, cure))
        return _Broken(
            Fault(Code.FORMULA_SYNTAX, f"{message}, not `{token.text}`", token.start, token.end)
        )

    def whole(self) -> Syntax:
        tree = self.choose()
        if self.next.kind != "end":
            raise self.broken("an operator or the end is expected here")
        return tree

    def choose(self) -> Syntax:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            token = self.next
            raise _Broken(Fault(Code.FORMULA_SIZE, "nested too deep", token.start, token.end))
        test = self.level(0)
        if self.accept("?"):
            then = self.choose()
            self.expect(":")
            test = Choose(test, then, self.choose())
        self.depth -= 1
        return test

    def level(self, rank: int) -> Syntax:
        if rank == len(_LEVELS):
            return self.unary()
        left = self.level(rank + 1)
        while (token := self.accept(*_LEVELS[rank])) is not None:
            right = self.level(rank + 1)
            left = Binary(token.text, left, right, token.start)
            if rank == _COMPARE and self.next.text in _LEVELS[rank]:
                raise self.broken("comparisons can not be chained; join them with `&&`")
        return left

    def unary(self) -> Syntax:
        token = self.accept("-", "!")
        if token is None:
            return self.primary()
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise _Broken(Fault(Code.FORMULA_SIZE, "nested too deep", token.start, token.end))
        item = self.unary()
        self.depth -= 1
        return Unary(token.text, item, token.start, item.end)

    def primary(self) -> Syntax:
        token = self.next
        if token.kind == "number":
            self.take()
            return Literal(Decimal(token.text), token.start, token.end)
        if token.kind == "text":
            self.take()
            return Literal(_unquoted(token), token.start, token.end)
        if token.kind == "name" and token.text not in ("in", *_INSTEAD):
            return self.name()
        if self.accept("("):
            tree = self.choose()
            self.expect(")")
            return tree
        if self.accept("["):
            items, end = self.list("]")
            return Items(items, token.start, end)
        raise self.broken("a value is expected here")

    def name(self) -> Syntax:
        first = self.take()
        if first.text in _WORDS and self.next.text != ".":
            return Literal(_WORDS[first.text], first.start, first.end)
        if self.accept("("):
            args, end = self.list(")")
            return Call(first.text, args, first.start, end)
        parts, end = [first.text], first.end
        while self.accept("."):
            if self.next.kind != "name":
                raise self.broken("a name is expected after `.`")
            step = self.take()
            parts.append(step.text)
            end = step.end
        if self.next.text == "(":
            cure = f"write `{parts[-1]}({'.'.join(parts[:-1])})`"
            message = "functions stand before their values"
            raise _Broken(Fault(Code.FORMULA_SYNTAX, message, first.start, end, cure))
        return Name(tuple(parts), first.start, end)

    def list(self, close: str) -> tuple[tuple[Syntax, ...], int]:
        found: list[Syntax] = []
        if (token := self.accept(close)) is not None:
            return (), token.end
        while True:
            found.append(self.choose())
            if (token := self.accept(close)) is not None:
                return tuple(found), token.end
            if self.accept(",") is None:
                raise self.broken(f"`,` or `{close}` is expected here")


def _unquoted(token: _Token) -> str:
    def plain(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            at = token.start + 1 + match.start()
            message = f"`{match[0]}` is no escape; `\\n \\t \\\\ \\\" \\'` are"
            raise _Broken(Fault(Code.FORMULA_SYNTAX, message, at, at + 2))
        return _ESCAPES[match[1]]

    return re.sub(r"\\(.)", plain, token.text[1:-1], flags=re.DOTALL)
