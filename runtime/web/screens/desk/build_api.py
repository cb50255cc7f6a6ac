"""Builds the screens for programs from tokens and from the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from generators.openapi_routes import TAGS
from runtime.actions.api_tokens import MOST_DAYS, SCOPES
from runtime.render.catalogues import N_
from runtime.site.links import origin
from runtime.store.rows import ApiToken
from runtime.web.api.problems import KINDS
from runtime.web.pages import moment, page
from runtime.web.requests import Visit
from runtime.web.screens.desk.api_pages import (
    ApiError,
    ApiGroup,
    ApiRoute,
    ApiScreen,
    ApiType,
    ApiValue,
    ScopeBox,
    TokenRow,
    TokensScreen,
)
from runtime.web.screens.side import SideNav

SAID: Final[Mapping[str, str]] = {
    "tickets:read": N_("Read tickets, their words, files and history"),
    "tickets:write": N_("Open, change and move tickets, reply and attach files"),
    "people:read": N_("Find people"),
    "people:write": N_("Add and change people"),
    "articles:read": N_("Find and read articles"),
    "articles:write": N_("Write, review and publish articles"),
    "specs:read": N_("Check and plan specs"),
    "specs:publish": N_("Publish specs"),
    "reports:read": N_("Run reports"),
}
_PLACES: Final = {"path": N_("in the path"), "query": N_("in the query"), "header": N_("a header")}
_METHODS: Final = ("get", "post", "patch")


def tokens_screen(
    visit: Visit,
    nav: SideNav,
    tokens: Sequence[ApiToken],
    *,
    made: str = "",
    title: str = "",
    days: int = 90,
    chosen: Iterable[str] = ("tickets:read",),
    problems: tuple[str, ...] = (),
) -> TokensScreen:
    """One's own tokens, with what was entered for a new one where it was refused."""
    now = visit.site.clock.now_us()
    return TokensScreen(
        page=page(visit, visit.say("Tokens"), "desk", now_us=now),
        nav=nav,
        rows=tuple(_row(visit, token, now) for token in tokens),
        scopes=scope_boxes(visit, chosen),
        action=visit.links.desk("tokens"),
        reference_href=f"{visit.links.base}/api/",
        title=title,
        days=days,
        most_days=MOST_DAYS,
        made=made,
        problems=problems,
    )


def scope_boxes(visit: Visit, chosen: Iterable[str] = ()) -> tuple[ScopeBox, ...]:
    """Every scope with what it opens."""
    held = set(chosen)
    return tuple(ScopeBox(scope, visit.say(SAID[scope]), scope in held) for scope in SCOPES)


def _row(visit: Visit, token: ApiToken, now_us: int) -> TokenRow:
    holds = token.holds(now_us)
    state = N_("Holds") if holds else N_("Expired") if token.revoked_us is None else N_("Revoked")
    return TokenRow(
        title=token.title,
        scopes=tuple(token.scopes),
        state=visit.say(state),
        holds=holds,
        made=moment(token.created_us),
        expires=moment(token.expires_us),
        used=moment(token.used_us) if token.used_us else None,
        revoke_action=visit.links.desk("tokens", token.id, "revoke") if holds else "",
    )


def api_screen(visit: Visit, nav: SideNav, document: Mapping[str, Any]) -> ApiScreen:
    """The reference of what the document says."""
    base = origin(visit.site.settings) + document["servers"][0]["url"]
    routes = list(_routes(visit, document, base))
    groups = [
        ApiGroup(tag["name"], tag["description"], tuple(r for t, r in routes if t == tag["name"]))
        for tag in document["tags"]
    ]
    return ApiScreen(
        page=page(visit, visit.say("REST API"), "desk"),
        nav=nav,
        base=base,
        document_href=f"{visit.links.base}/api/openapi.json",
        tokens_href=visit.links.desk("tokens"),
        groups=tuple(group for group in groups if group.id in TAGS),
        types=tuple(_types(visit, document["components"]["schemas"])),
        errors=tuple(ApiError(k, status, visit.say(t)) for k, (status, t) in KINDS.items()),
        scopes=scope_boxes(visit),
    )


def _routes(visit: Visit, document: Mapping[str, Any], base: str) -> Iterable[tuple[str, ApiRoute]]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            found = item.get(method)
            if found is None:
                continue
            parameters = [*item.get("parameters", ()), *found.get("parameters", ())]
            yield (
                found["tags"][0],
                ApiRoute(
                    id=found["operationId"],
                    method=method.upper(),
                    path=path,
                    says=found["summary"],
                    scope=found.get("x-scope", ""),
                    parameters=tuple(_parameter(visit, one) for one in parameters),
                    body=tuple(_body(visit, found, document["components"]["schemas"])),
                    curl=_curl(base, method, path, found),
                ),
            )


def _parameter(visit: Visit, one: Mapping[str, Any]) -> ApiValue:
    place = visit.say(_PLACES[one["in"]])
    return ApiValue(one["name"], place, one.get("description", ""), bool(one.get("required")))


def _body(visit: Visit, found: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterable[ApiValue]:
    content = found.get("requestBody", {}).get("content", {})
    if "application/octet-stream" in content:
        yield ApiValue("", visit.say("bytes"), visit.say("The file itself"), needed=True)
    named = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    schema = schemas.get(named.rpartition("/")[2], {})
    if "oneOf" in schema:
        schema = schemas[schema["oneOf"][0]["$ref"].rpartition("/")[2]]
    yield from _values(schema)


def _values(schema: Mapping[str, Any]) -> Iterable[ApiValue]:
    needed = schema.get("required", ())
    for name, one in schema.get("properties", {}).items():
        yield ApiValue(name, _sort(one), _says(one), name in needed)


def _sort(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "")
    kinds = [one for one in (kind if isinstance(kind, list) else [kind]) if one != "null"]
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"] if one not in (None, ""))
    if "const" in schema:
        return str(schema["const"])
    return schema.get("format") or " | ".join(filter(None, kinds)) or "object"


def _says(schema: Mapping[str, Any]) -> str:
    parts = (schema.get("title", ""), schema.get("description", ""))
    return ": ".join(part for part in parts if part)


def _types(visit: Visit, schemas: Mapping[str, Any]) -> Iterable[ApiType]:
    for name, schema in schemas.items():
        if name.startswith("New_"):
            fields = tuple(_values(schema["properties"]["fields"]))
            yield ApiType(schema["properties"]["type"]["const"], schema["title"], fields)


def _curl(base: str, method: str, path: str, found: Mapping[str, Any]) -> str:
    """A command that calls the route, with a token in the variable TOKEN."""
    needed = [p["name"] for p in found.get("parameters", ()) if p.get("required")]
    query = "?" + "&".join(f"{name}=…" for name in needed) if needed else ""
    words = ["curl", '-H "Authorization: Bearer $TOKEN"']
    content = found.get("requestBody", {}).get("content", {})
    if "application/octet-stream" in content:
        words.append("--data-binary @file")
    elif content:
        words += ["-H 'Content-Type: application/json'", f"-d '{_example(found)}'"]
    if method != "get" and not content:
        words.append(f"-X {method.upper()}")
    elif method == "patch":
        words.insert(1, "-X PATCH")
    return " ".join([*words, f"'{base}{path}{query}'"])


_EXAMPLES: Final[Mapping[str, Any]] = {
    "openTicket": {"type": "…", "subject": "…", "fields": {}},
    "changeTicket": {"fields": {"…": "…"}},
    "addComment": {"text": "…", "internal": False},
    "takeTransition": {"comment": "…"},
    "answerApproval": {"answer": "approve"},
    "assignTicket": {"assignee": "agent@example.org"},
    "labelTicket": {"priority": "high", "tags": []},
    "useMacro": {},
    "rateTicket": {"mark": 5},
    "addPerson": {"name": "…", "email": "customer@example.org"},
    "changePerson": {"phone": "…"},
}


def _example(found: Mapping[str, Any]) -> str:
    example = _EXAMPLES.get(found["operationId"], {"files": {"tenant.yaml": "…"}})
    return json.dumps(example, ensure_ascii=False)
