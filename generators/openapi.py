"""The OpenAPI 3.1 document of one tenant's REST API, as far as one viewer may know of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from engine.decide import access
from engine.facts import Viewer
from engine.model.desk import Desk
from generators.openapi_routes import NEEDED, OPERATIONS, QUERY, TAGS, Operation, Words
from generators.openapi_schemas import SCHEMAS, ref
from generators.type_schema import change_schema, create_schema, read_schema

Schema = dict[str, Any]

PROBLEM: Final = "application/problem+json"
_ALWAYS: Final = (400, 401, 403, 404, 413, 429)
"""Statuses that any route may answer with."""
_WITH_BODY: Final = (409, 415, 422)
_SAID: Final[Mapping[int, Words]] = {
    200: ("Done", "完成"),
    201: ("Made", "已创建"),
    202: ("Asked for; it waits for approval", "已请求，等待审批"),
    304: ("Not changed since", "没有变化"),
    400: ("The address or the body can't be understood", "地址或请求体无法理解"),
    401: ("A token that holds is needed", "需要有效的令牌"),
    403: ("The token or the person may not", "令牌或其代表的人无权"),
    404: ("Not there, or not for you", "不存在，或不对您开放"),
    409: ("Somebody changed the same, or the same request is being answered",
          "他人刚改了同一内容，或同一请求正在处理"),
    412: ("Changed since the version of If-Match", "If-Match 的版本之后已有变化"),
    413: ("Too large", "过大"),
    415: ("Not a type of body that is taken", "不接受的请求体类型"),
    422: ("Refused, with each reason at its place", "被拒绝，逐处说明原因"),
    429: ("Too many requests", "请求过多"),
}  # fmt: skip


def openapi(
    desk: Desk,
    viewer: Viewer,
    scopes: Collection[str],
    server: str,
    version: str,
    locale: str = "en",
) -> Schema:
    """The document. `server`: where the paths begin; `scopes`: those there are.

    Types and fields that the viewer never sees are not in it.
    """
    schemas = {**SCHEMAS, **_typed(desk, viewer, locale)}
    title = desk.tenant.title.say(locale)
    paths: dict[str, Schema] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = _operation(one, locale)
    for path, item in paths.items():
        holes = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        if holes:
            item["parameters"] = [_hole(name) for name in holes]
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": f"{title} – REST API", "version": version},
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "tags": [
            {"name": name, "description": _say(words, locale)} for name, words in TAGS.items()
        ],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "sd_<id>_<secret>",
                    "description": ", ".join(scopes),
                }
            },
        },
    }


def _typed(desk: Desk, viewer: Viewer, locale: str) -> dict[str, Schema]:
    """One schema a type for what opens it, one for what is told of it, and those over all."""
    found: dict[str, Schema] = {}
    offered = access.offered(desk, viewer)
    bodies: dict[str, str] = {}
    told: dict[str, str] = {}
    for key, model in desk.types.items():
        if key in offered:
            found[f"New_{model.id}"] = create_schema(desk, viewer, key, locale)
            bodies[model.id] = f"New_{model.id}"
        if access.sees_sometimes(desk, viewer, key):
            found[f"Change_{model.id}"] = change_schema(desk, viewer, key, locale)
            found[f"Ticket_{model.id}"] = {
                "title": model.title.say(locale),
                "allOf": [ref("Ticket")],
                "type": "object",
                "properties": {
                    "type": {"const": model.id},
                    "state": {"type": "string", "x-states": [s.id for s in model.states.values()]},
                    "fields": read_schema(desk, viewer, key, locale),
                },
            }
            told[model.id] = f"Ticket_{model.id}"
    return found | {
        "NewTicket": _one_of(bodies, {"type": "object"}),
        "AnyTicket": _one_of(told, ref("Ticket")),
        "TicketOrUrl": {"anyOf": [ref("AnyTicket"), ref("Url")]},
        "RelationsOrUrl": {"anyOf": [ref("Relations"), ref("Url")]},
        "CommentOrUrl": {"anyOf": [ref("Comment"), ref("Url")]},
        "VisitOrUrl": {"anyOf": [ref("Visit"), ref("Url")]},
        "BookingOrUrl": {"anyOf": [ref("Booking"), ref("Url")]},
        "BookingListOrUrl": {"anyOf": [ref("BookingList"), ref("Url")]},
        "PersonOrUrl": {"anyOf": [ref("Person"), ref("Url")]},
        "OrganisationOrUrl": {"anyOf": [ref("Organisation"), ref("Url")]},
        "ArticleOrUrl": {"anyOf": [ref("Article"), ref("Url")]},
    }


def _one_of(names: Mapping[str, str], otherwise: Schema) -> Schema:
    if not names:
        return otherwise
    return {
        "oneOf": [ref(name) for name in names.values()],
        "discriminator": {
            "propertyName": "type",
            "mapping": {id: f"#/components/schemas/{name}" for id, name in names.items()},
        },
    }


def _say(words: Words, locale: str) -> str:
    return words[1] if locale.startswith("zh") else words[0]


def _hole(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _operation(one: Operation, locale: str) -> Schema:
    found: Schema = {
        "operationId": one.id,
        "tags": [one.tag],
        "summary": _say(one.does, locale),
        "responses": _responses(one, locale),
    }
    if one.scope:
        found["x-scope"] = one.scope
    parameters = [_parameter(name, locale) for name in one.query]
    parameters += [_header(name) for name in _headers(one)]
    if parameters:
        found["parameters"] = parameters
    if one.body:
        found["requestBody"] = {"required": True, "content": _content(one.body)}
    return found


def _headers(one: Operation) -> list[str]:
    found = ["Idempotency-Key"] if one.takes_key else []
    found += ["If-Match"] if 412 in one.also else []
    return found + (["If-None-Match"] if 304 in one.also else [])


def _header(name: str) -> Schema:
    shape: Schema = {"type": "string"}
    if name == "Idempotency-Key":
        shape["maxLength"] = 200
    return {"name": name, "in": "header", "schema": shape}


def _parameter(name: str, locale: str) -> Schema:
    schema, words = QUERY[name]
    return {
        "name": name,
        "in": "query",
        "required": name in NEEDED,
        "description": _say(words, locale),
        "schema": schema,
    }


def _content(body: str) -> Schema:
    if body == "bytes":
        return {"application/octet-stream": {}}
    found: Schema = {"application/json": {"schema": ref(body)}}
    return {**found, "application/zip": {}} if body == "Specs" else found


def _responses(one: Operation, locale: str) -> Schema:
    told = {"Ticket": "AnyTicket"}.get(one.answer, one.answer)
    good: Schema = {"application/json": {"schema": ref(told)}}
    if told == "bytes":
        good = {"*/*": {}}
    found: Schema = {str(one.status): {"description": _said(one.status, locale), "content": good}}
    wrong = {PROBLEM: {"schema": ref("Problem")}}
    errors = {*_ALWAYS, *(_WITH_BODY if one.body else ()), *one.also} - {202, 304}
    for status in sorted(errors):
        found[str(status)] = {"description": _said(status, locale), "content": wrong}
    if 202 in one.also:
        found["202"] = {"description": _said(202, locale), "content": good}
    if 304 in one.also:
        found["304"] = {"description": _said(304, locale)}
    return found


def _said(status: int, locale: str) -> str:
    return _say(_SAID[status], locale)
