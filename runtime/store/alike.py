"""Pairs of tickets that may be about one thing, as they are proposed to agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update

from runtime.store import tickets
from runtime.store.tables.doors import alike
from runtime.store.tables.tickets import ticket
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit
from runtime.store.upsert import add_new

OPEN: Final = "open"
MERGED, APART = "merged", "apart"
_MOST_NEAR: Final = 60


@dataclass(frozen=True, slots=True)
class Pair:
    """A newer ticket and the one it may belong to. `score` from 0 to 100; `reasons`: what speaks
    for it, each `{why, points, …}`."""

    ticket_id: str
    other_id: str
    state: str
    score: int
    reasons: Sequence[Mapping[str, Any]]
    at_us: int


_COLUMNS = [alike.c[name] for name in Pair.__dataclass_fields__]


async def propose(
    unit: Unit, ticket_id: str, other_id: str, score: int, reasons: Sequence[Mapping[str, Any]]
) -> None:
    """Propose a pair, unless it was proposed before."""
    row = {
        "tenant_id": unit.tenant_id,
        "ticket_id": ticket_id,
        "other_id": other_id,
        "state": OPEN,
        "score": score,
        "reasons": [dict(one) for one in reasons],
        "at_us": unit.now_us(),
        "actor_id": None,
    }
    await add_new(unit, alike, row)


async def near(
    unit: Unit, row: TicketRow, since_us: int, same: ColumnElement[bool] | None
) -> list[TicketRow]:
    """Tickets before this one since an instant, of the same requester or such that `same` holds,
    that are not closed; some dozens at most."""
    c = ticket.c
    either = [c.requester_id == row.requester_id] if row.requester_id else []
    either += [same] if same is not None else []
    if not either:
        return []
    before = (
        c.created_us >= since_us,
        c.created_us <= row.created_us,
        c.id != row.id,
        c.phase != "closed",
    )
    found = await tickets.read_many(unit, and_(*before, or_(*either)), _MOST_NEAR)
    return found[::-1]


_OF_TICKET = (
    select(*_COLUMNS)
    .where(alike.c.tenant_id == bindparam("tenant"), alike.c.state == OPEN)
    .where(or_(alike.c.ticket_id == bindparam("id"), alike.c.other_id == bindparam("id")))
    .order_by(alike.c.score.desc(), alike.c.at_us.desc())
    .limit(10)
)


async def of_ticket(unit: Unit, ticket_id: str) -> list[Pair]:
    """The open pairs of a ticket, whichever of the two it is, the ten likeliest first."""
    rows = await unit.rows(_OF_TICKET, {"tenant": unit.tenant_id, "id": ticket_id})
    return [Pair(**row._mapping) for row in rows]


async def settle(unit: Unit, one_id: str, other_id: str, state: str, by: str | None) -> bool:
    """Say that a pair was merged or is apart; False if it is not open."""
    unit.must_write()
    c = alike.c
    either = or_(
        (c.ticket_id == one_id) & (c.other_id == other_id),
        (c.ticket_id == other_id) & (c.other_id == one_id),
    )
    there = update(alike).where(c.tenant_id == unit.tenant_id, either, c.state == OPEN)
    return (await unit.run(there.values(state=state, actor_id=by))).rowcount > 0
