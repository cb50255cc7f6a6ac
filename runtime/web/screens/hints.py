"""What past tickets suggest, with the tickets that are the evidence; a person takes it or not."""

from dataclasses import dataclass
from typing import Literal

from runtime.web.screens.base import Page


@dataclass(frozen=True, slots=True)
class Evidence:
    """A like ticket that has the value."""

    href: str
    number: str
    subject: str


@dataclass(frozen=True, slots=True)
class Hint:
    """One suggestion: `agree` of `of` like tickets have `label`. The form posts topic and value.

    `id` tells it from every other in this browser, where it can be put away.
    """

    id: str
    topic: Literal["priority", "team", "tag"]
    value: str
    label: str
    agree: int
    of: int
    action: str
    tickets: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class AlikeMark:
    """A ticket that may be about the same, with what speaks for it. `older`: it came first, so this
    one would be merged into it; `action` is "" where that is not this person's to do."""

    href: str
    number: str
    subject: str
    state: str
    reasons: tuple[str, ...]
    older: bool
    action: str


@dataclass(frozen=True, slots=True)
class TypeHint:
    """The type under which tickets with like words are found; `action` shows the form of it.

    The form's answers go with it: what both types ask is kept.
    """

    label: str
    agree: int
    of: int
    action: str
    tickets: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class TypeHintScreen:
    """The fragment that `/desk/new/<type>/similar` answers with while a new ticket is written."""

    page: Page
    hint: TypeHint | None = None
