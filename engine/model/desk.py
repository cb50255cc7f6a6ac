"""The Desk: one tenant's specs, compiled, resolved and immutable; what every decision reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.model.automation import AutomationModel, MacroModel
from engine.model.calendar import Calendar
from engine.model.channel import ChannelModel, WebhookModel
from engine.model.field import FieldModel, Option
from engine.model.importing import ImportModel
from engine.model.knowledge import NO_KNOWLEDGE, KnowledgeModel
from engine.model.lists import DashboardModel, ReportModel, ViewModel
from engine.model.pattern import PatternRule
from engine.model.promise import Promise
from engine.model.rights import RoleModel, Who
from engine.model.routing import RoutingModel
from engine.model.schedule import ScheduleModel
from engine.model.sla import SlaPolicyModel
from engine.model.source import SourceModel
from engine.model.text import NO_WORDS, Words
from engine.model.ticket_type import TypeModel
from engine.moved import STILL, Moved
from specs.problem import Place


@dataclass(frozen=True, slots=True)
class TeamModel:
    """A team; `calendar` falls back to the tenant's.

    `capacity`: open tickets per member; None is no limit, 0 takes none.
    """

    id: str
    key: str
    title: Words
    place: Place
    parent: str = ""
    calendar: str = ""
    capacity: int | None = None
    assignment: str = "least_busy"
    overflow: str = ""
    default: bool = False
    hue: int = 0
    mail: str = ""
    mail_name: Words = NO_WORDS


@dataclass(frozen=True, slots=True)
class NotificationModel:
    """A message: channels (mail, in_app), default recipients, template text by locale.

    `urgent`: by every channel, at once, whatever the recipient chose; unread for `repeat_us`, on
    to the leads.
    """

    id: str
    channels: tuple[str, ...]
    to: Who
    subject: Words
    body: Words
    place: Place
    title: Words = NO_WORDS
    urgent: bool = False
    repeat_us: int = 15 * 60_000_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A type offered on the portal, in the portal's words."""

    type: str
    title: Words
    help: Words
    guests: bool = False
    shared: bool = False
    """whether people of one organisation read each other's tickets of it"""


@dataclass(frozen=True, slots=True)
class PortalModel:
    """The requester's door: wording and the types offered. Its grants live in role `requester`.

    `codes`: who may sign in by a code by mail, customers or everybody, "" for nobody. `embed`: the
    origins of sites that may show it.
    """

    title: Words = NO_WORDS
    welcome: Words = NO_WORDS
    contact: Words = NO_WORDS
    accent: str = ""
    offers: tuple[Offer, ...] = ()
    codes: str = ""
    embed: tuple[str, ...] = ()

    @property
    def shared(self) -> bool:
        """Whether people of one organisation read any of each other's tickets."""
        return any(offer.shared for offer in self.offers)

    @property
    def guests(self) -> bool:
        """Whether anything may be sent without signing in."""
        return any(offer.guests for offer in self.offers)


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
    """One tenant's whole process. `digest`: equal means same meaning (decisions.md 5)."""

    tenant: TenantModel
    digest: str
    types: Mapping[str, TypeModel]
    teams: Mapping[str, TeamModel]
    roles: Mapping[str, RoleModel]
    calendars: Mapping[str, Calendar]
    routings: Mapping[str, Mapping[str, RoutingModel]]
    """type key → output (team, priority, skills, difficulty, tags) → the Routing that decides it"""
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
    strata: Mapping[str, tuple[tuple[AutomationModel, ...], ...]] = field(default_factory=dict)
    """type key → its automations in strata: none sets off, or is read by, an earlier one"""
    macros: Mapping[str, MacroModel] = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()
    schedules: Mapping[str, ScheduleModel] = field(default_factory=dict)
    patterns: tuple[PatternRule, ...] = ()
    """the bursts and patterns that start automations, in the order of their ids"""
    channels: Mapping[str, ChannelModel] = field(default_factory=dict)
    webhooks: Mapping[str, WebhookModel] = field(default_factory=dict)
    knowledge: KnowledgeModel = NO_KNOWLEDGE
    moved: Moved = STILL
    """the data moves that still run over the tickets; no part of the meaning"""

    def recurring(self) -> tuple[AutomationModel, ...]:
        """The automations that go over all open tickets at fixed times, each once."""
        every = (one for strata in self.strata.values() for stratum in strata for one in stratum)
        return tuple({one.id: one for one in every if one.recurring is not None}.values())

    def automation(self, type_key: str, name: str) -> AutomationModel | None:
        """An automation of a type by its id."""
        found = (one for stratum in self.strata.get(type_key, ()) for one in stratum)
        return next((one for one in found if one.id == name), None)

    @property
    def default_team(self) -> TeamModel:
        """The team that takes what no rule routes (exactly one, checked when compiled)."""
        return next(t for t in self.teams.values() if t.default)

    def teams_under(self, top: str) -> list[TeamModel]:
        """A team and all below it, in the order of the desk; every team for ""."""
        return [one for one in self.teams.values() if not top or self._is_under(one, top)]

    def _is_under(self, team: TeamModel, top: str) -> bool:
        seen: set[str] = set()
        while team.key != top and team.parent in self.teams and team.key not in seen:
            seen.add(team.key)
            team = self.teams[team.parent]
        return team.key == top
