"""Imports on the desk: files taken in, mapped by pointing, tried, and written."""

from dataclasses import dataclass
from typing import Literal

from runtime.web.screens.base import Page, Tone
from runtime.web.screens.choosing import Choice
from runtime.web.screens.side import SideNav

Look = Literal["reading", "mapping", "trying", "running", "paused", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in the list; `href` is empty for one of the command line."""

    href: str
    file: str
    what: str
    state: str
    tone: Tone
    counts: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class ImportsScreen:
    """`/desk/imports`: a file to import, and the runs so far. `fault`: why it was not taken."""

    page: Page
    nav: SideNav
    action: str
    types: tuple[Choice, ...]
    type: str
    of_people: bool
    most: int
    fault: str
    runs: tuple[RunLine, ...]


@dataclass(frozen=True, slots=True)
class WordLine:
    """A word of a column and what it becomes; `name` is that of its select."""

    name: str
    word: str
    becomes: str


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A column, where it goes, and its words where the target has a closed list."""

    number: int
    name: str
    sample: str
    to: str
    missing: str
    missings: tuple[Choice, ...]
    options: tuple[Choice, ...]
    words: tuple[WordLine, ...]
    more: str


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """A row that is refused: its line, the column if one is to blame, and why."""

    line: int
    column: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportScreen:
    """One run, in whichever state it is; while it is under way it fetches itself again.

    `people`: its rows are customers, else they are tickets.
    """

    page: Page
    nav: SideNav
    title: str
    look: Look
    here: str
    list_href: str
    what: str
    facts: tuple[Choice, ...]
    fault: str
    faults: tuple[str, ...]
    sheets: tuple[Choice, ...]
    sheet: str
    encodings: tuple[Choice, ...]
    encoding: str
    separators: tuple[Choice, ...]
    separator: str
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    key: str
    keys: tuple[Choice, ...]
    time_format: str
    formats: tuple[Choice, ...]
    columns: tuple[ColumnLine, ...]
    targets: tuple[Choice, ...]
    tried: str
    trial: tuple[ErrorLine, ...]
    percent: int
    progress: str
    counts: tuple[Choice, ...]
    errors: tuple[ErrorLine, ...]
    refused_href: str
    may_start: bool
    may_save: bool
    people: bool
