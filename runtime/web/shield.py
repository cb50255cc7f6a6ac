"""The outermost layer: hosts that are ours, bodies that fit, and headers on every answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from runtime.web.patience import hurried

Scope = dict[str, Any]
Told = Callable[[Scope, int], tuple[bytes, str] | None]
"""Body and type of an answer that refuses; None leaves it to plain text."""

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_OF_ALL = (b"x-content-type-options", b"cross-origin-resource-policy")
_INERT = (b"text/css", b"text/javascript")
"""What a page loads and nothing can be done with alone; its heads come nine times in a view."""
_SECURE = (b"strict-transport-security", b"max-age=31536000")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Shield:
    """A raw ASGI wrapper, so that errors and unknown addresses carry the headers as well.

    `hosts` are the names this installation answers to; empty means the loopback names only, so
    that nothing is served under a forged Host by default. `max_body` is in bytes and looks at what
    is announced; what comes in pieces without a length the app counts while it reads. `told` says
    what is refused here in the form of whoever asks, None in plain text.
    """

    def __init__(
        self, app: Any, hosts: Iterable[str], max_body: int, told: Told | None = None
    ) -> None:
        self._app = app
        self._told = told
        self._hosts = frozenset(_name(host.encode()) for host in hosts) or LOOPBACK
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = self._sender(scope, send)
        headers = dict(scope["headers"])
        if _name(headers.get(b"host", b"")) not in self._hosts:
            await self._refuse(scope, guarded, 421, b"This address is not served here.\n")
        elif not self._fits(headers):
            said = b"The request is larger than this service takes.\n"
            await self._refuse(scope, guarded, 413, said)
        elif "\x00" in scope["path"]:
            await self._refuse(scope, guarded, 404, b"Nothing here.\n")
        else:
            await self._app(scope, hurried(receive), guarded)

    async def _refuse(self, scope: Scope, send: Any, status: int, text: bytes) -> None:
        """What is refused before the app sees it; `told` may say it in another form."""
        found = self._told(scope, status) if self._told is not None else None
        body, kind = found if found is not None else (text, "text/plain; charset=utf-8")
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _fits(self, headers: dict[bytes, bytes]) -> bool:
        length = headers.get(b"content-length", b"0")
        return length.isdigit() and int(length) <= self._max_body

    def _sender(self, scope: Scope, send: Any) -> Any:
        extra = [*HEADERS, _SECURE] if scope.get("scheme") == "https" else list(HEADERS)

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                named = {name.lower(): value for name, value in message.get("headers", [])}
                if b"frame-ancestors http" in named.get(b"content-security-policy", b""):
                    # It has no way to name a site, and would shut out those that the policy lets.
                    named[b"x-frame-options"] = b""
                inert = named.get(b"content-type", b"").startswith(_INERT)
                kept = _OF_ALL if inert and scope["path"].startswith("/static/") else None
                added = [
                    (name, value)
                    for name, value in extra
                    if name not in named and (kept is None or name in kept)
                ]
                message = {**message, "headers": [*message.get("headers", []), *added]}
            await send(message)

        return guarded


def _name(host: bytes) -> str:
    text = host.decode("latin-1").lower()
    if text.startswith("["):
        return text.partition("]")[0] + "]"
    return text.partition(":")[0]
