"""The composition root: routes, errors, static files, CSRF for all, and the shield around them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import structlog
from litestar import Litestar, Response, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.middleware.compression import CompressionMiddleware
from litestar.response import Redirect
from litestar.static_files import create_static_files_router
from litestar.status_codes import HTTP_403_FORBIDDEN
from litestar.types import Receive, Scope, Send

from runtime.render.catalogues import N_
from runtime.render.environment import TEMPLATES, Renderer, renderer
from runtime.site.handles import Site
from runtime.site.links import Links, with_query
from runtime.web.api.calling import admit, headers_of
from runtime.web.api.problems import (
    MEDIA,
    PREFIX,
    ApiProblem,
    as_problem,
    locale_of,
    problem_body,
    problem_response,
)
from runtime.web.embedding import without_language
from runtime.web.pages import page, show
from runtime.web.requests import (
    SESSION,
    AnyRequest,
    App,
    SignInFirst,
    came_from,
    check_csrf,
    visit,
    visit_so_far,
)
from runtime.web.routes import api, desk, entry, events_in, files, metrics, people, portal, studio
from runtime.web.screens.base import ErrorScreen, Way
from runtime.web.shield import Shield

MAX_BODY = 64 << 20
# Only what is the same for everybody: how far a page shrinks would tell about its secrets.
SAME_FOR_ALL = re.compile(r"/static/|/t/[^/]+/brand\.css\Z")
SMALLER = CompressionConfig(
    backend="gzip",
    minimum_size=500,
    gzip_compress_level=6,
)
log = structlog.get_logger()


def build_app(site: Site) -> Shield:
    """The ASGI app of a process. `site` is open and loaded."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with site.desks.watching():
            yield

    words = renderer()
    app = Litestar(
        route_handlers=[
            *entry.ROUTES,
            *portal.ROUTES,
            *desk.ROUTES,
            *people.ROUTES,
            *studio.ROUTES,
            *files.ROUTES,
            *metrics.ROUTES,
            *events_in.ROUTES,
            Router(
                "/t/{tenant:str}/api/v1",
                route_handlers=api.ROUTES,
                # In the place of the look at forms' tokens: cookies are nothing to a program.
                before_request=admit,
            ),
            create_static_files_router(
                path="/static",
                directories=[TEMPLATES / "static"],
                name="static",
                cache_control=None,
                before_request=None,
                after_request=_keep,
            ),
        ],
        state=State({"specdesk": App(site, words)}),
        before_request=check_csrf,
        exception_handlers={
            SignInFirst: sign_in_first,
            ApiProblem: told_problem,
            HTTPException: said_error,
            Exception: our_fault,
        },
        lifespan=[lifespan],
        openapi_config=None,
        # structlog is ours to set up; the framework's would log every outgoing call to stdout.
        logging_config=None,
        request_max_body_size=MAX_BODY,
        debug=False,
    )
    smaller = CompressionMiddleware(app, SMALLER)

    async def by_path(scope: Any, receive: Any, send: Any) -> None:
        scope = without_language(scope)
        path = scope.get("path", "")
        if PREFIX.match(path):
            await app(scope, receive, _with_headers(scope, send))
            return
        await (smaller if SAME_FOR_ALL.match(path) else app)(scope, receive, send)

    return Shield(by_path, site.settings.hosts, MAX_BODY, lambda s, n: _as_problem(words, s, n))


def _as_problem(words: Renderer, scope: Any, status: int) -> tuple[bytes, str] | None:
    """What the shield refuses of a program's calls, as every other error is told."""
    path = str(scope.get("path", ""))
    if not PREFIX.match(path):
        return None
    headers = dict(scope["headers"])
    locale = locale_of(headers.get(b"accept-language", b"").decode("latin-1"))
    wrong = as_problem(HTTPException(status_code=status))
    return msgspec.json.encode(problem_body(words, locale, wrong, path)), MEDIA


def _with_headers(scope: Scope, send: Send) -> Send:
    """Errors leave by other ways than answers; both tell how much the caller may still ask."""

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *headers_of(scope)]}
        await send(message)

    return sending


async def _keep(response: Response[Any]) -> Response[Any]:
    """Static addresses carry a hash of their content, so browsers may keep them."""
    response.headers["cache-control"] = "public, max-age=31536000, immutable"
    return response


def sign_in_first(request: AnyRequest, wanted: SignInFirst) -> Response[Any]:
    """To the sign-in page and back; htmx is told to load it whole."""
    url = _door(request, wanted.next_url)
    if visit_so_far(request).is_fragment:
        return Response(None, status_code=401, headers={"hx-redirect": url})
    return Redirect(url, status_code=303)


def _door(request: AnyRequest, next_url: str) -> str:
    """Where one signs in, in the portal by a code where there are codes, to come back from."""
    tenant = str(request.path_params.get("tenant", ""))
    live = request.app.state.specdesk.site.desks.get(tenant)
    by_code = live is not None and bool(live.desk.portal.codes)
    if by_code and request.url.path.startswith(Links(tenant).portal()):
        return with_query(Links(tenant).portal("enter"), next=next_url)
    return with_query("/sign-in", tenant=tenant, next=next_url)


_SAID = {
    403: (
        N_("This form is too old"),
        N_("You were signed out, or it stood open too long. What you typed is kept."),
    ),
    404: (N_("Nothing here"), N_("The page does not exist, or it is not for you.")),
    405: (N_("Not possible here"), N_("This address does not take this kind of request.")),
    408: (N_("Too slow"), N_("The request did not arrive in time; send it again.")),
    413: (N_("Too large"), N_("The request is larger than this service takes.")),
}  # fmt: skip
_ANY = (N_("This did not work"), N_("The request could not be understood."))


def told_problem(request: AnyRequest, wrong: HTTPException) -> Response[Any]:
    """What is wrong with a call of a program."""
    renderer = request.app.state.specdesk.renderer
    language = request.headers.get("accept-language", "")
    return problem_response(renderer, language, as_problem(wrong), request.url.path)


def said_error(request: AnyRequest, wrong: HTTPException) -> Response[Any]:
    """An error page in the visitor's language; unknown and forbidden look alike."""
    if PREFIX.match(request.url.path):
        return told_problem(request, wrong)
    heading, text = _SAID.get(wrong.status_code, _ANY)
    if "visit" in request.scope["state"] or SESSION not in request.cookies:
        return _error(request, wrong.status_code, heading, text)
    return _Late(request, wrong.status_code, heading, text)


class _Late(Response[Any]):
    """The error page of an address that no route has: no route has asked who is there, so that is
    asked before the page is made, or its forms would carry a stranger's token."""

    def __init__(self, request: AnyRequest, status: int, heading: str, text: str) -> None:
        super().__init__(None, status_code=status)
        self._page = request, status, heading, text

    def to_asgi_response(self, app: Litestar | None, request: AnyRequest, **more: Any) -> Any:
        """The page, made when it is sent."""

        async def send_page(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await visit(request)
                made = _error(*self._page)
            except Exception as wrong:
                made = our_fault(request, wrong)
            await made.to_asgi_response(app, request, **more)(scope, receive, send)

        return send_page


def our_fault(request: AnyRequest, wrong: Exception) -> Response[Any]:
    """A bug of ours: logged with its place, told without it."""
    log.error("request failed", path=request.url.path, exc_info=wrong)
    if PREFIX.match(request.url.path):
        again = N_("Try again in a moment; nothing was lost.")
        return told_problem(request, ApiProblem("internal-error", again))
    return _error(
        request,
        500,
        N_("Something went wrong on our side"),
        N_("Try again in a moment; nothing was lost."),
    )


def _error(request: AnyRequest, status: int, heading: str, text: str) -> Response[Any]:
    found = visit_so_far(request)
    ways = [Way(found.links.portal() if found.live else "/", found.say("To the start"))]
    if status == HTTP_403_FORBIDDEN and (form := came_from(request)) != "/":
        ways = [Way(form, found.say("Open the form again"))]
        door = _door(request, form)
        if found.visitor is None and not found.embedded and not door.startswith(form):
            # What was kept of it is theirs alone, and is back when they are.
            ways.insert(0, Way(door, found.say("Sign in and go on")))
    screen = ErrorScreen(
        page=page(found, found.say(heading)),
        status=status,
        heading=found.say(heading),
        text=found.say(text),
        ways=tuple(ways),
    )
    return show(found, "pages/error.html", screen, status)
