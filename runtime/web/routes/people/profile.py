"""The profile of whoever is signed in, on the desk and in the portal, and pictures of people."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.change_profile import (
    ProfileChange,
    change_password,
    change_profile,
    has_password,
    set_picture,
)
from runtime.queries.pictures import read_picture
from runtime.render.catalogues import LOCALES, N_
from runtime.render.pictures import MOST_BYTES, BadPicture
from runtime.web.pages import go, page, show
from runtime.web.requests import (
    AnyRequest,
    NotHere,
    Visit,
    of_person,
    of_requester,
    of_staff,
    posted,
)
from runtime.web.screens.build_side import side
from runtime.web.screens.people.build_profile import (
    NOTHING,
    Given,
    profile_box,
    read_choices,
    say_faults,
)
from runtime.web.screens.people.profile import PortalProfileScreen, ProfileScreen

DESK, PORTAL = "/t/{tenant:str}/desk/profile", "/t/{tenant:str}/p/profile"
_PICTURES = {
    "no_picture": N_("Choose a PNG, JPEG or WebP picture; without JavaScript a PNG"),
    "too_large": N_("Without JavaScript a picture has at most 640 pixels a side"),
    "slow": N_("This picture took too long; choose a simpler one"),
}


async def _visit(request: AnyRequest, tenant: str) -> Visit:
    on_desk = request.url.path.startswith(f"/t/{tenant}/desk/")
    return await (of_staff if on_desk else of_person)(request, tenant)


def _where(found: Visit) -> str:
    on_desk = "/desk/" in found.request.url.path
    return found.links.desk("profile") if on_desk else found.links.portal("profile")


async def _shown(found: Visit, given: Given = NOTHING, status: int = 200) -> Response[str]:
    where = _where(found)
    session = found.visitor.session if found.visitor else None
    password = session is not None and await has_password(found.site, session)
    box = profile_box(found, where, password=password, given=given)
    title = found.say("My profile")
    if where == found.links.portal("profile"):
        screen = PortalProfileScreen(page(found, title, "profile"), box)
        return show(found, "pages/portal_profile.html", screen, status)
    nav = await side(found, "profile")
    return show(
        found,
        "pages/desk_profile.html",
        ProfileScreen(page(found, title, "desk"), nav, box),
        status,
    )


@get([DESK, PORTAL])
async def profile(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The page."""
    return await _shown(await _visit(request, tenant))


@post([DESK, PORTAL], status_code=303)
async def save_profile(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Write what was chosen."""
    found = await _visit(request, tenant)
    form = await posted(request)
    choices, names = read_choices(found, form)
    if not names:
        locale, theme = form.one("locale"), form.one("theme")
        change = ProfileChange(
            form.one("name"),
            locale if locale in LOCALES else "",
            theme if theme in ("system", "light", "dark") else "",
            choices,
        )
        names = await change_profile(found.site, tenant, found.viewer, change)
    if names:
        return await _shown(found, Given(form, say_faults(found, names)), 422)
    return go(found, _where(found), "profile")


@post([f"{DESK}/picture", f"{PORTAL}/picture"], status_code=303)
async def save_picture(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Take a picture, or the one there away."""
    found = await _visit(request, tenant)
    form = await posted(request)
    uploads = form.uploads.get("picture", ())
    data = await uploads[0].read(MOST_BYTES + 1) if uploads else b""
    if not data and not form.one("remove"):
        fault = {"picture": found.say(_PICTURES["no_picture"])}
        return await _shown(found, Given(faults=fault), 422)
    try:
        await set_picture(found.site, tenant, found.viewer, data)
    except BadPicture as wrong:
        fault = {"picture": found.say(_PICTURES[wrong.code])}
        return await _shown(found, Given(faults=fault), 422)
    return go(found, _where(found), "picture")


@post([f"{DESK}/password", f"{PORTAL}/password"], status_code=303)
async def save_password(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Another password; the old one proves who asks."""
    found = await _visit(request, tenant)
    form = await posted(request)
    if found.visitor is None:
        raise NotHere
    why = await change_password(
        found.site, found.app.attempts, found.visitor.session, form.one("old"), form.one("new")
    )
    said = {
        "short": ("new", found.say("A password has at least 10 characters")),
        "wrong": ("old", found.say("This is not your password now")),
        "too_often": ("old", found.say("Too many tries. Wait five minutes and try again.")),
    }
    if why:
        place, words = said[why]
        return await _shown(found, Given(faults={place: words}), 422)
    return go(found, _where(found), "password")


@get("/t/{tenant:str}/pictures/{person:str}/{mark:str}")
async def picture(
    request: AnyRequest, tenant: FromPath[str], person: FromPath[str], mark: FromPath[str]
) -> Response[bytes]:
    """Somebody's picture, for people of the tenant and guests, who read answers of colleagues too.

    The address changes with the picture, and is not to be guessed."""
    found = await of_requester(request, tenant)
    data = await read_picture(found.site, tenant, person, mark)
    if data is None:
        raise NotHere
    headers = {
        "cache-control": "private, max-age=31536000, immutable",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(data, media_type="image/png", headers=headers)


ROUTES = [profile, save_profile, save_picture, save_password, picture]
