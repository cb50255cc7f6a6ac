"""The REST API's words on a ticket: replies and notes, files, and what happened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import File
from pydantic import Field

from engine.decide.verdict import Comment
from runtime.actions.upload_file import MAX_BYTES, UploadRefused, upload_file
from runtime.queries.files import download
from runtime.queries.read_ticket import TicketPage, read_ticket
from runtime.queries.talk_data import comments_of, files_of, history_of
from runtime.queries.ticket_data import api_url
from runtime.render.catalogues import N_
from runtime.web.api.acting import do_to, seen_by
from runtime.web.api.answering import json_answer
from runtime.web.api.bodies import Body, body_of
from runtime.web.api.calling import Call, call_of
from runtime.web.api.once import once
from runtime.web.api.paging import bad, limit_of, paged, parameters
from runtime.web.api.problems import ApiProblem, Fault, NotThere
from runtime.web.requests import AnyRequest
from runtime.web.uploads import SAID

TICKET = "/tickets/{number:str}"


async def _page(call: Call, number: str) -> TicketPage:
    found = await read_ticket(call.site, call.tenant, call.viewer, number)
    if found is None:
        raise NotThere
    return found


def _listed(call: Call, items: Sequence[Mapping[str, Any]]) -> Response[bytes]:
    """A page of entries that are numbered by `seq`."""
    given = parameters(call, "limit", "cursor")
    after, limit = given.get("cursor", ""), limit_of(given)
    if after and not (after.isascii() and after.isdigit() and len(after) < 10):
        raise bad(Fault("cursor", "value", N_("It is not the cursor of this list in this order")))
    rest = [one for one in items if one["seq"] > int(after or 0)]
    page, last = rest[:limit], ""
    if len(rest) > limit:
        last = str(page[-1]["seq"])
        # Words of one event stay together, or the next page would leave some of them out.
        page += [one for one in rest[limit:] if one["seq"] == page[-1]["seq"]]
    return paged(call, given, {"items": page, "next": None}, last)


@get(f"{TICKET}/comments", opt={"scope": "tickets:read"})
async def comments(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """What was said on a ticket, oldest first; notes are for those who work here."""
    call = call_of(request)
    return _listed(call, comments_of(await _page(call, number), call.viewer))


class CommentBody(Body):
    """A reply, or a note. `files`: tokens of uploads."""

    text: str = Field("", max_length=10_000)
    internal: bool = False
    files: list[str] = Field([], max_length=100)


@post(f"{TICKET}/comments", opt={"scope": "tickets:write"}, status_code=201)
async def comment(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Reply to all who see the ticket, or note something for those who work here."""

    async def say(call: Call) -> Response[bytes]:
        body = await body_of(request, CommentBody)
        seen = await seen_by(call, number)
        files = {"comment": tuple(body.files)} if body.files else {}
        await do_to(call, seen, Comment(body.text, body.internal), files=files, at="")
        if not call.has("tickets:read"):
            return json_answer({"url": call.links.api("tickets", number, "comments")}, 201)
        told = comments_of(await _page(call, number), call.viewer)
        mine = [one for one in told if one["internal"] == body.internal]
        return json_answer(mine[-1], 201)

    return await once(call_of(request), say)


@get(f"{TICKET}/history", opt={"scope": "tickets:read"})
async def history(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Who did what when, oldest first, as far as the caller may see it."""
    call = call_of(request)
    return _listed(call, history_of(await _page(call, number), call.viewer))


@get(f"{TICKET}/attachments", opt={"scope": "tickets:read"})
async def attachments(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """The ticket's files, with the field or the words that each belongs to."""
    call = call_of(request)
    parameters(call)
    return json_answer({"items": files_of(await _page(call, number))})


@post("/files", opt={"scope": "tickets:write"}, status_code=201, request_max_body_size=MAX_BYTES)
async def upload(request: AnyRequest) -> Response[bytes]:
    """Hold a file until a ticket or a comment names its token; the body is the file itself."""
    call = call_of(request)
    name = parameters(call, "name").get("name", "")
    if not name.strip():
        raise bad(Fault("name", "missing", N_("It is needed")))
    kept = await upload_file(call.site, call.tenant, call.viewer, name, _pieces(request))
    if isinstance(kept, UploadRefused):
        raise _not_kept(kept)
    told = {"token": kept.token, "name": kept.name, "size": kept.size, "type": kept.type_found}
    url = api_url(call.tenant, "files", kept.token)
    return json_answer({**told, "url": url}, 201, {"location": url})


async def _pieces(request: AnyRequest) -> AsyncIterator[bytes]:
    async for piece in request.stream():
        yield piece


def _not_kept(wrong: UploadRefused) -> ApiProblem:
    values = {"name": wrong.name, "found": wrong.found, "most": wrong.most >> 20}
    kind = "too-large" if wrong.code == "too_large" else "refused"
    return ApiProblem(kind, SAID[wrong.code], values, told={"code": wrong.code})


@get("/files/{token:str}", opt={"scope": "tickets:read"})
async def file(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """The bytes of a file that the caller may have; never to be shown inside a page."""
    call = call_of(request)
    held = await download(call.site, call.tenant, call.viewer, token)
    if held is None or not held.path.exists():
        raise NotThere
    answer = File(
        held.path,
        media_type=held.row.type_found,
        headers={
            "cache-control": "private, no-cache",
            "content-security-policy": "default-src 'none'; sandbox",
            "vary": "authorization",
        },
    )
    name = quote(held.row.name)
    answer.headers["content-disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


ROUTES = [comments, comment, history, attachments, upload, file]
