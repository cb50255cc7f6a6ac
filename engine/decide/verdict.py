"""What a decision returns: allowed or why not, the steps, the effects, and the explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.apply import Step
from engine.decide.kin import FromOther, Joining
from engine.decide.notes import Noting
from engine.facts import ClockState, Facts, Ref, Value
from engine.model.rights import Who


@dataclass(frozen=True, slots=True)
class Read:
    """A value that a decision read, by its spelled path; for the explanation."""

    path: str
    value: Value


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one output has its value: the rule, its place `file:line`, and the values read.

    They are enough to decide it again (`explain`), which tells why the other rows did not hold.

    `topic` is what was decided (team, priority, assignee, due.solved, move …); `rule` an address
    such as `routing/refund.vip`; `said` holds parts for a sentence, said in the reader's locale.
    """

    topic: str
    outcome: Value
    rule: str
    place: str
    reads: tuple[Read, ...] = ()
    said: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not happen. `code` is stable; `at` a field key or ""; `say` finished words.

    `args` feed the translated sentence of `code` when `say` is empty.
    """

    code: str
    at: str = ""
    say: str = ""
    args: Mapping[str, object] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Saying:
    """Words that a rule puts on the ticket: an answer that the requester reads, or a note."""

    text: str
    internal: bool
    rule: str


@dataclass(frozen=True, slots=True)
class Effect:
    """Something to do after the commit, through the outbox: notify is the only kind that leaves.

    A notice may quote one of the verdict's words: `word` in `args` counts them from 1.

    The others (create, link, merge, refresh) are acts on this or another ticket in a transaction of
    their own. `key` makes the effect unique per ticket and cause.
    """

    kind: str
    args: Mapping[str, object]
    to: Who | None
    key: str


@dataclass(frozen=True, slots=True)
class Due:
    """A timer row: which clock, what falls due, when.

    `what`: `warn:<id>`, `breach`, `limit`, `late` (an approval), `close`.
    """

    clock: str
    what: str
    at_us: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole answer. When `refusals` is not empty nothing else counts and nothing is written."""

    facts: Facts
    refusals: tuple[Refusal, ...] = ()
    steps: tuple[Step, ...] = ()
    effects: tuple[Effect, ...] = ()
    dues: tuple[Due, ...] = ()
    reasons: tuple[Reason, ...] = ()
    events: tuple[str, ...] = ()
    words: tuple[Saying, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the change may be written."""
        return not self.refusals


# Events: what asks for a decision.


@dataclass(frozen=True, slots=True)
class Open:
    """A new ticket. `values`: raw or normalised by field key; `refs` from gather.

    `channel_id`: the Channel it came by, which may name team and priority itself, whose watchers it
    brings, whose notification it sends (`notify`), and whose messages may lack what the form wants
    (`lenient`): that stays empty.
    """

    type: str
    values: Mapping[str, object]
    subject: str
    description: str
    channel: str
    requester: str
    customer: str = ""
    refs: Mapping[str, Ref] = field(default_factory=dict)
    parent: str = ""
    channel_id: str = ""
    team: str = ""
    priority: str = ""
    watchers: tuple[str, ...] = ()
    notify: str = ""
    lenient: bool = False
    unanswered: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of fields by hand. `values`: raw by field key.

    `unanswered`: fields whose source gave no answer, with what its spec says then: `pending`,
    `empty` or `refuse`.
    """

    values: Mapping[str, object]
    refs: Mapping[str, Ref] = field(default_factory=dict)
    unanswered: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """Taking a transition with its inputs (field values, comment, note, reason).

    `mentions`: the ids of colleagues whom its words name.
    """

    transition: str
    values: Mapping[str, object] = field(default_factory=dict)
    comment: str = ""
    note: str = ""
    reason: str = ""
    refs: Mapping[str, Ref] = field(default_factory=dict)
    unanswered: Mapping[str, str] = field(default_factory=dict)
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """A reply (public) or a note (internal).

    `mentions`: the ids of colleagues whom the words name; they follow the ticket from then on.
    """

    text: str
    internal: bool = False
    files: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assign:
    """A person takes or gets the ticket; "" clears. `team` transfers first when it differs."""

    assignee: str
    team: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """A ticket is taken from `was`, who is away (`absence`) or has too much (`rebalance`).

    `assignee`: who gets it in a rebalance; an absence lets substitute or team choose.
    """

    was: str
    cause: Literal["absence", "rebalance"]
    assignee: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """Priority, tags and flags by hand. An empty priority stays; names are added to those there.

    `off`: tags and flags that are taken away.
    """

    priority: str = ""
    tags: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restore:
    """What one act changed is put back, while nothing else has happened to the ticket.

    `values` by name and `clocks` as both were before it; clocks then run as if it had not been.
    """

    values: Mapping[str, Value]
    clocks: Mapping[str, ClockState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rate:
    """The requester's mark for how the ticket was solved, with their words."""

    mark: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class UseMacro:
    """A person's click on a macro."""

    macro: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """A letter about the ticket came back from its recipient's server."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class SamePerson:
    """A person's record `was` and the record `now`, which is kept, are one person's.

    `before`: names and what stood there when an earlier one took `now` away; then only these are
    looked at, and that one is undone.
    """

    was: str
    now: str
    before: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refresh:
    """Records were looked up again: snapshots by field key.

    `late`: the first answer of a source that gave none when the ticket was made, and nobody has
    acted since, so routing decides once more (decisions.md 1).
    """

    refs: Mapping[str, Ref]
    late: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """A system was told something, or would not take it; for the ticket's history."""

    source: str
    call: str
    went_well: bool
    said: str


@dataclass(frozen=True, slots=True)
class React:
    """A rule's actions decided outside of the ticket's own cascade: an automation by its id.

    A burst or pattern runs it on each ticket of `matches` (ids): `same` holds what its events have
    in common, `last` says that the ticket is the one whose event completed the match. There alone
    is made and told what is made and told once.
    """

    automation: str
    same: Mapping[str, Value] = field(default_factory=dict)
    matches: tuple[str, ...] = ()
    last: bool = True


@dataclass(frozen=True, slots=True)
class Fall:
    """A timer fell due (from the worker): clock and what."""

    clock: str
    what: str


@dataclass(frozen=True, slots=True)
class Approve:
    """Agreeing to what was asked for. `request`: the number of the request they saw; 0: any."""

    request: int = 0


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refusing what was asked for, with the reason."""

    reason: str
    request: int = 0


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Taking back what one asked for."""

    reason: str = ""
    request: int = 0


Event = (
    Open
    | Edit
    | Move
    | Comment
    | Assign
    | Shift
    | Label
    | Restore
    | Fall
    | Rate
    | UseMacro
    | Joining
    | Noting
    | FromOther
    | Refresh
    | Called
    | Bounce
    | SamePerson
    | React
    | Approve
    | Refuse
    | Withdraw
)
