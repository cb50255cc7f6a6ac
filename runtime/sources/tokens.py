"""Access tokens by OAuth2 client credentials (RFC 6749 4.4), kept until they end."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from engine.model.source import Auth
from runtime.outbound.door import Door, Limits, Refusal
from runtime.sources.reply import ReplyError, read_json

LARGEST: Final = 65_536
EARLY_S: Final = 30
"""A token counts as ended so long before it does, for it has to arrive as well."""
SHORTEST_S: Final = 60
"""How long a token is kept whose answer does not say."""
MOST: Final = 1000
LONGEST: Final = 8192


class TokenError(Exception):
    """No token was given; the text says why."""


@dataclass(slots=True)
class _Kept:
    token: str
    until: float


class Tokens:
    """The tokens of this process; of several that want one at once, one asks."""

    def __init__(self, door: Door, clock: Callable[[], float] = time.monotonic) -> None:
        self._door = door
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def token(
        self, auth: Auth, settings: Mapping[str, str], left_s: float, *, fresh: bool = False
    ) -> str:
        """A token that counts still; `fresh` wants another than the one that was just refused.

        Raises:
            TokenError: none was given.
        """
        name = _name(auth, settings)
        seen = self._kept.get(name)
        if seen is not None and not fresh and seen.until > self._clock():
            return seen.token
        turn = self._turns.setdefault(name, asyncio.Lock())
        try:
            async with asyncio.timeout(left_s), turn:
                now = self._kept.get(name)
                if now is not None and now is not seen and now.until > self._clock():
                    return now.token
                made = await self._ask(auth, settings, left_s)
        except TimeoutError:
            raise TokenError("no token came in time") from None
        if len(self._kept) >= MOST:
            self._kept.clear()
            self._turns = {name: turn}
        self._kept[name] = made
        return made.token

    async def _ask(self, auth: Auth, settings: Mapping[str, str], left_s: float) -> _Kept:
        form = {"grant_type": "client_credentials"} | ({"scope": auth.scope} if auth.scope else {})
        # RFC 6749 2.3.1: both parts are form-encoded before they are joined.
        both = ":".join(quote(settings[one.setting], safe="") for one in (auth.user, auth.secret))
        headers = {
            "authorization": "Basic " + base64.b64encode(both.encode()).decode(),
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        url = settings[auth.token_url.setting]
        limits = Limits(seconds=left_s, body_bytes=LARGEST)
        reply = await self._door.call("POST", url, headers, urlencode(form).encode(), limits)
        if isinstance(reply, Refusal):
            raise TokenError(f"no token: {reply.reason}")
        if reply.status != 200:
            raise TokenError(f"no token: the token address answers HTTP {reply.status}")
        try:
            found = read_json(reply.body, reply.header("content-type"))
        except ReplyError as wrong:
            raise TokenError(f"no token: {wrong}") from None
        return self._read(found)

    def _read(self, found: object) -> _Kept:
        token = found.get("access_token") if isinstance(found, dict) else None
        sort = found.get("token_type", "Bearer") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token.isascii() or not 0 < len(token) <= LONGEST:
            raise TokenError("no token: the answer has no `access_token`")
        if not token.isprintable() or not isinstance(sort, str) or sort.lower() != "bearer":
            raise TokenError("no token: the answer's token is no bearer token")
        assert isinstance(found, dict)
        lasts = found.get("expires_in", SHORTEST_S)
        seconds = float(lasts) if isinstance(lasts, int) and 0 < lasts < 10**7 else SHORTEST_S
        return _Kept(token, self._clock() + max(seconds - EARLY_S, seconds / 2))


def _name(auth: Auth, settings: Mapping[str, str]) -> str:
    """One name for equal credentials, so that a changed secret never meets an old token."""
    parts = [settings[one.setting] for one in (auth.token_url, auth.user, auth.secret)]
    return hashlib.sha256("\x00".join([*parts, auth.scope]).encode()).hexdigest()
