"""A test of the specs: tickets on a simulated clock, and promises that hold for all tickets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from specs.base import (
    ByWho,
    Condition,
    Count,
    Extending,
    Flag,
    Id,
    OneOrMany,
    Path,
    Priority,
    Span,
    Spec,
    Str,
    Value,
    Whole,
)
from specs.marks import IdMark, Marker, Ref, StrMark, Words, text_in

Moment = Annotated[
    str,
    StrMark(
        r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[-+]\d{2}:\d{2})?",
        "moment",
        "2026-03-02T09:00:00+08:00",
    ),
]


@dataclass(frozen=True, slots=True)
class ExpectMark(Marker):
    """What a test looks at: a path of the ticket, `can.pay`, `field.photo.visible`, `notified`.

    Kept as text until the trial knows what stands there.
    """

    def check(self, value: object) -> str:
        return text_in(value)


PersonId = Annotated[str, IdMark()]
Roles = Annotated[tuple[Annotated[str, Ref("Role")], ...], OneOrMany()]
Fields = Annotated[tuple[Annotated[str, Ref("OwnField")], ...], OneOrMany()]
Teams = Annotated[tuple[Annotated[str, Ref("Team")], ...], OneOrMany()]
Expected = dict[Annotated[str, ExpectMark()], Value]
Given = dict[Path, Value]


class Participant(Spec):
    """A person of a test: what the directory would say about them."""

    name: Str | None = None
    """What they are called; the id where there is none."""
    roles: Annotated[tuple[Annotated[str, Ref("Role")], ...], OneOrMany()] = ()
    """Which roles they have."""
    teams: Teams = ()
    """Which teams they belong to."""
    leads: Teams = ()
    """Which of their teams they lead."""
    skills: Annotated[tuple[Annotated[str, Ref("Skill")], ...], OneOrMany()] = ()
    """What they are good at."""
    capacity: Count | None = None
    """How many open tickets they take; that of the team where nothing is said."""
    load: Count = 0
    """How many open tickets they already have."""
    absent: Flag = False
    """Whether they are away."""
    substitute: PersonId | None = None
    """Who stands in for them meanwhile."""
    seniority: Annotated[str, Words("junior", "regular", "senior")] | None = None
    """How experienced they are."""
    values: dict[Annotated[str, Ref("PersonFact")], Value] | None = None
    """What `people.yaml` asks of such a person: `{ level: vip }`."""


class TrialStep(Spec):
    """One step of a case: one thing that is done, or time that passes."""

    as_: PersonId | None = Field(None, alias="as")
    """Who does it; whoever the case names where nothing is said."""
    do: Annotated[str, Ref("Transition")] | None = None
    """The transition that is taken."""
    edit: Given | None = None
    """The fields that are changed."""
    values: Given | None = None
    """The fields filled with the transition."""
    comment: Str | None = None
    """What is written to the requester."""
    internal: Str | None = None
    """What is written for the team alone: an internal note."""
    reason: Str | None = None
    """The reason given with the transition."""
    assign: PersonId | None = None
    """Who gets the ticket."""
    transfer: Annotated[str, Ref("Team")] | None = None
    """The team that gets the ticket."""
    approve: Flag = False
    """An approval that is asked for is given."""
    refuse: Flag = False
    """An approval that is asked for is refused."""
    rate: Whole | None = None
    """The mark that the requester gives, with their words in `comment`."""
    macro: Annotated[str, Ref("Macro")] | None = None
    """The macro that is used."""
    wait: Span | None = None
    """How much time passes, by the clock on the wall."""
    at: Moment | None = None
    """The moment up to which time passes."""
    expect: Expected | None = None
    """What has to be so after this step."""


class Case(Spec):
    """One ticket, what happens to it, and what is expected."""

    ticket: Given | None = None
    """Its fields, what is known of its people (`customer.level`), and `state` to begin in."""
    as_: PersonId | None = Field(None, alias="as")
    """Who opens it, or who looks when `state` says that it is there already."""
    now: Moment | None = None
    """When it begins, where that is another time than the test's."""
    people: dict[Id, Participant] | None = None
    """People of this case alone, or changed for it."""
    steps: dict[Id, TrialStep] | None = None
    """What happens then, in order."""
    expect: Expected | None = None
    """What has to be so in the end."""


class Matrix(Spec):
    """One case for each of several values."""

    each: dict[Path, tuple[Value, ...]]
    """The fields that vary: lists of one length, taken side by side."""
    ticket: Given | None = None
    """What is the same in all."""
    as_: PersonId | None = Field(None, alias="as")
    """Who opens it, or who looks when `state` says that it is there already."""
    steps: dict[Id, TrialStep] | None = None
    """What happens then, in order."""
    expect: Expected
    """What has to be so: one value for all, or a list with one for each."""


class Routed(Spec):
    """What routing decides about a ticket."""

    team: Annotated[str, Ref("Team")] | None = None
    """Who gets it."""
    priority: Priority | None = None
    """How urgent it is."""


class Never(Spec):
    """What may happen to no ticket."""

    do: Annotated[tuple[Annotated[str, Ref("Transition")], ...], OneOrMany()] | None = None
    """A transition that nobody can take."""
    by: ByWho | None = None
    """Only these can't take it; a bare id is a role."""
    from_: Annotated[tuple[Annotated[str, Ref("State")], ...], OneOrMany()] | None = Field(
        None, alias="from"
    )
    """Only in these states."""
    set: Routed | None = None
    """What routing decides for no ticket."""
    sees: Roles | None = None
    """Roles whose holders see no ticket but their own."""
    reads: Fields | None = None
    """Fields whose value nobody reads."""
    writes: Fields | None = None
    """Fields that nobody changes."""
    when: Condition | None = None
    """Only for such tickets."""


class Always(Spec):
    """What holds for every ticket."""

    can_reach: Condition | None = None
    """Some way leads from where it stands to here: `{ phase: [solved, closed] }`."""
    from_: (
        Annotated[tuple[Annotated[str, Ref("State", ("any_state",))], ...], OneOrMany()] | None
    ) = Field(None, alias="from")
    """The states that the way has to lead from; `any_state` is each."""
    set: Routed | None = None
    """What routing decides for every ticket."""
    sees: Roles | None = None
    """Roles whose holders see every ticket, whatever their teams."""
    when: Condition | None = None
    """Only for such tickets."""


class Promise(Spec):
    """What is proved for all tickets, not tried with some."""

    never: Never | None = None
    """What may happen to no ticket."""
    always: Always | None = None
    """What holds for every ticket."""


class SpecTest(Extending):
    """A test of the specs: tickets on a simulated clock, and promises that hold for all tickets."""

    kind: Literal["SpecTest"]
    about: Annotated[str, Ref("TicketType")]
    """The ticket type it is about."""
    now: Moment | None = None
    """When its cases begin; time moves only when a step says so."""
    people: dict[Id, Participant] | None = None
    """Who takes part."""
    cases: dict[Id, Case] | None = None
    """Tickets, what happens to them, and what is expected."""
    matrix: dict[Id, Matrix] | None = None
    """Cases that differ in a value."""
    promises: dict[Id, Promise] | None = None
    """What is proved for all tickets."""
