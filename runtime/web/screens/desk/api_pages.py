"""The desk's screens for programs: one's tokens, and the reference of the REST API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runtime.web.screens.base import Page
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class ScopeBox:
    """A scope to choose for a new token."""

    scope: str
    says: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token; `revoke_action` is empty where it holds no more."""

    title: str
    scopes: tuple[str, ...]
    state: str
    holds: bool
    made: datetime
    expires: datetime
    used: datetime | None
    revoke_action: str = ""


@dataclass(frozen=True, slots=True)
class TokensScreen:
    """`/desk/tokens`: one's own tokens. `made` is the text of a new one, shown this once."""

    page: Page
    nav: SideNav
    rows: tuple[TokenRow, ...]
    scopes: tuple[ScopeBox, ...]
    action: str
    reference_href: str
    title: str = ""
    days: int = 90
    most_days: int = 730
    made: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApiValue:
    """A parameter or a field: its name, of what sort it is, and what it says."""

    name: str
    sort: str
    says: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """One method of one path; `curl` is a command that calls it."""

    id: str
    method: str
    path: str
    says: str
    scope: str
    parameters: tuple[ApiValue, ...]
    body: tuple[ApiValue, ...]
    curl: str


@dataclass(frozen=True, slots=True)
class ApiGroup:
    """Routes about one thing."""

    id: str
    title: str
    routes: tuple[ApiRoute, ...]


@dataclass(frozen=True, slots=True)
class ApiType:
    """A ticket type that one may open: its fields as `POST /tickets` takes them."""

    id: str
    title: str
    fields: tuple[ApiValue, ...]


@dataclass(frozen=True, slots=True)
class ApiError:
    """A sort of problem."""

    kind: str
    status: int
    title: str


@dataclass(frozen=True, slots=True)
class ApiScreen:
    """`/api/`: the reference, made from the same document that programs read."""

    page: Page
    nav: SideNav
    base: str
    document_href: str
    tokens_href: str
    groups: tuple[ApiGroup, ...]
    types: tuple[ApiType, ...]
    errors: tuple[ApiError, ...]
    scopes: tuple[ScopeBox, ...]
