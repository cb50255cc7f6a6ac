"""Bodies of calls: read within limits, decoded strictly, and checked against a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from runtime.render.catalogues import N_
from runtime.strict_json import JsonFault, is_modest, read_json
from runtime.web.api.problems import ApiProblem, Fault
from runtime.web.requests import AnyRequest

MAX_JSON: Final = 1 << 20
"""Bytes of a JSON body, about ten times the longest ticket there is."""


class Body(BaseModel):
    """A JSON object of a call: closed, and of exactly the types that are written."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


B = TypeVar("B", bound=Body)


async def body_of(request: AnyRequest, model: type[B], most: int = MAX_JSON) -> B:
    """The body as a model.

    Raises:
        ApiProblem: it is no JSON (415, 400), too large (413), or does not fit (422).
    """
    raw = await json_bytes(request, most)
    try:
        return model.model_validate(decoded(raw))
    except ValidationError as wrong:
        raise ApiProblem("invalid-body", faults=list(_faults(wrong, model))) from None


async def json_bytes(request: AnyRequest, most: int = MAX_JSON) -> bytes:
    """The raw body of a call that sends JSON, at most so many bytes."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise unsupported("application/json")
    return await bytes_of(request, most)


def unsupported(*wanted: str) -> ApiProblem:
    """The body is of a type that is not taken here."""
    types = ", ".join(wanted)
    detail = N_("Send it as %(type)s.")
    more = {"accept-post": types}
    return ApiProblem("unsupported-media-type", detail, {"type": types}, headers=more)


async def bytes_of(request: AnyRequest, most: int) -> bytes:
    """The raw body; it is never held beyond its limit, whatever length it says or does not say."""
    state = request.scope["state"]
    if "api_body" in state:
        known: bytes = state["api_body"]
        return known
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise ApiProblem("too-large", N_("At most %(most)s bytes."), {"most": most})
        parts.append(part)
    state["api_body"] = b"".join(parts)
    return b"".join(parts)


def decoded(raw: bytes | str) -> Any:
    """JSON as values; no name twice, no NaN, no number that is none in JSON, and not too deep.

    Raises:
        ApiProblem: it is not such a text.
    """
    try:
        found = read_json(raw)
    except JsonFault as wrong:
        _malformed(_FAULTS.get(wrong.code, _UNREADABLE), wrong.values)
    except ValueError:
        _malformed(_UNREADABLE)
    if not is_modest(found):
        _malformed(N_("It is nested too deep, or holds too many values."))
    return found


_UNREADABLE: Final = N_("It is no JSON that can be read.")
_FAULTS: Final[Mapping[str, str]] = {
    "twice": N_("“%(name)s” stands twice in one object."),
    "not_utf8": N_("It is not UTF-8."),
    "not_json": N_("It is no JSON at line %(line)s, column %(column)s."),
}


def _malformed(detail: str, values: Mapping[str, object] | None = None) -> NoReturn:
    raise ApiProblem("malformed-body", detail, values)


_SAID: Final[Mapping[str, str]] = {
    "missing": N_("It is needed"),
    "extra_forbidden": N_("There is no such key here"),
    "string_type": N_("It has to be text"),
    "int_type": N_("It has to be a whole number"),
    "bool_type": N_("It has to be true or false"),
    "list_type": N_("It has to be a list"),
    "dict_type": N_("It has to be an object"),
    "model_type": N_("It has to be an object"),
    "string_too_long": N_("It may have at most %(max_length)s characters"),
    "string_too_short": N_("It has to have at least %(min_length)s characters"),
    "too_long": N_("It may have at most %(max_length)s entries"),
    "string_pattern_mismatch": N_("It does not have the form that is needed"),
    "literal_error": N_("It has to be one of %(expected)s"),
    "greater_than_equal": N_("It has to be at least %(ge)s"),
    "less_than_equal": N_("It may be at most %(le)s"),
}


def _faults(wrong: ValidationError, model: type[Body]) -> Iterable[Fault]:
    for one in wrong.errors(include_url=False, include_input=False)[:100]:
        code = one["type"]
        detail = _SAID.get(code, N_("It does not have the form that is needed"))
        # A union tells of each of its members; the pointer ends where the value stands.
        way = [step for step in one["loc"] if not str(step).endswith("]")]
        yield Fault(pointer(way), code, detail, one.get("ctx", {}))


def pointer(way: Iterable[object]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in way)
