"""The desk's ticket page: what the ticket says, what was done, what can be done, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.web.screens.approval import Waiting
from runtime.web.screens.base import FileMark, Page, PersonMark, SlaMark, StatusMark
from runtime.web.screens.beside import LateClock, SpentBox, VisitsBox
from runtime.web.screens.cells import (
    Cell,
    Level,
    TagMark,
)
from runtime.web.screens.choosing import Choice
from runtime.web.screens.form import FieldInput
from runtime.web.screens.hints import AlikeMark, Hint
from runtime.web.screens.side import SideNav
from runtime.web.screens.ticket.talk import Composer, Entry, TimelineTab
from runtime.web.screens.ticket.together import TogetherPanel


@dataclass(frozen=True, slots=True)
class Move:
    """A transition that this person may do now.

    Without `fields` and `comment` it is one button; else the button opens a form. `open` shows the
    form again after a refused POST. `src` is the transition's place, `types/refund.yaml:42`.
    """

    id: str
    title: str
    action: str
    src: str
    src_href: str = ""
    icon: str = ""
    danger: bool = False
    fields: tuple[FieldInput, ...] = ()
    comment: Literal["", "optional", "required"] = ""
    comment_value: str = ""
    comment_problem: str = ""
    problem: str = ""
    open: bool = False

    @property
    def asks(self) -> bool:
        """Whether the move needs a form."""
        return bool(self.fields) or bool(self.comment) or self.danger


@dataclass(frozen=True, slots=True)
class MacroMark:
    """A macro that this person may use on the ticket now; `help` says what it does."""

    title: str
    action: str
    help: str = ""
    icon: str = "zap"


@dataclass(frozen=True, slots=True)
class Barred:
    """A transition out of this state that is not allowed now, and the rule that says so."""

    title: str
    why: str
    src: str
    src_href: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the ticket as shown; with `edit` it can be changed in its place."""

    id: str
    label: str
    cell: Cell
    edit: FieldInput | None = None
    strong: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class FieldFiles:
    """What a field of files holds; `label` where another field holds some too."""

    files: tuple[FileMark, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts under a section's title of the form; the first group may have none."""

    facts: tuple[Fact, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody saved the same field meanwhile: both sides, and a form for each way out.

    `inputs` are the names and values that say mine once more, whatever the field's type.
    """

    label: str
    field: str
    mine: str
    inputs: tuple[tuple[str, str], ...]
    theirs: str
    who: str
    at: datetime
    version: int
    theirs_href: str


@dataclass(frozen=True, slots=True)
class Handling:
    """Who has the ticket. The forms are there when their `_action` is not empty."""

    team: str
    type_title: str
    assignee: PersonMark | None = None
    assignee_id: str = ""
    tags: tuple[TagMark, ...] = ()
    assign_action: str = ""
    people: tuple[Choice, ...] = ()
    take: bool = False
    transfer_action: str = ""
    teams: tuple[Choice, ...] = ()
    problem: str = ""
    away: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition of a rule with the value it was compared with.

    `hidden`: the viewer may not see the value, nor whether it held.
    """

    label: str
    wanted: str
    value: str
    holds: bool
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A rule that was looked at: matched or why not.

    `change`: the smallest change of values that would have let it win.
    """

    title: str
    src: str
    src_href: str = ""
    matched: bool = False
    reasons: tuple[Reason, ...] = ()
    note: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """An explanation: the outcome in one sentence, the rule's line, the steps behind it.

    `topic` picks the heading: why this team, why this deadline; `heading` is that of another one.
    `later` are the rules after the one that decided, `more` counts those left out. `ask_href`:
    where the rules and what would have changed it are to be had; "" where they are here.
    """

    topic: Literal["team", "priority", "assignee", "deadline", "other"]
    summary: str
    src: str
    src_href: str = ""
    steps: tuple[Step, ...] = ()
    at: datetime | None = None
    heading: str = ""
    later: tuple[Step, ...] = ()
    more: int = 0
    ask_href: str = ""


@dataclass(frozen=True, slots=True)
class WhyMoment:
    """One event with what it decided."""

    actor: str
    text: str
    at: datetime
    whys: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class WhyScreen:
    """`/desk/tickets/<number>/why`: everything that was decided, newest first."""

    page: Page
    nav: SideNav
    number: str
    title: str
    back_href: str
    moments: tuple[WhyMoment, ...]


@dataclass(frozen=True, slots=True)
class WhyPart:
    """The same address for htmx with `?topic=`: the newest explanation of one topic."""

    page: Page
    why: Why


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A value of a linked record, in the tenant's words."""

    label: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class RecordCard:
    """A linked record as it was when it was fetched.

    ``stale``: it may have changed since; ``notice`` says why there is nothing, or nothing newer;
    ``refresh`` is where it is looked up again, by the field ``field``.
    """

    title: str
    key: str
    name: str
    lines: tuple[RecordLine, ...]
    figure: Cell | None = None
    at: datetime | None = None
    src: str = ""
    stale: bool = False
    notice: str = ""
    refresh: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """The requester: contact and own fields."""

    title: str
    person: PersonMark
    contact: str
    level: str = ""
    lines: tuple[RecordLine, ...] = ()
    href: str = ""
    organisation: str = ""
    organisation_href: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketScreen:
    """`/desk/tickets/<number>`.

    Every form sends back `version` as `_version`; `idempotency` is new for every page shown.
    `pilot` says that a pilot decides about it. `earlier`: so many entries of the history are left
    out, and shown under `earlier_href`; "" where even there is no room for them. `print_href`: the
    page with all that goes on paper, `printing`: this is it.
    """

    page: Page
    nav: SideNav
    number: str
    title: str
    version: int
    idempotency: str
    back_title: str
    back_href: str
    status: StatusMark
    priority: Level
    priority_label: str
    opened: datetime
    slas: tuple[SlaMark, ...]
    moves: tuple[Move, ...]
    groups: tuple[FactGroup, ...]
    entries: tuple[Entry, ...]
    tabs: tuple[TimelineTab, ...]
    handling: Handling
    macros: tuple[MacroMark, ...] = ()
    blank: tuple[Fact, ...] = ()
    edit_action: str = ""
    check_url: str = ""
    intake: str = ""
    barred: tuple[Barred, ...] = ()
    description: tuple[str, ...] = ()
    files: tuple[FieldFiles, ...] = ()
    composer: Composer | None = None
    whys: tuple[Why, ...] = ()
    hints: tuple[Hint, ...] = ()
    alike: tuple[AlikeMark, ...] = ()
    records: tuple[RecordCard, ...] = ()
    customer: CustomerCard | None = None
    conflict: Conflict | None = None
    guide: str = ""
    problem: str = ""
    visits: VisitsBox | None = None
    spent: SpentBox | None = None
    late: tuple[LateClock, ...] = ()
    earlier: int = 0
    earlier_href: str = ""
    print_href: str = ""
    printing: bool = False
    waiting: Waiting | None = None
    pilot: str = ""
    live_href: str = ""
    articles_url: str = ""
    together: TogetherPanel | None = None
