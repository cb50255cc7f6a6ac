"""Connects to the very address that was looked up and found allowed, never to a name."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address
from typing import Final

import httpcore
from httpcore import SOCKET_OPTION, AsyncNetworkStream

from runtime.reach import Address, Allowed, closed_why

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""(host name, port) to addresses as text; raises OSError when the name isn't known."""

_LOOKUPS: Final = 16
_TRIES: Final = 4
_CONNECT_S: Final = 5.0


class Closed(Exception):
    """A name leads to an address that is not allowed; the text says which."""


class Unknown(Exception):
    """A name leads nowhere."""


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Looks a host up once for each connection, checks all it got, and connects to that.

    One address that isn't allowed closes the host whole: a name that answers with both kinds is
    somebody's try to get in.
    """

    def __init__(self, allowed: Allowed, resolver: Resolver | None = None) -> None:
        self._allowed = allowed
        # Of its own, so that names that hang don't hold up other work of the process.
        self._threads = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="lookup")
        self._resolve = resolver or partial(_look_up, self._threads)
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore names it so
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Connect to the first address of `host` that answers.

        Raises:
            Closed: an address of it is not allowed.
            Unknown: it has none.
            httpcore.ConnectError: none of them answers.
        """
        failed: Exception = Unknown(f"the name {host} leads nowhere")
        for address in (await self._addresses(host, port))[:_TRIES]:
            try:
                return await self._inner.connect_tcp(
                    str(address), port, _CONNECT_S, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    async def sleep(self, seconds: float) -> None:
        """Wait; asked for between tries of one connection."""
        await asyncio.sleep(seconds)

    def close(self) -> None:
        """Start no more look-ups; those that hang end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _addresses(self, host: str, port: int) -> list[Address]:
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise Unknown(f"the name {host} leads nowhere") from error
        addresses = [ip_address(text) for text in dict.fromkeys(found)]
        for address in addresses:
            if not self._allowed.opens(host, port, address):
                raise Closed(closed_why(host, str(address)))
        return addresses


async def _look_up(threads: ThreadPoolExecutor, host: str, port: int) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await loop.run_in_executor(threads, ask)
    return [str(place[0]) for *_, place in found]
