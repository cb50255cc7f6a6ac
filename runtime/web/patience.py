"""How long a client may take, and how much it may send, before we hang up.

The head of a request has a size and a time in which it has to be there; a body has to keep coming.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from litestar.exceptions import HTTPException
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES: Final = 64 << 10
HEAD_S: Final = 20.0
BODY_S: Final = 30.0
SLOWEST: Final = 4 << 10
"""Bytes a second that a body has to bring once its first half minute is over."""
_TOO_LARGE: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n\r\n"


class TooSlow(HTTPException):
    """The body comes too slowly to wait for it any longer."""

    status_code = 408


class PatientProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, but no head of a request is waited for without an end."""

    head_bytes = HEAD_BYTES
    head_s = HEAD_S
    _came = 0
    _in_head = True
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there; its first head has to follow."""
        super().connection_made(transport)
        self._await_head()

    def _await_head(self) -> None:
        self._came, self._in_head = 0, True
        self._forget_timer()
        self._timer = self.loop.call_later(self.head_s, self._hang_up)

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hang_up(self) -> None:
        if self._in_head and not self.transport.is_closing():
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        self._came += len(data)
        super().data_received(data)
        if self._in_head and self._came > self.head_bytes and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """A head begins, perhaps the next one of a connection that is kept."""
        super().on_message_begin()
        if not self._in_head:
            self._await_head()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._in_head = False
        self._forget_timer()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._forget_timer()
        super().connection_lost(exc)


def hurried(receive: Any, body_s: float = BODY_S, slowest: int = SLOWEST) -> Any:
    """What is received, while the body keeps coming fast enough.

    Raises:
        TooSlow: from the returned function, when it does not.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + body_s
    done = False

    async def receiving() -> Any:
        nonlocal until, done
        if done:
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        until += len(message.get("body", b"")) / slowest
        done = not message.get("more_body", False)
        return message

    return receiving
