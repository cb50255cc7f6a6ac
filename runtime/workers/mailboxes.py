"""Reads the mailboxes that channels name: each led by one worker, IDLE with a poll as a net."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TypeVar

import structlog

from engine.model.channel import MailboxModel
from runtime.actions.intake.record import keep_message, record_within
from runtime.channels.mail.mailbox import BadUrl, Fetched, Mailbox, MailboxFault, Place, place_of
from runtime.channels.mail.receiver import MOST_BYTES
from runtime.clock import SECOND_US
from runtime.reach import closed_why
from runtime.site.handles import Site
from runtime.store import arrivals, leader, mailboxes, tenant_settings
from runtime.store.arrivals import QUARANTINED, Became, Came
from runtime.store.desks import LIVE
from runtime.store.mailboxes import Position

log = structlog.get_logger()
T = TypeVar("T")

_LEAD_US = 30 * SECOND_US
_LEAD_EVERY_S = 8.0
_LOOK_S = 2.0
_IDLE_S = 60.0
"""So long one IDLE lasts; then it is looked whether something came all the same."""
_POLL_S = 20.0
_BACK_OFF_S = (1.0, 300.0)
_DAY_US = 86_400 * SECOND_US


@dataclass(frozen=True, slots=True)
class Named:
    """A mailbox that a channel of a tenant names."""

    tenant: str
    channel_id: str
    model: MailboxModel

    @property
    def lead(self) -> str:
        """The name that its leader leads by."""
        return f"mailbox:{self.tenant}:{self.channel_id}"


async def attend_mailboxes(site: Site, stop: asyncio.Event) -> None:
    """Read all mailboxes of all tenants until `stop`; what a publish changes is followed."""
    running: dict[Named, asyncio.Task[None]] = {}
    ends: dict[Named, asyncio.Event] = {}
    try:
        while not stop.is_set():
            wanted = set(_named(site))
            for gone in running.keys() - wanted:
                ends.pop(gone).set()
                await asyncio.wait([running.pop(gone)])
            for new in wanted - running.keys():
                ends[new] = asyncio.Event()
                running[new] = asyncio.create_task(attend(site, new, ends[new]))
            await _wait(stop, _LOOK_S)
    finally:
        for end in ends.values():
            end.set()
        if running:
            await asyncio.wait(running.values())


def _named(site: Site) -> list[Named]:
    return [
        Named(tenant, channel.id, channel.mailbox)
        for tenant in site.desks.tenants()
        if (live := site.desks.get(tenant)) is not None
        for channel in live.desk.channels.values()
        if channel.mailbox is not None
    ]


async def attend(site: Site, named: Named, stop: asyncio.Event) -> None:
    """Read one mailbox until `stop`, as long as nobody else does; faults are noted, and tried
    again after a growing while."""
    delay, most = _BACK_OFF_S
    while not stop.is_set():
        lost = asyncio.Event()
        try:
            fence = await leader.lead(site.store, _LEAD_US, named.lead)
            if fence is None:
                await _wait(stop, _LOOK_S)
                continue
            keeper = asyncio.create_task(_keep(site, named, fence, stop, lost))
            try:
                async with _Reading(site, named, stop, lost) as reading:
                    await reading.begin()
                    delay = _BACK_OFF_S[0]
                    await reading.go_on()
            finally:
                keeper.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await keeper
                await leader.resign(site.store, fence, named.lead)
        except MailboxFault as wrong:
            if not stop.is_set() and not lost.is_set():
                log.warning("a mailbox can't be read", channel=named.lead, why=str(wrong))
                await _noted(site, named, str(wrong))
        except Exception:
            log.exception("reading a mailbox failed", channel=named.lead)
        else:
            continue
        await _wait(stop, delay)
        delay = min(delay * 2, most)


async def _noted(site: Site, named: Named, why: str) -> None:
    try:
        async with site.store.unit(named.tenant, write=True) as unit:
            await mailboxes.fault(unit, named.channel_id, why)
    except Exception:
        log.exception("a fault could not be noted", channel=named.lead)


async def _keep(
    site: Site, named: Named, fence: int, stop: asyncio.Event, lost: asyncio.Event
) -> None:
    """Go on leading; when another has taken over, `lost` is set."""
    while not stop.is_set():
        await _wait(stop, _LEAD_EVERY_S)
        try:
            if not await leader.keep(site.store, fence, _LEAD_US, named.lead):
                lost.set()
                return
        except Exception:
            log.exception("the lead of a mailbox could not be kept", channel=named.lead)


@dataclass(slots=True)
class _Reading:
    """One connection to one mailbox, in a thread of its own."""

    site: Site
    named: Named
    stop: asyncio.Event
    lost: asyncio.Event
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "mailbox"))
    _box: Mailbox | None = None
    _position: Position = field(default_factory=lambda: Position("", 0, 0))
    _cutter: asyncio.Task[None] | None = None

    async def __aenter__(self) -> _Reading:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._cutter is not None:
            self._cutter.cancel()
        if self._box is not None:
            await self._aside(self._box.close)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def over(self) -> bool:
        """Whether to stop reading."""
        return self.stop.is_set() or self.lost.is_set()

    async def begin(self) -> None:
        """Connect, and know where we are.

        Raises:
            MailboxFault: a setting is missing, or the server does not let us in.
        """
        place, password = await self._place()
        address = await self._aside(lambda: _reachable(self.site, place))
        box = self._box = Mailbox(place, address)
        self._cutter = asyncio.create_task(self._cut_at_end(box))
        standing = await self._aside(lambda: box.open(password))
        async with self.site.store.unit(self.named.tenant, write=True) as unit:
            known = await mailboxes.read(unit, self.named.channel_id)
            if known is None or known.validity != standing.validity:
                await mailboxes.begin(unit, self.named.channel_id, standing.validity)
                known = await mailboxes.read(unit, self.named.channel_id)
            assert known is not None
            self._position = known

    async def go_on(self) -> None:
        """Take what is there, wait for more, until it is over."""
        while not self.over():
            while await self._take() and not self.over():
                pass
            if self.over():
                return
            async with self.site.store.unit(self.named.tenant, write=True) as unit:
                await mailboxes.looked(unit, self.named.channel_id)
            await self._await_more()

    async def _await_more(self) -> None:
        box = self._opened()
        seconds = _IDLE_S if box.can_idle else _POLL_S
        if box.can_idle:
            await self._aside(lambda: box.wait(seconds))
        else:
            await _wait(self.stop, seconds)

    async def _take(self) -> bool:
        """Record what is new; False when nothing is."""
        box, here = self._opened(), self._position
        if here.catching_up:
            since = None if here.read_us is None else here.read_us - _DAY_US
            found = await self._aside(lambda: box.unread(since))
            uids = [uid for uid in found if uid > here.uid]
            last = max(await self._aside(box.last), here.uid)
        else:
            uids, last = await self._aside(lambda: box.newer(here.uid)), 0
        for uid in uids:
            if self.over():
                return False
            await self._take_one(uid)
        if here.catching_up:
            await self._advance(last)
            return True
        return bool(uids)

    async def _take_one(self, uid: int) -> None:
        """Record one message with the place where it stood; then say so there."""
        box, channel = self._opened(), self.named.channel_id
        got = await self._aside(lambda: box.fetch(uid, MOST_BYTES))
        kept = await keep_message(self.site, got.content) if got is not None else None
        position = -1 - uid if self._position.catching_up else uid
        async with self.site.store.unit(self.named.tenant, write=True) as unit:
            if not await mailboxes.advance(unit, self._position, position):
                raise MailboxFault("somebody else reads it")
            if got is not None and kept is not None:
                came = Came("mail", channel, raw_sha256=kept.sha256, raw_size=got.size)
                if got.whole:
                    await record_within(unit, came)
                else:
                    await arrivals.at_once(unit, came, _too_large(got))
        self._position = _at(self._position, position)
        if got is not None:
            how, folder = self.named.model.after, self.named.model.folder
            await self._aside(lambda: box.done([uid], how, folder))

    async def _advance(self, position: int) -> None:
        async with self.site.store.unit(self.named.tenant, write=True) as unit:
            if not await mailboxes.advance(unit, self._position, position):
                raise MailboxFault("somebody else reads it")
        self._position = _at(self._position, position)

    async def _place(self) -> tuple[Place, str]:
        model = self.named.model
        async with self.site.store.unit(self.named.tenant) as unit:
            url = await tenant_settings.read_setting(unit, LIVE, model.url)
            password = await tenant_settings.read_setting(unit, LIVE, model.password)
        for name, value in ((model.url, url), (model.password, password)):
            if value is None:
                raise MailboxFault(f"off: setting `{name}` is missing")
        try:
            return place_of(url or ""), password or ""
        except BadUrl as wrong:
            raise MailboxFault(f"setting `{model.url}`: {wrong}") from None

    async def _cut_at_end(self, box: Mailbox) -> None:
        """A thread that waits for the server is woken when there is nothing to wait for."""
        waiting = [asyncio.create_task(one.wait()) for one in (self.stop, self.lost)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            box.cut()
        finally:
            for one in waiting:
                one.cancel()

    def _opened(self) -> Mailbox:
        assert self._box is not None
        return self._box

    async def _aside(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


def _at(here: Position, position: int) -> Position:
    return Position(here.channel_id, here.validity, position, here.read_us)


def _too_large(got: Fetched) -> Became:
    return Became(QUARANTINED, "too_large", {"size": got.size, "most": MOST_BYTES})


def _reachable(site: Site, place: Place) -> str:
    """The address to connect to, looked up once and found allowed.

    Raises:
        MailboxFault: the host is unknown, or in a house we may not reach into.
    """
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise MailboxFault(f"the name {place.host} leads nowhere") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    allowed = site.settings.allow_private
    for address in addresses:
        if not allowed.opens(place.host, place.port, ip_address(address)):
            raise MailboxFault(closed_why(place.host, address))
    return addresses[0]


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
