"""The doors: sign-in and out, language and theme, health, and where `/` leads."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect

from runtime.actions.sign_in import LASTS_US, NoEntry, set_preferences, sign_in, sign_out
from runtime.render.catalogues import LOCALES
from runtime.site.links import Links, with_query
from runtime.web.brand import brand_css
from runtime.web.pages import kept_cookie, local, page, show
from runtime.web.requests import LOCALE, SESSION, AnyRequest, App, Visit, posted, visit
from runtime.web.screens.form import Option
from runtime.web.screens.sign_in import SignInScreen


@get("/")
async def root(request: AnyRequest) -> Response[Any]:
    """To one's desk or portal; to the sign-in page for who is nobody yet."""
    found = await visit(request)
    if found.visitor is None:
        return Redirect("/sign-in", status_code=303)
    return Redirect(await _home(found), status_code=303)


async def _home(found: Visit) -> str:
    """The first page of the account in the first tenant that it is someone in."""
    for tenant in found.site.desks.tenants():
        there = await visit(found.request, tenant)
        if there.visitor is not None and there.visitor.viewer is not None:
            return there.links.desk() if there.viewer.is_staff else there.links.portal()
    return "/sign-in?nowhere=1"


@get("/sign-in")
async def sign_in_page(request: AnyRequest) -> Response[str]:
    """The form to sign in."""
    found = await _at_the_door(request)
    notice = ""
    if request.query_params.get("nowhere"):
        notice = found.say("This account belongs to no service desk here.")
    elif request.query_params.get("next"):
        notice = found.say("Sign in to go on; what you typed is kept.")
    return _form(found, str(request.query_params.get("next", "")), notice=notice)


async def _at_the_door(request: AnyRequest) -> Visit:
    """A visit at the door of the tenant that the address names, if it names one."""
    app: App = request.app.state.specdesk
    wanted = str(request.query_params.get("tenant", ""))
    return await visit(request, wanted if app.site.desks.get(wanted) else "")


def _form(
    found: Visit,
    next_url: str,
    *,
    identity: str = "",
    tenant: str = "",
    error: str = "",
    notice: str = "",
    status: int = 200,
) -> Response[str]:
    tenants = [(name, found.site.desks.get(name)) for name in found.site.desks.tenants()]
    named = tuple(
        Option(name, live.desk.tenant.title.say(found.locale)) for name, live in tenants if live
    )
    here = found.live.tenant if found.live else ""
    screen = SignInScreen(
        page=page(found, found.say("Sign in")),
        action=with_query("/sign-in", tenant=here),
        next=local(next_url, ""),
        identity=identity,
        error=error,
        notice=notice,
        tenants=() if here or len(named) < 2 or next_url else named,
        tenant=here or tenant,
    )
    return show(found, "pages/sign_in.html", screen, status)


@post("/sign-in", status_code=303)
async def sign_in_now(request: AnyRequest) -> Response[Any]:
    """Check the pair; wrong and unknown answer alike, after the same time."""
    app: App = request.app.state.specdesk
    form, found = await posted(request), await _at_the_door(request)
    identity, next_url = form.one("identity"), local(form.one("next"), "")
    wanted = found.live.tenant if found.live else form.one("tenant")
    result = await sign_in(
        app.site, app.attempts, identity, form.one("password"), request.cookies.get(SESSION, "")
    )
    if isinstance(result, NoEntry):
        said = (
            found.say("Too many tries. Wait five minutes and try again.")
            if result.too_often
            else found.say("This email and password don't belong together.")
        )
        status = 429 if result.too_often else 422
        return _form(found, next_url, identity=identity, tenant=wanted, error=said, status=status)
    target = next_url or _first(app, result.tenants, wanted)
    answer: Response[Any] = Redirect(target, status_code=303)
    lasts_us = LASTS_US if form.one("remember") else None
    answer.set_cookie(kept_cookie(request, SESSION, result.token, lasts_us))
    return answer


def _first(app: App, tenants: tuple[str, ...], wanted: str) -> str:
    there = [name for name in tenants if app.site.desks.get(name)]
    return f"{Links(wanted if wanted in there else there[0]).base}/" if there else "/"


@get("/t/{tenant:str}/")
async def tenant_root(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Staff to the desk, everybody else to the portal."""
    found = await visit(request, tenant)
    viewer = found.visitor.viewer if found.visitor else None
    staff = viewer is not None and viewer.is_staff
    return Redirect(found.links.desk() if staff else found.links.portal(), status_code=303)


@post("/sign-out", status_code=303)
async def sign_out_now(request: AnyRequest) -> Response[Any]:
    """End the session here and in the store, and go where the form says, else to sign in."""
    app: App = request.app.state.specdesk
    form = await posted(request)
    token = request.cookies.get(SESSION, "")
    if token:
        await sign_out(app.site, token)
    answer: Response[Any] = Redirect(local(form.one("next"), "/sign-in"), status_code=303)
    answer.set_cookie(Cookie(SESSION, value="", max_age=0, path="/"))
    return answer


@post("/preferences", status_code=303)
async def preferences(request: AnyRequest) -> Response[Any]:
    """Language and theme: kept with the account, for others in a cookie."""
    app: App = request.app.state.specdesk
    form = await posted(request)
    found = await visit(request)
    changes: dict[str, str] = {}
    if form.one("locale") in LOCALES:
        changes["locale"] = form.one("locale")
    if form.one("theme") in ("system", "light", "dark"):
        changes["theme"] = form.one("theme")
    answer: Response[Any] = Redirect(local(form.one("next")), status_code=303)
    if found.visitor is not None and found.visitor.session.account_id:
        await set_preferences(app.site, found.visitor.session.account_id, **changes)
    elif "locale" in changes:
        answer.set_cookie(
            Cookie(
                LOCALE,
                value=changes["locale"],
                max_age=31_536_000,
                samesite="lax",
                path="/",
            )
        )
    return answer


@get("/health", media_type=MediaType.TEXT)
async def health(request: AnyRequest) -> Response[str]:
    """Whether this process answers and reads its store."""
    app: App = request.app.state.specdesk
    async with app.site.store.system():
        pass
    return Response("ok\n", media_type=MediaType.TEXT)


@get("/t/{tenant:str}/brand.css", media_type=MediaType.CSS)
async def brand(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The tenant's accent as custom properties, from our own origin (strict CSP)."""
    found = await visit(request, tenant)
    return Response(
        brand_css(found.desk.desk.portal.accent),
        media_type=MediaType.CSS,
        headers={"cache-control": "max-age=60"},
    )


ROUTES = [root, sign_in_page, sign_in_now, tenant_root, sign_out_now, preferences, health, brand]
