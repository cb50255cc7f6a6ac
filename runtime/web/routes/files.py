"""Uploads, downloads and the search in sources."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import MediaType, Response, get, post
from litestar.params import FromPath
from litestar.response import File

from engine.decide import access
from runtime.actions.gather import asker_of
from runtime.queries.files import download, picture
from runtime.web.pages import page, show
from runtime.web.reading import reach_of_visit
from runtime.web.requests import AnyRequest, NotHere, of_person, posted, visit
from runtime.web.screens.build_form import record
from runtime.web.screens.form import FoundScreen
from runtime.web.uploads import take

_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@post("/t/{tenant:str}/files", status_code=201)
async def upload(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Hold one file; answers its token, or the sentence that refuses it."""
    found = await of_person(request, tenant)
    form = await posted(request)
    uploads = [one for several in form.uploads.values() for one in several]
    if len(uploads) != 1:
        return Response({"detail": found.say("Choose one file")}, status_code=422)
    kept = await take(found, uploads[0])
    if isinstance(kept, str):
        return Response({"detail": kept}, status_code=422)
    return Response({"token": kept.token, "name": kept.name, "size": kept.size}, status_code=201)


@get("/t/{tenant:str}/files/{token:str}")
async def attachment(
    request: AnyRequest, tenant: FromPath[str], token: FromPath[str]
) -> Response[Any]:
    """An attachment, or a picture of an article; only pictures open, all else is saved."""
    found = await visit(request, tenant)
    held = await picture(found.site, tenant, reach_of_visit(found), token)
    if held is None:
        found = await of_person(request, tenant)
        held = await download(found.site, tenant, found.viewer, token)
    if held is None or not held.path.exists():
        raise NotHere
    inline = held.row.type_found in _INLINE
    answer = File(
        held.path,
        media_type=held.row.type_found if inline else "application/octet-stream",
        headers={
            "cache-control": "private, max-age=3600",
            "content-security-policy": "default-src 'none'; sandbox",
        },
    )
    kind = "inline" if inline else "attachment"
    answer.headers["content-disposition"] = f"{kind}; filename*=UTF-8''{quote(held.row.name)}"
    return answer


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
