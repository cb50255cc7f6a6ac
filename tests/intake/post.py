"""Writes mails to the shop and looks at what became of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from runtime.actions.intake.record import record_mail
from runtime.actions.intake.understand import understand
from runtime.channels.mail.parsed import Mail
from runtime.channels.mail.understand import understand as parse
from runtime.site.handles import Site
from runtime.store import arrivals, journal, mail_threads
from runtime.store.rows import Arrival, Event
from runtime.store.unit import Unit
from tests.workers.shop import SHOP, SPECS, Shop, files, make_shop

HELP = "help@shop.example"
CHANNEL = """
    kind: Channel
    title: Mail to help
    receive: mail
    addresses: [help@shop.example, billing@shop.example]
    type: repair
    rules:
      money: { to: billing@shop.example, type: repair, priority: high }
      burnt: { when: { description: { contains: smoke } }, type: repair, priority: urgent }
    fields:
      room:  { find: "(?i)room ([A-Z][0-9]+)" }
      price: { find: "(?i)price: *([^ \\n]+)" }
    auto_reply: received
    copies: true
"""
_COUNT = itertools.count(1)


class Plain:
    """Understands mails here, as the jail would."""

    async def read(self, raw: bytes) -> Mail:
        """What a mail says."""
        return parse(raw)


@dataclass(slots=True)
class Post:
    """The shop with its mail."""

    shop: Shop
    reader: Plain = field(default_factory=Plain)

    @property
    def site(self) -> Site:
        return self.shop.site

    async def put(self, raw: bytes | EmailMessage, *, sender: str = "x@x", to: str = HELP) -> str:
        """Record a mail; gives the arrival's id."""
        content = raw if isinstance(raw, bytes) else bytes(raw)
        return await record_mail(self.site, SHOP, "help", content, sender, (to,))

    async def understand(self, arrival_id: str) -> None:
        """Understand what was recorded, as its job would."""

        async def finish(unit: Unit) -> None:
            return None

        await understand(self.site, self.reader, SHOP, arrival_id, finish)

    async def take(self, arrival_id: str) -> Arrival:
        """Understand what was recorded; gives its row."""
        await self.understand(arrival_id)
        async with self.shop.store.unit(SHOP) as unit:
            found = await arrivals.read(unit, arrival_id)
        assert found is not None
        return found

    async def send(
        self, raw: bytes | EmailMessage, *, sender: str = "x@x", to: str = HELP
    ) -> Arrival:
        """A mail from its arrival to its end."""
        return await self.take(await self.put(raw, sender=sender, to=to))

    async def events(self, ticket_id: str | None) -> list[Event]:
        """The history of a ticket."""
        async with self.shop.store.unit(SHOP) as unit:
            return list(await journal.read(unit, ticket_id or ""))

    async def letter(self, ticket_id: str, person: str, name: str = "letter-1") -> str:
        """Remember that we wrote to somebody about a ticket; gives the Message-ID."""
        async with self.shop.store.unit(SHOP, write=True) as unit:
            await mail_threads.add(
                unit, f"{name}@help.example.com", ticket_id,
                event_id=None, direction=mail_threads.OUT, person_id=person,
            )  # fmt: skip
        return f"<{name}@help.example.com>"


async def make_post(site: Site, channel: str = CHANNEL) -> Post:
    """The shop, published with its channel."""
    agent = SPECS["roles/agent.yaml"].replace("transfer]", "transfer, merge]")
    return Post(await make_shop(site, files(channels__help=channel, roles__agent=agent)))


def mail(
    subject: str = "Lamp is broken",
    text: str = "The lamp in room B7 is dark.",
    sender: str = "Ann <ann@example.com>",
    to: str = HELP,
    **headers: str,
) -> EmailMessage:
    """A mail; header names have `_` for `-`."""
    n = next(_COUNT)
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"] = headers.pop("Date", format_datetime(datetime.fromtimestamp(1.7e9 + n, UTC)))
    made["Message-ID"] = headers.pop("Message_ID", f"<m{n}@example.com>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made
