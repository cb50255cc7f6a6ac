"""The studio's plans: of one's own draft, and of those that were kept for somebody to approve."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from engine.change.plan import plan_body, plan_of
from generators.admin_screen.settings_asked import settings_asked
from runtime.actions.decide_draft import decide_move, decide_when
from runtime.actions.keep_plan import Refused, approve_plan, missing, return_plan
from runtime.actions.publish_plan import publish_plan
from runtime.actions.save_draft import Bench, Saved, end_draft, publish_draft
from runtime.planning.make import Planned, make_plan
from runtime.queries.named_settings import missing_settings
from runtime.queries.read_plans import KeptPlan, others_publish, read_plan
from runtime.web.drafting import entered
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, NotHere, Visit, posted
from runtime.web.screens.studio.build_pages import EDIT, PUBLISH
from runtime.web.screens.studio.build_plan import Shown, plan_view
from runtime.web.screens.studio.build_publish import kept_screen, publish_screen
from runtime.web.screens.studio.pages import StudioPublish
from runtime.web.screens.studio.plan import PlanView

MEANWHILE = (
    "Something else was published or saved meanwhile. "
    "This is how it stands now; look again and publish."
)
TEMPLATE = "pages/studio_publish.html"


# ---------------------------------------------------------------- the plan of one's own draft


async def _screen(
    visit: Visit, bench: Bench, *, message: str = "", problem: str = "", conflict: str = ""
) -> StudioPublish:
    """The draft with its plan; without one where errors stand in the way or nothing changed."""
    planned = await _planned(visit, bench)
    view = await _view(visit, bench, planned, message) if planned is not None else None
    missing = await missing_settings(visit.site, bench.tenant, settings_asked(bench.specs))
    return publish_screen(
        visit, bench, view, message=message, problem=problem, conflict=conflict, missing=missing
    )


async def _planned(visit: Visit, bench: Bench) -> Planned | None:
    if not bench.changes or any(one.gravity == "error" for one in bench.findings):
        return None
    made = await make_plan(visit.site, bench.files, tenant=bench.tenant)
    return made if made.plan is not None and made.plan.base_n else None


async def _view(visit: Visit, bench: Bench, planned: Planned, message: str) -> PlanView:
    assert planned.plan is not None
    viewer = visit.viewer
    alone = PUBLISH in viewer.functions and not await others_publish(
        visit.site, bench.tenant, viewer
    )
    shown = Shown(
        planned.plan,
        bench.live,
        bench.files,
        planned.before,
        planned.after,
        viewer.name,
        message,
        visit.site.clock.now_us(),
        can_edit=EDIT in viewer.functions,
        is_alone=alone,
    )
    return plan_view(visit, shown)


@get("/t/{tenant:str}/studio/publish")
async def studio_publish(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """What publishing the draft would change and do, and what stands against it."""
    found, bench = await entered(request, tenant)
    return show(found, TEMPLATE, await _screen(found, bench))


@get("/t/{tenant:str}/studio/publish.json")
async def studio_plan_json(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """The plan of the draft as `specdesk plan --format json` writes it; 422 with the problems."""
    found, bench = await entered(request, tenant)
    made = await make_plan(found.site, bench.files, tenant=bench.tenant)
    if made.plan is None:
        wrong = [{"code": one.code.number, "message": one.message, "file": one.place.file,
                  "line": one.place.line} for one in made.problems if one.is_error]  # fmt: skip
        return Response({"problems": wrong}, status_code=422, media_type="application/json")
    body = {**plan_body(made.plan, found.locale), "plan": None}
    return Response(body, media_type="application/json")


@post("/t/{tenant:str}/studio/publish", status_code=303)
async def studio_publish_now(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Publish the draft, or ask for the approval that it needs; errors refuse with their places."""
    found, bench = await entered(request, tenant, PUBLISH)
    form = await posted(request)
    message = form.one("message").strip()[:2000]
    if not message:
        said = found.say("Say in one sentence what changes.")
        return show(found, TEMPLATE, await _screen(found, bench, problem=said), 422)
    if any(one.gravity == "error" for one in bench.findings):
        return show(found, TEMPLATE, await _screen(found, bench, message=message), 422)
    done = await publish_draft(found.site, bench, found.viewer, message, form.one("_digest"))
    if done is None or done.conflict:
        fresh = (await entered(request, tenant))[1]
        screen = await _screen(found, fresh, message=message, conflict=found.say(MEANWHILE))
        return show(found, TEMPLATE, screen, 409)
    if done.held is not None and done.held.saved is not None and not done.held.decisions:
        return go(found, found.links.studio("plans", done.held.saved.id), "plan_asked")
    if not done.revision:
        return show(found, TEMPLATE, await _screen(found, bench, message=message), 422)
    return go(found, found.links.studio("publish"), "published", str(done.revision))


@post("/t/{tenant:str}/studio/decide", status_code=303)
async def studio_decide(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Write into the draft what becomes of something that goes, or for whom a policy holds."""
    found, bench = await entered(request, tenant, EDIT)
    form = await posted(request)
    kind, thing, to = form.one("kind"), form.one("thing"), form.one("to")
    if form.one("sort") == "when":
        done = await decide_when(found.site, bench, thing, to)
    elif kind == "convert":
        done = await decide_move(found.site, bench, "field", thing, ".", convert=True)
    else:
        done = await decide_move(found.site, bench, kind, thing, to)
    if not isinstance(done, Saved):
        said = found.say("That can't be written into the draft; look again.")
        return show(found, TEMPLATE, await _screen(found, bench, conflict=said), 422)
    return go(found, found.links.studio("publish"), "saved")


# ---------------------------------------------------------------- plans that were kept


async def _kept(visit: Visit, tenant: str, number: str) -> KeptPlan:
    found = await read_plan(visit.site, tenant, number)
    if found is None:
        raise NotHere
    return found


async def _kept_page(
    visit: Visit, bench: Bench, kept: KeptPlan, conflict: str = "", status: int = 200
) -> Response[Any]:
    saved, viewer = kept.saved, visit.viewer
    plan = plan_of(saved.body)
    wanted = missing(plan, saved.approvals)
    is_open = saved.state in ("open", "asked") and PUBLISH in viewer.functions
    own = saved.author_id == viewer.person_id
    others = await others_publish(visit.site, bench.tenant, viewer) if own else False
    shown = Shown(
        plan,
        kept.before,
        kept.after,
        kept.before_side,
        kept.after_side,
        saved.author,
        saved.message,
        saved.at_us,
        number=saved.id,
        state=saved.state,
        approvals=saved.approvals,
        can_approve=is_open and bool(wanted) and not others,
        can_return=is_open and not own,
    )
    can_publish = is_open and not wanted and not plan.decisions
    screen = kept_screen(visit, bench, plan_view(visit, shown), kept, can_publish, conflict)
    return show(visit, TEMPLATE, screen, status)


@get("/t/{tenant:str}/studio/plans/{number:str}")
async def studio_plan(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """A plan as it was kept, for those who may approve it."""
    found, bench = await entered(request, tenant)
    return await _kept_page(found, bench, await _kept(found, tenant, number))


@get("/t/{tenant:str}/studio/plans/{number:str}/plan.json")
async def studio_kept_json(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """A plan that was kept, as `specdesk plan --format json` wrote it."""
    found, _ = await entered(request, tenant)
    kept = await _kept(found, tenant, number)
    body = {**kept.saved.body, "plan": number, "state": kept.saved.state,
            "approvals": list(kept.saved.approvals)}  # fmt: skip
    return Response(body, media_type="application/json")


@post("/t/{tenant:str}/studio/plans/{number:str}/approve", status_code=303)
async def studio_approve(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Agree to somebody's plan."""
    found, bench = await entered(request, tenant, PUBLISH)
    says = (await posted(request)).one("says").strip()[:2000]
    done = await approve_plan(found.site, tenant, number, found.viewer, says)
    return await _answered(found, bench, tenant, number, done, "plan_approved")


@post("/t/{tenant:str}/studio/plans/{number:str}/return", status_code=303)
async def studio_return(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Send a plan back to its author, with words."""
    found, bench = await entered(request, tenant, PUBLISH)
    says = (await posted(request)).one("says").strip()[:2000]
    if not says:
        kept = await _kept(found, tenant, number)
        said = found.say("Say what should be different.")
        return await _kept_page(found, bench, kept, said, 422)
    done = await return_plan(found.site, tenant, number, found.viewer, says)
    return await _answered(found, bench, tenant, number, done, "plan_returned")


async def _answered(
    visit: Visit, bench: Bench, tenant: str, number: str, done: Any, word: str
) -> Response[Any]:
    if isinstance(done, Refused):
        kept = await _kept(visit, tenant, number)
        return await _kept_page(visit, bench, kept, done.why, 409)
    return go(visit, visit.links.studio("plans", number), word)


@post("/t/{tenant:str}/studio/plans/{number:str}/publish", status_code=303)
async def studio_publish_kept(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """Publish exactly this plan, unless its base or the data moved under it."""
    found, bench = await entered(request, tenant, PUBLISH)
    kept = await _kept(found, tenant, number)
    done = await publish_plan(found.site, tenant, number, found.viewer)
    if isinstance(done, Refused):
        return await _kept_page(found, bench, kept, done.why, 409)
    if not done.revision:
        said = found.say(MEANWHILE)
        if done.held is not None and done.held.moved:
            said = "; ".join(done.held.moved)
        return await _kept_page(found, bench, kept, said, 409)
    await end_draft(found.site, bench, kept.after)
    return go(found, found.links.studio("publish"), "published", str(done.revision))


ROUTES = [
    studio_publish,
    studio_plan_json,
    studio_publish_now,
    studio_decide,
    studio_plan,
    studio_kept_json,
    studio_approve,
    studio_return,
    studio_publish_kept,
]
