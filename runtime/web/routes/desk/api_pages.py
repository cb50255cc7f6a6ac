"""Pages for who writes programs: their tokens, and the reference of the REST API."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.api_tokens import Made, NotMade, new_token, revoke_token, tokens_of
from runtime.render.catalogues import N_
from runtime.web.api.answering import json_answer
from runtime.web.api.documenting import document_for
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, Form, NotHere, Visit, of_staff, posted
from runtime.web.screens.build_side import side
from runtime.web.screens.desk.build_api import api_screen, tokens_screen

TOKENS = "/t/{tenant:str}/desk/tokens"
_SAID = {
    "title": N_("Say what it is for, in at most 100 characters"),
    "scopes": N_("Choose at least one scope"),
    "days": N_("It holds from 1 to %(about)s days"),
    "too_many": N_("You have %(about)s tokens that hold already; revoke one first"),
}


@get(TOKENS)
async def tokens(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """One's own tokens."""
    found = await of_staff(request, tenant)
    return await _page(found)


async def _page(found: Visit, status: int = 200, **entered: Any) -> Response[str]:
    held = await tokens_of(found.site, found.desk.tenant, found.person.id)
    nav = await side(found, "tokens")
    screen = tokens_screen(found, nav, held, **entered)
    return show(found, "pages/desk_tokens.html", screen, status)


@post(TOKENS, status_code=200)
async def make_token(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """Make a token; the page that answers is the only one that shows it."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    scopes, days = form.many("scope"), _days(form)
    made = await new_token(
        found.site, tenant, found.person.id, found.viewer, form.one("title"), scopes, days
    )
    if isinstance(made, Made):
        return await _page(found, made=made.text)
    entered = {"title": form.one("title")[:100], "days": days or 90, "chosen": scopes}
    return await _page(found, 422, problems=(_said(found, made),), **entered)


def _days(form: Form) -> int:
    return min(form.whole("days") or 0, 100_000)


def _said(found: Visit, wrong: NotMade) -> str:
    return found.say(_SAID[wrong.code], about=wrong.about)


@post(f"{TOKENS}/{{token:str}}/revoke", status_code=303)
async def end_token(
    request: AnyRequest, tenant: FromPath[str], token: FromPath[str]
) -> Response[Any]:
    """End one of one's own tokens at once."""
    found = await of_staff(request, tenant)
    if not await revoke_token(found.site, tenant, token, found.viewer):
        raise NotHere
    return go(found, found.links.desk("tokens"), "token_revoked")


@get("/t/{tenant:str}/api/")
async def reference(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The REST API as this person may use it."""
    found = await of_staff(request, tenant)
    document = document_for(found.desk, found.viewer, found.locale)
    screen = api_screen(found, await side(found, "tokens"), document)
    return show(found, "pages/desk_api.html", screen)


@get("/t/{tenant:str}/api/openapi.json")
async def reference_json(request: AnyRequest, tenant: FromPath[str]) -> Response[bytes]:
    """The document for who is signed in; the API itself takes no cookies."""
    found = await of_staff(request, tenant)
    return json_answer(document_for(found.desk, found.viewer, found.locale))


ROUTES = [tokens, make_token, end_token, reference, reference_json]
