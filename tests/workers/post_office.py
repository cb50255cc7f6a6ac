"""An SMTP server for tests: takes, refuses for now, or refuses for good, as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller


@dataclass(slots=True)
class PostOffice:
    """`answers`: what the next messages hear; when they run out, `250 OK`."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
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
        self.raw.append(envelope.content)
        made = message_from_bytes(envelope.content, policy=policy.default)
        self.got.append(cast(EmailMessage, made))
        return "250 OK"


@contextmanager
def serving() -> Iterator[PostOffice]:
    """The server on a free port of the loopback."""
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        office.port = controller.server.sockets[0].getsockname()[1]
        yield office
    finally:
        controller.stop()
