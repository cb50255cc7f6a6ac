"""A ticket type: its form, checks, workflow, and the actions that belong to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.expression import Expression
from engine.model.field import FieldModel
from engine.model.rights import Who
from engine.model.text import NO_WORDS, Words
from engine.predicate import TRUE, Path, Predicate
from engine.span import Span
from specs.problem import Place

OPEN_PHASES: Final = ("new", "active", "waiting")
DONE_PHASES: Final = ("solved", "closed")
SURVEY: Final = "survey"
"""What the timer is called that asks for a mark."""
INPUTS: Final = ("comment", "note", "reason")
"""What a transition may need that is no field (decisions.md 3)."""
APPROVAL_ASKED: Final = "approval_asked"
APPROVAL_GRANTED: Final = "approval_granted"
APPROVAL_REFUSED: Final = "approval_refused"
APPROVAL_WITHDRAWN: Final = "approval_withdrawn"
APPROVAL_LATE: Final = "approval_late"
STATE_LATE: Final = "state_late"
MENTION: Final = "mention"
VISIT_PLANNED: Final = "visit_planned"
VISIT_MOVED: Final = "visit_moved"
VISIT_CANCELLED: Final = "visit_cancelled"
ANSWERED: Final = "answered_by_mail"
"""Notifications that every tenant has; its own of the same id takes their place."""


@dataclass(frozen=True, slots=True)
class FromTicket:
    """A value of the ticket that an action is done to: `$ticket.<path>`."""

    path: Path


@dataclass(frozen=True, slots=True)
class FromMatch:
    """A value that all events of a burst or pattern have in common: `$same.<path>`."""

    path: Path


@dataclass(frozen=True, slots=True)
class FromClock:
    """The day (`today`) or the instant (`now`) at which an action is done."""

    word: str


@dataclass(frozen=True, slots=True)
class Action:
    """One verb with its argument, already resolved: `args` holds keys, ids, values and `From…`."""

    verb: str
    args: Mapping[str, object]
    to: Who | None
    place: Place


@dataclass(frozen=True, slots=True)
class StateWarning:
    """What happens before a state's limit: at a share of it (1-99) or open time before its end."""

    id: str
    at: int | Span
    do: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A state of the workflow. `team`: a team key, "home", or "" (leaves it).

    `late`: what happens when the limit is over.
    """

    id: str
    key: str
    title: Words
    phase: str
    place: Place
    look: str = ""
    team: str = ""
    limit: Span | None = None
    calendar: str = ""
    guide: Words = NO_WORDS
    warnings: tuple[StateWarning, ...] = ()
    late: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """Others have to agree before a transition is made (decisions.md 8).

    `of`: who is asked. `votes`: how many different people have to agree; 0 stands for all of them.
    `first_decides`: the first answer counts, a refusal too. `refused_to`: a state key or "".
    `late`: what happens when nobody decided within `within`. `frozen`: the names that the guard
    and `needs` read; a change of one withdraws the request.
    """

    of: Who
    within: Span
    place: Place
    votes: int = 1
    first_decides: bool = True
    calendar: str = ""
    refused_to: str = ""
    late: tuple[Action, ...] = ()
    while_pending: bool = False
    frozen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from states to a state. `needs` are field keys or the inputs comment, note, reason."""

    id: str
    title: Words
    source: tuple[str, ...]
    target: str
    by: Who
    place: Place
    when: Predicate = TRUE
    needs: tuple[str, ...] = ()
    upon: str = ""
    notify: tuple[str, ...] = ()
    do: tuple[Action, ...] = ()
    danger: bool = False
    icon: str = ""
    approval: Approval | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A rule over several fields; broken only when `must` is false (not when empty)."""

    id: str
    must: Expression
    at: str
    say: Words
    place: Place


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form: a title and the keys of its fields."""

    id: str
    title: Words
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextField:
    """The built-in `subject` or `description` of a type: its label, or a template that makes it."""

    label: Words = NO_WORDS
    help: Words = NO_WORDS
    required: bool = True
    template: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a requester is asked once the ticket is solved: a mark of 1 to `scale`.

    `ask_after_us`: since it was solved. `low`: the highest mark that wants words with it, 0 for
    none. `notify`: a Notification id or "".
    """

    question: Words
    scale: int
    place: Place
    ask_after_us: int = 0
    low: int = 0
    notify: str = ""


@dataclass(frozen=True, slots=True)
class TypeModel:
    """A ticket type, whole. All mappings go by key."""

    id: str
    key: str
    title: Words
    prefix: str
    place: Place
    icon: str = "ticket"
    help: Words = NO_WORDS
    subject: TextField = TextField()
    description: TextField = TextField(required=False)
    fields: Mapping[str, FieldModel] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    """field keys so that each comes after all it reads (show_when, formula, filled_by)"""
    sections: tuple[Section, ...] = ()
    checks: tuple[Check, ...] = ()
    start: str = ""
    states: Mapping[str, State] = field(default_factory=dict)
    transitions: Mapping[str, Transition] = field(default_factory=dict)
    survey: Survey | None = None
    default_team: str = ""
    default_priority: str = "normal"
    reopen_within: Span | None = None
    knowledge: tuple[str, ...] = ()
    """categories whose articles are offered while the form is filled; empty: all"""
    notify: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """event word (created, commented, replied, assigned) → Notification ids"""
