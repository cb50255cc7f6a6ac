"""Lists of tickets as an address asks for them: condition, order, words, page and fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Response

from engine.compile.asked import Unasked, asked_condition, asked_order, known_fields, scope_for
from engine.model.lists import ViewModel
from engine.predicate import All
from generators.openapi_routes import QUERY
from runtime.queries.list_tickets import StrangeCursor, Wanted, list_tickets, of_view, of_words
from runtime.queries.ticket_data import ticket_data, told_to
from runtime.render.catalogues import N_
from runtime.render.problem_words import table
from runtime.web.api.answering import json_answer
from runtime.web.api.bodies import decoded
from runtime.web.api.calling import Call
from runtime.web.api.problems import ApiProblem, Fault

MOST: Final = 200
USUAL: Final = 50
_LIST: Final = ("where", "sort", "q", "type", "limit", "cursor", "fields", "count")


def parameters(call: Call, *known: str) -> dict[str, str]:
    """The parameters of the address; one that is unknown or stands twice is refused."""
    found: dict[str, str] = {}
    faults: list[Fault] = []
    for name, value in call.request.query_params.multi_items():
        if name not in known:
            wrong = Fault(name, "unknown_parameter", N_("There is no such parameter here"))
            faults.append(wrong)
        elif name in found:
            faults.append(Fault(name, "given_twice", N_("It stands twice")))
        elif "\x00" in str(value):
            faults.append(Fault(name, "value", N_("It does not have the form that is needed")))
        elif len(str(value)) > (most := QUERY[name][0].get("maxLength", USUAL)):
            said = N_("It may have at most %(max_length)s characters")
            faults.append(Fault(name, "value", said, {"max_length": most}))
        else:
            found[name] = str(value)
    if faults:
        raise bad(*faults)
    return found


def bad(*faults: Fault) -> ApiProblem:
    """A problem of parameters; `pointer` is then the parameter's name, with a way into it."""
    told = [replace(one, pointer=f"?{one.pointer}") for one in faults]
    return ApiProblem("bad-parameter", faults=told)


def limit_of(given: Mapping[str, str]) -> int:
    """How many entries a page has."""
    text = given.get("limit", str(USUAL))
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 0 < int(text) <= MOST):
        wrong = N_("It has to be a whole number from 1 to %(most)s")
        raise bad(Fault("limit", "value", wrong, {"most": MOST}))
    return int(text)


def words_of(given: Mapping[str, str]) -> str:
    """The words that are searched for."""
    return given.get("q", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list was asked for."""

    wanted: Wanted
    only: Collection[str] | None
    given: Mapping[str, str]


async def asked_list(call: Call, view: ViewModel | None = None) -> Asked:
    """What the address asks for, within what the caller may read."""
    given = parameters(call, *_LIST)
    types = _types(call, given, view)
    wanted = of_view(view) if view is not None else Wanted()
    words = await of_words(call.site, call.desk.tenant, call.viewer, words_of(given))
    parts = [wanted.where, words]
    if "where" in given:
        raw = decoded(given["where"])
        found, wrong = asked_condition(call.desk.desk, call.viewer, raw, types)
        _refuse(call, "where", wrong)
        parts.append(found)
    sort = wanted.sort
    if given.get("sort"):
        names = given["sort"].split(",")[:4]
        order, wrong = asked_order(call.desk.desk, call.viewer, names, types)
        _refuse(call, "sort", wrong)
        sort = order
    counted = _flag(given, "count")
    made = replace(
        wanted, where=All(tuple(parts)), sort=sort, types=types, after=given.get("cursor", ""),
        limit=limit_of(given), counted=counted, strict=True,
    )  # fmt: skip
    return Asked(made, _only(call, given, types), given)


def _types(call: Call, given: Mapping[str, str], view: ViewModel | None) -> tuple[str, ...]:
    of_it = view.types if view is not None else ()
    if "type" not in given:
        return of_it
    scope = scope_for(call.desk.desk, call.viewer).find(["type"])
    keys = scope.options.get(given["type"], ()) if scope is not None else ()
    if not keys or (of_it and not set(keys) & set(of_it)):
        raise bad(Fault("type", "unknown_type", N_("There is no such type here")))
    return keys


def _flag(given: Mapping[str, str], name: str) -> bool:
    if given.get(name, "false") not in ("true", "false"):
        raise bad(Fault(name, "value", N_("It has to be true or false")))
    return given.get(name) == "true"


def _only(call: Call, given: Mapping[str, str], types: tuple[str, ...]) -> Collection[str] | None:
    if "fields" not in given:
        return None
    names = [name for name in given["fields"].split(",") if name][:100]
    known = {*told_to(call.viewer), *known_fields(call.desk.desk, call.viewer, types), "fields"}
    strange = [Fault("fields", "unknown_field", N_("There is no field %(name)s here"), {"name": n})
               for n in names if n not in known]  # fmt: skip
    if strange:
        raise bad(*strange)
    return frozenset(names)


def _refuse(call: Call, name: str, wrong: Collection[Unasked]) -> None:
    if not wrong:
        return
    words = table(call.locale)
    told = []
    for one in wrong:
        message = words.message(one.message) if words else None
        cure = words.cure(one.cure) if words and one.cure else None
        text = "; ".join(filter(None, (message or one.message, cure or one.cure)))
        told.append(Fault(f"{name}{one.pointer}", one.code, text))
    raise bad(*told)


async def ticket_list(call: Call, asked: Asked) -> Response[bytes]:
    """A page of tickets with the way to the next."""
    try:
        found = await list_tickets(call.site, call.tenant, call.viewer, asked.wanted)
    except StrangeCursor:
        wrong = N_("It is not the cursor of this list in this order")
        raise bad(Fault("cursor", "value", wrong)) from None
    items = [
        ticket_data(
            line.live, call.viewer, line.row, line.facts, line.rights, found.people,
            only=asked.only,
        )
        for line in found.lines
    ]  # fmt: skip
    body: dict[str, Any] = {"items": items, "next": None}
    if asked.wanted.counted:
        body["count"] = found.count
        body["count_is_capped"] = found.count > 1000
    return paged(call, asked.given, body, found.after)


def paged(
    call: Call, given: Mapping[str, str], body: dict[str, Any], after: str
) -> Response[bytes]:
    """A page's answer; `next` is the address of the next one, null on the last."""
    if not after:
        return json_answer(body)
    url = f"{call.request.url.path}?{urlencode({**given, 'cursor': after})}"
    return json_answer({**body, "next": url}, headers={"link": f'<{url}>; rel="next"'})
