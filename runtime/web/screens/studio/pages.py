"""The admin area's screens: overview, one kind's list, a generated form, YAML, publish."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.web.screens.base import Page
from runtime.web.screens.side import SideNav
from runtime.web.screens.studio.controls import Control
from runtime.web.screens.studio.finding import Problem, cells
from runtime.web.screens.studio.plan import PlanView

CellState = Literal["", "warn", "none", "draft"]


@dataclass(frozen=True, slots=True)
class DraftBar:
    """What is changed and not live; None on a screen means that draft and live are one."""

    changes: int
    errors: int
    warnings: int
    publish_href: str
    discard_action: str


@dataclass(frozen=True, slots=True)
class AspectCell:
    """One aspect of one ticket type: its count in words, where to edit it."""

    text: str
    href: str
    state: CellState = ""


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A ticket type across its aspects; `src` is `types/refund.yaml`."""

    title: str
    href: str
    src: str
    src_href: str
    cells: tuple[AspectCell, ...]
    open_tickets: str


@dataclass(frozen=True, slots=True)
class KindCard:
    """A kind with how many there are and how many problems they have."""

    kind: str
    title: str
    help: str
    icon: str
    href: str
    count: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Revision:
    """A published revision; `live` for the one that runs now."""

    number: int
    message: str
    by: str
    at: datetime
    live: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure at the head of the overview with its smaller explanation."""

    label: str
    value: str
    note: str = ""
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A plan of somebody that waits for an approval, or came back to its author."""

    number: str
    title: str
    by: str
    at: datetime
    href: str
    returned: bool


@dataclass(frozen=True, slots=True)
class StudioOverview:
    """`/studio/`: types × aspects, all kinds, problems, history."""

    page: Page
    nav: SideNav
    facts: tuple[Fact, ...]
    aspects: tuple[str, ...]
    types: tuple[TypeRow, ...]
    kinds: tuple[KindCard, ...]
    problems: tuple[Problem, ...]
    history: tuple[Revision, ...]
    new_type_href: str = ""
    draft: DraftBar | None = None
    waiting: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class SpecRow:
    """One spec of a kind in its list; `deleted` is one that the draft takes away."""

    id: str
    title: str
    href: str
    src: str
    src_href: str
    errors: int = 0
    warnings: int = 0
    changed: bool = False
    deleted: bool = False
    delete_action: str = ""
    restore_action: str = ""


@dataclass(frozen=True, slots=True)
class StudioList:
    """`/studio/<Kind>/`: every spec of one kind."""

    page: Page
    nav: SideNav
    kind: str
    title: str
    help: str
    rows: tuple[SpecRow, ...]
    new_action: str = ""
    new_problem: str = ""
    new_value: str = ""
    draft: DraftBar | None = None
    conflict: str = ""


# ---- the generated form ----


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the form with its controls."""

    id: str
    title: str
    controls: tuple[Control, ...]
    help: str = ""
    problems: int = 0


@dataclass(frozen=True, slots=True)
class StudioForm:
    """`/studio/<Kind>/<id>`: the kind's own schema as a form.

    Every button posts the whole form to `action`; without `_do` it saves.
    `digest` is of the text the form was made from, so that a stale save is noticed. `upon` names
    the packs that the spec stands upon; what is changed then is kept in `src`, over the pack.
    """

    page: Page
    nav: SideNav
    kind: str
    kind_title: str
    kind_href: str
    id: str
    title: str
    src: str
    src_href: str
    yaml_href: str
    action: str
    digest: str
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...] = ()
    saved: bool = False
    draft: DraftBar | None = None
    upon: str = ""


# ---- YAML and publish ----


@dataclass(frozen=True, slots=True)
class FileItem:
    """A spec file in the tree; `mark` is "E" (error), "M" (changed) or ""."""

    name: str
    href: str
    current: bool = False
    mark: Literal["", "E", "M"] = ""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of spec files; "" is the tenant's own folder."""

    name: str
    files: tuple[FileItem, ...]


@dataclass(frozen=True, slots=True)
class StudioYaml:
    """`/studio/<Kind>/<id>/yaml`: the text, with each problem at its line.

    After a conflict `text` is what this person typed and `theirs` what stands there by now;
    `take_action` gives one's own up.
    """

    page: Page
    nav: SideNav
    kind: str
    kind_title: str
    kind_href: str
    id: str
    file: str
    form_href: str
    action: str
    digest: str
    text: str
    folders: tuple[Folder, ...]
    problems: tuple[Problem, ...] = ()
    saved: bool = False
    checked: datetime | None = None
    conflict: str = ""
    theirs: str = ""
    take_action: str = ""
    draft: DraftBar | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The text's lines, at least one."""
        return tuple(self.text.split("\n"))

    @property
    def columns(self) -> int:
        """Width of the widest line in characters; a Chinese one counts double."""
        return max(40, *(cells(line) for line in self.lines)) + 2

    @property
    def at_line(self) -> dict[int, tuple[Problem, ...]]:
        """This file's problems by line."""
        found: dict[int, tuple[Problem, ...]] = {}
        for problem in self.problems:
            if problem.file == self.file:
                found[problem.line] = (*found.get(problem.line, ()), problem)
        return found


@dataclass(frozen=True, slots=True)
class FileChange:
    """A changed file: what happened and how many lines came and went."""

    op: Literal["add", "mod", "del"]
    file: str
    href: str
    summary: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class StudioPublish:
    """`/studio/publish`: problems, changed files, the message, history."""

    page: Page
    nav: SideNav
    live: int
    next: int
    files: int
    problems: tuple[Problem, ...]
    changes: tuple[FileChange, ...]
    history: tuple[Revision, ...]
    action: str
    message: str = ""
    message_problem: str = ""
    digest: str = ""
    published: bool = False
    conflict: str = ""
    merge_href: str = ""
    plan: PlanView | None = None
    missing: tuple[str, ...] = ()
    """settings and secrets that the draft names and nobody has written"""
    settings_href: str = ""

    @property
    def errors(self) -> int:
        """How many problems forbid publishing."""
        return sum(1 for problem in self.problems if problem.gravity == "error")

    @property
    def warnings(self) -> int:
        """How many problems are only worth a look."""
        return sum(1 for problem in self.problems if problem.gravity == "warn")
