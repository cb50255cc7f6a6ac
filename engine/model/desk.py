"""The Desk: one tenant's specs, compiled, resolved and immutable; what every decision reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.expression import Expression
from engine.facts import Value
from engine.model.calendar import Calendar
from engine.model.field import FieldModel, Option
from engine.model.sla import SlaPolicyModel
from engine.model.span import Span
from engine.model.text import NO_WORDS, Words
from engine.predicate import TRUE, Path, Predicate
from specs.problem import Place


@dataclass(frozen=True, slots=True)
class Who:
    """A list of people by relation (decisions.md 2). A person qualifies when any part holds.

    `relations` are words like `requester assignee lead upper_lead watchers author anyone`;
    `roles` role ids, `teams` team keys, `leads_of` team keys.
    """

    relations: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    leads_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One verb with its argument, already resolved: `args` holds keys and ids only."""

    verb: str
    args: Mapping[str, object]
    to: Who | None
    place: Place


@dataclass(frozen=True, slots=True)
class State:
    """A state of the workflow. `team`: a team key, "home", or "" (leaves it)."""

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
    """The built-in `subject` or `description` of a type: its label, or the template that makes it."""

    label: Words = NO_WORDS
    help: Words = NO_WORDS
    required: bool = True
    template: str = ""


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
    default_team: str = ""
    default_priority: str = "normal"
    reopen_within: Span | None = None
    notify: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """event word (created, commented, replied, assigned) → Notification ids"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a decision table or one rule. `cells` pairs each input with its condition (tables)."""

    id: str
    when: Predicate
    sets: Mapping[str, Value]
    place: Place
    cells: tuple[tuple[Path, Predicate], ...] = ()


@dataclass(frozen=True, slots=True)
class RoutingModel:
    """The one Routing that decides an output for a type. hit: first, only_one or all."""

    id: str
    hit: str
    rows: tuple[Row, ...]
    otherwise: Row | None
    outputs: tuple[str, ...]
    file: str


@dataclass(frozen=True, slots=True)
class TeamModel:
    """A team; `calendar` falls back to the tenant's. `capacity`: open tickets per member."""

    id: str
    key: str
    title: Words
    place: Place
    parent: str = ""
    calendar: str = ""
    capacity: int = 0
    assignment: str = "least_busy"
    overflow: str = ""
    default: bool = False
    hue: int = 0
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role on one type (decisions.md 4). `see`/`edit` None: nothing. `fields`: key → right word."""

    role: str
    type: str
    see: Predicate | None
    edit: Predicate | None
    create: bool
    do: frozenset[str]
    fields: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True)
class RoleModel:
    """A role: its own and inherited grants by type key, reports and functions."""

    id: str
    title: Words
    place: Place
    includes: frozenset[str]
    grants: Mapping[str, tuple[Grant, ...]]
    reports: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SourceModel:
    """An external system as a table: typed outputs by id, key column, search, own rows."""

    id: str
    title: Words
    connector: str
    file: str
    key: str
    shows: tuple[str, ...]
    search: tuple[str, ...]
    own: Mapping[str, str]
    outputs: Mapping[str, FieldModel]
    columns: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True)
class NotificationModel:
    """A message: channels (mail, in_app), default recipients, template text by locale."""

    id: str
    channels: tuple[str, ...]
    to: Who
    subject: Words
    body: Words
    place: Place


@dataclass(frozen=True, slots=True)
class ViewModel:
    """A saved list. `columns` and `sort` are dotted names; sort entries are (path, descending)."""

    id: str
    title: Words
    types: tuple[str, ...]
    filter: Predicate
    columns: tuple[str, ...]
    sort: tuple[tuple[Path, bool], ...]
    place: Place
    layout: str = "list"
    group: str = ""
    hue: int = 0
    who: Who | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """A grouping of a report. `step`: day week month for instants and dates, else ""."""

    id: str
    of: Path
    title: Words
    step: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure. of: count average median sum share max min. `value` a number field, or a `span`."""

    id: str
    title: Words
    of: str
    when: Predicate = TRUE
    value: Path | None = None
    span: tuple[Path, Path] | None = None


@dataclass(frozen=True, slots=True)
class ReportModel:
    """A report: what is counted, over which period and dimensions, and how it is drawn.

    The period is `period_last` up to now, or from `period_from` to `period_to` (days, both in).
    """

    id: str
    title: Words
    types: tuple[str, ...]
    filter: Predicate
    period_of: Path | None
    period_last: Span | None
    by: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    chart: str
    place: Place
    drill: tuple[Path, ...] = ()
    period_from: str = ""
    period_to: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A report's place on a dashboard; width in twelfths."""

    report: str
    width: int
    title: Words = NO_WORDS


@dataclass(frozen=True, slots=True)
class DashboardModel:
    """A page of tiles, for whom."""

    id: str
    title: Words
    tiles: tuple[Tile, ...]
    place: Place
    who: Who | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A type offered on the portal, in the portal's words."""

    type: str
    title: Words
    help: Words


@dataclass(frozen=True, slots=True)
class PortalModel:
    """The requester's door: wording and the types offered. Its grants live in role `requester`."""

    title: Words = NO_WORDS
    welcome: Words = NO_WORDS
    contact: Words = NO_WORDS
    accent: str = ""
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """Where a column goes. `to`: a built-in name or a field key; `missing` for unknown values.

    `values`: word of the file → id or key; "-" leaves the ticket as it was. `text`: key of a text
    field that keeps the word itself. `take`: of `every` row, or of a ticket's `last` row only.
    """

    column: str
    to: str
    values: Mapping[str, str]
    missing: str
    place: Place
    text: str = ""
    take: str = "every"


@dataclass(frozen=True, slots=True)
class ImportModel:
    """How rows of a file become tickets and history (decisions.md 14).

    `by`: the column that names who made the row. `made`: what no column holds, by target: a text
    with `{column}` holes, used for a ticket's first row.
    """

    id: str
    title: Words
    type: str
    rows: str
    key: str
    at: str
    created: str
    time_format: str
    zone: str
    empty: frozenset[str]
    columns: tuple[ImportColumn, ...]
    ignore: frozenset[str]
    place: Place
    by: str = ""
    made: tuple[ImportColumn, ...] = ()

    @property
    def named(self) -> frozenset[str]:
        """Every column of the file that the mapping speaks of."""
        single = {self.key, self.at, self.created, self.by} - {""}
        return frozenset(single | {part.column for part in self.columns} | self.ignore)


@dataclass(frozen=True, slots=True)
class TenantModel:
    """The tenant itself. `priorities`: word → title. `tags`, `flags`: options by key."""

    id: str
    title: Words
    locales: tuple[str, ...]
    zone: str
    currency: str
    calendar: str
    skills: Mapping[str, Words]
    tags: Mapping[str, Option]
    flags: Mapping[str, Option]
    priorities: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Desk:
    """One tenant's whole process. `digest` is decisions.md 5's desk digest; equal means same meaning."""

    tenant: TenantModel
    digest: str
    types: Mapping[str, TypeModel]
    teams: Mapping[str, TeamModel]
    roles: Mapping[str, RoleModel]
    calendars: Mapping[str, Calendar]
    routings: Mapping[str, Mapping[str, RoutingModel]]
    """type key → output (team, priority, skills, tags) → the Routing that decides it"""
    policies: Mapping[str, SlaPolicyModel]
    """type key → its SLA policy; absent: no clocks"""
    sources: Mapping[str, SourceModel]
    notifications: Mapping[str, NotificationModel]
    views: Mapping[str, ViewModel]
    reports: Mapping[str, ReportModel]
    dashboards: Mapping[str, DashboardModel]
    portal: PortalModel
    imports: Mapping[str, ImportModel]
    people: Mapping[str, Mapping[str, FieldModel]]
    """`customer`, `requester`, `staff` → their fields by key"""
    identity: tuple[str, ...] = ("email",)

    @property
    def default_team(self) -> TeamModel:
        """The team that takes what no rule routes (exactly one, checked when compiled)."""
        return next(t for t in self.teams.values() if t.default)
