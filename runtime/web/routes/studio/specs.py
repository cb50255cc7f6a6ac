"""The studio: look at the specs, edit them as form or text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from generators.admin_screen.catalogue import file_of, kind_of, kind_of_file
from runtime.actions.save_draft import (
    Bench,
    Outcome,
    Saved,
    Stale,
    Unreadable,
    add_spec,
    discard,
    drop_spec,
    open_bench,
    save_form,
    save_text,
    spec_form,
)
from runtime.web.drafting import entered
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, NotHere, Visit, posted
from runtime.web.screens.studio.build_controls import form_screen
from runtime.web.screens.studio.build_pages import (
    EDIT,
    list_screen,
    overview_screen,
    spec_href,
    yaml_screen,
)

PUBLISHED_SINCE = (
    "Somebody published another text of this file since you began. "
    "Below is yours; saving keeps yours."
)


def _path(bench: Bench, word: str, id: str) -> str:
    """The file of a spec that is there."""
    kind = kind_of(word)
    path = file_of(kind, id, bench.files) if kind is not None else ""
    if path not in bench.paths:
        raise NotHere
    return path


@get("/t/{tenant:str}/studio/")
async def studio_overview(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """Types × aspects, kinds, problems, history."""
    found, bench = await entered(request, tenant)
    return show(found, "pages/studio_overview.html", await overview_screen(found, bench))


@get("/t/{tenant:str}/studio/files")
async def studio_file(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """From a file's path to its text; the browser keeps the line."""
    found, bench = await entered(request, tenant)
    path = found.query("path")
    spec = kind_of_file(path)
    if spec is None or path not in bench.files:
        raise NotHere
    return Redirect(spec_href(found, *spec, "yaml"), status_code=303)


# -- lists --------------------------------------------------------------------------------------


@get("/t/{tenant:str}/studio/{kind:str}/")
async def studio_list(
    request: AnyRequest, tenant: FromPath[str], kind: FromPath[str]
) -> Response[str]:
    """The specs of a kind."""
    found, bench = await entered(request, tenant)
    if kind_of(kind) is None:
        raise NotHere
    return show(found, "pages/studio_list.html", list_screen(found, bench, kind))


@post("/t/{tenant:str}/studio/{kind:str}/", status_code=303)
async def studio_add(
    request: AnyRequest, tenant: FromPath[str], kind: FromPath[str]
) -> Response[Any]:
    """A new spec with the least that its kind asks for."""
    found, bench = await entered(request, tenant, EDIT)
    if kind_of(kind) is None:
        raise NotHere
    id = (await posted(request)).one("id").strip()[:80]
    done = await add_spec(found.site, bench, kind, id)
    if isinstance(done, str):
        screen = list_screen(found, bench, kind, id, done)
        return show(found, "pages/studio_list.html", screen, 422)
    return go(found, spec_href(found, kind, id), "saved")


@post("/t/{tenant:str}/studio/{kind:str}/{id:str}/delete", status_code=303)
async def studio_delete(
    request: AnyRequest, tenant: FromPath[str], kind: FromPath[str], id: FromPath[str]
) -> Response[Any]:
    """Take a spec out of the draft; it stays live until that is published."""
    found, bench = await entered(request, tenant, EDIT)
    done = await drop_spec(found.site, bench, _path(bench, kind, id))
    if not isinstance(done, Saved):
        fresh = await open_bench(found.site, bench.tenant, found.viewer)
        said = found.say("Something changed it meanwhile, so it was not deleted; look again")
        screen = replace(list_screen(found, fresh, kind), conflict=said)
        return show(found, "pages/studio_list.html", screen, 409)
    return go(found, found.links.studio(kind, ""), "saved")


# -- one spec -----------------------------------------------------------------------------------


@get("/t/{tenant:str}/studio/{kind:str}/{id:str}")
async def studio_form(
    request: AnyRequest, tenant: FromPath[str], kind: FromPath[str], id: FromPath[str]
) -> Response[Any]:
    """A spec as the form its kind generates; one that can't be read opens as text."""
    found, bench = await entered(request, tenant)
    path = _path(bench, kind, id)
    parts = spec_form(bench, kind, path, found.locale)
    if parts is None or bench.is_stale(path):
        return Redirect(spec_href(found, kind, id, "yaml"), status_code=303)
    screen = form_screen(found, bench, kind, id, path, parts)
    return show(found, "pages/studio_form.html", screen)


@post("/t/{tenant:str}/studio/{kind:str}/{id:str}", status_code=303)
async def studio_save(
    request: AnyRequest, tenant: FromPath[str], kind: FromPath[str], id: FromPath[str]
) -> Response[Any]:
    """Save the form into the draft, and do what a button of a map says."""
    found, bench = await entered(request, tenant, EDIT)
    path = _path(bench, kind, id)
    form = await posted(request)
    do = form.one("_do")
    done = await save_form(found.site, bench, kind, id, form.texts, form.one("_digest"), do)
    if isinstance(done, Unreadable):
        parts = spec_form(bench, kind, path, found.locale, form.texts, done.faults)
        if parts is None:
            return Redirect(spec_href(found, kind, id, "yaml"), status_code=303)
        screen = form_screen(found, bench, kind, id, path, parts)
        return show(found, "pages/studio_form.html", screen, 422)
    return await _saved(found, bench, kind, done, f"{spec_href(found, kind, id)}{_anchor(do)}")


def _anchor(do: str) -> str:
    """Back to where the button was."""
    verb, _, name = do.partition(":")
    if not name:
        return ""
    kept = name.rpartition(".")[0] if verb == "remove" else name
    return f"#s-{kept.replace('.', '-')}" if kept else ""


async def _saved(found: Visit, bench: Bench, kind: str, done: Outcome, url: str) -> Response[Any]:
    """On to where the change shows, or both sides when another text stands there by now."""
    if isinstance(done, Saved):
        return go(found, url, "saved")
    assert isinstance(done, Stale)
    fresh = await open_bench(found.site, bench.tenant, found.viewer)
    said = found.say("Another text stands here by now. Below is yours; saving keeps yours.")
    theirs = fresh.text(done.path)
    screen = yaml_screen(
        found, fresh, kind, done.path, typed=done.mine, conflict=said, theirs=theirs
    )
    return show(found, "pages/studio_yaml.html", screen, 409)


@get("/t/{tenant:str}/studio/{kind:str}/{id:str}/yaml")
async def studio_yaml(
    request: AnyRequest, tenant: FromPath[str], kind: FromPath[str], id: FromPath[str]
) -> Response[str]:
    """A spec as text, with its problems at their lines."""
    found, bench = await entered(request, tenant)
    path = _path(bench, kind, id)
    conflict = theirs = ""
    if bench.is_stale(path):
        conflict = found.say(PUBLISHED_SINCE)
        theirs = bench.live_text(path)
    screen = yaml_screen(found, bench, kind, path, conflict=conflict, theirs=theirs)
    return show(found, "pages/studio_yaml.html", screen)


@post("/t/{tenant:str}/studio/{kind:str}/{id:str}/yaml", status_code=303)
async def studio_save_yaml(
    request: AnyRequest, tenant: FromPath[str], kind: FromPath[str], id: FromPath[str]
) -> Response[Any]:
    """Save the text as it was typed, broken or not; publishing is what refuses."""
    found, bench = await entered(request, tenant, EDIT)
    path = _path(bench, kind, id)
    form = await posted(request)
    text = (form.many("text") or ("",))[-1]
    done = await save_text(found.site, bench, path, text, form.one("_digest"))
    return await _saved(found, bench, kind, done, spec_href(found, kind, id, "yaml"))


# -- the draft ----------------------------------------------------------------------------------


@post("/t/{tenant:str}/studio/discard", status_code=303)
async def studio_discard(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Throw the draft away, or that of one file."""
    found, bench = await entered(request, tenant, EDIT)
    path = (await posted(request)).one("path")
    await discard(found.site, bench, path or None)
    spec = kind_of_file(path) if path else None
    url = found.links.studio()
    if spec is not None:
        live = path in bench.live
        url = spec_href(found, *spec, "yaml") if live else found.links.studio(spec[0], "")
    return go(found, url, "discarded")


ROUTES = [
    studio_overview,
    studio_file,
    studio_discard,
    studio_list,
    studio_add,
    studio_form,
    studio_save,
    studio_yaml,
    studio_save_yaml,
    studio_delete,
]
