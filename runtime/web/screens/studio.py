"""The admin area's screens: overview, one kind's list, a generated form, YAML, publish."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from unicodedata import east_asian_width

from runtime.web.screens.base import Page
from runtime.web.screens.side import SideNav

Gravity = Literal["error", "warn", "info"]
CellState = Literal["", "warn", "none", "draft"]


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


# ---- the generated form: one control for each position of the kind's schema ----


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a choice allows."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class TextControl:
    """One line or, with `rows` over 1, several; `suggestions` fill a datalist."""

    name: str
    label: str
    value: str = ""
    help: str = ""
    required: bool = False
    mono: bool = False
    rows: int = 1
    readonly: bool = False
    suggestions: tuple[Option, ...] = ()
    problems: tuple[str, ...] = ()
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class LocaleInput:
    """The text in one language; its POST name is the control's name, a dot and the locale."""

    locale: str
    title: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class LocalizedControl:
    """A text that may differ by language: an input for each of the tenant's locales."""

    name: str
    label: str
    inputs: tuple[LocaleInput, ...]
    help: str = ""
    required: bool = False
    rows: int = 1
    problems: tuple[str, ...] = ()
    kind: Literal["localized"] = "localized"


@dataclass(frozen=True, slots=True)
class ChoiceControl:
    """One of a closed list or a reference to another spec; `href` opens what is chosen."""

    name: str
    label: str
    options: tuple[Option, ...]
    value: str = ""
    help: str = ""
    required: bool = False
    href: str = ""
    problems: tuple[str, ...] = ()
    kind: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True)
class BooleanControl:
    """A switch; posts `true` when on, and the hidden twin posts `false`."""

    name: str
    label: str
    value: bool = False
    help: str = ""
    problems: tuple[str, ...] = ()
    kind: Literal["boolean"] = "boolean"


@dataclass(frozen=True, slots=True)
class NumberControl:
    """A number as typed; `unit` stands behind it."""

    name: str
    label: str
    value: str = ""
    unit: str = ""
    help: str = ""
    required: bool = False
    problems: tuple[str, ...] = ()
    kind: Literal["number"] = "number"


@dataclass(frozen=True, slots=True)
class ListControl:
    """A list of words, one a line."""

    name: str
    label: str
    values: tuple[str, ...] = ()
    help: str = ""
    required: bool = False
    problems: tuple[str, ...] = ()
    kind: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class RawControl:
    """A position the form does not draw (a condition, a table): its own YAML, edited as text."""

    name: str
    label: str
    value: str = ""
    rows: int = 4
    help: str = ""
    required: bool = False
    problems: tuple[str, ...] = ()
    kind: Literal["raw"] = "raw"


@dataclass(frozen=True, slots=True)
class GroupControl:
    """A nested object: its controls under one heading."""

    name: str
    label: str
    controls: "tuple[Control, ...]"
    help: str = ""
    problems: tuple[str, ...] = ()
    kind: Literal["group"] = "group"


@dataclass(frozen=True, slots=True)
class MapItem:
    """One entry of a map of objects; buttons post `_do` = `up:`/`down:`/`remove:` and `name`."""

    key: str
    name: str
    title: str
    controls: "tuple[Control, ...]"
    src: str = ""
    src_href: str = ""
    first: bool = False
    last: bool = False
    open: bool = False
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MapControl:
    """A map of objects by id, in order.

    A new entry posts its id as `_new.<name>` with `_do` = `add:<name>`; `suggestions` are ids for
    it that are known and not taken.
    """

    name: str
    label: str
    items: tuple[MapItem, ...]
    help: str = ""
    item_label: str = ""
    suggestions: tuple[Option, ...] = ()
    problems: tuple[str, ...] = ()
    kind: Literal["map"] = "map"


Control: TypeAlias = (
    TextControl
    | LocalizedControl
    | ChoiceControl
    | BooleanControl
    | NumberControl
    | ListControl
    | RawControl
    | GroupControl
    | MapControl
)


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
    `digest` is of the text the form was made from, so that a stale save is noticed.
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

    @property
    def errors(self) -> int:
        """How many problems forbid publishing."""
        return sum(1 for problem in self.problems if problem.gravity == "error")

    @property
    def warnings(self) -> int:
        """How many problems are only worth a look."""
        return sum(1 for problem in self.problems if problem.gravity == "warn")
