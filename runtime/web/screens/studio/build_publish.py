"""The page on which a draft, or a plan that was kept, is looked at and published."""

from __future__ import annotations

from collections.abc import Iterable

from generators.admin_screen.catalogue import kind_of_file
from generators.admin_screen.offers import said
from generators.admin_screen.settings_asked import Asked
from runtime.actions.save_draft import Bench, FileDiff
from runtime.queries.read_plans import KeptPlan
from runtime.web.requests import Visit
from runtime.web.screens.studio.build_pages import PUBLISH, file_href, frame, history, problems
from runtime.web.screens.studio.pages import FileChange, StudioPublish
from runtime.web.screens.studio.plan import PlanView

CHANGED_SINCE = (
    "%(files)s changed live since you began. "
    "Look at both sides, and take over both, keep yours or take theirs."
)


def publish_screen(
    visit: Visit,
    bench: Bench,
    plan: PlanView | None,
    *,
    message: str = "",
    problem: str = "",
    conflict: str = "",
    missing: Iterable[Asked] = (),
) -> StudioPublish:
    """What publishing would change and do, what stands against it, what was published before."""
    stale = [one.path for one in bench.changes if one.stale]
    if stale and not conflict:
        conflict = visit.say(CHANGED_SINCE, files=visit.listed(stale))
    frame_of, nav = frame(visit, bench, visit.say("Publish"), "publish")
    newest = max((one.n for one in bench.history), default=0)
    can = PUBLISH in visit.viewer.functions and not stale
    return StudioPublish(
        frame_of,
        nav,
        bench.revision,
        newest + 1,
        len(bench.files),
        problems(visit, bench.findings),
        tuple(_change(visit, bench, one) for one in bench.changes),
        history(bench),
        visit.links.studio("publish") if can else "",
        message,
        problem,
        bench.seen_all,
        bool(frame_of.flashes) and not bench.changes,
        conflict,
        visit.links.studio("merge") if stale else "",
        plan,
        tuple(one.name for one in missing),
        visit.links.studio("settings"),
    )


def kept_screen(
    visit: Visit, bench: Bench, plan: PlanView, kept: KeptPlan, can_publish: bool, conflict: str
) -> StudioPublish:
    """A plan that was kept, for whoever may approve or publish it."""
    saved = kept.saved
    title = visit.say("Plan %(number)s", number=saved.id)
    frame_of, nav = frame(visit, bench, title, "publish")
    newest = max((one.n for one in bench.history), default=0)
    action = visit.links.studio("plans", saved.id, "publish") if can_publish else ""
    return StudioPublish(
        frame_of,
        nav,
        saved.base_n,
        newest + 1,
        len(saved.files),
        (),
        (),
        history(bench),
        action,
        saved.message,
        "",
        "",
        saved.state == "published",
        conflict,
        "",
        plan,
    )


def _change(visit: Visit, bench: Bench, one: FileDiff) -> FileChange:
    found = kind_of_file(one.path)
    file = bench.specs.of(found[0]).get(found[1]) if found else None
    title = said(getattr(file.spec, "title", None), visit.locale) if file is not None else ""
    href = file_href(visit, one.path) if one.op != "del" else ""
    href = href or visit.links.studio("publish")
    return FileChange(one.op, one.path, href, title, one.added, one.removed)
