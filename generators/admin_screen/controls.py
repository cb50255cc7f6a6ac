"""The model of a generated form: controls by what their position holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote

Step = str | int
Path = tuple[Step, ...]
Sort = Literal[
    "text", "localized", "choice", "boolean", "number", "list", "raw", "group", "map"
]  # fmt: skip
Gravity = Literal["error", "warn"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with the source line it stands in; `path` leads to the value it is about."""

    gravity: Gravity
    code: str
    message: str
    cure: str
    file: str
    line: int
    column: int
    excerpt: str
    length: int
    path: Path = ()

    @property
    def sentence(self) -> str:
        """The message with its cure."""
        return f"{self.message}; {self.cure}" if self.cure else self.message


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen. `is_word`: the label is a word of the language, to translate."""

    value: str
    label: str
    is_word: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """One position. `label` and `help` are English msgids; `name` is what the form posts.

    `by_locale` belongs to localized, `choices` to choice and (as suggestions) to text, `inner` to
    group, `items` to map. `refers_to` is the kind that a chosen id names.
    """

    sort: Sort
    path: Path
    label: str
    help: str = ""
    required: bool = False
    value: str = ""
    by_locale: tuple[tuple[str, str], ...] = ()
    choices: tuple[Choice, ...] = ()
    refers_to: str = ""
    rows: int = 1
    mono: bool = False
    fixed: bool = False
    inner: tuple[Control, ...] = ()
    items: tuple[Item, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name the form posts."""
        return name_of(self.path)


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a map: its id, what people call it, its controls, and its line (0: unknown)."""

    key: str
    path: Path
    title: str
    controls: tuple[Control, ...]
    line: int = 0
    problems: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name the form posts."""
        return name_of(self.path)


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the form."""

    id: str
    label: str
    help: str
    controls: tuple[Control, ...]


def name_of(path: Path) -> str:
    """A path as a form name: steps joined by dots, dots inside a step escaped."""
    return ".".join(quote(str(step), safe="").replace(".", "%2E") for step in path)


def path_of(name: str) -> Path:
    """The path of a form name."""
    return tuple(unquote(step) for step in name.split(".")) if name else ()


def words_of(name: str) -> str:
    """A key or class name as words: `default_team` is `Default team`, `SlaPolicy` `SLA policy`."""
    spaced = "".join(
        f" {c.lower()}" if c.isupper() and at and not name[at - 1].isupper() else c
        for at, c in enumerate(name)
    ).replace("_", " ")
    spaced = spaced.replace("Sla", "SLA").replace("sla", "SLA")
    return spaced[:1].upper() + spaced[1:]
