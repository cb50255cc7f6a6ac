"""The outside: a small server on this machine that answers as it is told, raw."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]


def raw(text: bytes) -> Reply:
    """A reply of exactly these bytes."""

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(text)

    return send


def whole(status: str, body: bytes = b"", *headers: str) -> Reply:
    """A well-made reply."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""]
    return raw("\r\n".join(lines).encode() + body)


@dataclass(slots=True)
class Outside:
    """What it got (head and body of each request), and what it answers by path."""

    port: int = 0
    got: list[bytes] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    connections: int = 0

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError):
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    sizes = [
                        line.split(b":")[1]
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-length:")
                    ]
                    body = await reader.readexactly(int(sizes[0])) if sizes else b""
                    self.got.append(head + body)
                    path = head.split(b" ")[1].decode()
                    await self.replies.get(path, whole("404 Not Found"))(writer)
                    await writer.drain()
        finally:
            writer.transport.abort()


@contextlib.asynccontextmanager
async def outside(tls: ssl.SSLContext | None = None) -> AsyncIterator[Outside]:
    """Serve on a free port of 127.0.0.1."""
    found = Outside()
    tasks: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(found._serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(begin, "127.0.0.1", 0, ssl=tls)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
