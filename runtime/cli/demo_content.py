"""A tenant's `demo/` folder read as people and tickets; it is never compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.span import Span
from specs.source import core, read


@dataclass(frozen=True, slots=True)
class DemoAbsence:
    """When a demo person is away, counted from now, and who stands in; no end: nobody knows."""

    from_us: int
    until_us: int | None
    substitute: str


@dataclass(frozen=True, slots=True)
class DemoHouse:
    """An organisation of customers."""

    key: str
    name: str
    level: str
    tags: tuple[str, ...]
    domains: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of a demo tenant; `teams`: team id → lead, skills, seniority, capacity.

    `organisation`: the key of one; `profile`: what they chose, as it is stored; `picture`: a PNG
    among the tenant's files.
    """

    key: str
    name: str
    email: str
    phone: str
    kind: str
    locale: str
    roles: tuple[str, ...]
    teams: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, Any]
    absent: DemoAbsence | None = None
    organisation: str = ""
    tags: tuple[str, ...] = ()
    profile: Mapping[str, Any] = field(default_factory=dict)
    picture: str = ""


@dataclass(frozen=True, slots=True)
class DemoStep:
    """What somebody did `after_us` the step before.

    `verb`: reply, note, move, edit, assign, approve or refuse; merge, part_of or related with the
    `mark` of another ticket.
    """

    verb: str
    what: Any
    by: str
    after_us: int
    comment: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoTicket:
    """A ticket opened `age_us` ago and what came of it."""

    type: str
    requester: str
    age_us: int
    values: Mapping[str, Any]
    subject: str
    description: str
    channel: str
    steps: tuple[DemoStep, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class DemoContent:
    """People and tickets of one tenant, with the files they name."""

    tenant: str
    people: Mapping[str, DemoPerson]
    tickets: tuple[DemoTicket, ...]
    files: Mapping[str, bytes]
    houses: Mapping[str, DemoHouse] = field(default_factory=dict)
    same: tuple[str, ...] = ()
    """outputs of records that a variation of a ticket keeps, such as the category"""
    readers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """article → how often it was seen, helped, missed, solved today"""


def read_content(tenant: str, files: Mapping[str, bytes]) -> DemoContent:
    """The demo content of a tenant's files; empty where there is none."""
    folk = _yaml(files, "demo/people.yaml")
    people = folk.get("people", {})
    written = _yaml(files, "demo/tickets.yaml")
    tickets = written.get("tickets", [])
    return DemoContent(
        tenant,
        {key: _person(key, row) for key, row in people.items()},
        tuple(_ticket(row) for row in tickets),
        files,
        {key: _house(key, row) for key, row in folk.get("organisations", {}).items()},
        tuple(written.get("vary_within", ())),
        _readers(files),
    )


def _readers(files: Mapping[str, bytes]) -> dict[str, dict[str, int]]:
    """What readers did with the articles, as `demo/readers.yaml` says it."""
    said = _yaml(files, "demo/readers.yaml")
    return {slug: {what: int(n) for what, n in row.items()} for slug, row in said.items()}


def _yaml(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    if name not in files:
        return {}
    node, problems = read(files[name], name)
    if node is None:
        raise ValueError(problems[0].headline)
    found = core(node)
    return found if isinstance(found, dict) else {}


def _person(key: str, row: Mapping[str, Any]) -> DemoPerson:
    return DemoPerson(
        key=key,
        name=str(row["name"]),
        email=str(row["email"]),
        phone=str(row.get("phone", "")),
        kind=str(row.get("kind", "customer")),
        locale=str(row.get("locale", "")),
        roles=tuple(row.get("roles", ())),
        teams={name: place or {} for name, place in (row.get("teams") or {}).items()},
        values=row.get("values") or {},
        absent=_absence(row["absent"]) if row.get("absent") else None,
        organisation=str(row.get("organisation", "")),
        tags=tuple(row.get("tags", ())),
        profile=row.get("profile") or {},
        picture=str(row.get("picture", "")),
    )


def _house(key: str, row: Mapping[str, Any]) -> DemoHouse:
    return DemoHouse(
        key=key,
        name=str(row["name"]),
        level=str(row.get("level", "")),
        tags=tuple(row.get("tags", ())),
        domains=tuple(row.get("domains", ())),
        note=str(row.get("note", "")),
    )


def _absence(row: Mapping[str, Any]) -> DemoAbsence:
    until = row.get("until")
    return DemoAbsence(
        from_us=_from_now(str(row["from"])),
        until_us=_from_now(str(until)) if until is not None else None,
        substitute=str(row.get("substitute", "")),
    )


def _from_now(text: str) -> int:
    """`4d` is in four days, `-1d` was yesterday."""
    length = Span.parse(text.removeprefix("-")).plain_us
    return -length if text.startswith("-") else length


def _ticket(row: Mapping[str, Any]) -> DemoTicket:
    return DemoTicket(
        type=str(row["type"]),
        requester=str(row["requester"]),
        age_us=Span.parse(str(row["age"])).plain_us,
        values=row.get("values") or {},
        subject=str(row.get("subject", "")),
        description=str(row.get("description", "")),
        channel=str(row.get("channel", "portal")),
        steps=tuple(_step(step) for step in row.get("then") or ()),
        mark=str(row.get("mark", "")),
    )


JOINS = ("merge", "part_of", "related")
_VERBS = ("reply", "note", "move", "edit", "assign", "approve", "refuse", *JOINS)


def _step(row: Mapping[str, Any]) -> DemoStep:
    verb = next(word for word in _VERBS if word in row)
    return DemoStep(
        verb=verb,
        what=row[verb],
        by=str(row["by"]),
        after_us=Span.parse(str(row.get("after", "5m"))).plain_us,
        comment=str(row.get("comment", "")),
        values=row.get("values") or {},
    )
