"""A plan on a page: figures, what is to be decided, changes by spec, the picture of a workflow."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.web.screens.studio.finding import Problem

Sign = Literal["add", "mod", "del"]


@dataclass(frozen=True, slots=True)
class TicketLink:
    """One of the tickets that are counted."""

    number: str
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What may take the place of something that goes; `.` takes it out of use."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that the author has to say before the draft can be published.

    `sort` moves: what becomes of `thing`, one of the `choices`. `when`: for whom a changed policy
    holds. Without `action` the visitor can only look; `step` is the text to write by hand.
    """

    sort: Literal["moves", "when"]
    heading: str
    src: str
    src_href: str
    thing: str
    kind: str
    choices: tuple[Choice, ...] = ()
    action: str = ""
    step: str = ""
    effects: tuple[str, ...] = ()
    tickets: tuple[TicketLink, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change with its class and its consequences."""

    sign: Sign
    text: str
    class_label: str
    needs: bool
    src: str
    src_href: str
    before: str = ""
    after: str = ""
    effects: tuple[str, ...] = ()
    tickets: tuple[TicketLink, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowBox:
    """A state in the picture of a workflow."""

    x: int
    y: int
    text: str
    sign: Literal["", "add", "del"] = ""


@dataclass(frozen=True, slots=True)
class FlowEdge:
    """A way between two states: a path, and the head of its arrow."""

    line: str
    head: str
    sign: Literal["", "add", "del"] = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """The workflow before and after in one picture, with the same in words."""

    width: int
    height: int
    title: str
    words: str
    boxes: tuple[FlowBox, ...]
    edges: tuple[FlowEdge, ...]


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The changes of one file."""

    heading: str
    rows: tuple[ChangeRow, ...]
    flow: Flow | None = None


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a text difference; "…" stands for lines that are alike."""

    sign: Literal["", "add", "del"]
    text: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """A file's text before and after."""

    file: str
    href: str
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to a publish."""

    state: Literal["done", "now", "todo"]
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who approved a plan, or sent it back, and what they said."""

    name: str
    at: datetime
    returned: bool
    says: str
    remark: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan of a draft, or a saved one (`number`)."""

    heading: str
    subject: str
    number: str
    computed: datetime
    took: str
    added: int
    changed: int
    removed: int
    open_needs: int
    decisions: tuple[Decision, ...]
    findings: tuple[Problem, ...]
    groups: tuple[ChangeGroup, ...]
    steps: tuple[Step, ...]
    is_text: bool
    meaning_href: str
    text_href: str
    texts: tuple[TextChange, ...] = ()
    effects: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    approvals: tuple[Agreed, ...] = ()
    approve_action: str = ""
    return_action: str = ""
    refresh_href: str = ""
    json_href: str = ""
    button: str = ""
