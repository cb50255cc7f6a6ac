"""A POST with an Idempotency-Key is done once; whoever sends it again gets the first answer."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, Final

from litestar import Response

from runtime.actions.answer_once import Kept, begin, finish, give_back
from runtime.render.catalogues import N_
from runtime.web.api.bodies import MAX_JSON, bytes_of
from runtime.web.api.calling import Call, idempotency_key
from runtime.web.api.problems import ApiProblem, problem_response

Act = Callable[[Call], Awaitable[Response[Any]]]
_KEPT: Final = ("content-type", "location", "etag", "content-language", "link")


async def once(call: Call, act: Act, most: int = MAX_JSON) -> Response[Any]:
    """Do what a call asks for, unless its key says that it was done; refusals are kept as well.

    Raises:
        ApiProblem: the key is another request's, or the first one is still being answered.
    """
    sent = idempotency_key(call.request)
    if not sent:
        return await act(call)
    key = f"api:{call.viewer.person_id}:{sent}"
    known = await begin(call.site, call.tenant, key, await _digest(call, most))
    if known == "other":
        raise ApiProblem("key-used")
    if known == "in_flight":
        wait = N_("Ask again in a moment.")
        raise ApiProblem("in-flight", wait, headers={"retry-after": "1"})
    if isinstance(known, Kept):
        headers = {**known.headers, "idempotent-replayed": "true"}
        return Response(known.body.encode(), status_code=known.status, headers=headers)
    return await _first(call, act, key)


async def _first(call: Call, act: Act, key: str) -> Response[Any]:
    try:
        answer = await act(call)
    except ApiProblem as wrong:
        request = call.request
        language = request.headers.get("accept-language", "") or call.locale
        answer = problem_response(call.app.renderer, language, wrong, request.url.path)
    except Exception:
        await give_back(call.site, call.tenant, key)
        raise
    headers: dict[str, str] = {n: str(answer.headers[n]) for n in _KEPT if n in answer.headers}
    headers.setdefault("content-type", str(answer.media_type))
    body = bytes(answer.content or b"").decode()
    await finish(call.site, call.tenant, key, Kept(answer.status_code or 200, headers, body))
    return answer


async def _digest(call: Call, most: int) -> str:
    """Everything of the request that decides what it does."""
    request = call.request
    said = (
        request.method, request.url.path, str(request.url.query),
        request.headers.get("content-type", ""), request.headers.get("if-match", ""),
    )  # fmt: skip
    digest = hashlib.sha256("\0".join(said).encode())
    digest.update(await bytes_of(request, most))
    return digest.hexdigest()
