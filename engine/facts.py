"""What a decision knows of one ticket: flat names to values, so that every back end reads alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from engine.moved import STILL, Moved
from engine.span import Span

Value = str | int | bool | None | tuple["Value", ...] | Mapping[str, "Value"]
"""Normalised (decisions.md 7, 9): text NFC and trimmed; money and decimal scaled integers;
datetime integer microseconds UTC; date `YYYY-MM-DD`; duration whole seconds; choice, state, team by
key; person, ticket, file by id; lists as tuples; empty is None or absent."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. `person_id` None is the system itself (workers, imports).

    `roles` holds role ids with all they inherit; `teams` the keys of the teams they belong to;
    `leads` the keys of the teams they lead.
    """

    person_id: str | None
    name: str = ""
    roles: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    is_staff: bool = False
    locale: str = ""
    only: frozenset[str] | None = None
    """A guest's tickets by id: beyond them, and whatever their roles, they see nothing. None is
    no guest."""
    colleagues: frozenset[str] = frozenset()
    """The persons of a customer's organisation; `see: organisation` of the portal reads it."""

    @property
    def is_guest(self) -> bool:
        """Somebody who came by a link, or with nothing but the name that they say."""
        return self.only is not None

    @property
    def holder(self) -> str | None:
        """Whose uploads theirs are until a ticket has them: nobody's for who is no person yet."""
        return self.person_id if self.only != frozenset() else None

    @property
    def is_system(self) -> bool:
        """The system passes every right; it is never built from a request."""
        return self.person_id is None


@dataclass(frozen=True, slots=True)
class Ref:
    """A record of a Source as it was when it was fetched (decisions.md 6)."""

    key: str
    fetched_us: int
    source_digest: str
    values: Mapping[str, Value]
    title: str = ""


@dataclass(frozen=True, slots=True)
class ClockState:
    """One SLA clock, as `engine.model.clock` moves it.

    All instants are microseconds UTC, all lengths microseconds of the clock's timeline.

    It runs when `running_us` is set: since then the time in `spent_us` has grown. `paused_us` says
    since when it waits, `met_us` when it was stopped, `breached_us` the due instant it missed;
    a breach outlasts a later stop. `due_open` says that the target counts days and is due in open
    time (Tuesday 9:00), so that after a pause the end of a shift (Monday 18:00) means the next
    opening; hours are due at the end of the shift. `given` holds what was already done about it, as
    the words of its due rows (`warn:half`, `breach`), so that each is done once.
    """

    target: Span
    started_us: int
    budget_us: int
    due_us: int | None
    due_open: bool
    spent_us: int = 0
    running_us: int | None = None
    paused_us: int | None = None
    met_us: int | None = None
    breached_us: int | None = None
    given: tuple[str, ...] = ()

    @property
    def phase(self) -> Literal["running", "paused", "met"]:
        """What it does now; whether it is late as well is `breached_us`."""
        if self.met_us is not None:
            return "met"
        return "running" if self.running_us is not None else "paused"


@dataclass(frozen=True, slots=True)
class Facts:
    """One ticket, whole, as flat names.

    `values` holds the built-ins of decisions.md 3 by their reserved ids, custom fields by key, and
    what paths reach (`customer.level`, `order_no.paid`, `team.title`, `due.<clock>`,
    `breached.<clock>`) by dotted name. `refs` and `clocks` keep the structures behind these names.
    """

    values: Mapping[str, Value]
    refs: Mapping[str, Ref] = field(default_factory=dict)
    clocks: Mapping[str, ClockState] = field(default_factory=dict)

    def get(self, name: str) -> Value:
        """The value under a dotted name; None when absent."""
        return self.values.get(name)

    def text(self, name: str) -> str:
        """The value as text, "" when empty; for ids and keys."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def names(self, name: str) -> tuple[str, ...]:
        """A list value as strings (tags, flags, teams, watchers)."""
        value = self.values.get(name)
        return tuple(v for v in value if isinstance(v, str)) if isinstance(value, tuple) else ()

    def with_values(self, changes: Mapping[str, Value]) -> Facts:
        """The same ticket with some names changed."""
        return replace(self, values={**self.values, **changes})


@dataclass(frozen=True, slots=True)
class Ask:
    """The circumstances of a question: who asks, when, and what this event changed.

    `before` maps changed names to their old values; the `changed*` operators read it.
    `today` is the date in the tenant's zone; `moved` tells SQL what rows still hold.
    """

    now_us: int
    viewer: Viewer
    today: str = ""
    before: Mapping[str, Value] = field(default_factory=dict)
    moved: Moved = STILL
