"""The connector `http`: a question becomes requests, and replies become records.

It speaks through a `Door`, which is `runtime.outbound.door.Door` in a running process: that one
bounds where a call goes, how much comes back and how long it takes. What is wrong with a reply is
said in a sentence; nothing that the other side sends raises out of here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from engine.model.source import Request, SourceModel
from runtime.outbound.door import Answer as Reply
from runtime.outbound.door import Door, Limits, Refusal
from runtime.sources.asking import Asking, Away, Exchange
from runtime.sources.mapping import mapped
from runtime.sources.record import Answer, Found, Record
from runtime.sources.reply import ReplyError, read_json
from runtime.sources.template import filled, filled_body
from runtime.sources.tokens import TokenError, Tokens
from runtime.strict_json import at_path

LARGEST: Final = 1_048_576
"""Bytes of a reply; a record or a page of records is far smaller."""
MOST_RECORDS: Final = 1000
_NONE: Final = frozenset({404, 410})
_MASK: Final = "•••"


class HttpConnector:
    """Asks systems over HTTP."""

    def __init__(self, door: Door, tokens: Tokens | None = None) -> None:
        self._door = door
        self._tokens = tokens if tokens is not None else Tokens(door)

    async def get(self, asking: Asking, key: str, params: Mapping[str, str]) -> Answer:
        """The record of a key."""
        request = asking.model.lookup
        if request is None:
            return Answer("off", why="the source has no `lookup`")
        clock = _Clock(asking.model.timeout_ms)
        try:
            shown = await self._ask(asking, request, {**params, "key": key}, clock)
        except Away as wrong:
            return Answer("away", why=str(wrong))
        if shown.status in _NONE:
            return Answer("none", fetched_us=asking.now_us)
        there, raw = at_path(request.root, shown.value)
        if not there or raw is None:
            return Answer("none", fetched_us=asking.now_us)
        record = mapped(asking.model, raw, asking.locale, asking.zone)
        why = _no_record(asking.model, record, raw, key)
        if why:
            # It answered, so it is not away as a system: `fetched_us` says so.
            return Answer("away", fetched_us=asking.now_us, why=why)
        return Answer("found", record, asking.now_us, hashlib.sha256(shown.reply).hexdigest())

    async def search(
        self, asking: Asking, words: str, params: Mapping[str, str], limit: int
    ) -> Found:
        """Records for words, over as many pages as the source allows and `limit` needs."""
        request = asking.model.find
        if request is None:
            return Found("off", why="the source has no `find`")
        clock = _Clock(asking.model.timeout_ms)
        found: list[Record] = []
        given = {**params, "words": words}
        target, number = "", 1
        while True:
            try:
                shown = await self._ask(asking, request, given, clock, target, number)
                page = _page(asking, request, shown)
            except Away as wrong:
                # What came before a broken page stays; without any the source is away.
                return Found("found" if found else "away", tuple(found), str(wrong), more=True)
            found += page
            after = _next(asking, request, shown, bool(page), number)
            if after is None or number >= request.pages or len(found) >= limit:
                more = after is not None or len(found) > limit
                return Found("found", tuple(found[:limit]), more=more)
            target, number = after, number + 1

    async def call(
        self, asking: Asking, request: Request, params: Mapping[str, Any], key: str
    ) -> Exchange:
        """Write something back; `key` goes along as Idempotency-Key.

        Raises:
            Away: it was not taken.
        """
        clock = _Clock(asking.model.timeout_ms)
        return await self._ask(asking, request, params, clock, idempotency=key)

    async def _ask(
        self,
        asking: Asking,
        request: Request,
        params: Mapping[str, Any],
        clock: _Clock,
        target: str = "",
        number: int = 1,
        idempotency: str = "",
    ) -> Exchange:
        url = target or _address(asking, request, params, number)
        body = b"" if request.body is None else _json(filled_body(request.body, params))
        shown = Exchange(request.method, url, {}, body.decode())
        asking.trace.append(shown)
        for fresh in (False, True):
            headers = await self._headers(asking, clock, body, fresh, shown)
            if idempotency:
                headers["idempotency-key"] = idempotency
            shown.headers = _masked(asking, headers)
            reply = await self._send(shown, headers, body, clock)
            # A token may have been taken back before its time: ask once with a new one.
            if reply.status != 401 or fresh or not _is_oauth(asking.model):
                break
        _judge(shown, reply, writes=bool(idempotency))
        return shown

    async def _send(
        self, shown: Exchange, headers: Mapping[str, str], body: bytes, clock: _Clock
    ) -> Reply:
        begun = time.monotonic()
        limits = Limits(seconds=clock.left(), body_bytes=LARGEST)
        reply = await self._door.call(shown.method, shown.url, headers, body, limits)
        shown.took_ms = round((time.monotonic() - begun) * 1000)
        if isinstance(reply, Refusal):
            shown.wrong = reply.reason
            raise Away(reply.reason, again=reply.again)
        shown.status, shown.reply_headers, shown.reply = reply.status, reply.headers, reply.body
        return reply

    async def _headers(
        self, asking: Asking, clock: _Clock, body: bytes, fresh: bool, shown: Exchange
    ) -> dict[str, str]:
        model, settings = asking.model, asking.settings
        headers = {"accept": "application/json"}
        headers |= {"content-type": "application/json"} if body else {}
        for name, given in model.headers.items():
            headers[name.lower()] = settings[given.setting] if given.setting else given.text
        auth = model.auth
        if auth is not None and auth.sort == "bearer":
            headers["authorization"] = f"Bearer {settings[auth.secret.setting]}"
        elif auth is not None and auth.sort == "basic":
            headers["authorization"] = basic(
                settings[auth.user.setting], settings[auth.secret.setting]
            )
        elif auth is not None:
            try:
                token = await self._tokens.token(auth, settings, clock.left(), fresh=fresh)
            except TokenError as wrong:
                shown.wrong = str(wrong)
                raise Away(str(wrong)) from None
            headers["authorization"] = f"Bearer {token}"
        return headers


class _Clock:
    """The time that one question may take in all, whatever many requests it needs."""

    def __init__(self, ms: int) -> None:
        self._until = time.monotonic() + ms / 1000

    def left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise Away("no whole answer in time")
        return left


def _is_oauth(model: SourceModel) -> bool:
    return model.auth is not None and model.auth.sort == "oauth2"


def basic(user: str, password: str) -> str:
    """The header of HTTP Basic (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _address(asking: Asking, request: Request, params: Mapping[str, Any], number: int) -> str:
    base = asking.settings[asking.model.url.setting].rstrip("/")
    url = base + filled(request.path, params)
    if request.page:
        url += ("&" if "?" in url else "?") + f"{request.page}={number}"
    return url


def _judge(shown: Exchange, reply: Reply, *, writes: bool) -> None:
    """Read the reply.

    Raises:
        Away: its status or its body can't be used.
    """
    if reply.status in _NONE and not writes:
        return
    if not 200 <= reply.status < 300:
        shown.wrong = f"the answer is HTTP {reply.status}{_hint(reply.status)}"
        raise Away(shown.wrong, again=reply.status >= 500 or reply.status in (408, 409, 425, 429))
    if writes and not reply.body.strip():
        return
    try:
        shown.value = read_json(reply.body, reply.header("content-type"))
    except ReplyError as wrong:
        # What was written is written, whatever the reply looks like.
        if not writes:
            shown.wrong = str(wrong)
            raise Away(str(wrong)) from None


def _hint(status: int) -> str:
    if status in (401, 403):
        return ": it does not take our token or password"
    return ": it asks us to slow down" if status == 429 else ""


def _no_record(model: SourceModel, record: Record, raw: Any, key: str) -> str:
    """Why what came is not the record that was asked for, "" if it is."""
    if not isinstance(raw, dict):
        return "the answer is no object where a record should be"
    if not record.key:
        return f"the answer has no key at `outputs.{model.key}`"
    if record.key != key:
        return f"the answer is the record `{record.key[:40]}`, not the one asked for"
    return ""


def _page(asking: Asking, request: Request, shown: Exchange) -> list[Record]:
    if shown.status in _NONE:
        return []
    there, items = at_path(request.root, shown.value)
    if not there or items is None:
        shown.wrong = "there is nothing at `items` in the answer"
        raise Away(shown.wrong)
    if not isinstance(items, list):
        shown.wrong = "there is no list at `items` in the answer"
        raise Away(shown.wrong)
    made = [
        mapped(asking.model, raw, asking.locale, asking.zone)
        for raw in items[:MOST_RECORDS]
        if isinstance(raw, dict)
    ]
    return [one for one in made if one.key]


def _next(asking: Asking, request: Request, shown: Exchange, some: bool, number: int) -> str | None:
    """The address of the next page, "" for the same path with the next number; None at the end."""
    if request.next is None:
        return "" if request.page and some else None
    there, found = at_path(request.next, shown.value)
    if not there or found in (None, False, "") or not some:
        return None
    if request.page:
        return ""
    return _same_place(shown.url, found) if isinstance(found, str) else None


def _same_place(url: str, link: str) -> str | None:
    """A link to the next page, if it stays where the secrets may go: same scheme, host and port."""
    target = urljoin(url, link)
    here, there = urlsplit(url), urlsplit(target)
    return target if (here.scheme, here.netloc) == (there.scheme, there.netloc) else None


def _masked(asking: Asking, headers: Mapping[str, str]) -> dict[str, str]:
    given = {name.lower(): one for name, one in asking.model.headers.items()}
    hidden = {"authorization"} | {name for name, one in given.items() if one.secret}
    return {name: _MASK if name in hidden else text for name, text in headers.items()}
