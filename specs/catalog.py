"""The one table of kinds: kind word → class and where its files live."""

from __future__ import annotations

from dataclasses import dataclass

from specs.base import Spec
from specs.kinds.automation import Automation
from specs.kinds.calendar import Calendar
from specs.kinds.channel import Channel
from specs.kinds.dashboard import Dashboard
from specs.kinds.field_set import FieldSet
from specs.kinds.house_rules import HouseRules
from specs.kinds.import_mapping import Import
from specs.kinds.knowledge import Knowledge
from specs.kinds.macro import Macro
from specs.kinds.moves import Moves
from specs.kinds.notification import Notification
from specs.kinds.pack import Pack
from specs.kinds.people import People
from specs.kinds.portal import Portal
from specs.kinds.report import Report
from specs.kinds.role import Role
from specs.kinds.routing import Routing
from specs.kinds.schedule import Schedule
from specs.kinds.sla import SlaPolicy
from specs.kinds.source import Source
from specs.kinds.spec_test import SpecTest
from specs.kinds.team import Team
from specs.kinds.tenant import Tenant
from specs.kinds.ticket_type import TicketType
from specs.kinds.view import View
from specs.kinds.webhook import Webhook


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its word, its class, and its folder or, where there is only one, its file."""

    word: str
    model: type[Spec]
    location: str

    @property
    def single(self) -> bool:
        """Whether a tenant has one object of this kind, in one file."""
        return self.location.endswith(".yaml")

    def file_of(self, id: str) -> str:
        """The path of an object's file in the tenant's folder."""
        return self.location if self.single else f"{self.location}/{id}.yaml"


_TABLE: tuple[tuple[type[Spec], str], ...] = (
    (Tenant, "tenant.yaml"),
    (People, "people.yaml"),
    (Portal, "portal.yaml"),
    (Knowledge, "knowledge.yaml"),
    (TicketType, "types"),
    (FieldSet, "fieldsets"),
    (Team, "teams"),
    (Role, "roles"),
    (Source, "sources"),
    (Routing, "routing"),
    (SlaPolicy, "sla"),
    (Calendar, "calendars"),
    (Automation, "automations"),
    (Macro, "macros"),
    (Schedule, "schedules"),
    (Notification, "notifications"),
    (Channel, "channels"),
    (Webhook, "webhooks"),
    (View, "views"),
    (Report, "reports"),
    (Dashboard, "dashboards"),
    (Import, "imports"),
    (SpecTest, "tests"),
    (HouseRules, "house_rules"),
    (Moves, "moves"),
    (Pack, "pack.yaml"),
)

KINDS: dict[str, Kind] = {
    model.__name__: Kind(model.__name__, model, location) for model, location in _TABLE
}
NOT_EXTENDED: tuple[str, ...] = ("Tenant", "Pack", "Moves")
"""Kinds that belong to one tenant or pack alone; all others are an `Extending`."""
FOLDERS: dict[str, Kind] = {kind.location: kind for kind in KINDS.values() if not kind.single}
FILES: dict[str, Kind] = {kind.location: kind for kind in KINDS.values() if kind.single}
