"""What a symbol is: an id with its owner, where it is defined, and each word that means it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from specs.problem import Place
from specs.shape import Step
from specs.spec_set import SpecFile

SORTS: Final[dict[str, str]] = {
    "TicketType": "type", "FieldSet": "field_set", "Team": "team", "Role": "role",
    "Source": "source", "Routing": "routing", "SlaPolicy": "sla", "Calendar": "calendar",
    "Automation": "automation", "Macro": "macro", "Schedule": "schedule",
    "Notification": "notification", "View": "view", "Report": "report",
    "Dashboard": "dashboard", "Import": "import", "SpecTest": "test",
    "Channel": "channel", "Webhook": "webhook",
}  # fmt: skip
"""Kinds of which a file is one, by the word for the sort of symbol."""
KIND_OF: Final[dict[str, str]] = {sort: kind for kind, sort in SORTS.items()}


@dataclass(frozen=True, slots=True, order=True)
class Symbol:
    """An id of a tenant: `sort` as in `field`, `name` with its owner as in `refund.reason`."""

    sort: str
    name: str

    @property
    def owner(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def id(self) -> str:
        return self.name.rpartition(".")[2]

    def beside(self, id: str) -> Symbol:
        """The symbol of the same sort and owner with another id."""
        return Symbol(self.sort, f"{self.owner}.{id}" if self.owner else id)


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a symbol is declared: the word itself, or the first line of the file that it is.

    `path` leads to what it declares inside `file`; `()` is the whole file.
    """

    symbol: Symbol
    place: Place
    file: SpecFile
    path: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A word that means a symbol; several where a spec over several types means each of them.

    `aside` for what no desk is compiled from (translations, demo content).
    """

    place: Place
    symbols: tuple[Symbol, ...]
    aside: bool = False
