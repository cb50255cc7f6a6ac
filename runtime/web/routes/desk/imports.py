"""Imports on the desk: a file in, its columns pointed at, tried, written; refused rows out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Stream

from runtime.actions import import_runs as runs
from runtime.actions.change_people import MANAGE
from runtime.actions.importing.encodings import ENCODINGS
from runtime.actions.importing.guess import known_words, mapping_of
from runtime.actions.importing.persons import CUSTOMERS
from runtime.actions.importing.table import Reading
from runtime.actions.save_draft import Saved, keep_mapping, open_bench
from runtime.actions.upload_file import UploadRefused
from runtime.queries.import_runs import Seen, list_runs, refused_rows, see_run
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, Form, NotHere, Visit, holding, of_staff, posted
from runtime.web.screens.build_side import side
from runtime.web.screens.desk.build_imports import import_screen, imports_screen, offered
from runtime.web.uploads import say_refused

IMPORTS = "/t/{tenant:str}/desk/imports"
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


async def _entered(request: AnyRequest, tenant: str) -> Visit:
    """A visit of somebody who may import tickets or customers; to others there is nothing."""
    return holding(await of_staff(request, tenant), runs.FUNCTION, MANAGE)


def _open_to(found: Visit, seen: Seen) -> bool:
    """Whether a run is for this person: of customers, or of tickets of a type that is there."""
    if runs.function_of(seen.run) not in found.viewer.functions:
        return False
    body = seen.run.body or {}
    return bool(body.get("people")) or body.get("type") in found.desk.desk.types


async def _seen(found: Visit, run_id: str) -> Seen:
    seen = await see_run(found.site, found.desk.tenant, run_id)
    if seen is None or not _open_to(found, seen):
        raise NotHere
    return seen


@get(IMPORTS)
async def imports(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The runs so far, and a file to begin another with."""
    return await _list(await _entered(request, tenant))


async def _list(found: Visit, fault: str = "", status: int = 200) -> Response[str]:
    seen = await list_runs(found.site, found.desk.tenant)
    held = found.viewer.functions
    seen = [one for one in seen if runs.function_of(one.run) in held]
    screen = imports_screen(found, await side(found, "imports"), seen, fault)
    return show(found, "pages/desk_imports.html", screen, status)


@post(IMPORTS, status_code=303)
async def import_file(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Take a file in."""
    found = await _entered(request, tenant)
    form = await posted(request)
    uploads = form.uploads.get("file", ())
    rows = next((key for key in offered(found) if key == form.one("type")), "")
    if not uploads or not rows:
        return await _list(found, found.say("Choose a file, and what its rows are"), 422)
    asked: dict[str, Any] = {"locale": found.locale}
    if rows == CUSTOMERS:
        asked["people"] = True
    else:
        asked |= {"type": rows, "opens": form.one("makes") != "history"}
    name = uploads[0].filename or "file"
    kept = await runs.take_file(
        found.site, found.desk, found.viewer, name, _chunks(uploads[0]), asked
    )
    if isinstance(kept, UploadRefused):
        return await _list(found, say_refused(found, kept), 422)
    return go(found, found.links.desk("imports", kept.id))


async def _chunks(upload: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await upload.read(1 << 16):
        yield chunk


@get(IMPORTS + "/{run:str}")
async def import_run(
    request: AnyRequest, tenant: FromPath[str], run: FromPath[str]
) -> Response[str]:
    """One run, in whichever state it is."""
    found = await _entered(request, tenant)
    seen = await _seen(found, run)
    return show(
        found, "pages/desk_import.html", import_screen(found, await side(found, "imports"), seen)
    )


@post(IMPORTS + "/{run:str}/{act:str}", status_code=303)
async def import_act(
    request: AnyRequest, tenant: FromPath[str], run: FromPath[str], act: FromPath[str]
) -> Response[Any]:
    """Read otherwise, map, try, start, pause, go on, stop, or keep the mapping as a spec."""
    found = await _entered(request, tenant)
    seen = await _seen(found, run)
    form = await posted(request)
    if act == "read":
        await runs.read_again(found.site, tenant, run, _reading(form))
    elif act in ("map", "try", "start", "keep"):
        return await _mapped(found, seen, form, act)
    elif act == "pause":
        await runs.pause(found.site, tenant, run)
    elif act == "go":
        await runs.start(found.site, tenant, run)
    elif act == "stop":
        await runs.stop(found.site, tenant, run)
    else:
        raise NotHere
    return go(found, found.links.desk("imports", run))


def _reading(form: Form) -> Reading:
    encoding = form.one("encoding")
    return Reading(
        encoding=encoding if encoding in ENCODINGS else "",
        separator=_SEPARATORS.get(form.one("separator"), ""),
        sheet=form.one("sheet")[:100],
    )


async def _mapped(found: Visit, seen: Seen, form: Form, act: str) -> Response[Any]:
    """Keep what was pointed at; then, where nothing is wrong with it, do what was asked."""
    tenant, run = found.desk.tenant, seen.run
    if run.state not in ("mapping", "failed") or not (run.body or {}).get("header"):
        return go(found, found.links.desk("imports", run.id))
    faults = await runs.save_mapping(found.site, found.desk, run.id, _pointed(found, seen, form))
    if not faults and act == "try":
        await runs.ask_to_try(found.site, tenant, run.id)
    if not faults and act == "start":
        await runs.start(found.site, tenant, run.id)
    spec_made = not (run.body or {}).get("people") and "edit_specs" in found.viewer.functions
    if not faults and act == "keep" and spec_made:
        again = await _seen(found, run.id)
        bench = await open_bench(found.site, tenant, found.viewer)
        spec = runs.mapping_in(again.run.body or {})
        done = await keep_mapping(found.site, bench, run.import_key, spec)
        if isinstance(done, Saved):
            return go(found, found.links.studio("imports", run.import_key), "saved")
    return go(found, found.links.desk("imports", run.id))


def _pointed(found: Visit, seen: Seen, form: Form) -> dict[str, Any]:
    """The form of selects as an Import spec."""
    body = seen.run.body or {}
    header = [str(name) for name in body["header"]]
    known = {one.id: one for one in runs.targets_of(found.desk, seen.run)}
    type_id = "" if body.get("people") else found.desk.desk.types[body["type"]].id
    goes = {
        name: (to, form.one(f"missing.{place}"))
        for place, name in enumerate(header)
        if (to := form.one(f"to.{place}")) in known
    }
    key = form.one("key")
    spec = mapping_of(type_id, key if key in header else header[0], goes, header)
    before = (body.get("mapping") or {}).get("columns", {})
    for place, name in enumerate(header):
        if name not in goes:
            continue
        target = known[goes[name][0]]
        words = body["values"].get(name, [])
        if before.get(name, {}).get("to") == target.id:
            chosen = {w: form.one(f"word.{place}.{n}") for n, w in enumerate(words)}
            values = {w: to for w, to in chosen.items() if to in target.options and to != w}
        else:
            values = known_words(target, words)
        if values:
            spec["columns"][name]["values"] = values
    form_of_time = form.one("time_format").strip()[:60]
    return {**spec, "time": {"format": form_of_time}} if "%" in form_of_time else spec


@get(IMPORTS + "/{run:str}/refused")
async def import_refused(request: AnyRequest, tenant: FromPath[str], run: FromPath[str]) -> Stream:
    """The refused rows with their reasons, to be mended and imported again."""
    found = await _entered(request, tenant)
    seen = await _seen(found, run)
    name = f"{tenant}-{seen.run.import_key}-refused.csv"
    return Stream(
        refused_rows(found.site, tenant, seen.run.id, (seen.run.body or {}).get("header", ())),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
        },
    )


ROUTES = [imports, import_file, import_run, import_act, import_refused]
