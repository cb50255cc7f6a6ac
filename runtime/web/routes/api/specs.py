"""The REST API's specs, for continuous integration: validate, plan, publish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Response, get, post
from pydantic import Field

from engine.change.plan import plan_body
from runtime.actions.let_through import Held, Word
from runtime.actions.publish_desk import Published, checked_over, publish_desk
from runtime.actions.spec_bundle import BundleError, from_map, from_zip
from runtime.planning.make import make_plan
from runtime.queries.revisions import versions
from runtime.queries.ticket_data import instant
from runtime.render.catalogues import N_
from runtime.render.problem_words import in_locale
from runtime.web.api.answering import json_answer
from runtime.web.api.bodies import Body, body_of, bytes_of, unsupported
from runtime.web.api.calling import Call, call_of
from runtime.web.api.once import once
from runtime.web.api.paging import bad, parameters
from runtime.web.api.problems import ApiProblem, Fault
from runtime.web.requests import AnyRequest

MAX_BUNDLE: Final = 16 << 20
"""Bytes of a body that holds specs."""
_SAID: Final[Mapping[str, str]] = {
    "no_zip": N_("It is no zip that can be read."),
    "too_many_files": N_("At most %(about)s files."),
    "too_large": N_("Too large: %(about)s."),
    "no_text": N_('%(about)s is neither text nor {"base64": …}.'),
    "bad_path": N_("%(about)s is no path inside the folder."),
}


class FilesBody(Body):
    """A folder of specs as a map: path → text."""

    files: dict[str, Any] = Field(min_length=1, max_length=3_000)


async def _files(call: Call) -> dict[str, bytes]:
    """The files that were sent, as a zip or as a map."""
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind in ("application/zip", "application/x-zip-compressed"):
            return from_zip(await bytes_of(call.request, MAX_BUNDLE))
        if kind != "application/json":
            raise unsupported("application/zip", "application/json")
        return from_map((await body_of(call.request, FilesBody, MAX_BUNDLE)).files)
    except BundleError as wrong:
        kind = "too-large" if wrong.code in ("too_large", "too_many_files") else "malformed-body"
        values = {"about": wrong.about}
        raise ApiProblem(kind, _SAID[wrong.code], values, told={"code": wrong.code}) from None


def _must(call: Call, *functions: str) -> None:
    """Refuse who holds none of these functions."""
    if not call.viewer.functions & set(functions):
        needed = N_("It needs one of the functions %(functions)s.")
        raise ApiProblem("not-permitted", needed, {"functions": ", ".join(functions)})


@get("/specs", opt={"scope": "specs:read"})
async def specs(request: AnyRequest) -> Response[bytes]:
    """The revision that is live, and those before it, the newest first."""
    call = call_of(request)
    _must(call, "edit_specs", "publish_specs")
    given = parameters(call, "before")
    before = given.get("before", "0")
    if not (before.isascii() and before.isdigit() and len(before) < 9):
        raise bad(Fault("before", "value", N_("It has to be a whole number")))
    found = await versions(call.site, call.tenant, 50, int(before))
    items = [
        {
            "revision": one.n,
            "environments": list(one.environments),
            "tree": one.revision.tree,
            "desk": one.revision.desk_digest,
            "author": one.revision.author,
            "message": one.revision.message,
            "at": instant(call.desk.desk, one.revision.at_us),
        }
        for one in found
    ]
    return json_answer({"live": call.desk.revision, "items": items})


@post("/specs/validate", opt={"scope": "specs:read"}, status_code=200)
async def validate(request: AnyRequest) -> Response[bytes]:
    """Check a folder as a publish would; writes nothing."""

    async def check(call: Call) -> Response[bytes]:
        _must(call, "edit_specs", "publish_specs")
        parameters(call)
        found = await checked_over(call.site, await _files(call))
        return json_answer(_judged(call, found.problems))

    return await once(call_of(request), check, MAX_BUNDLE)


def _judged(call: Call, problems: Iterable[Any]) -> dict[str, Any]:
    several = list(problems)
    errors = sum(1 for one in several if one.is_error)
    return {
        "ok": not errors,
        "errors": errors,
        "warnings": len(several) - errors,
        "problems": [_told(in_locale(one, call.locale)) for one in several[:1000]],
    }


def _problems(judged: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in a refusal: `errors` there are faults of the call, not a count."""
    return {"problems": judged["problems"]}


def _told(one: Any) -> dict[str, Any]:
    place = one.place
    return {
        "code": one.code.number,
        "severity": one.severity,
        "file": place.file,
        "line": place.line,
        "column": place.col,
        "pointer": one.pointer,
        "message": one.message,
        "cure": one.cure,
    }


@post("/specs/plan", opt={"scope": "specs:read"}, status_code=200)
async def plan(request: AnyRequest) -> Response[bytes]:
    """What publishing a folder would change, do to tickets, and need; writes nothing."""

    async def make(call: Call) -> Response[bytes]:
        _must(call, "edit_specs", "publish_specs")
        parameters(call)
        made = await make_plan(call.site, await _files(call), tenant=call.tenant)
        judged = _judged(call, made.problems)
        if made.plan is None:
            raise ApiProblem("specs-refused", told=_problems(judged))
        body = plan_body(made.plan, call.locale)
        return json_answer({**judged, "verdict": _VERDICTS[made.plan.exit_code], "plan": body})

    return await once(call_of(request), make, MAX_BUNDLE)


_VERDICTS: Final = {0: "no_change", 3: "changes", 4: "needs_approval"}


@dataclass(frozen=True, slots=True)
class _Order:
    base: int | None
    message: str
    asking: bool


def _order(call: Call) -> _Order:
    given = parameters(call, "base", "message", "ask")
    base = given.get("base", "").removeprefix("v")
    if base and not (base.isascii() and base.isdigit() and len(base) < 9):
        raise bad(Fault("base", "value", N_("It has to be a whole number")))
    if given.get("ask", "false") not in ("true", "false"):
        raise bad(Fault("ask", "value", N_("It has to be true or false")))
    return _Order(
        int(base) if base else None, given.get("message", "")[:1000], given.get("ask") == "true"
    )


@post("/specs/publish", opt={"scope": "specs:publish"}, status_code=200)
async def publish(request: AnyRequest) -> Response[bytes]:
    """Publish a folder over the revision `base`; what it needs and lacks holds it as a plan."""

    async def go(call: Call) -> Response[bytes]:
        _must(call, "publish_specs")
        order = _order(call)
        done = await publish_desk(
            call.site, await _files(call), call.viewer, order.message,
            expected_tenant=call.tenant, base=order.base, provenance={"command": "api"},
            word=Word(asking=order.asking),
        )  # fmt: skip
        return _published(call, done)

    return await once(call_of(request), go, MAX_BUNDLE)


def _published(call: Call, done: Published) -> Response[bytes]:
    judged = _judged(call, done.problems)
    if done.conflict:
        other = N_("Another revision was published meanwhile; pull it and try again.")
        raise ApiProblem("conflict", other, told={"live": call.desk.revision})
    if done.held is not None:
        raise ApiProblem("refused", _HELD, told=_held(done.held))
    if not done.revision:
        raise ApiProblem("specs-refused", done.refused, told=_problems(judged))
    return json_answer({**judged, "revision": done.revision, "changed": done.changed})


_HELD: Final = N_("The publish is held: it needs a decision or an approval.")


def _held(held: Held) -> dict[str, Any]:
    """What is missing, and the plan that was kept so that it can be given."""
    return {
        "plan": held.saved.id if held.saved else None,
        "moved": list(held.moved),
        "decisions": [one.thing for one in held.decisions],
        "approvals": list(held.classes),
    }


ROUTES = [specs, validate, plan, publish]
