"""One difference between two states of a tenant's specs, and the class of it (language.md 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.model.text import Words
from specs.problem import Place
from specs.shape import Step

Op = Literal["add", "remove", "set", "move", "rename"]
Class = Literal[
    "cosmetic",
    "additive",
    "tightening",
    "narrows",
    "behaviour",
    "retimed",
    "widens",
    "convert",
    "breaking",
]
CLASSES: Final[tuple[Class, ...]] = (
    "cosmetic",
    "additive",
    "tightening",
    "narrows",
    "behaviour",
    "retimed",
    "widens",
    "convert",
    "breaking",
)
"""From the class that asks for least to the one that asks for most."""

Trail = tuple[Mapping[str, str] | str, ...]
"""What leads to a changed thing, outermost first: texts by locale, or a word of the language."""


@dataclass(frozen=True, slots=True)
class Change:
    """What differs at one position.

    `kind` and `id` name the spec (its new id where it was renamed), `path` the position in it.
    `before` and `after` are what stood and stands there, as people write it; "" for nothing.
    `places` are where it stood and stands. `old_path` is set where something on the way was
    renamed, so that both sides can be looked up.
    """

    klass: Class
    op: Op
    kind: str
    id: str
    path: tuple[Step, ...]
    trail: Trail
    before: str = ""
    after: str = ""
    place_before: Place | None = None
    place_after: Place | None = None
    old_id: str = ""
    old_path: tuple[Step, ...] = ()

    @property
    def place(self) -> Place | None:
        """Where to look: at what stands there now, else at what stood there."""
        return self.place_after or self.place_before

    def title(self, locale: str = "en") -> str:
        """What changed, for a reader of this locale."""
        return " › ".join(_said(part, locale) for part in self.trail)


def _said(part: Mapping[str, str] | str, locale: str) -> str:
    return part if isinstance(part, str) else Words(part).say(locale)


def heaviest(classes: Iterable[Class]) -> Class:
    """The class that asks for most; `cosmetic` where there is none."""
    return max(classes, key=CLASSES.index, default="cosmetic")
