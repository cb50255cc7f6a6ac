"""One type of ticket: its fields, its form and the way it takes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from specs.base import (
    Actions,
    ByWho,
    Condition,
    Event,
    Extending,
    Flag,
    Formula,
    Icon,
    Id,
    LongText,
    OneOrMany,
    Phase,
    Priority,
    ShareOrSpan,
    ShortForm,
    Span,
    Spec,
    Text,
)
from specs.field_types import Fields
from specs.marks import Ref, StrMark, WholeMark, Words

_EVENT_OF_INPUT = {"comment": "commented", "note": "noted"}


def as_event(value: Any) -> Any:
    """`upon: comment` is a short way to say `upon: commented`."""
    return _EVENT_OF_INPUT.get(value, value) if isinstance(value, str) else value


class SubjectTemplate(StrMark):
    """Text with `{field}` where a field's value goes."""


class SubjectLine(Spec):
    """The subject of a ticket: asked for, or made from its fields."""

    label: Text | None = None
    """Its name on the form."""
    help: Text | None = None
    """A sentence below it."""
    template: Annotated[str, SubjectTemplate()] | None = None
    """Made from fields instead of asked for: `{reason} · {product}`."""


class DescriptionBox(Spec):
    """The description of a ticket."""

    label: Text | None = None
    """Its name on the form."""
    help: Text | None = None
    """A sentence below it."""
    required: Flag = False
    """Whether it has to be filled."""


class Section(Spec):
    """A part of the form with a heading."""

    title: Text | None = None
    """The heading."""
    help: Text | None = None
    """A sentence below the heading."""
    fields: tuple[Annotated[str, Ref("OwnField")], ...] = ()
    """What stands in it, in order."""


class Check(Spec):
    """A rule over several fields."""

    must: Formula
    """What has to be true; broken when false, not when empty."""
    at: Annotated[str, Ref("OwnField", ("subject", "description"))]
    """The field where the message stands."""
    say: Text
    """What to tell the person."""


class StateWarning(Spec):
    """What happens before the time in a state is over."""

    at: ShareOrSpan
    """A part of the time, or a time before its end."""
    do: Actions
    """What happens."""


class State(Spec):
    """A state of the workflow."""

    title: Text | None = None
    """What people read; the id where there is none."""
    phase: Phase
    """What views, SLAs and reports take it for."""
    look: Annotated[str, Words("review", "cancelled")] | None = None
    """A special glyph."""
    team: Annotated[str, Ref("Team", ("home",))] | None = None
    """Who gets the ticket; `home` gives it back to the team that routing chose."""
    limit: Span | None = None
    """How long a ticket may stay."""
    guide: LongText | None = None
    """What to do here, for who works on it."""
    calendar: Annotated[str, Ref("Calendar")] | None = None
    """The hours that `limit` counts in."""
    warn: dict[Id, StateWarning] | None = None
    """What happens before `limit` is over."""
    late: Actions | None = None
    """What happens when `limit` is over; the lead is told where nothing is said."""


class Mode(Spec):
    """How many have to agree."""

    answer: Annotated[str, Words("any", "all")] | None = None
    """`any`: the first answer decides. `all`: everyone who is asked has to agree."""
    at_least: Annotated[int, WholeMark(1, 99)] | None = None
    """So many different people have to agree."""


class Approval(Spec):
    """Others have to agree before the move is made."""

    of: ByWho
    """Who is asked; a bare id is a role. Whoever asks never counts."""
    mode: Annotated[Mode, ShortForm("answer")] | None = None
    """How many of them: `any`, `all` or `{ at_least: 2 }`; `any` where nothing is said."""
    within: Span
    """How long they have; nothing is ever granted by itself."""
    calendar: Annotated[str, Ref("Calendar")] | None = None
    """The hours that `within` counts in."""
    refused_to: Annotated[str, Ref("State")] | None = None
    """Where a refused ticket goes; it stays where it is when nothing is said."""
    late: Actions | None = None
    """What happens when nobody decided in time; the upper lead is told where nothing is said."""
    while_pending: Flag = False
    """Whether other moves stay open while the answer is awaited."""


class Transition(Spec):
    """A move from one state to another."""

    title: Text | None = None
    """What stands on the button."""
    from_: Annotated[tuple[Annotated[str, Ref("State")], ...], OneOrMany()] = Field(alias="from")
    """Where it may begin."""
    to: Annotated[str, Ref("State")]
    """Where it leads."""
    by: ByWho
    """Who may take it; a bare id is a role."""
    when: Condition | None = None
    """Open only then."""
    needs: (
        Annotated[
            tuple[Annotated[str, Ref("OwnField", ("comment", "note", "reason"))], ...], OneOrMany()
        ]
        | None
    ) = None
    """What has to be filled to take it."""
    upon: Annotated[Event, BeforeValidator(as_event)] | None = None
    """The event that takes it by itself."""
    approval: Approval | None = None
    """Others have to agree first; until then the ticket stays where it is."""
    notify: Annotated[tuple[Annotated[str, Ref("Notification")], ...], OneOrMany()] | None = None
    """What is sent when it was taken."""
    do: Actions | None = None
    """What else happens."""
    danger: Flag = False
    """A red button, asked twice."""
    icon: Icon | None = None
    """The icon on the button."""


TOLD: tuple[str, ...] = ("created", "replied", "commented", "assigned")
Told = Annotated[tuple[Annotated[str, Ref("Notification")], ...], OneOrMany()]


class Workflow(Spec):
    """The way a ticket takes."""

    start: Annotated[str, Ref("State")]
    """The state of a new ticket."""
    states: dict[Id, State]
    """Where a ticket may stand."""
    transitions: dict[Id, Transition]
    """How it gets from one to the other."""


class Survey(Spec):
    """A question to the requester once the ticket is solved, answered by a mark and words."""

    question: Text
    """What is asked."""
    ask_after: Span | None = None
    """How long after it was solved; at once where nothing is said."""
    scale: Annotated[int, WholeMark(2, 10)] = 5
    """The best mark; 1 is the worst."""
    low: Annotated[int, WholeMark(1, 9)] | None = None
    """Marks up to this one are low: then words are asked for."""
    notify: Annotated[str, Ref("Notification")] | None = None
    """What is sent to ask; nothing where none is named, the portal asks all the same."""


class TicketType(Extending):
    """One type of ticket: its fields, its form and the way it takes."""

    kind: Literal["TicketType"]
    title: Text
    """Its name."""
    prefix: Annotated[str, StrMark("[A-Z][A-Z0-9]{0,7}", "number prefix", "RF")] | None = None
    """What the numbers of its tickets begin with."""
    icon: Icon | None = None
    """The icon of its card."""
    help: Text | None = None
    """One sentence for its card in the portal."""
    subject: SubjectLine | None = None
    """How the subject is asked for or made."""
    description: DescriptionBox | None = None
    """How the description is asked for."""
    include: Annotated[tuple[Annotated[str, Ref("FieldSet")], ...], OneOrMany()] | None = None
    """Field sets whose fields stand before its own."""
    fields: Fields | None = None
    """What is asked for, in order."""
    checks: dict[Id, Check] | None = None
    """Rules over several fields."""
    form: dict[Id, Section] | None = None
    """Sections of the form; fields left out follow in order."""
    workflow: Workflow
    """The way it takes."""
    default_team: Annotated[str, Ref("Team")] | None = None
    """Who gets it when no routing decides."""
    default_priority: Priority | None = None
    """How urgent it is when no routing decides."""
    notify: dict[Annotated[str, Words(*TOLD)], Told] | None = None
    """What is sent by itself when a ticket is made, answered, commented on or assigned."""
    knowledge: Annotated[tuple[Annotated[str, Ref("Category")], ...], OneOrMany()] | None = None
    """The categories whose articles are offered on its form; all where none is named."""
    survey: Survey | None = None
    """What the requester is asked once it is solved."""
    reopen_within: Span | None = None
    """How long the requester may reopen it once solved; 7d where nothing is said."""
