"""The words of table cells as syntax: `damaged | wrong_item`, `over 50 up to 200`, `not vip`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specs.expression import Fault
from specs.problem import Code

RESERVED = ("any", "-", "not", "empty", "over", "up", "under", "from", "has", "before", "after",
            "within")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A value as written; `quoted` ones are never words of the grammar."""

    text: str
    start: int
    end: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class AnyCell:
    """`any`: asks nothing."""


@dataclass(frozen=True, slots=True)
class EmptyCell:
    """`empty` or `not empty`."""

    negated: bool = False


@dataclass(frozen=True, slots=True)
class OneOfCell:
    """`a | b` or `not a | b`."""

    words: tuple[Word, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class HasCell:
    """`has 媒体 | 12315`: the text or list holds one of them."""

    words: tuple[Word, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class RangeCell:
    """`over`/`from` a lower end, `under`/`up to` an upper one; an end is in for `from`, `up to`."""

    low: Word | None = None
    low_in: bool = False
    high: Word | None = None
    high_in: bool = False


@dataclass(frozen=True, slots=True)
class BeforeCell:
    """`before` or `after` a moment."""

    word: Word
    after: bool = False


@dataclass(frozen=True, slots=True)
class WithinCell:
    """`within 30d`, the same as `within last 30d`; or `within next 30d`."""

    word: Word
    coming: bool = False


Cell = AnyCell | EmptyCell | OneOfCell | HasCell | RangeCell | BeforeCell | WithinCell

_PIECE = re.compile(r'\s*("(?:\\.|[^"\\])*"|\||[^\s|"]+)')


class _Broken(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def _wrong(message: str, start: int, end: int, cure: str = "") -> _Broken:
    return _Broken(Fault(Code.CELL_SYNTAX, message, start, end, cure))


def parse_cell(text: str) -> tuple[Cell | None, list[Fault]]:
    """The syntax of an input cell, or the first mistake in it."""
    try:
        return _Reader(text).cell(), []
    except _Broken as broken:
        return None, [broken.fault]


def parse_result(text: str) -> tuple[tuple[Word, ...], list[Fault]]:
    """The values of a result cell (`sets:`); none for `-`, not decided here."""
    try:
        reader = _Reader(text)
        if reader.accept("-"):
            reader.end()
            return (), []
        return reader.words(), []
    except _Broken as broken:
        return (), [broken.fault]


def _pieces(text: str) -> list[Word]:
    found, at = [], 0
    while text[at:].strip():
        match = _PIECE.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise _wrong("the quotes are not closed", start, len(text))
        raw = match[1]
        quoted = raw.startswith('"')
        word = re.sub(r"\\(.)", r"\1", raw[1:-1], flags=re.DOTALL) if quoted else raw
        found.append(Word(word, match.start(1), match.end(1), quoted))
        at = match.end()
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces = _pieces(text)
        self.at = 0

    @property
    def next(self) -> Word | None:
        return self.pieces[self.at] if self.at < len(self.pieces) else None

    def accept(self, *words: str) -> Word | None:
        piece = self.next
        if piece is not None and not piece.quoted and piece.text in words:
            self.at += 1
            return piece
        return None

    def end(self) -> None:
        piece = self.next
        if piece is not None:
            last = self.pieces[-1]
            message = f"`{self.text[piece.start : last.end]}` is too much here"
            cure = 'put a value that holds such words in quotes: "…"'
            raise _wrong(message, piece.start, last.end, cure)

    def cell(self) -> Cell:
        if self.next is None:
            raise _wrong("the cell is empty", 0, max(len(self.text), 1), "write `any` or `empty`")
        if self.accept("-"):
            last = self.pieces[0]
            message = "`-` stands only in result cells"
            raise _wrong(message, last.start, last.end, "write `any` or `empty`")
        found = self.negated() if self.accept("not") else self.plain()
        self.end()
        return found

    def negated(self) -> Cell:
        if self.accept("empty"):
            return EmptyCell(negated=True)
        if self.accept("has"):
            return HasCell(self.words(), negated=True)
        return OneOfCell(self.words(), negated=True)

    def plain(self) -> Cell:
        if self.accept("any"):
            return AnyCell()
        if self.accept("empty"):
            return EmptyCell()
        if self.accept("has"):
            return HasCell(self.words())
        if (word := self.accept("before", "after")) is not None:
            return BeforeCell(self.one(word), after=word.text == "after")
        if (word := self.accept("within")) is not None:
            return self.within(word)
        if self.starts_range():
            return self.range()
        return OneOfCell(self.words())

    def within(self, word: Word) -> WithinCell:
        direction = self.accept("last", "next")
        return WithinCell(self.one(word), coming=direction is not None and direction.text == "next")

    def starts_range(self) -> bool:
        piece = self.next
        if piece is None or piece.quoted:
            return False
        follow = self.pieces[self.at + 1] if self.at + 1 < len(self.pieces) else None
        if piece.text == "up":
            return follow is not None and not follow.quoted and follow.text == "to"
        return piece.text in ("over", "from", "under")

    def range(self) -> RangeCell:
        low = high = None
        low_in = high_in = False
        if (word := self.accept("over", "from")) is not None:
            low, low_in = self.one(word), word.text == "from"
        if self.starts_range() and (word := self.accept("up", "under")) is not None:
            high_in = word.text == "up"
            if high_in and (to := self.accept("to")) is not None:
                word = Word("up to", word.start, to.end)
            high = self.one(word)
        return RangeCell(low, low_in, high, high_in)

    def one(self, after: Word) -> Word:
        piece = self.next
        if piece is None or (piece.text == "|" and not piece.quoted):
            raise _wrong(f"a value is expected after `{after.text}`", after.start, after.end)
        self.at += 1
        last = piece
        while not piece.quoted and (more := self.next) is not None and not self.ends_value(more):
            last = more
            self.at += 1
        return (
            piece
            if piece is last
            else Word(self.text[piece.start : last.end], piece.start, last.end)
        )

    def ends_value(self, piece: Word) -> bool:
        """Whether a value of several words, such as `1d 4h`, is over before this one."""
        return piece.quoted or piece.text == "|" or self.starts_range()

    def words(self) -> tuple[Word, ...]:
        """Values between bars; a value of several plain words keeps the space between them."""
        found: list[Word] = []
        while True:
            found.append(self.value())
            if not self.accept("|"):
                return tuple(found)

    def value(self) -> Word:
        first = self.next
        if first is None or (first.text == "|" and not first.quoted):
            at = first or self.pieces[-1]
            raise _wrong("a value is expected here", at.start, at.end)
        if not first.quoted and first.text in RESERVED:
            cure = f'put it in quotes when it is a value: "{first.text}"'
            raise _wrong(f"`{first.text}` can not stand here", first.start, first.end, cure)
        self.at += 1
        last = first
        while (more := self.next) is not None and (more.quoted or more.text != "|"):
            if more.quoted or first.quoted:
                self.end()
            last = more
            self.at += 1
        if first.quoted:
            return first
        return Word(self.text[first.start : last.end], first.start, last.end)
