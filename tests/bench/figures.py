"""The figures of a running server: pages and creates at 1 and 16 clients, by wall and by CPU."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.bench import load
from tests.bench.fill import Filled
from tests.bench.load import Person, Result
from tests.bench.serving import Server
from tests.bench.tenant import TENANT, form

CLIENTS = (1, 16)
OPEN = urlencode({
    "where": json.dumps({"phase": ["new", "active", "waiting"], "reason": "damaged"}),
    "fields": "number,subject,state,priority,team,assignee,created_at,amount,reason",
    "sort": "-created_at",
})  # fmt: skip


def body(n: int) -> dict[str, Any]:
    """The n-th form as a program sends it."""
    said = form(n)
    words = {name: said.pop(name) for name in ("subject", "description")}
    fields: dict[str, Any] = {**said, "quantity": int(said["quantity"])}
    return {"type": "claim", **words, "fields": fields}


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of request: who asks for what."""

    name: str
    people: Sequence[Person]
    paths: Sequence[str]
    forms: Sequence[Mapping[str, Any]] = ()
    want: int = 200


@dataclass(frozen=True, slots=True)
class Figure:
    """What the clients saw, and what a request cost in CPU ms of the server and of the database."""

    work: str
    clients: int
    seen: Result
    server_ms: float
    database_ms: float

    @property
    def per_core(self) -> float:
        """Requests a second that one core of the server would do, undisturbed."""
        return 1000 / self.server_ms


def works(filled: Filled) -> list[Work]:
    """The requests to measure."""
    base = f"/t/{TENANT}"
    agent, lead = [filled.agent], [filled.lead]
    return [
        Work("portal home", filled.customers, [f"{base}/p"]),
        Work("form page", filled.customers, [f"{base}/p/new/claim"]),
        Work("list of 50, open", lead, [f"{base}/desk/views/open"]),
        Work("list of 50, open, by reason", agent, [f"{base}/desk/views/damaged_open"]),
        Work("list of 50, all, by creation", lead, [f"{base}/desk/views/all?sort=-created_at"]),
        Work("ticket page", lead, [f"{base}/desk/tickets/{number}" for number in filled.numbers]),
        Work("portal: own tickets", filled.customers, [f"{base}/p/tickets"]),
        Work("portal: one's ticket", [filled.owner], [f"{base}/p/tickets/{filled.owned}"]),
        Work(
            "create", filled.customers, [f"{base}/p/new/claim"],
            [form(n) for n in range(1000, 1500)], 303,
        ),
        Work("API: list of 50, open", [filled.program], [f"{base}/api/v1/tickets?{OPEN}"]),
        Work(
            "API: create", filled.programs, [f"{base}/api/v1/tickets"],
            [body(n) for n in range(1000, 1500)], 201,
        ),
    ]  # fmt: skip


def measure(
    server: Server, work: Work, clients: int, seconds: float, database: Callable[[], float]
) -> Figure:
    """Warm up for a moment, then measure."""
    _run(server, work, clients, min(seconds, 1.0))
    own, other = server.cpu_s(), database()
    seen = _run(server, work, clients, seconds)
    if seen.wrong:
        raise RuntimeError(f"{work.name}: answers {dict(seen.wrong)} instead of {work.want}")
    return Figure(
        work.name,
        clients,
        seen,
        (server.cpu_s() - own) / seen.count * 1e3,
        (database() - other) / seen.count * 1e3,
    )


def _run(server: Server, work: Work, clients: int, seconds: float) -> Result:
    return load.run(
        server.port, work.people, work.paths,
        clients=clients, seconds=seconds, forms=work.forms, want=work.want,
    )  # fmt: skip


def all_of(
    server: Server, filled: Filled, seconds: float, database: Callable[[], float], only: str = ""
) -> Iterator[Figure]:
    """Every work, or those whose name begins so, at every number of clients."""
    for work in (one for one in works(filled) if one.name.startswith(only)):
        for clients in CLIENTS:
            yield measure(server, work, clients, seconds, database)
