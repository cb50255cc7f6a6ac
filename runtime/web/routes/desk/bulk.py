"""Many tickets at once: look at what each would refuse, then do it, watch it, take it back."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions import bulk_runs
from runtime.actions.bulk import MOST, Said, chosen, event_of, foresee
from runtime.queries.teams import members_of
from runtime.queries.whole_list import whole_list
from runtime.render import words
from runtime.web.pages import go, local, moment, page, show
from runtime.web.requests import AnyRequest, Form, NotHere, Visit, of_staff, posted
from runtime.web.screens.build_side import side
from runtime.web.screens.desk.build_bulk import TITLES, Chosen, act_screen, bulk_screen
from runtime.web.screens.desk.bulk import ActLine, ActsScreen
from runtime.web.whole import list_at

BULK = "/t/{tenant:str}/desk/bulk/{what:str}"
ACTS = "/t/{tenant:str}/desk/acts"
_WORDS = ("value", "tag", "untag", "flag", "unflag", "text", "comment", "note", "reason")
_MOST_CHARS = 10_000


@post(f"{BULK}/check", status_code=200)
async def bulk_check(
    request: AnyRequest, tenant: FromPath[str], what: FromPath[str]
) -> Response[str]:
    """What would become of each chosen ticket; writes nothing."""
    found = await of_staff(request, tenant)
    form = await _form(request, what)
    return await _asked(found, what, form)


@post(BULK, status_code=303)
async def bulk_do(request: AnyRequest, tenant: FromPath[str], what: FromPath[str]) -> Response[Any]:
    """Begin it: of few tickets it is done at once, of many a worker goes on with it."""
    found = await of_staff(request, tenant)
    form = await _form(request, what)
    said, those = _said(found, form, what), await _chosen(found, form)
    if event_of(what, said, found.viewer.person_id or "") is None or not those.numbers:
        return await _asked(found, what, form, 422)
    back = _back(found, form)
    run = await bulk_runs.begin(
        found.site, tenant, found.viewer, what, said, those.numbers, form.key, back
    )
    return go(found, found.links.desk("acts", run))


async def _form(request: AnyRequest, what: str) -> Form:
    if what not in TITLES:
        raise NotHere
    return await posted(request)


async def _asked(found: Visit, what: str, form: Form, status: int = 200) -> Response[str]:
    said, those = _said(found, form, what), await _chosen(found, form)
    event = event_of(what, said, found.viewer.person_id or "")
    foreseen = await foresee(found.site, found.desk.tenant, found.viewer, those.numbers, event)
    teams = [one.team for one in foreseen.each if what == "assign" and one.team]
    members = {
        member.person_id: member
        for team in dict.fromkeys(teams)
        for member in await members_of(found.site, found.desk.tenant, team)
    }
    screen = bulk_screen(
        found, await side(found, ""), what, those, foreseen, said, tuple(members.values()),
        ready=event is not None and bool(those.numbers), back=_back(found, form),
    )  # fmt: skip
    return show(found, "pages/desk_bulk.html", screen, status)


def _said(found: Visit, form: Form, what: str) -> Said:
    said: dict[str, str | list[str]] = {name: form.one(name)[:_MOST_CHARS] for name in _WORDS}
    key = form.one("value")
    fields = [m.fields[key] for m in found.desk.desk.types.values() if key in m.fields]
    if what == "set" and fields:
        several = [one[:_MOST_CHARS] for one in form.many(f"f.{key}")]
        if fields[0].type == "multi_choice":
            said["raw"] = several
        elif several or fields[0].type == "boolean":
            said["raw"] = form.one(f"f.{key}")[:_MOST_CHARS] or ("false" if not several else "")
    return {name: value for name, value in said.items() if value or name == "raw"}


async def _chosen(found: Visit, form: Form) -> Chosen:
    """The tickets ticked one by one, or all of the list that the form came from."""
    if not form.one("all"):
        ticked = form.many("number")
        return Chosen(chosen(ticked), left_out=max(0, len(set(ticked)) - MOST))
    until = form.whole("until") or found.site.clock.now_us()
    _, wanted = await list_at(found, _back(found, form))
    whole = await whole_list(found.site, found.desk.tenant, found.viewer, wanted, until)
    return Chosen(whole.numbers, str(until), cut=whole.left_out)


def _back(found: Visit, form: Form) -> str:
    """The list that one came from, as the form says it."""
    return local(form.one("back")[:4000], found.links.desk())


@get(ACTS)
async def acts(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """What one has done to many tickets lately."""
    found = await of_staff(request, tenant)
    runs = await bulk_runs.of_person(found.site, tenant, found.viewer)
    now = moment(found.site.clock.now_us())
    zone = found.desk.desk.tenant.zone
    lines = tuple(
        ActLine(
            found.links.desk("acts", run.id),
            found.say(TITLES.get(run.what, run.what)),
            words.written(moment(run.at_us), found.locale, now, zone),
            run.state,
            len(run.body["numbers"]),
        )
        for run in runs
    )
    screen = ActsScreen(
        page(found, found.say("Acts on many tickets"), "desk"), await side(found, "acts"), lines
    )
    return show(found, "pages/desk_acts.html", screen)


@get(f"{ACTS}/{{run:str}}")
async def act(request: AnyRequest, tenant: FromPath[str], run: FromPath[str]) -> Response[str]:
    """How far an act is and what became of its tickets; another person's is not there."""
    found = await of_staff(request, tenant)
    seen = await bulk_runs.read_run(found.site, tenant, found.viewer, run)
    if seen is None:
        raise NotHere
    told = await bulk_runs.told_of(found.site, tenant, seen)
    screen = act_screen(found, await side(found, ""), seen, told)
    return show(found, "pages/desk_act.html", screen)


@post(f"{ACTS}/{{run:str}}/{{do:str}}", status_code=303)
async def act_do(
    request: AnyRequest, tenant: FromPath[str], run: FromPath[str], do: FromPath[str]
) -> Response[Any]:
    """Stop an act, or take it back."""
    found = await of_staff(request, tenant)
    seen = await bulk_runs.read_run(found.site, tenant, found.viewer, run)
    if seen is None or do not in ("stop", "undo"):
        raise NotHere
    if do == "stop":
        await bulk_runs.stop(found.site, tenant, run)
    else:
        await bulk_runs.undo(found.site, tenant, run)
    return go(found, found.links.desk("acts", run))


ROUTES: list[Any] = [bulk_check, bulk_do, acts, act, act_do]
