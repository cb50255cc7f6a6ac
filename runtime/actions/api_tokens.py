"""Tokens of the REST API: made, listed, revoked, and turned into who calls with which scopes."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from engine.facts import Viewer
from runtime.clock import SECOND_US
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.standing import viewer_of
from runtime.store import api_tokens, journal, people
from runtime.store.journal import NewEvent
from runtime.store.rows import ApiToken, Person

SCOPES: Final = (
    "tickets:read",
    "tickets:write",
    "people:read",
    "people:write",
    "articles:read",
    "articles:write",
    "specs:read",
    "specs:publish",
    "reports:read",
)
DAY_US: Final = 24 * 3600 * SECOND_US
MOST_DAYS: Final = 730
MOST_TOKENS: Final = 50
"""So many tokens that hold one person may have."""
_NEEDS: Final = {
    "people:write": "manage_people",
    "specs:read": "edit_specs",
    "specs:publish": "publish_specs",
}
_FORM: Final = re.compile(r"sd_([0-9a-f]{32})_([0-9a-f]{48})", re.ASCII)
_FRESH_S, _REMEMBERED, _TOUCH_US = 1.0, 10_000, 300 * SECOND_US


@dataclass(frozen=True, slots=True)
class Made:
    """A new token: its row, and the words that are shown this once."""

    token: ApiToken
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotMade:
    """Why there is no token: title, scopes, days or too_many."""

    code: str
    about: str = ""


async def new_token(
    site: Site,
    tenant: str,
    person_id: str,
    by: Viewer,
    title: str,
    scopes: Sequence[str],
    days: int,
) -> Made | NotMade:
    """Make a token that acts for a person for so many days; `by` is who made it."""
    wrong = _fault(title, scopes, days)
    if wrong is not None:
        return wrong
    secret = secrets.token_hex(24)
    async with site.store.unit(tenant, write=True) as unit:
        now = unit.now_us()
        held = [one for one in await api_tokens.of_person(unit, person_id) if one.holds(now)]
        if len(held) >= MOST_TOKENS:
            return NotMade("too_many", str(MOST_TOKENS))
        token = ApiToken(
            id=unit.new_id(),
            person_id=person_id,
            title=title.strip(),
            hash=_hash(secret),
            scopes=tuple(scope for scope in SCOPES if scope in scopes),
            created_us=now,
            expires_us=now + days * DAY_US,
        )
        await api_tokens.add(unit, token)
        body = {"token": token.id, "title": token.title, "scopes": list(token.scopes)}
        await journal.append_admin(unit, [_event("token_made", by, {**body, "days": days})])
    return Made(token, f"sd_{uuid.UUID(token.id).hex}_{secret}")


def _fault(title: str, scopes: Sequence[str], days: int) -> NotMade | None:
    unknown = next((scope for scope in scopes if scope not in SCOPES), None)
    if not 0 < len(title.strip()) <= 100:
        return NotMade("title")
    if unknown is not None or not scopes:
        return NotMade("scopes", unknown or "")
    return None if 0 < days <= MOST_DAYS else NotMade("days", str(MOST_DAYS))


async def tokens_of(site: Site, tenant: str, person_id: str = "") -> list[ApiToken]:
    """The tokens of a person, or for the operator of the whole tenant."""
    async with site.store.unit(tenant) as unit:
        return await (
            api_tokens.of_person(unit, person_id) if person_id else api_tokens.every(unit)
        )


async def revoke_token(site: Site, tenant: str, token_id: str, by: Viewer) -> bool:
    """End a token at once; a person ends their own, the operator any. False: there is none."""
    async with site.store.unit(tenant, write=True) as unit:
        token = await api_tokens.read(unit, token_id)
        if token is None or not (by.is_system or token.person_id == by.person_id):
            return False
        if token.revoked_us is None:
            await api_tokens.change(unit, token_id, revoked_us=unit.now_us())
            event = _event("token_revoked", by, {"token": token_id, "title": token.title})
            await journal.append_admin(unit, [event])
    return True


def _event(verb: str, by: Viewer, body: dict[str, object]) -> NewEvent:
    kind = "system" if by.is_system else "person"
    return NewEvent(verb=verb, body=body, actor_kind=kind, actor_id=by.person_id)


def _hash(secret: str) -> str:
    # The secret is 192 random bits: no slow hash makes it any harder to guess.
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Called:
    """Who calls: the token, its person, and the viewer whose functions its scopes have narrowed."""

    token: ApiToken
    person: Person
    viewer: Viewer


@dataclass(slots=True)
class Callers:
    """Who this process served a moment ago; entries hold as those of `sign_in.Visitors` do."""

    _known: OrderedDict[tuple[str, str, int], _Known] = field(default_factory=OrderedDict)

    async def find(self, site: Site, text: str, live: Live) -> Called | None:
        """The caller of a token's text; None for a wrong, expired or revoked one."""
        form = _FORM.fullmatch(text)
        if form is None:
            return None
        mark, key = site.store.standing.n, (text, live.tenant, live.generation)
        known = self._known.get(key)
        if known is not None and known.holds(mark, site.clock.now_us()):
            return known.caller
        began = time.monotonic()
        found = await _called(site, str(uuid.UUID(form[1])), form[2], live)
        self._known.pop(key, None)
        if found is not None:
            self._known[key] = _Known(found, mark, began)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Called
    mark: int
    since_s: float

    def holds(self, mark: int, now_us: int) -> bool:
        fresh = self.mark == mark and time.monotonic() - self.since_s < _FRESH_S
        return fresh and self.caller.token.holds(now_us)


async def _called(site: Site, token_id: str, secret: str, live: Live) -> Called | None:
    async with site.store.unit(live.tenant) as unit:
        found = await api_tokens.bearer(unit, token_id)
        if found is None or not hmac.compare_digest(found.token.hash, _hash(secret)):
            return None
        viewer = viewer_of(live.desk, await people.standing_of(unit, found.person))
        now = unit.now_us()
    if (found.token.used_us or 0) < now - _TOUCH_US:
        async with site.store.unit(live.tenant, write=True) as unit:
            await api_tokens.change(unit, token_id, used_us=now)
    return Called(found.token, found.person, _narrowed(viewer, found.token.scopes))


def _narrowed(viewer: Viewer, scopes: Sequence[str]) -> Viewer:
    """The viewer without the functions whose scope the token lacks: it never widens."""
    closed = {function for scope, function in _NEEDS.items() if scope not in scopes}
    return replace(viewer, functions=viewer.functions - closed)
