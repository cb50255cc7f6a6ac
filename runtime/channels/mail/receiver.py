"""The built-in receiver: speaks SMTP or LMTP, keeps a message before it says so, relays nothing."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, syntax

log = structlog.get_logger()

MOST_BYTES = 40 << 20
"""The largest message taken, as `SIZE` announces it: 25 MB of files and what base64 adds."""
MOST_CONNECTIONS = 100
MOST_FROM_ONE = 20
"""Connections from one address at the same time."""
MOST_RECIPIENTS = 100
MOST_COMMANDS = 1000
LONGEST_LINE = 256 << 10
"""RFC 5321 allows 1,000 bytes; what real programs send is often longer."""
IDLE_S = 120.0
"""How long a command, or the whole of a message, may take to arrive."""
_NAME = "Specdesk"


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it came in. `sender` is the return path, "" for a bounce."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    peer: str


class NotNow(Exception):
    """It can't be kept now; the sender shall come again."""


class Door(Protocol):
    """What the receiver asks of the house."""

    async def takes(self, address: str) -> bool:
        """Whether mail to this address is ours.

        Raises:
            NotNow: nobody can say at present.
        """
        ...

    async def keep(self, message: Received) -> None:
        """Put a message on record; when this returns it may be forgotten by whoever sent it.

        Raises:
            NotNow: it could not be kept.
        """
        ...


@dataclass(slots=True)
class Receiver:
    """A listening server. `scheme` `lmtp` answers once for each recipient (RFC 2033)."""

    door: Door
    host_name: str
    scheme: Literal["smtp", "lmtp"] = "smtp"
    tls: ssl.SSLContext | None = None
    most_bytes: int = MOST_BYTES
    most_connections: int = MOST_CONNECTIONS
    most_from_one: int = MOST_FROM_ONE
    idle_s: float = IDLE_S
    _here: dict[int, str] = field(default_factory=dict)
    _server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> int:
        """Begin to listen; gives the port.

        Raises:
            OSError: the place is taken, or not ours.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._speaker, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening. Conversations that go on are cut off; their senders come again."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            await server.wait_closed()

    def enters(self, who: object, peer: str) -> str:
        """Count a connection; a reason not to talk to it, "" to go on."""
        if len(self._here) >= self.most_connections:
            return "421 4.3.2 too many connections, come again later"
        if sum(1 for one in self._here.values() if one == peer) >= self.most_from_one:
            return "421 4.7.0 too many connections from you"
        self._here[id(who)] = peer
        return ""

    def leaves(self, who: object) -> None:
        """Count a connection that has ended."""
        self._here.pop(id(who), None)

    def _speaker(self) -> asyncio.Protocol:
        kind = _Lmtp if self.scheme == "lmtp" else _Smtp
        made: asyncio.Protocol = kind(
            _Answers(self.door, self.scheme == "lmtp"),
            data_size_limit=self.most_bytes,
            enable_SMTPUTF8=True,
            hostname=self.host_name,
            ident=_NAME,
            tls_context=self.tls,
            timeout=self.idle_s,
            command_call_limit={"*": MOST_COMMANDS},
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            loop=asyncio.get_running_loop(),
        )
        made.receiver = self  # type: ignore[attr-defined]
        return made


class _Conversation(SMTP):
    """One connection: counted, and its message gathered in one piece of memory."""

    line_length_limit = LONGEST_LINE
    local_part_limit = 255
    receiver: Receiver

    def connection_made(self, transport: Any) -> None:
        again = self._original_transport is not None
        peer = str((transport.get_extra_info("peername") or ("",))[0])
        why = "" if again else self.receiver.enters(self, peer)
        if why:
            transport.write(why.encode() + b"\r\n")
            transport.abort() if transport.is_closing() else transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.session is None:
            return
        self.receiver.leaves(self)
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return None if self.session is None else super().eof_received()

    async def handle_exception(self, error: Exception) -> str:
        """Tell nothing of us to the other side; a sender comes again after a 451."""
        log.error("a mail conversation failed", error=f"{type(error).__name__}: {error}")
        return "451 4.3.0 internal error, come again later"

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:
        """The message. The library keeps every line for itself, which empty ones make dear."""
        if await self.check_helo_needed():
            return
        envelope: Any = self.envelope
        if not envelope.rcpt_tos or arg:
            await self.push("501 5.5.4 DATA takes nothing" if arg else "503 5.5.1 RCPT first")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        found, wrong = await self._gather()
        if wrong:
            each = self.receiver.scheme == "lmtp"
            replies = [wrong] * (len(envelope.rcpt_tos) if each else 1)
        else:
            envelope.content = bytes(found)
            replies = [await self._call_handler_hook("DATA")]
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push("\r\n".join(replies))

    async def _gather(self) -> tuple[bytearray, str]:
        """The message until the lone dot, or what is wrong with it; read to its end either way."""
        found, size, wrong, begins = bytearray(), 0, "", True
        while True:
            try:
                line = await self._reader.readuntil(b"\r\n")
            except asyncio.LimitOverrunError as over:
                line = await self._reader.read(over.consumed)
                wrong = wrong or "500 5.6.0 a line is too long"
            if begins and line == b".\r\n":
                return found, wrong
            size += len(line)
            if size > self.receiver.most_bytes:
                wrong = wrong or "552 5.3.4 the message is too large"
            if wrong:
                found.clear()
            else:
                found += line[1:] if begins and line.startswith(b".") else line
            begins = line.endswith(b"\r\n")


class _Smtp(_Conversation):
    pass


class _Lmtp(_Conversation, LMTP):
    pass


@dataclass(slots=True)
class _Answers:
    """The hooks of the library: what we say to recipients and messages."""

    door: Door
    each: bool

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Iterable[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        try:
            if not await self.door.takes(address):
                return "550 5.1.1 no such address here"
        except NotNow as why:
            return f"451 4.3.0 {why}"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        sender = "" if envelope.mail_from == "<>" else str(envelope.mail_from)
        peer = str((session.peer or ("",))[0])
        message = Received(sender, tuple(envelope.rcpt_tos), envelope.content, peer)
        said = await _said(self.door.keep, message)
        return "\r\n".join([said] * (len(message.recipients) if self.each else 1))


async def _said(keep: Callable[[Received], Awaitable[None]], message: Received) -> str:
    """Keep it whatever becomes of the connection; the answer to give."""
    keeping = asyncio.ensure_future(keep(message))
    try:
        await asyncio.shield(keeping)
    except NotNow as why:
        return f"451 4.3.0 {why}"
    except asyncio.CancelledError:
        # The sender hung up: it comes again, and the same message twice is one.
        with contextlib.suppress(Exception):
            await keeping
        raise
    return "250 2.0.0 kept"
