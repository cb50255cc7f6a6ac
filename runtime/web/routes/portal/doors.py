"""The portal's doors without a password: a guest's link, and the code by mail."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from runtime.actions.door_codes import ask_for_code, enter_by_code
from runtime.actions.guests import (
    VISIT_LASTS_US,
    TooOften,
    come_back,
    send_link_again,
    ticket_behind,
)
from runtime.actions.sign_in import LASTS_US
from runtime.channels.mail.message import is_address
from runtime.queries.read_ticket import see_ticket
from runtime.site.links import with_query
from runtime.web.pages import kept_cookie, local, page, show
from runtime.web.requests import (
    GUEST,
    SESSION,
    AnyRequest,
    NotHere,
    Visit,
    address_of,
    posted,
    visit,
)
from runtime.web.screens.portal.pages import (
    CodeScreen,
    EnterScreen,
    LinkGoneScreen,
    LinkOfAnotherScreen,
)


@get("/t/{tenant:str}/p/k/{secret:str}")
async def by_link(
    request: AnyRequest, tenant: FromPath[str], secret: FromPath[str]
) -> Response[Any]:
    """From a mail to its one ticket; whatever is no such link says so and how to go on."""
    found = await visit(request, tenant)
    if found.is_known:
        return await _by_link_signed_in(found, secret)
    came = await come_back(found.site, found.desk.tenant, secret, request.cookies.get(GUEST, ""))
    if came is None:
        return show(found, "pages/portal_link_gone.html", _gone(found, secret), 404)
    answer = Redirect(found.links.portal_ticket(came.number), status_code=303)
    base = f"{found.links.base}/"
    answer.set_cookie(kept_cookie(request, GUEST, came.token, VISIT_LASTS_US, base))
    answer.headers["cache-control"] = "no-store"
    return answer


async def _by_link_signed_in(found: Visit, secret: str) -> Response[Any]:
    """A link opened by who has signed in: they stay who they are, and are told where that bars."""
    number = await ticket_behind(found.site, found.desk.tenant, secret)
    if not number:
        return show(found, "pages/portal_link_gone.html", _gone(found, secret), 404)
    visitor = found.visitor
    if visitor is not None and visitor.viewer is not None:
        if await see_ticket(found.site, found.desk.tenant, visitor.viewer, number):
            return Redirect(found.links.portal_ticket(number), status_code=303)
    screen = LinkOfAnotherScreen(
        page=page(found, found.say("This link is for somebody else")),
        who=visitor.email if visitor else "",
        link_url=found.links.portal("k", secret),
        home_url=found.links.portal(),
    )
    return show(found, "pages/portal_link_other.html", screen, 403)


def _gone(found: Visit, secret: str, *, sent: bool = False, error: str = "") -> LinkGoneScreen:
    portal = found.desk.desk.portal
    return LinkGoneScreen(
        page=page(found, found.say("This link opens nothing any more")),
        home_url=found.links.portal(),
        sign_in_url=found.links.portal("enter") if portal.codes else "",
        again_url=found.links.portal("k", secret, "again") if portal.guests else "",
        sent=sent,
        error=error,
    )


@post("/t/{tenant:str}/p/k/{secret:str}/again", status_code=200)
async def link_again(
    request: AnyRequest, tenant: FromPath[str], secret: FromPath[str]
) -> Response[str]:
    """Have a fresh link sent in place of one that ran out; of what was none it is said alike."""
    found = await visit(request, tenant)
    if not found.desk.desk.portal.guests:
        raise NotHere
    slower = await send_link_again(found.site, tenant, secret, address_of(request))
    error = found.say("Too many were sent from here. Wait a while and send it again.")
    screen = _gone(found, secret, sent=slower is None, error=error if slower else "")
    return show(found, "pages/portal_link_gone.html", screen, 429 if slower else 200)


async def _door(request: AnyRequest, tenant: str) -> Visit:
    found = await visit(request, tenant)
    if not found.desk.desk.portal.codes:
        raise NotHere
    return found


def _enter(found: Visit, next_url: str, email: str = "", error: str = "") -> EnterScreen:
    kept = local(next_url, "")
    return EnterScreen(
        page=page(found, found.say("Sign in")),
        action=found.links.portal("enter"),
        next=kept,
        email=email,
        error=error,
        notice=found.say("Sign in to go on; what you typed is kept.") if kept else "",
        password_url=with_query("/sign-in", tenant=found.links.tenant, next=kept),
    )


@get("/t/{tenant:str}/p/enter")
async def enter(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """Ask for a code, or go on to the password."""
    found = await _door(request, tenant)
    return show(found, "pages/portal_enter.html", _enter(found, found.query("next")))


@post("/t/{tenant:str}/p/enter", status_code=303)
async def ask_code(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Have a code sent; the answer is the same for every address."""
    found = await _door(request, tenant)
    form = await posted(request)
    email, next_url = form.one("email").strip()[:320], local(form.one("next"), "")
    if not is_address(email):
        error = found.say("Enter a mail address such as name@example.com")
        screen = _enter(found, next_url, email, error)
        return show(found, "pages/portal_enter.html", screen, 422)
    made = await ask_for_code(found.site, found.desk, email, found.locale, address_of(request))
    if isinstance(made, TooOften):
        error = found.say("Too many codes were asked for. Wait a while and try again.")
        screen = _enter(found, next_url, email, error)
        return show(found, "pages/portal_enter.html", screen, 429)
    url = with_query(found.links.portal("enter", "code"), key=made, next=next_url)
    return Redirect(url, status_code=303)


def _code(found: Visit, key: str, next_url: str, name: str = "", error: str = "") -> CodeScreen:
    return CodeScreen(
        page=page(found, found.say("Sign in")),
        action=found.links.portal("enter", "code"),
        key=key[:64],
        next=local(next_url, ""),
        name=name,
        error=error,
        again_url=with_query(found.links.portal("enter"), next=local(next_url, "")),
    )


@get("/t/{tenant:str}/p/enter/code")
async def code_page(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """Where the code is typed in; the page is the same whether one was sent or not."""
    found = await _door(request, tenant)
    screen = _code(found, found.query("key"), found.query("next"))
    return show(found, "pages/portal_code.html", screen)


@post("/t/{tenant:str}/p/enter/code", status_code=303)
async def use_code(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Sign in with a code; one that is wrong, old, used up or another's is told alike."""
    found = await _door(request, tenant)
    form = await posted(request)
    key, name, next_url = form.one("key"), form.one("name"), local(form.one("next"), "")
    code = "".join(form.one("code").split())[:20]
    done = await enter_by_code(
        found.site, found.desk, key, code, name, address_of(request),
        request.cookies.get(SESSION, ""),
    )  # fmt: skip
    if done is None or isinstance(done, TooOften):
        error = (
            found.say("This code does not open anything. Look again, or ask for a new one.")
            if done is None
            else found.say("Too many tries. Wait five minutes and try again.")
        )
        screen = _code(found, key, next_url, name, error)
        return show(found, "pages/portal_code.html", screen, 422 if done is None else 429)
    answer = Redirect(next_url or found.links.portal(), status_code=303)
    lasts_us = LASTS_US if form.one("remember") else None
    answer.set_cookie(kept_cookie(request, SESSION, done.token, lasts_us))
    return answer


ROUTES = [by_link, link_again, enter, ask_code, code_page, use_code]
