"""The door: one call to the outside, bounded in where it goes, how much comes and how long.

    async with Door(settings.allow_private) as door:
        found = await door.call("GET", "https://shop.example/orders/7", {"accept": "text/csv"})
        if isinstance(found, Refusal):
            ...                      # found.code, found.reason (English), found.again
        else:
            ...                      # found.status, found.header("content-type"), found.body

A process keeps one `Door`, which is `site.door` (connections are kept and used again), and closes
it at its end; it lives within one event loop. `call` never raises for what the world does: it gives
an `Answer`, whatever its status but 3xx, or a `Refusal`.

What holds for every call:

- `http` and `https` alone, no name or password in the address, no redirect is followed;
- the host is looked up once and the call goes to exactly that address, with the host's own name in
  `Host` and in the certificate check; an address that is not of the open internet is refused unless
  `SPECDESK_ALLOW_PRIVATE` names it;
- `Limits` bound headers, body (as it comes, and unpacked) and the time from the look-up to the
  last byte;
- variables like `HTTP_PROXY`, cookies and `.netrc` have no say.

It stands on httpcore, the part of httpx that connects: httpx's client would add redirects, cookies
and unpacking without bounds.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Literal, Self

import certifi
import httpcore
import httpx

from runtime.outbound.body import Garbled, TooLarge, read_body
from runtime.outbound.network import Closed, PinnedBackend, Resolver, Unknown
from runtime.reach import Allowed

Code = Literal[
    "address", "closed", "unknown", "connect", "redirect", "too_large", "too_slow", "garbled"
]

# A pool looks at all its connections for each call, so there are several, by host.
_POOLS: Final = 16
_CONNECTIONS: Final = 64
_KEPT: Final = 8
_KEPT_S: Final = 15.0
_LONGEST_URL: Final = 8192
_PERMANENT = frozenset({300, 301, 304, 305, 308})


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may take: bytes of headers, of the body, and seconds in all."""

    seconds: float = 10.0
    body_bytes: int = 1024 * 1024
    header_bytes: int = 32 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Names of headers are in lower case; a body is unpacked."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """The first header of that name, or ""."""
        return next((value for key, value in self.headers if key == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Refusal:
    """No answer. `again`: the same call may go well later; else somebody has to change something.

    `address`: not a URL we call. `closed`: a place that calls may not reach. `unknown`: no such
    host. `connect`: it does not answer, or its certificate is wrong. `garbled`: what came is not
    HTTP or not packed as it says. The rest say themselves.
    """

    code: Code
    reason: str
    again: bool


class Door:
    """Calls to the outside, each bounded. Use it as a context or `close` it."""

    def __init__(
        self,
        allowed: Allowed | None = None,
        *,
        resolver: Resolver | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._backend = PinnedBackend(allowed or Allowed(), resolver)
        self._trust = trust
        self._pools: dict[int, httpcore.AsyncConnectionPool] = {}

    async def call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        limits: Limits | None = None,
    ) -> Answer | Refusal:
        """One call. `headers` may not name `host`, `content-length` or `transfer-encoding`."""
        limits = limits or Limits()
        where = _address(url)
        if isinstance(where, Refusal):
            return where
        try:
            async with asyncio.timeout(limits.seconds):
                return await self._call(method, where, headers or {}, body, limits)
        except TimeoutError:
            return Refusal("too_slow", f"no whole answer within {limits.seconds:g} s", True)
        except TooLarge:
            size = f"the answer is larger than {limits.body_bytes} bytes"
            return Refusal("too_large", size, False)
        except Closed as error:
            return Refusal("closed", str(error), False)
        except Unknown as error:
            return Refusal("unknown", str(error), True)
        except Garbled as error:
            return Refusal("garbled", str(error), True)
        except httpcore.LocalProtocolError as error:
            return Refusal("address", f"this can't be sent: {error}", False)
        except httpcore.ProtocolError as error:
            return Refusal("garbled", f"the answer is no HTTP: {error}", True)
        except (httpcore.NetworkError, httpcore.TimeoutException, OSError) as error:
            return Refusal("connect", f"no connection: {str(error) or type(error).__name__}", True)

    async def close(self) -> None:
        """End all connections."""
        for pool in self._pools.values():
            await pool.aclose()
        self._backend.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def _connections(self, host: bytes, port: int | None) -> httpcore.AsyncConnectionPool:
        """Made at the first call: reading certificates takes time that most commands can spare."""
        number = hash((host, port)) % _POOLS
        if number not in self._pools:
            if self._trust is None:
                self._trust = _trust()
            self._pools[number] = httpcore.AsyncConnectionPool(
                ssl_context=self._trust,
                max_connections=_CONNECTIONS,
                max_keepalive_connections=_KEPT,
                keepalive_expiry=_KEPT_S,
                network_backend=self._backend,
            )
        return self._pools[number]

    async def _call(
        self, method: str, where: httpx.URL, headers: Mapping[str, str], body: bytes, limits: Limits
    ) -> Answer | Refusal:
        target = httpcore.URL(
            scheme=where.raw_scheme, host=where.raw_host, port=where.port, target=where.raw_path
        )
        sent = [(name.encode(), value.encode()) for name, value in _sent(where, headers)]
        content = body or (b"" if method in ("POST", "PUT", "PATCH") else None)
        async with self._connections(where.raw_host, where.port).stream(
            method, target, headers=sent, content=content
        ) as response:
            got = tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1"))
                for name, value in response.headers
            )
            if sum(len(name) + len(value) + 4 for name, value in got) > limits.header_bytes:
                size = f"the answer's headers are larger than {limits.header_bytes} bytes"
                return Refusal("too_large", size, False)
            answer = Answer(response.status, got)
            if 300 <= answer.status < 400:
                return _redirected(answer)
            packed = answer.header("content-encoding").strip().lower()
            whole = await read_body(response.aiter_stream(), packed, limits.body_bytes)
            return Answer(answer.status, got, whole)


def _sent(where: httpx.URL, headers: Mapping[str, str]) -> list[tuple[str, str]]:
    given = {name.lower(): value for name, value in headers.items()}
    base = {"host": where.netloc.decode("ascii"), "accept-encoding": "gzip"}
    return list((base | {"user-agent": "Specdesk"} | given).items())


def _redirected(answer: Answer) -> Refusal:
    place = answer.header("location")[:200]
    to = f" to {place!r}" if place else ""
    reason = f"the answer {answer.status} leads{to} elsewhere; redirects are not followed"
    return Refusal("redirect", reason, answer.status not in _PERMANENT)


def _address(url: str) -> httpx.URL | Refusal:
    if len(url) > _LONGEST_URL:
        return Refusal("address", f"the address is longer than {_LONGEST_URL} characters", False)
    try:
        where = httpx.URL(url)
        port = where.port
    except (httpx.InvalidURL, ValueError) as error:
        return Refusal("address", f"this is no address: {error}", False)
    if where.scheme not in ("http", "https"):
        return Refusal("address", "the address must begin with http:// or https://", False)
    if not where.host or not 0 < (80 if port is None else port) < 65536:
        return Refusal("address", "the address names no host", False)
    if where.userinfo or "@" in where.netloc.decode("ascii", "replace"):
        return Refusal("address", "the address may hold no name and no password", False)
    return where


def _trust() -> ssl.SSLContext:
    """The machine's authorities, which may hold a house's own, and those that browsers trust."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
