"""Problem details (RFC 9457): every error of the REST API, in the caller's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException

from runtime.render.catalogues import LOCALES, N_
from runtime.render.environment import Renderer

PREFIX: Final = re.compile(r"/t/[^/]+/(api/v1|in)(/|\Z)")
"""Addresses that programs call: the REST API, and where events of other systems come in."""
MEDIA: Final = "application/problem+json"
URN: Final = "urn:specdesk:problem:"

KINDS: Final[Mapping[str, tuple[int, str]]] = {
    "bad-request": (400, N_("The request can't be understood")),
    "bad-parameter": (400, N_("A parameter of the address is wrong")),
    "malformed-body": (400, N_("The body is not well-formed")),
    "unauthorized": (401, N_("A token is needed")),
    "missing-scope": (403, N_("The token does not reach so far")),
    "not-permitted": (403, N_("This is not yours to do")),
    "not-found": (404, N_("Nothing here")),
    "method-not-allowed": (405, N_("This address does not take this method")),
    "timeout": (408, N_("The request took too long to arrive")),
    "conflict": (409, N_("Somebody changed the same meanwhile")),
    "in-flight": (409, N_("The same request is being answered just now")),
    "stale": (412, N_("It has changed since you read it")),
    "too-large": (413, N_("The request is too large")),
    "unsupported-media-type": (415, N_("The body is of a type that is not taken here")),
    "misdirected": (421, N_("This address is not served here")),
    "invalid-body": (422, N_("The body does not have the form that is needed")),
    "refused": (422, N_("The change was refused")),
    "key-used": (422, N_("The Idempotency-Key was used for another request")),
    "specs-refused": (422, N_("The specs have errors")),
    "too-many-requests": (429, N_("Too many requests")),
    "internal-error": (500, N_("Something went wrong on our side")),
    "unavailable": (503, N_("Not to be had just now")),
}
_BY_STATUS: Final = {
    400: "bad-request", 401: "unauthorized", 403: "not-permitted", 404: "not-found",
    405: "method-not-allowed", 408: "timeout", 413: "too-large", 415: "unsupported-media-type",
    421: "misdirected", 429: "too-many-requests", 503: "unavailable",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where in the body (a JSON pointer), a stable code, a sentence.

    `detail` is a msgid with its `values`, or a finished sentence without.
    """

    pointer: str
    code: str
    detail: str
    values: Mapping[str, object] = field(default_factory=dict)


class ApiProblem(HTTPException):
    """An answer that is an error; `kind` is one of `KINDS`, `told` what else stands in it."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        values: Mapping[str, object] | None = None,
        faults: Sequence[Fault] = (),
        headers: dict[str, str] | None = None,
        told: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail=kind, status_code=KINDS[kind][0], headers=headers)
        self.kind, self.said, self.values = kind, detail, values or {}
        self.faults, self.told = tuple(faults), told or {}


class NotThere(ApiProblem):
    """Nothing here for this caller: unknown and forbidden answer alike."""

    def __init__(self) -> None:
        super().__init__("not-found")


def problem_body(
    renderer: Renderer, locale: str, wrong: ApiProblem, instance: str
) -> dict[str, Any]:
    """The problem as JSON."""
    status, title = KINDS[wrong.kind]
    body: dict[str, Any] = {
        "type": f"{URN}{wrong.kind}",
        "title": renderer.say(locale, title),
        "status": status,
        "instance": instance,
    }
    if wrong.said:
        body["detail"] = renderer.say(locale, wrong.said, **wrong.values)
    if wrong.faults:
        body["errors"] = [
            {
                "pointer": fault.pointer,
                "code": fault.code,
                "detail": renderer.say(locale, fault.detail, **fault.values),
            }
            for fault in wrong.faults
        ]
    return {**body, **wrong.told}


def problem_response(
    renderer: Renderer, accept_language: str, wrong: ApiProblem, instance: str
) -> Response[bytes]:
    """The answer that tells the problem; nobody in between may keep it."""
    locale = locale_of(accept_language)
    headers = {
        "cache-control": "no-store",
        "content-language": locale,
        "vary": "accept-language, authorization",
        **(wrong.headers or {}),
    }
    body = msgspec.json.encode(problem_body(renderer, locale, wrong, instance))
    return Response(body, status_code=wrong.status_code, media_type=MEDIA, headers=headers)


def as_problem(wrong: HTTPException) -> ApiProblem:
    """An error of the framework (no such route, too large …) as a problem."""
    if isinstance(wrong, ApiProblem):
        return wrong
    kind = _BY_STATUS.get(wrong.status_code, "bad-request")
    return ApiProblem(kind, headers=dict(wrong.headers or {}))


def locale_of(accept_language: str, otherwise: Sequence[str] = ()) -> str:
    """The interface's locale that is asked for, by rank; else the first that is known, else
    English."""
    asked: list[tuple[float, str]] = []
    for part in accept_language[:200].split(","):
        name, _, rank = part.partition(";")
        asked.append((-_rank(rank), name.strip()))
    names = [name for rank, name in sorted(asked, key=lambda one: one[0]) if rank < 0]
    for name in (*names, *otherwise):
        short = name.split("-")[0].lower()
        match = next((known for known in LOCALES if short == known.split("-")[0].lower()), "")
        if match:
            return match
    return "en"


def _rank(text: str) -> float:
    word = text.strip().removeprefix("q=")
    try:
        return float(word) if word else 1.0
    except ValueError:
        return 0.0
