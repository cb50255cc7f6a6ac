"""Answers to calls: JSON, tags of versions, and what an action refused as a problem."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from litestar import Response

from engine.decide.verdict import Refusal
from engine.model.ticket_type import TypeModel
from runtime.actions.outcome import Conflict, Done, NotFound, Outcome, Refused, Stale
from runtime.render.catalogues import N_
from runtime.web.api.calling import Call
from runtime.web.api.problems import ApiProblem, Fault, NotThere
from runtime.web.requests import AnyRequest
from runtime.web.screens.refusals import say_refusal

_TAG: Final = re.compile(r'"(\d{1,15})(?:\.[0-9a-f]{16})?"', re.ASCII)
_NOT_YOURS: Final = ("not_yours", "not_by_you", "unknown_requester")


def json_answer(
    data: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """Data as JSON; it is the caller's own, so nobody in between may keep it."""
    kept = {"cache-control": "private, no-cache", "vary": "accept-language, authorization"}
    return Response(
        msgspec.json.encode(data),
        status_code=status,
        media_type="application/json",
        headers={**kept, **(headers or {})},
    )


def tagged(request: AnyRequest, data: Any, version: int) -> Response[bytes]:
    """Data with its tag, or 304 where the caller has just that already.

    The tag is the version, which writes may be bound to, and a digest of what was told: rights and
    specs change what is told of one version.
    """
    body = msgspec.json.encode(data)
    tag = f'"{version}.{hashlib.sha256(body).hexdigest()[:16]}"'
    known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    if request.method == "GET" and any(one.removeprefix("W/") in (tag, "*") for one in known):
        return Response(b"", status_code=304, headers={"etag": tag})
    return json_answer(data, headers={"etag": tag})


def bound_to(request: AnyRequest) -> int | None:
    """The version that `If-Match` binds a write to; None where it does not.

    Raises:
        ApiProblem: no tag of ours stands there, so nothing can match it.
    """
    text = request.headers.get("if-match", "").strip()
    if text in ("", "*"):
        return None
    found = _TAG.fullmatch(text)
    if found is None:
        raise ApiProblem("stale", N_("If-Match has to be the ETag of one answer."))
    return int(found[1])


def done_or_told(call: Call, outcome: Outcome, model: TypeModel | None, at: str = "") -> Done:
    """What was done, else the problem that says why nothing was.

    `at` is where values of fields stand in the body. Raises:
        ApiProblem: it was refused, clashed, is stale, or there is no such ticket.
    """
    match outcome:
        case Done():
            return outcome
        case Refused():
            raise refused(call, outcome.refusals, model, at)
        case Conflict():
            raise clashed(model, outcome, at)
        case Stale():
            raise ApiProblem("stale", told={"version": outcome.version})
        case NotFound():
            raise NotThere


def refused(
    call: Call, refusals: Iterable[Refusal], model: TypeModel | None, at: str = ""
) -> ApiProblem:
    """Every reason at its place in the body."""
    several = list(refusals)
    key = model.key if model else ""
    faults = [
        Fault(place_of(one.at, model, at), one.code, say_refusal(call, one, key)) for one in several
    ]
    if any(one.code == "sent_twice" for one in several):
        return ApiProblem("key-used")
    foreign = all(one.code.startswith(_NOT_YOURS) for one in several)
    return ApiProblem("not-permitted" if several and foreign else "refused", faults=faults)


def place_of(name: str, model: TypeModel | None, at: str) -> str:
    """The JSON pointer of what a refusal stands at: a field's value, or a key of the body."""
    item = model.fields.get(name) if model is not None else None
    return f"{at}/{item.id}" if item is not None else f"/{name}" if name else ""


def clashed(model: TypeModel | None, clash: Conflict, at: str) -> ApiProblem:
    """Somebody else changed the same fields since the version that the caller had."""
    fields = model.fields if model else {}
    faults = [
        Fault(place_of(key, model, at), "changed_meanwhile", N_("Somebody changed it meanwhile"))
        for key in clash.theirs
        if key in fields
    ]
    return ApiProblem("conflict", faults=faults, told={"version": clash.version})
