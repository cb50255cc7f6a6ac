"""The screens of acting on many tickets at once, as their templates read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runtime.web.screens.base import Page
from runtime.web.screens.choosing import Choice
from runtime.web.screens.form import FieldInput
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class BulkLine:
    """One ticket; without `href` there is none for this person."""

    number: str
    href: str
    subject: str


@dataclass(frozen=True, slots=True)
class BulkGroup:
    """So many tickets of which the same is said, the first of them by name."""

    why: tuple[str, ...]
    count: int
    lines: tuple[BulkLine, ...]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.lines)


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
    """`/desk/bulk/<what>`: what would happen to the chosen tickets.

    `numbers`: tickets chosen one by one; `until`: instead all of a list, made up to then. `looked`
    of `total` were asked what they say. `field`: the control of the value to be set. `ready`:
    enough is chosen to say what would happen.
    """

    page: Page
    nav: SideNav
    what: str
    title: str
    numbers: tuple[str, ...]
    total: int
    looked: int
    inputs: tuple[BulkInput, ...]
    field: FieldInput | None
    check_action: str
    do_action: str
    idempotency: str
    back_href: str
    well: BulkGroup
    refused: tuple[BulkGroup, ...]
    ready: bool
    left_out: int = 0
    until: str = ""
    cut: bool = False

    check_url: str = ""
    """Fields ask their form anew here; this form asks by itself."""

    @property
    def refusing(self) -> int:
        """How many refuse."""
        return sum(group.count for group in self.refused)


@dataclass(frozen=True, slots=True)
class ActScreen:
    """`/desk/acts/<id>`: an act on many tickets, under way, done, or taken back.

    `position` of `total` were looked at. `refused`: left as they are; `stuck`: can't be put back.
    `retry`: the numbers of the refused ones, with `said` to try them anew.
    """

    page: Page
    nav: SideNav
    title: str
    state: Literal["running", "done", "stopped", "undoing", "undone"]
    position: int
    total: int
    done: int
    left: int
    none: int
    undone: int
    undoable: int
    refused: tuple[BulkGroup, ...]
    stuck: tuple[BulkGroup, ...]
    here: str
    back_href: str
    check_action: str
    retry: tuple[str, ...] = ()
    said: tuple[Choice, ...] = ()

    @property
    def under_way(self) -> bool:
        """Whether the page looks again by itself."""
        return self.state in ("running", "undoing")

    @property
    def share(self) -> int:
        """How far it is, of a thousand."""
        return min(1000, 1000 * self.position // max(1, self.total))


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act in the list of one's own."""

    href: str
    title: str
    at: str
    state: str
    total: int


@dataclass(frozen=True, slots=True)
class ActsScreen:
    """`/desk/acts`: what one has done to many tickets lately."""

    page: Page
    nav: SideNav
    lines: tuple[ActLine, ...]
