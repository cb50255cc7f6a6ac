"""A finding about spec text, as the studio's screens show it."""

from dataclasses import dataclass
from typing import Literal
from unicodedata import east_asian_width

Gravity = Literal["error", "warn", "info"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding about spec text; `excerpt` is its source line, `start`/`length` mark the fault."""

    gravity: Gravity
    code: str
    message: str
    fix: str
    file: str
    line: int
    column: int
    href: str
    excerpt: str = ""
    length: int = 1

    @property
    def carets(self) -> int:
        """How many carets stand under the fault; a Chinese character takes two."""
        fault = self.excerpt[self.column - 1 : self.column - 1 + self.length]
        return max(1, cells(fault))


def cells(text: str) -> int:
    """Width of a text in columns of a monospaced font; wide characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
