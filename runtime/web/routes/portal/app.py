"""The portal as an app on a phone: its manifest and icons, its service worker, its offline page."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace

from litestar import MediaType, Response, get
from litestar.params import FromPath

from runtime.render.catalogues import LOCALES
from runtime.render.environment import TEMPLATES
from runtime.site.links import with_query
from runtime.web.brand import WANTED, contrast
from runtime.web.pages import page, show
from runtime.web.requests import AnyRequest, Visit, visit
from runtime.web.screens.portal.pages import OfflineScreen

_STATIC = TEMPLATES / "static"
_ACCENT, _GROUND = "#006c94", "#ffffff"
_SHELL = ("tokens.css", "components.css", "app.css", "app.js", "portal.js", "icons.svg", "mark.svg")
_LIBRARY = "htmx/htmx-2.0.11.min.js"
_AN_HOUR = {"cache-control": "public, max-age=3600"}


def _accent(found: Visit) -> str:
    accent = found.desk.desk.portal.accent
    return accent if accent and contrast(accent, _GROUND) >= WANTED else _ACCENT


@get("/t/{tenant:str}/p/manifest.webmanifest")
async def manifest(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """What a phone needs to put the portal among its apps."""
    found = await visit(request, tenant)
    live, home = found.desk, found.links.portal()
    name = live.desk.tenant.title.say(found.locale)
    url = request.app.state.specdesk.renderer.assets.url
    pictures = [
        {"src": found.links.portal("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        *(
            {"src": url(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png",
             "purpose": purpose}
            for size in (192, 512)
            for purpose in ("any", "maskable")
        ),
    ]  # fmt: skip
    said = {
        "id": home,
        "name": name,
        "short_name": name[:12],
        "lang": found.locale,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": _GROUND,
        "theme_color": _accent(found),
        "icons": pictures,
    }
    text = json.dumps(said, ensure_ascii=False)
    headers = {**_AN_HOUR, "vary": "accept-language"}
    return Response(text, media_type="application/manifest+json", headers=headers)


@get("/t/{tenant:str}/p/icon.svg")
async def icon(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The mark in the tenant's colour."""
    found = await visit(request, tenant)
    text = (_STATIC / "mark.svg").read_text("utf-8").replace(_ACCENT, _accent(found))
    return Response(text, media_type="image/svg+xml", headers=_AN_HOUR)


@get("/t/{tenant:str}/p/sw.js")
async def worker(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The service worker, with the addresses that it keeps before it."""
    found = await visit(request, tenant)
    url = request.app.state.specdesk.renderer.assets.url
    shell = [url(name) for name in (*_SHELL, _LIBRARY)]
    # By language, so that a browser that changes it keeps the page in the new one.
    offline = with_query(found.links.portal("offline"), lang=found.locale)
    text = (_STATIC / "sw.js").read_text("utf-8")
    version = hashlib.sha256(json.dumps([shell, offline, text]).encode()).hexdigest()[:12]
    head = "".join(
        f"const {name} = {json.dumps(value)};\n"
        for name, value in (("SHELL", shell), ("OFFLINE", offline), ("VERSION", version))
    )
    plain = re.sub(r"^// .*\n", "", text, flags=re.MULTILINE)
    headers = {"cache-control": "no-cache", "service-worker-allowed": found.links.portal()}
    return Response(head + plain, media_type="text/javascript", headers=headers)


@get("/t/{tenant:str}/p/offline", media_type=MediaType.HTML)
async def offline(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """What is shown without a connection; it is kept by browsers, so it is nobody's page."""
    found = await visit(request, tenant)
    asked = found.query("lang")
    locale = asked if asked in LOCALES else found.locale
    found = replace(found, visitor=None, csrf="", locale=locale)
    screen = OfflineScreen(page(found, found.say("You are offline")), found.links.portal())
    answer = show(found, "pages/portal_offline.html", screen)
    answer.cookies.clear()
    return answer


ROUTES = [manifest, icon, worker, offline]
