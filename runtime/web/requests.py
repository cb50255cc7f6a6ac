"""A request with everything its route needs: tenant, desk snapshot, visitor, language, forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.exceptions import HTTPException

from engine.facts import Viewer
from runtime.actions.api_tokens import Callers
from runtime.actions.guests import guest_of, stranger
from runtime.actions.rates import Rates
from runtime.actions.sign_in import Attempts, Visitor, Visitors
from runtime.again import Again
from runtime.render import words
from runtime.render.catalogues import LOCALES
from runtime.render.environment import Renderer
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.links import Links
from runtime.store.rows import Person
from runtime.web.embedding import is_embedded, language_of, ours, tokens

SESSION = "specdesk_session"
VISIT = "specdesk_visit"
"""The cookie of somebody not signed in; their forms' CSRF token is derived from it."""
MAX_FORM, MAX_INPUTS = 8 << 20, 20_000
"""Bytes and inputs of a form without files; the longest there is has some hundred rows."""
GUEST = "specdesk_guest"
"""The cookie of somebody who came by a link, beside the session of an account."""
LOCALE = "specdesk_locale"
"""The cookie with the language that somebody not signed in has chosen."""
AnyRequest = Request[Any, Any, Any]


class NotHere(HTTPException):
    """Nothing here for this person: unknown and forbidden answer alike."""

    status_code = 404


class SignInFirst(HTTPException):
    """The page needs somebody signed in; `next` is where to come back to."""

    status_code = 401

    def __init__(self, next_url: str) -> None:
        super().__init__(detail="sign in first")
        self.next_url = next_url


@dataclass(frozen=True, slots=True)
class App:
    """What the process made at start and every request shares."""

    site: Site
    renderer: Renderer
    attempts: Attempts = field(default_factory=Attempts)
    visitors: Visitors = field(default_factory=Visitors)
    callers: Callers = field(default_factory=Callers)
    rates: Rates = field(default_factory=Rates)
    rows: Again[Any] = field(default_factory=lambda: Again(1_000))
    """Rows of lists."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request. `live` is the snapshot it was pinned to; `visitor` None: not signed in."""

    app: App
    request: AnyRequest
    site: Site
    """The process's handles with the pinned snapshot, so that no half of another is seen."""
    live: Live | None
    visitor: Visitor | None
    locale: str
    csrf: str
    embedded: bool = False
    """whether the page stands in a frame of another site, where nobody is signed in"""

    @property
    def links(self) -> Links:
        """Addresses of the request's tenant."""
        spoken = language_of(self.request.scope) if self.embedded else ""
        return Links(self.desk.tenant, self.embedded, spoken)

    @property
    def desk(self) -> Live:
        """The pinned snapshot, for routes under a tenant."""
        if self.live is None:
            raise NotHere
        return self.live

    @property
    def viewer(self) -> Viewer:
        """The person as decisions see them; a route that gets here has one."""
        if self.visitor is None or self.visitor.viewer is None:
            raise NotHere
        return self.visitor.viewer

    @property
    def person(self) -> Person:
        """The person of this tenant."""
        if self.visitor is None or self.visitor.person is None:
            raise NotHere
        return self.visitor.person

    @property
    def is_known(self) -> bool:
        """Whether somebody has signed in; a guest has not."""
        viewer = self.visitor.viewer if self.visitor else None
        return self.visitor is not None and not (viewer is not None and viewer.is_guest)

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asked for a part of a page; the one place that looks."""
        return self.request.headers.get("hx-request") == "true"

    def under(self, live: Live) -> Visit:
        """The same visit, speaking in the words of another desk: that of a pilot's ticket."""
        return self if live is self.live else replace(self, live=live)

    def query(self, name: str) -> str:
        """A query parameter, "" when absent, cut at a sane length."""
        return _plain(str(self.request.query_params.get(name, "")))[:500]

    def say(self, message: str, **values: object) -> str:
        """A msgid in the visitor's language."""
        return self.app.renderer.say(self.locale, message, **values)

    def listed(self, parts: Iterable[str]) -> str:
        """Names one after the other, as the visitor's language puts them."""
        return words.listed(parts, self.locale)

    def clauses(self, parts: Iterable[str]) -> str:
        """Sentences without stops one after the other, as the visitor's language puts them."""
        return words.clauses(parts, self.locale)

    def count(self, one: str, many: str, n: int, **values: object) -> str:
        """A msgid that counts, in the visitor's language: "1 file", "2 files"."""
        return self.app.renderer.count(self.locale, one, many, n, **values)


async def visit(request: AnyRequest, tenant: str = "") -> Visit:
    """Pin a snapshot and find out who asks, once a request; nobody is refused yet."""
    known: Visit | None = request.scope["state"].get("visit")
    if known is not None and (known.live.tenant if known.live else "") == tenant:
        return known
    app: App = request.app.state.specdesk
    live = app.site.desks.get(tenant) if tenant else None
    if tenant and live is None:
        await visit(request)  # so that the error page knows who asks
        raise NotHere
    embedded = is_embedded(request.url.path)
    if embedded and live is not None and not live.desk.portal.embed:
        raise NotHere
    token = "" if embedded else request.cookies.get(SESSION, "")
    found = await app.visitors.find(app.site, token, live) if token else None
    if found is None and live is not None and not embedded:
        found = await _guest(app, request, live)
    made = _made(app, request, live, found)
    request.scope["state"]["visit"] = made
    return made


async def _guest(app: App, request: AnyRequest, live: Live) -> Visitor | None:
    """Who came by a link, as far as it is still open."""
    token = request.cookies.get(GUEST, "")
    found = await guest_of(app.site, token, live) if token else None
    chosen = request.cookies.get(LOCALE, "")
    # They have no account to keep a language with: what this browser chose stands.
    return replace(found, locale=chosen) if found is not None and chosen else found


def as_guest(found: Visit) -> Visit:
    """The visit of somebody who fills in a form without having signed in: no person yet."""
    return replace(found, visitor=stranger(found.csrf, found.locale))


def _made(app: App, request: AnyRequest, live: Live | None, found: Visitor | None) -> Visit:
    site = replace(app.site, desks=app.site.desks.pinned(live)) if live else app.site
    embedded = live is not None and is_embedded(request.url.path)
    if embedded and live is not None:
        csrf = tokens(app.site, live.tenant)[0]
    else:
        csrf = found.session.csrf if found else _derived(app, visit_cookie(request))
    return Visit(app, request, site, live, found, _locale(request, live, found), csrf, embedded)


def visit_so_far(request: AnyRequest) -> Visit:
    """The visit of this request for an error page: what is known, else that of a stranger."""
    known: Visit | None = request.scope["state"].get("visit")
    return known or _made(request.app.state.specdesk, request, None, None)


async def of_person(request: AnyRequest, tenant: str) -> Visit:
    """A visit of somebody who has signed in and is a person of this tenant."""
    found = await visit(request, tenant)
    if not found.is_known:
        raise SignInFirst(here(request))
    return await of_requester(request, tenant)


async def of_requester(request: AnyRequest, tenant: str) -> Visit:
    """A visit of somebody whose tickets may be here: one of `of_person`, or a guest by a link."""
    found = await visit(request, tenant)
    if found.visitor is None:
        raise SignInFirst(here(request))
    if found.visitor.viewer is None:
        raise NotHere
    return found


async def of_staff(request: AnyRequest, tenant: str) -> Visit:
    """A visit of somebody who works here; to others the desk does not exist."""
    found = await of_person(request, tenant)
    if not found.viewer.is_staff:
        raise NotHere
    return found


def holding(found: Visit, *functions: str) -> Visit:
    """The visit of somebody with one of these functions; to others the page does not exist."""
    if not found.viewer.functions & set(functions):
        raise NotHere
    return found


def address_of(request: AnyRequest) -> str:
    """The address that calls; of IPv6 its network, since one caller has as many as they like."""
    client = request.client
    host = (client.host if client else "")[:64]
    if ":" not in host:
        return host
    return ":".join(host.split(":")[:4])


def here(request: AnyRequest) -> str:
    """The address of a page to come back to; of a posted form the address alone."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query and request.method == "GET" else request.url.path


def _locale(request: AnyRequest, live: Live | None, found: Visitor | None) -> str:
    """Asked by the person, else by a frame's address, a cookie, the browser, the tenant."""
    asked = [found.locale if found else "", language_of(request.scope)]
    asked += [request.cookies.get(LOCALE, "")]
    header = request.headers.get("accept-language", "")[:200]
    asked += [part.partition(";")[0].strip() for part in header.split(",")]
    asked += list(live.desk.tenant.locales) if live else []
    for name in asked:
        match = next(
            (known for known in LOCALES if name and known.split("-")[0] == name.split("-")[0]), ""
        )
        if match:
            return match
    return next(iter(LOCALES))


# -- CSRF ---------------------------------------------------------------------------------------


def visit_cookie(request: AnyRequest) -> str:
    """The visit cookie's value, a new one for a first visit (the page sets it)."""
    known: str = request.cookies.get(VISIT, "")
    made: str = known or request.scope["state"].setdefault(
        "specdesk_visit", secrets.token_urlsafe(24)
    )
    return made


def _derived(app: App, cookie: str) -> str:
    """The token of somebody without a session, bound to their visit cookie."""
    key = app.site.store.keys.sign("*", f"csrf:{cookie}".encode())
    return hashlib.sha256(key.encode()).hexdigest()


async def check_csrf(request: AnyRequest) -> None:
    """Refuse a change that our own page did not send: `_csrf` in the form, or the header.

    Runs before every unsafe request of every route, so that none can forget it.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    app: App = request.app.state.specdesk
    tenant = str(request.path_params.get("tenant", ""))
    # The visit that the route asks for next; of an unknown tenant it is the route that says so.
    known = app.site.desks.get(tenant) is not None
    if not known and is_embedded(request.url.path):
        raise NotHere
    found = await visit(request, tenant if known else "")
    given = request.headers.get("x-csrf-token") or ""
    if not given and "form" in request.headers.get("content-type", ""):
        given = str((await _sent(request)).get("_csrf", ""))
    wanted = tokens(app.site, tenant) if found.embedded else (found.csrf,)
    headers = request.headers
    by_us = not found.embedded or ours(headers.get("origin", ""), headers.get("host", ""))
    if by_us and any(hmac.compare_digest(given.encode(), one.encode()) for one in wanted):
        return
    if found.visitor is None and (request.cookies.get(SESSION) or request.cookies.get(GUEST)):
        # The session ran out while a form stood open: in again and back to it. A cookie that is no
        # session does not shut the sign-in page itself, whose form carries the visit's own token.
        raise SignInFirst(came_from(request))
    raise HTTPException(status_code=403, detail="csrf")


def came_from(request: AnyRequest) -> str:
    """The page of ours that a form was sent from, as the browser says it."""
    came = urlsplit(request.headers.get("referer", ""))
    here = came.netloc == request.headers.get("host") and came.path.startswith("/")
    return came.path if here else "/"


# -- forms --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Form:
    """A posted form: texts by name in order, and files that came with it."""

    texts: Mapping[str, tuple[str, ...]]
    uploads: Mapping[str, tuple[UploadFile, ...]]

    def one(self, name: str) -> str:
        """The last text under a name that is not empty, "" when there is none."""
        return next((t for t in reversed(self.texts.get(name, ())) if t.strip()), "")

    @property
    def rows_only(self) -> bool:
        """Whether it only asks for a row of lines more or less, and is not to be saved yet."""
        return bool(self.one("_add") or self.one("_remove"))

    def many(self, name: str) -> tuple[str, ...]:
        """All texts under a name."""
        return self.texts.get(name, ())

    def listed(self, name: str) -> tuple[str, ...]:
        """The words of a text between commas of either script, or on lines of their own."""
        text = self.one(name)
        for mark in "，、;；\n":
            text = text.replace(mark, ",")
        return tuple(one.strip() for one in text.split(",") if one.strip())

    @property
    def key(self) -> str:
        """What tells this form from others, so that sent twice it acts once."""
        return self.one("_idempotency")[:64]

    def whole(self, name: str) -> int | None:
        """A whole number, None when it is not one."""
        text = self.one(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _plain(text: str) -> str:
    """A text without NUL, which PostgreSQL can't keep and nobody types."""
    return text.replace("\x00", "")


async def _sent(request: AnyRequest) -> FormMultiDict:
    """What was sent; bytes that are no text where text stands are the sender's fault."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        body = await request.body()
        if len(body) > MAX_FORM or body.count(b"&") > MAX_INPUTS:
            raise HTTPException(status_code=413, detail="a form with too many inputs")
    try:
        return await request.form()
    except UnicodeDecodeError:
        raise HTTPException(status_code=400, detail="not UTF-8") from None


async def posted(request: AnyRequest) -> Form:
    """The form of a request."""
    data = await _sent(request)
    texts: dict[str, list[str]] = {}
    uploads: dict[str, list[UploadFile]] = {}
    for name, value in data.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                uploads.setdefault(name, []).append(value)
        else:
            texts.setdefault(_plain(name), []).append(_plain(str(value)))
    return Form(
        {name: tuple(found) for name, found in texts.items()},
        {name: tuple(found) for name, found in uploads.items()},
    )
