"""The screen of acting on many tickets at once, as its template reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runtime.web.screens.base import Page
from runtime.web.screens.choosing import Choice
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class BulkLine:
    """One ticket: it is done or would be, or why not."""

    number: str
    href: str
    subject: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkInput:
    """What the action asks for: a select with its options, or words in several lines."""

    name: str
    label: str
    value: str
    options: tuple[Choice, ...] = ()
    blank: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class BulkScreen:
    """`/desk/bulk/<what>`: what would happen to the chosen tickets (`check`), or what happened.

    `ready`: enough is chosen to say what would happen. `retry`: the numbers that failed, to try
    anew. `left_out`: how many of the chosen were too many.
    """

    page: Page
    nav: SideNav
    what: str
    title: str
    stage: Literal["ask", "done"]
    numbers: tuple[str, ...]
    inputs: tuple[BulkInput, ...]
    check_action: str
    do_action: str
    idempotency: str
    back_href: str
    well: tuple[BulkLine, ...]
    refused: tuple[BulkLine, ...]
    ready: bool
    left_out: int = 0

    @property
    def retry(self) -> tuple[str, ...]:
        """What was not done."""
        return tuple(line.number for line in self.refused)
