"""Understands a mail on record: it becomes a ticket, a word on one, or waits in quarantine.

All that it becomes is written in one unit with the end of its row and of its job, so that it
happens once though the process may die at any statement.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

from engine.model.channel import ChannelModel
from runtime.actions.intake.asking import AskFirst, ask
from runtime.actions.intake.become import become
from runtime.actions.intake.case import Case, own_addresses
from runtime.actions.intake.ending import Finish, codes_of, end_apart
from runtime.actions.intake.files import keep_files
from runtime.actions.intake.send_back import lacking, send_back
from runtime.actions.intake.sift import sift
from runtime.actions.outcome import Refused, Undo
from runtime.channels.mail.parsed import Mail
from runtime.channels.mail.reader import CannotRead
from runtime.site.handles import Site
from runtime.store import arrivals
from runtime.store.arrivals import QUARANTINED, REFUSED, Became, Learned
from runtime.store.rows import Arrival
from runtime.store.unit import Unit

_TRIES: Final = 3
_TURNS: Final = 6
"""So often it is begun anew: once others were asked, or without what the form did not take."""


class Reader(Protocol):
    """Understands the bytes of a mail, in the jail."""

    async def read(self, raw: bytes) -> Mail:
        """What it says.

        Raises:
            CannotRead: nobody can tell.
        """
        ...


class NotYet(Exception):
    """It can't be understood now; another try may go better."""


async def understand(
    site: Site, reader: Reader, tenant: str, arrival_id: str, finish: Finish
) -> None:
    """Bring an arrival to its end; `finish` is called within the unit that does so.

    Raises:
        NotYet: the process that reads mails died over it; the row waits.
    """
    async with site.store.unit(tenant) as unit:
        arrival = await arrivals.read(unit, arrival_id)
    if arrival is None or arrival.state != arrivals.ARRIVED:
        async with site.store.unit(tenant, write=True) as unit:
            await finish(unit)
        return
    found = await _read(site, reader, tenant, arrival)
    if isinstance(found, Became):
        await end_apart(site, tenant, arrival_id, found, Learned(), finish)
        return
    dropped: frozenset[str] = frozenset()
    codes: list[str] = []
    lacks: tuple[str, ...] = ()
    for _ in range(_TURNS):
        try:
            async with site.store.unit(tenant, write=True) as unit:
                if not await _still(unit, arrival_id):
                    await finish(unit)
                    return
                became = await become(found, unit, dropped)
                await arrivals.end(unit, arrival_id, became, found.learned)
                await finish(unit)
                return
        except AskFirst as first:
            found = replace(found, gathered=await ask(site, tenant, first.wanted))
        except Undo as undo:
            codes, lacks = codes_of(undo), lacking(undo)
            wrong = _wrong_fields(undo, found.channel) - dropped
            if not wrong:
                break
            dropped |= wrong
    state = REFUSED if codes == ["required"] else QUARANTINED
    reason = "incomplete" if state == REFUSED else "refused"
    became = Became(state, reason, {"codes": codes})
    case = found

    async def finish_and_tell(unit: Unit) -> None:
        if state == REFUSED:
            await send_back(unit, case, lacks)
        await finish(unit)

    await end_apart(site, tenant, arrival_id, became, found.learned, finish_and_tell)


async def _read(site: Site, reader: Reader, tenant: str, arrival: Arrival) -> Case | Became:
    """Everything that is read outside of the unit, or why it ends here."""
    live = site.desks.get(tenant)
    if live is None:
        raise NotYet("the tenant's desk is not loaded here")
    channel = live.desk.channels.get(arrival.channel_id)
    if channel is None or channel.receive != "mail":
        return Became(QUARANTINED, "no_channel", {"channel": arrival.channel_id})
    try:
        raw = await site.files.read(arrival.raw_sha256 or "")
    except (FileNotFoundError, ValueError):
        return Became(QUARANTINED, "gone")
    try:
        mail = await reader.read(raw)
    except CannotRead as wrong:
        if wrong.code in ("slow", "died") and arrival.attempts + 1 < _TRIES:
            async with site.store.unit(tenant, write=True) as unit:
                await arrivals.failed(unit, arrival.id)
            raise NotYet(f"{wrong.code}: {wrong}") from None
        return Became(QUARANTINED, "unreadable", {"code": wrong.code, "why": str(wrong)[:300]})
    if not mail.sender.address:
        return Became(QUARANTINED, "no_sender")
    own = own_addresses(live.desk)
    envelope_from = str((arrival.summary or {}).get("envelope_from", ""))
    sifted = sift(mail, envelope_from, own)
    files = await keep_files(site, mail)
    return Case(site, arrival, mail, files, live.desk, channel, own, sifted)


async def _still(unit: Unit, arrival_id: str) -> bool:
    held = await arrivals.hold(unit, arrival_id)
    return held is not None and held.state == arrivals.ARRIVED


def _wrong_fields(undo: Undo, channel: ChannelModel) -> frozenset[str]:
    """Fields that the channel found in the mail and the form does not take as they are."""
    refused = undo.outcome
    if not isinstance(refused, Refused):
        return frozenset()
    return frozenset(one.at for one in refused.refusals if one.at in channel.fields)
