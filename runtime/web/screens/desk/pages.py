"""The desk's list, inbox and new-ticket screens, as their templates read them."""

from dataclasses import dataclass
from typing import Literal

from runtime.web.screens.base import Page, PersonMark
from runtime.web.screens.cells import Cell, TagMark
from runtime.web.screens.choosing import Choice, ColumnChoice, FieldLink, PickedFilter
from runtime.web.screens.desk.board import Board, Calendar, Gantt, LayoutLink
from runtime.web.screens.form import FormScreen
from runtime.web.screens.hints import TypeHint
from runtime.web.screens.side import SideNav

_PLACES = {
    "number": "c-id",
    "subject": "c-subj",
    "state": "c-st",
    "priority": "c-pri",
    "customer": "c-who",
    "requester": "c-who",
    "assignee": "c-as",
    "updated_at": "c-up r",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view, `id` as the spec writes it; `figures` are set to the right."""

    id: str
    title: str
    sort_href: str = ""
    sorted: Literal["", "ascending", "descending"] = ""
    figures: bool = False

    @property
    def place(self) -> str:
        """The CSS classes of its cells: fixed places for what every ticket has, else `c-x`."""
        if self.id.startswith("due."):
            return "c-sla"
        return _PLACES.get(self.id, "c-x r" if self.figures else "c-x")


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket in a list; `cells` stand in the order of the columns.

    `parts`: how far its sub-tickets are, `1/3`; `merged`: it goes on in another.
    """

    number: str
    href: str
    subject: str
    cells: tuple[Cell, ...]
    unread: bool = False
    files: int = 0
    tags: tuple[TagMark, ...] = ()
    waiting: str = ""
    parts: str = ""
    merged: bool = False


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows under one heading; a view without grouping has one group without a title."""

    rows: tuple[Row, ...]
    title: str = ""
    count: str = ""


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter that is on; without `remove_href` it belongs to the view and stays.

    `edit_href`: where its values are chosen anew.
    """

    label: str
    operator: str
    value: str
    remove_href: str = ""
    edit_href: str = ""


@dataclass(frozen=True, slots=True)
class FilterSelect:
    """A filter that can be set, as a select in the GET form."""

    name: str
    label: str
    options: tuple[Choice, ...]
    value: str = ""


@dataclass(frozen=True, slots=True)
class BulkAction:
    """What can be done with the ticked rows; posts their numbers as `number`."""

    label: str
    icon: str
    action: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class ListScreen:
    """`/desk/`, `/desk/views/<view>`: a view's tickets; `own_id`: as a person's own list.

    `until`: the instant of the list in microseconds, for an act on all of it. `count` is capped
    text; `hidden` are the query parameters that the filter form has to keep;
    `newer_href` and `older_href` are the keyset pages; `sorts` offers the sort on a phone.
    `hurried`: what took too long over so many tickets, and what helps.
    """

    page: Page
    nav: SideNav
    title: str
    count: str
    action: str
    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]
    query: str = ""
    hurried: str = ""
    chips: tuple[FilterChip, ...] = ()
    filters: tuple[FilterSelect, ...] = ()
    hidden: tuple[Choice, ...] = ()
    sorts: tuple[Choice, ...] = ()
    sort: str = ""
    clear_href: str = ""
    shown: str = ""
    newer_href: str = ""
    older_href: str = ""
    compact: bool = False
    new_href: str = ""
    exports: tuple[Choice, ...] = ()
    src: str = ""
    src_href: str = ""
    bulk: tuple[BulkAction, ...] = ()
    until: str = ""
    fields: tuple[FieldLink, ...] = ()
    picked: PickedFilter | None = None
    groupings: tuple[Choice, ...] = ()
    group: str = ""
    choices: tuple[ColumnChoice, ...] = ()
    live_href: str = ""
    layouts: tuple[LayoutLink, ...] = ()
    board: Board | None = None
    gantt: Gantt | None = None
    calendar: Calendar | None = None
    keep_action: str = ""
    own_href: str = ""
    own_id: str = ""
    display_action: str = ""

    @property
    def rows(self) -> int:
        """How many rows this page shows."""
        return sum(len(group.rows) for group in self.groups)

    @property
    def beyond(self) -> bool:
        """Whether more tickets match than this page shows."""
        return bool(self.newer_href or self.older_href)

    @property
    def own(self) -> int:
        """How many columns are the tenant's own; the table grows beyond the window for them."""
        return sum(1 for column in self.columns if column.place.startswith("c-x"))


# ---- new ticket on behalf ----


@dataclass(frozen=True, slots=True)
class TypeCard:
    """A type that this person may open for somebody."""

    title: str
    help: str
    icon: str
    href: str


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """A person found by the requester search; `href` chooses them."""

    id: str
    mark: PersonMark
    detail: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class RequesterPicker:
    """Who the ticket is for: chosen, or looked for by name, e-mail or phone with a GET."""

    action: str
    chosen: PersonChoice | None = None
    change_href: str = ""
    query: str = ""
    found: tuple[PersonChoice, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PickTypeScreen:
    """`/desk/new`: which type, and for whom."""

    page: Page
    nav: SideNav
    types: tuple[TypeCard, ...]
    requester: RequesterPicker


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What a new ticket is made out of, in words, and what its form sends back."""

    words: str
    href: str
    how: str
    numbers: tuple[str, ...]
    entries: tuple[str, ...] = ()
    then: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicketScreen(FormScreen):
    """`/desk/new/<type>`: the portal's form, with the requester before it.

    The form posts the chosen person's id as `_requester`. `hint_url` answers whether like tickets
    are of another type.
    """

    nav: SideNav
    requester: RequesterPicker
    types_href: str
    hint_url: str
    hint: TypeHint | None = None
    made: MadeOf | None = None


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One list of a person's own; what is done to it is posted below `here`."""

    title: str
    href: str
    here: str
    pinned: bool
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class OwnScreen:
    """`/desk/own`: a person's own lists."""

    page: Page
    nav: SideNav
    lines: tuple[OwnLine, ...]
