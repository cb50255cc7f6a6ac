"""An SMTP server for tests: takes, refuses for now, or refuses for good, as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass(slots=True)
class PostOffice:
    """`answers`: what the next messages hear; when they run out, `250 OK`."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    got: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address as the operator would write it."""
        return f"smtp://127.0.0.1:{self.port}?from=desk@example.com"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take or refuse a recipient."""
        if self.answers and self.answers[0].startswith("rcpt "):
            return self.answers.pop(0).removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take or refuse a message."""
        if self.answers:
            return self.answers.pop(0)
        self.recipients += envelope.rcpt_tos
        self.senders.append(envelope.mail_from)
        self.raw.append(envelope.content)
        made = message_from_bytes(envelope.content, policy=policy.default)
        self.got.append(made)
        return "250 OK"


@asynccontextmanager
async def serving() -> AsyncIterator[PostOffice]:
    """The server on a free port of the loopback, in the test's own loop."""
    office = PostOffice()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(office, hostname="office", enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()
