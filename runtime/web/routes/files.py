"""Uploads, downloads and the search in sources."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from litestar import MediaType, Response, get, post
from litestar.params import FromPath
from litestar.response import File

from engine.decide import access
from runtime.actions.gather import asker_of
from runtime.actions.guests import HELD_BY_CALLER, spend
from runtime.queries.files import Download, download, look_of, picture
from runtime.web.pages import page, show
from runtime.web.reading import reach_of_visit
from runtime.web.requests import (
    AnyRequest,
    NotHere,
    Visit,
    address_of,
    as_guest,
    of_person,
    of_requester,
    posted,
    visit,
)
from runtime.web.screens.build_form import record
from runtime.web.screens.form import FoundScreen
from runtime.web.uploads import take

_NOTHING = "default-src 'none'; sandbox"
# Browsers show a PDF in a viewer of their own, which a sandbox would keep out; our pages show it in
# a frame, nobody else's.
_POLICIES = {"pdf": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"}
_CHUNK = 2 << 20
"""So much of a video in one piece; whoever plays it asks for the next."""
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})\Z")


@post(["/t/{tenant:str}/files", "/t/{tenant:str}/p/embed/files"], status_code=201)
async def upload(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Hold one file; answers its token, or the sentence that refuses it."""
    found = await visit(request, tenant)
    if found.visitor is None and found.desk.desk.portal.guests:
        found = as_guest(found)
    elif found.visitor is None or found.visitor.viewer is None:
        found = await of_requester(request, tenant)
    if found.viewer.is_guest and await _too_many(found):
        return Response({"detail": found.say("Too many files; wait a while")}, status_code=429)
    form = await posted(request)
    uploads = [one for several in form.uploads.values() for one in several]
    if len(uploads) != 1:
        return Response({"detail": found.say("Choose one file")}, status_code=422)
    kept = await take(found, uploads[0])
    if isinstance(kept, str):
        return Response({"detail": kept}, status_code=422)
    return Response({"token": kept.token, "name": kept.name, "size": kept.size}, status_code=201)


async def _too_many(found: Visit) -> bool:
    limits = {f"files:{address_of(found.request)}": HELD_BY_CALLER}
    return await spend(found.site, found.desk.tenant, limits) is not None


@get("/t/{tenant:str}/files/{token:str}")
async def attachment(
    request: AnyRequest, tenant: FromPath[str], token: FromPath[str]
) -> Response[Any]:
    """An attachment, or a picture of an article; what a browser shows safely opens in it."""
    found = await visit(request, tenant)
    held = await picture(found.site, tenant, reach_of_visit(found), token)
    if held is None:
        found = await of_requester(request, tenant)
        held = await download(found.site, tenant, found.viewer, token)
    if held is None or not held.path.exists():
        raise NotHere
    return _sent(request, found, held)


def _sent(request: AnyRequest, found: Visit, held: Download) -> Response[Any]:
    """The bytes: shown where a browser can do that without running anything, else saved."""
    row = held.row
    look, _ = look_of(found.site, row)
    kind = row.type_found if look else "application/octet-stream"
    headers = {
        "cache-control": "private, max-age=3600",
        "content-security-policy": _POLICIES.get(look, _NOTHING),
        "content-disposition": f"{'inline' if look else 'attachment'}; "
        f"filename*=UTF-8''{quote(row.name)}",
        "accept-ranges": "bytes",
    }
    if look == "pdf":
        headers["x-frame-options"] = "SAMEORIGIN"
    media_type = "text/plain" if look == "text" else kind
    asked = _RANGE.match(request.headers.get("range", ""))
    if asked is None:
        whole = File(held.path, media_type=media_type, headers=headers)
        whole.headers["content-disposition"] = headers["content-disposition"]
        return whole
    return _part(held, int(asked[1]), asked[2], media_type, headers)


def _part(
    held: Download, start: int, end: str, media_type: str, headers: dict[str, str]
) -> Response[bytes]:
    """A piece of a file, as players ask for it."""
    size = held.row.size
    last = min(int(end) if end else size - 1, start + _CHUNK - 1, size - 1)
    if start > last:
        return Response(b"", status_code=416, headers={"content-range": f"bytes */{size}"})
    with held.path.open("rb") as file:
        file.seek(start)
        piece = file.read(last - start + 1)
    headers = {**headers, "content-range": f"bytes {start}-{last}/{size}"}
    return Response(piece, status_code=206, media_type=media_type, headers=headers)


@post("/t/{tenant:str}/find/{source:str}", status_code=200, media_type=MediaType.HTML)
async def find(request: AnyRequest, tenant: FromPath[str], source: FromPath[str]) -> Response[str]:
    """Records of a source as a list to choose from; a requester finds only their own.

    What is looked for may be a name, so it does not stand in an address.
    """
    found = await of_person(request, tenant)
    model = found.desk.desk.sources.get(source)
    if model is None or not access.finds(found.desk.desk, found.viewer, source):
        raise NotHere
    form = await posted(request)
    words = form.one("q").strip()
    asker = asker_of(model, found.viewer, found.person)
    answer = await found.site.records.search(found.desk, source, words, asker, 8) if words else None
    records = tuple(record(one) for one in answer.records) if answer is not None else ()
    notice = ""
    if answer is not None and answer.state != "found":
        notice = found.say("This list can't be reached now; type the number")
    elif words and not records:
        notice = found.say("Nothing was found")
    screen = FoundScreen(page(found, ""), form.one("field"), records, notice)
    return show(found, "pages/portal_found.html", screen)


ROUTES = [upload, attachment, find]
