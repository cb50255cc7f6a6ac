"""Who calls the REST API: the token, its person, the pinned desk, and what the scopes allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from litestar import Response
from litestar.routes import HTTPRoute

from engine.facts import Viewer
from runtime.actions.api_tokens import Called
from runtime.render.catalogues import N_
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.links import Links
from runtime.web.api.problems import ApiProblem, locale_of
from runtime.web.api.rates import spend
from runtime.web.requests import AnyRequest, App, address_of

REALM = 'Bearer realm="specdesk"'


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a program. It speaks in the words of `desk`, like a visit of a person."""

    app: App
    request: AnyRequest
    site: Site
    """The process's handles with the pinned snapshot."""
    desk: Live
    called: Called
    locale: str

    @property
    def tenant(self) -> str:
        return self.desk.tenant

    @property
    def viewer(self) -> Viewer:
        """The person as decisions see them."""
        return self.called.viewer

    @property
    def links(self) -> Links:
        return Links(self.desk.tenant)

    def under(self, live: Live) -> Call:
        """The same call, speaking in the words of another desk: that of a pilot's ticket."""
        return self if live is self.desk else replace(self, desk=live)

    def say(self, message: str, **values: object) -> str:
        """A msgid in the caller's language."""
        return self.app.renderer.say(self.locale, message, **values)

    @property
    def key(self) -> str:
        """What the acts of this call are known by, so that none is done twice; "" for any."""
        key = idempotency_key(self.request)
        return f"api:{key}" if key else ""

    def has(self, scope: str) -> bool:
        """Whether the token has a scope."""
        return scope in self.called.token.scopes


def idempotency_key(request: AnyRequest) -> str:
    """The key of the header, "" where there is none.

    Raises:
        ApiProblem: it is no key.
    """
    text = request.headers.get("idempotency-key", "").strip().strip('"')
    if text and not (text.isascii() and text.isprintable() and len(text) <= 200):
        wrong = N_("An Idempotency-Key has at most %(most)s printable characters.")
        raise ApiProblem("bad-request", wrong, {"most": 200})
    return text


def call_of(request: AnyRequest) -> Call:
    """The call that `admit` has let in."""
    return cast("Call", request.scope["state"]["call"])


async def admit(request: AnyRequest) -> Response[Any] | None:
    """Let a call in: within the rates, with a token that holds and has the route's scope.

    Cookies are never looked at, so no other site's page can act here, and no token of a form is
    needed. It runs before each route; a route without a scope is open to every token.
    """
    if request.method == "OPTIONS":
        return Response(b"", status_code=204, headers={"allow": _methods(request)})
    app: App = request.app.state.specdesk
    live = app.site.desks.get(str(request.path_params.get("tenant", "")))
    if live is not None:
        await spend(request, app, live.tenant, f"address:{address_of(request)}")
    called = await _called(request, app, live)
    if live is None or called is None:
        raise _no_entry(request)
    await spend(request, app, live.tenant, f"token:{called.token.id}")
    scope = str(request.route_handler.opt.get("scope", ""))
    if scope and scope not in called.token.scopes:
        needed = N_("It needs the scope %(scope)s.")
        more = {"www-authenticate": f'{REALM}, error="insufficient_scope", scope="{scope}"'}
        raise ApiProblem("missing-scope", needed, {"scope": scope}, headers=more)
    site = replace(app.site, desks=app.site.desks.pinned(live))
    locale = locale_of(request.headers.get("accept-language", ""), live.desk.tenant.locales)
    request.scope["state"]["call"] = Call(app, request, site, live, called, locale)
    return None


def _methods(request: AnyRequest) -> str:
    """The methods that the address takes, whichever handler has each of them."""
    here = request.scope["path_template"]
    found = {
        method
        for route in request.app.routes
        if route.path_format == here and isinstance(route, HTTPRoute)
        for method in route.methods
    }
    return ", ".join(sorted(found))


async def _called(request: AnyRequest, app: App, live: Live | None) -> Called | None:
    word, _, token = request.headers.get("authorization", "").partition(" ")
    if live is None or word.lower() != "bearer" or len(token) > 200:
        return None
    return await app.callers.find(app.site, token.strip(), live)


def _no_entry(request: AnyRequest) -> ApiProblem:
    """One answer for no token, a wrong one, and a tenant that there is not."""
    given = "authorization" in request.headers
    challenge = f'{REALM}, error="invalid_token"' if given else REALM
    detail = (
        N_("The token is unknown, was revoked or has expired.")
        if given
        else N_("Send it as “Authorization: Bearer sd_…”.")
    )
    return ApiProblem("unauthorized", detail, headers={"www-authenticate": challenge})


def headers_of(scope: Mapping[str, Any]) -> list[tuple[bytes, bytes]]:
    """What every answer to a call carries besides its own headers."""
    found = scope.get("state", {}).get("api_headers", {})
    return [(name.encode(), str(value).encode()) for name, value in found.items()]
