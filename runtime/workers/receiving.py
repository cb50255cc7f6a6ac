"""The built-in receiver at work: whose mail it takes, and how a message is put on record."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import urlsplit

import structlog

from runtime.actions.intake.record import record_mail
from runtime.channels.mail.receiver import NotNow, Received, Receiver
from runtime.channels.mail.token import untagged
from runtime.site.handles import Site
from runtime.site.links import origin

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class House:
    """What the receiver asks: which channel takes an address, and to keep a message for it."""

    site: Site

    async def takes(self, address: str) -> bool:
        """Whether a channel of some tenant takes it.

        Raises:
            NotNow: several tenants say that it is theirs; so it is nobody's until that is settled.
        """
        return self._channel(address) is not None

    async def keep(self, message: Received) -> None:
        """Record a message once for each channel that it was sent to.

        Raises:
            NotNow: the store did not take it.
        """
        wanted: dict[tuple[str, str], list[str]] = {}
        for address in message.recipients:
            found = self._channel(address)
            if found is not None:
                wanted.setdefault(found, []).append(address)
        if not wanted:
            raise NotNow("no such address here any more")
        for (tenant, channel_id), addresses in wanted.items():
            try:
                await record_mail(
                    self.site, tenant, channel_id, message.content, message.sender, tuple(addresses)
                )
            except Exception as wrong:
                log.exception("a mail could not be put on record", tenant=tenant)
                raise NotNow("it could not be kept, come again later") from wrong

    def _channel(self, address: str) -> tuple[str, str] | None:
        """The tenant and channel of an address, with or without what stands after a `+`."""
        whole = address.lower()
        for wanted in dict.fromkeys((whole, untagged(whole)[0])):
            found = self._exactly(wanted)
            if found is not None:
                return found
        return None

    def _exactly(self, address: str) -> tuple[str, str] | None:
        found: list[tuple[str, str]] = []
        for tenant in self.site.desks.tenants():
            live = self.site.desks.get(tenant)
            channels = live.desk.channels.values() if live is not None else ()
            found += [(tenant, one.id) for one in channels if address in one.addresses]
        if len({tenant for tenant, _ in found}) > 1:
            log.error("several tenants claim one address", address=address)
            raise NotNow("the address is claimed by several")
        return found[0] if found else None


@contextlib.asynccontextmanager
async def receiving(site: Site) -> AsyncIterator[int]:
    """Listen where the operator says, if they do; gives the port, 0 where nothing listens.

    Raises:
        OSError: the place is taken, or the certificate can't be read.
    """
    if site.settings.mail_listen is None:
        yield 0
        return
    scheme, host, port = site.settings.mail_listen
    name = urlsplit(origin(site.settings)).hostname or "localhost"
    spoken = cast(Literal["smtp", "lmtp"], scheme)
    receiver = Receiver(House(site), name, spoken, _certificate(site))
    taken = await receiver.listen(host, port)
    log.info("mail is received", scheme=scheme, host=host, port=taken)
    try:
        yield taken
    finally:
        await receiver.close()


def _certificate(site: Site) -> ssl.SSLContext | None:
    if site.settings.mail_certificate is None:
        return None
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(site.settings.mail_certificate, site.settings.mail_key)
    return made
