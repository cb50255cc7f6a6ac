"""Signing in and out: argon2 in a thread, one answer for every wrong pair, slower with each try."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from engine.facts import Viewer
from runtime.clock import SECOND_US
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.standing import viewer_of
from runtime.store import accounts, people, sessions, visitors
from runtime.store.rows import Person
from runtime.store.sessions import Session

LASTS_US = 14 * 24 * 3600 * SECOND_US
HASHER = PasswordHash((Argon2Hasher(),))
_NOBODY = HASHER.hash("a password that belongs to nobody")
_FRESH_S = 1.0
_TRIES, _WINDOW_US, _REMEMBERED = 10, 300 * SECOND_US, 10_000


@dataclass(slots=True)
class Attempts:
    """Failed sign-ins by address, so that guessing slows down; bounded, so that it can't grow."""

    _failed: OrderedDict[str, list[int]] = field(default_factory=OrderedDict)

    def too_many(self, who: str, now_us: int) -> bool:
        """Whether this address has failed too often in the last five minutes."""
        recent = [at for at in self._failed.get(who, ()) if now_us - at < _WINDOW_US]
        return len(recent) >= _TRIES

    def failed(self, who: str, now_us: int) -> None:
        """Remember one failure."""
        recent = [at for at in self._failed.pop(who, []) if now_us - at < _WINDOW_US]
        self._failed[who] = [*recent, now_us]
        while len(self._failed) > _REMEMBERED:
            self._failed.popitem(last=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: its token for the browser, and the tenants that know the account."""

    token: str
    tenants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoEntry:
    """Wrong address or password, or tried too often."""

    too_often: bool = False


async def sign_in(
    site: Site, attempts: Attempts, email: str, password: str, old_token: str = ""
) -> SignedIn | NoEntry:
    """Check a pair and start a session; an old one of this browser ends (no fixation)."""
    who, now = accounts.same_address(email)[:200], site.clock.now_us()
    if attempts.too_many(who, now):
        return NoEntry(too_often=True)
    async with site.store.system() as unit:
        account = await accounts.account_by_email(unit, who)
    kept = account.password_hash if account and account.active else None
    # Hash in any case: the time must not tell whether the address exists.
    right = await asyncio.to_thread(HASHER.verify, password[:1000], kept or _NOBODY)
    if not right or kept is None or account is None:
        attempts.failed(who, now)
        return NoEntry()
    async with site.store.system(write=True) as unit:
        if old_token:
            await sessions.end(unit, sessions.token_hash(old_token))
        token, _ = await sessions.start(unit, lasts_us=LASTS_US, account_id=account.id)
        places = await people.persons_of_account(unit, account.id)
    return SignedIn(token, tuple(tenant for tenant, _ in places))


async def sign_out(site: Site, token: str) -> None:
    """End the session of this browser."""
    async with site.store.system(write=True) as unit:
        await sessions.end(unit, sessions.token_hash(token))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a request comes from: the session, and in its tenant the person and the viewer."""

    session: Session
    email: str
    person: Person | None
    viewer: Viewer | None
    locale: str
    theme: str


@dataclass(slots=True)
class Visitors:
    """Who this process served a moment ago, so that a page with its parts reads them once.

    An entry lasts a second at most, and only until this process changes any session, account,
    person, role or team; what another process changes is seen after that second.
    """

    _known: OrderedDict[tuple[str, str, int], _Known] = field(default_factory=OrderedDict)

    async def find(self, site: Site, token: str, live: Live | None) -> Visitor | None:
        """The visitor of a session token; None when there is none. `live` picks the tenant."""
        mark = site.store.standing.n
        key = (token, live.tenant, live.generation) if live else (token, "", 0)
        known = self._known.get(key)
        if known is not None and known.holds(mark, site.clock.now_us()):
            return known.visitor
        began = time.monotonic()
        found = await visitor(site, token, live)
        self._known.pop(key, None)
        if found is not None:
            self._known[key] = _Known(found, mark, began)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found


@dataclass(frozen=True, slots=True)
class _Known:
    visitor: Visitor
    mark: int
    since_s: float

    def holds(self, mark: int, now_us: int) -> bool:
        fresh = self.mark == mark and time.monotonic() - self.since_s < _FRESH_S
        return fresh and self.visitor.session.expires_us > now_us


async def visitor(site: Site, token: str, live: Live | None) -> Visitor | None:
    """The visitor of a session token; None when there is none. `live` picks the tenant."""
    async with site.store.unit(live.tenant) if live else site.store.system() as unit:
        found = await visitors.read(unit, token)
        if found is None:
            return None
        account, person, viewer = found.account, found.person, None
        if live is not None and person is not None:
            viewer = viewer_of(live.desk, await people.standing_of(unit, person))
    locale = account.locale or (person.locale if person else None) or ""
    return Visitor(found.session, account.email, person, viewer, locale, account.theme or "system")


async def set_preferences(site: Site, account_id: str, **changes: str) -> None:
    """Write an account's `locale` or `theme`."""
    async with site.store.system(write=True) as unit:
        await accounts.change_account(unit, account_id, **changes)
