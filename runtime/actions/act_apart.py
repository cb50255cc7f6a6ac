"""What a rule wants done to another ticket, or asks the world: each in a transaction of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from engine.decide.kin import Beside, Link
from engine.decide.verdict import Event, React
from engine.model.ticket_type import DONE_PHASES
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.hand_on import HANDED_ON, hand_on
from runtime.actions.join_tickets import join_for_rule
from runtime.actions.joined import named
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done, Outcome, Refused
from runtime.actions.refresh_records import refresh_records
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import tickets
from runtime.store.tickets import TicketRow


async def act_apart(
    site: Site,
    tenant: str,
    ticket_id: str,
    verb: str,
    args: Mapping[str, Any],
    key: str,
    event_id: str = "",
) -> str:
    """Do one act of a rule; says why there was nothing to do, "" where it was done.

    `key` makes it happen once: told again, it finds its own work and adds nothing. `event_id`: the
    event that asked for it.
    """
    row = await _row(site, tenant, ticket_id)
    if row is None:
        return "the ticket is gone"
    if verb == "part_done":
        return await _tell_whole(site, tenant, str(args["ticket"]))
    if verb in HANDED_ON:
        return _why(await hand_on(site, tenant, row, verb, str(args["ticket"]), event_id, key))
    if verb == "create":
        found = [await _row(site, tenant, str(one)) for one in args.get("matches") or ()]
        matches = [one for one in found if one is not None]
        return await create_from(site, tenant, row, args, key, matches)
    if verb == "react":
        return await _change(site, tenant, row, React(str(args["automation"])), key)
    if verb == "refresh":
        fields = [str(one) for one in args.get("fields", ())]
        done = await refresh_records(site, tenant, SYSTEM, row.number, fields)
        return done.why or _why(done.outcome)
    return await _join(site, tenant, row, verb, args, key)


async def _row(site: Site, tenant: str, ticket_id: str) -> TicketRow | None:
    async with site.store.unit(tenant) as unit:
        return await tickets.read(unit, ticket_id)


async def create_from(
    site: Site,
    tenant: str,
    origin: TicketRow,
    args: Mapping[str, Any],
    key: str,
    matches: Sequence[TicketRow] = (),
) -> str:
    """Make the ticket that `create` describes, for the requester of `origin`, and link it.

    As `child` it becomes a part of the origin; as `parent` or `parent_of_matches` the origin, or
    every one of `matches`, becomes a part of it.
    """
    link = str(args.get("as", "child"))
    new = NewTicket(
        type=str(args["type"]),
        values={name: value for name, value in (args.get("values") or {}).items() if value},
        subject=str(args.get("subject") or origin.subject),
        description=str(args.get("description") or ""),
        channel="schedule" if link == "none" else origin.channel,
        requester=origin.requester_id or "",
        idempotency_key=key,
        parent=origin.id if link == "child" else "",
        of_match=link == "parent_of_matches",
        environment=origin.environment or "",
    )
    made = await open_ticket(site, tenant, SYSTEM, new)
    if not isinstance(made, Done):
        return _why(made)
    if link == "child":
        return await _change(site, tenant, origin, Beside("part_added", made.number), f"{key}:part")
    told = [
        await _change(site, tenant, row, Link(made.ticket_id), f"{key}:{row.id}")
        for row in (matches or [origin])
        if row.parent_id != made.ticket_id
    ]
    return "; ".join(why for why in told if why)


async def _tell_whole(site: Site, tenant: str, whole_id: str) -> str:
    """Tell a ticket that the last of its parts is done; parts that end together tell it once."""
    async with site.store.unit(tenant) as unit:
        whole = await tickets.read(unit, whole_id)
        parts = await tickets.parts(unit, whole_id)
    open_yet = not parts or any(one.phase not in DONE_PHASES for one in parts)
    if whole is None or whole.phase in DONE_PHASES or open_yet:
        return ""
    ends = ";".join(f"{one.id}@{one.solved_us}" for one in parts)
    key = f"parts:{hashlib.sha256(ends.encode()).hexdigest()}"
    return await _change(site, tenant, whole, Beside("parts_done"), key)


async def _join(
    site: Site, tenant: str, row: TicketRow, verb: str, args: Mapping[str, Any], key: str
) -> str:
    """`link: { parent | child }`, `merge: { into }`: the other ticket by id or number."""
    word, said = next(iter(args.items()))
    other = await _named(site, tenant, str(said or ""))
    if other is None:
        return f"there is no ticket `{said}`"
    below, above = (other, row) if word == "child" else (row, other)
    if verb == "link" and below.parent_id == above.id:
        return ""
    return _why(await join_for_rule(site, tenant, below.number, verb == "merge", above.number, key))


async def _named(site: Site, tenant: str, name: str) -> TicketRow | None:
    async with site.store.unit(tenant) as unit:
        return await named(unit, name)


async def _change(site: Site, tenant: str, row: TicketRow, event: Event, key: str) -> str:
    change = Change(event, idempotency_key=key)
    return _why(await change_ticket(site, tenant, SYSTEM, row.number, change))


def _why(outcome: Outcome) -> str:
    if isinstance(outcome, Done):
        return ""
    if isinstance(outcome, Refused):
        return "refused: " + ", ".join(f"{r.code} {r.at}".strip() for r in outcome.refusals)
    return "the ticket is gone"
