"""Takes an event in: who signed it, the ledger first, then what it becomes, and what to answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog

from engine.decide.verdict import Refusal
from engine.model.channel import ChannelModel
from runtime.actions.intake.asking import AskFirst, ask
from runtime.actions.intake.ending import Finish, codes_of, end_apart
from runtime.actions.outcome import Refused, Undo
from runtime.actions.take_event.become import AgentRefused, Case, become
from runtime.actions.take_event.filling import caller
from runtime.actions.take_event.reading import NotReadable, decoded, text
from runtime.channels.webhook.signature import BadSecret, Signed, check, key_of
from runtime.clock import SECOND_US
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import answers, arrivals, tenant_settings, tickets
from runtime.store.arrivals import JOINED, QUARANTINED, REFUSED, Became, Came, Learned
from runtime.store.desks import LIVE
from runtime.store.rows import Arrival
from runtime.store.unit import Unit

log = structlog.get_logger()

_HOUR_US: Final = 3600 * SECOND_US
_MOST_STRANGERS: Final = 20
"""So many calls of one channel whose signature is wrong stand in the ledger in an hour."""
_FIRST: Final = "event"


@dataclass(frozen=True, slots=True)
class Off:
    """The channel is off: a setting of it is missing, or its secret is none."""

    setting: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """It is not signed as it has to be: unsigned, late or wrong_signature."""

    fault: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an event; `number` of its ticket, `refusals` what its form said."""

    arrival: str
    became: Became
    number: str = ""
    type: str = ""
    refusals: tuple[Refusal, ...] = ()


async def keys_of(site: Site, tenant: str, channel: ChannelModel) -> tuple[bytes, ...] | Off:
    """The keys that may sign what comes in by a channel; the old one may be missing."""
    found = []
    async with site.store.unit(tenant) as unit:
        for number, name in enumerate(channel.secrets):
            secret = await tenant_settings.read_setting(unit, LIVE, name)
            if secret is None and number == 0:
                return Off(name)
            try:
                found += [key_of(secret)] if secret is not None else []
            except BadSecret:
                return Off(name)
    return tuple(found)


async def take_event(
    site: Site,
    live: Live,
    channel: ChannelModel,
    keys: tuple[bytes, ...],
    headers: Mapping[str, str],
    raw: bytes,
) -> Taken | Stranger:
    """Take one call in. What is signed right is on record before anybody looks into it."""
    tenant, now_s = live.tenant, site.store.clock.now_us() // SECOND_US
    known = check(headers, raw, keys, now_s)
    if not isinstance(known, Signed):
        await _strange(site, tenant, channel, known, len(raw))
        return Stranger(known)
    content = await site.files.put_bytes(raw)
    came = Came(
        channel.receive,
        channel.id,
        remote_id=known.id,
        digest=hashlib.sha256(raw).hexdigest(),
        raw_sha256=content.sha256,
        raw_size=len(raw),
        summary={"id": known.id},
    )
    async with site.store.unit(tenant, write=True) as unit:
        arrival_id = await arrivals.record(unit, came)
        arrival = await arrivals.read(unit, arrival_id)
    assert arrival is not None
    return await _understood(site, live, channel, arrival, raw)


async def take_again(site: Site, tenant: str, arrival: Arrival, finish: Finish) -> None:
    """Bring an arrival that waits to its end; `finish` is called within the unit that does so."""
    live = site.desks.get(tenant)
    channel = live.desk.channels.get(arrival.channel_id) if live is not None else None
    if live is None or channel is None or channel.receive != arrival.way:
        became = Became(QUARANTINED, "no_channel", {"channel": arrival.channel_id})
        await end_apart(site, tenant, arrival.id, became, Learned(), finish)
        return
    try:
        raw = await site.files.read(arrival.raw_sha256 or "")
    except (FileNotFoundError, ValueError):
        await end_apart(site, tenant, arrival.id, Became(QUARANTINED, "gone"), Learned(), finish)
        return
    await _understood(site, live, channel, arrival, raw, finish)


async def _nothing(_: Unit) -> None:
    return None


async def _understood(
    site: Site,
    live: Live,
    channel: ChannelModel,
    arrival: Arrival,
    raw: bytes,
    finish: Finish = _nothing,
) -> Taken:
    tenant = live.tenant
    try:
        body = decoded(raw)
    except NotReadable as wrong:
        became = Became(QUARANTINED, "unreadable", {"code": str(wrong)})
        await end_apart(site, tenant, arrival.id, became, Learned(), finish)
        return Taken(arrival.id, became)
    case, learned = Case(site, live, channel, arrival, body), _learned(channel, arrival, body)
    refusals: tuple[Refusal, ...] = ()
    while True:
        try:
            async with site.store.unit(tenant, write=True) as unit:
                held = await arrivals.hold(unit, arrival.id)
                if held is None or held.state != arrivals.ARRIVED:
                    await finish(unit)
                    return Taken(arrival.id, Became(held.state if held else REFUSED))
                taken = await _once(case, unit)
                await arrivals.end(unit, arrival.id, taken.became, learned)
                await finish(unit)
                return taken
        except AgentRefused:
            # Without the agent it goes on: the flag is what keeps this from coming again.
            case = replace(case, agent=False)
        except AskFirst as first:
            case = replace(case, gathered=await ask(site, tenant, first.wanted))
        except answers.OtherBody:
            became = Became(REFUSED, "sent_twice")
            refusals = (Refusal("sent_twice"),)
            break
        except Undo as undo:
            refusals = undo.outcome.refusals if isinstance(undo.outcome, Refused) else ()
            became = Became(REFUSED, "form", {"codes": codes_of(undo)})
            break
    await end_apart(site, tenant, arrival.id, became, learned, finish)
    return Taken(arrival.id, became, type=channel.type, refusals=refusals)


async def _once(case: Case, unit: Unit) -> Taken:
    """What the event becomes, or what it became already under the same id.

    Raises:
        OtherBody: something else was sent under this id.
    """
    arrival, key = case.arrival, f"{_FIRST}:{case.channel.id}:{case.arrival.remote_id}"
    claim = await answers.claim(unit, key, arrival.digest or "")
    if not claim.fresh and claim.answer:
        first = await arrivals.read(unit, str(claim.answer["arrival"]))
        if first is not None and first.id != arrival.id and first.state != REFUSED:
            said = {"first": first.id}
            became = Became(JOINED, "again", said, first.ticket_id, first.event_id)
            return Taken(arrival.id, became, await _number(unit, became))
    became = await become(case, unit)
    await answers.answer(unit, key, {"arrival": arrival.id})
    return Taken(arrival.id, became, await _number(unit, became))


async def _number(unit: Unit, became: Became) -> str:
    row = await tickets.read(unit, became.ticket_id) if became.ticket_id else None
    return row.number if row is not None else ""


def _learned(channel: ChannelModel, arrival: Arrival, body: Mapping[str, Any]) -> Learned:
    who = caller(channel, body)
    shown = {
        "from": who.email or who.phone,
        "name": who.name,
        "subject": " ".join(text(channel.subject, body).split()),
    }
    return Learned(summary={**(arrival.summary or {}), **shown})


async def _strange(site: Site, tenant: str, channel: ChannelModel, fault: str, size: int) -> None:
    """A call that is not signed right stands in the ledger without its words, so many an hour."""
    log.warning("an event is not signed right", tenant=tenant, channel=channel.id, fault=fault)
    async with site.store.unit(tenant, write=True) as unit:
        since = unit.now_us() - _HOUR_US
        late = await arrivals.recent(unit, way=channel.receive, state=REFUSED, limit=200)
        same = [
            one
            for one in late
            if one.channel_id == channel.id and one.raw_sha256 is None and one.at_us > since
        ]
        if len(same) < _MOST_STRANGERS:
            summary = {"size": str(size)}
            await arrivals.at_once(
                unit, Came(channel.receive, channel.id, summary=summary), Became(REFUSED, fault)
            )
