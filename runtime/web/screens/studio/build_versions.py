"""The screens of versions from revisions, moves of data and the way back to one."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.actions.roll_back import Loss, Way
from runtime.actions.save_draft import Bench
from runtime.queries.revisions import Version
from runtime.queries.standing_moves import Walk
from runtime.render.catalogues import N_
from runtime.web.pages import moment
from runtime.web.requests import Visit
from runtime.web.screens.studio.build_pages import PUBLISH, frame
from runtime.web.screens.studio.versions import (
    ChangedFile,
    StudioVersion,
    StudioVersions,
    VersionRow,
    WalkRow,
)

SHOWN = 50
_SORTS = {
    "type": N_("type"),
    "state": N_("state"),
    "option": N_("option"),
    "field": N_("field"),
    "team": N_("team"),
}


def versions_screen(
    visit: Visit, bench: Bench, found: Sequence[Version], walks: Sequence[Walk]
) -> StudioVersions:
    """What was published, newest first."""
    page, nav = frame(visit, bench, visit.say("Versions"), "versions")
    last = found[-1].n if found else 0
    older = f"{visit.links.studio('versions')}?before={last}" if last > 1 else ""
    return StudioVersions(
        page,
        nav,
        tuple(_row(visit, one) for one in found),
        tuple(_walk(visit, one) for one in walks),
        older if len(found) == SHOWN else "",
    )


def version_screen(
    visit: Visit,
    bench: Bench,
    version: Version,
    way: Way | None,
    *,
    problem: str = "",
    message: str = "",
) -> StudioVersion:
    """One revision; `way` is how live would go back to it, None for the live one itself."""
    name = f"v{version.n}"
    page, nav = frame(visit, bench, name, "versions")
    may = PUBLISH in visit.viewer.functions and way is not None and way.is_open
    one = version.revision
    return StudioVersion(
        page,
        nav,
        _row(visit, version),
        bench.revision,
        visit.links.studio("versions"),
        one.tree[:12],
        one.desk_digest[:12],
        tuple(one.parents),
        _changes(way) if way is not None else (),
        tuple(_told(visit, way)) if way is not None else (),
        tuple(_against(visit, way)) if way is not None else (),
        _cure(visit, way),
        visit.links.studio("versions", str(version.n), "rollback") if may else "",
        problem,
        message,
    )


def _row(visit: Visit, version: Version) -> VersionRow:
    one = version.revision
    return VersionRow(
        one.n,
        one.message,
        one.author,
        moment(one.at_us),
        len(one.files),
        visit.links.studio("versions", str(one.n)),
        version.environments,
    )


def _walk(visit: Visit, one: Walk) -> WalkRow:
    if one.running:
        text = N_("is being undone; tickets so far: %(moved)s") if one.back else N_(
            "is being done; tickets so far: %(moved)s"
        )  # fmt: skip
    else:
        text = N_("undone; tickets: %(moved)s") if one.back else N_("done; tickets: %(moved)s")
    said = [visit.say(text, moved=one.moved)]
    if one.aside:
        text = N_("values kept that could not be read as the new type: %(count)s")
        said.append(visit.say(text, count=one.aside))
    if one.left:
        said.append(visit.say("%(count)s were changed since and stay", count=one.left))
    return WalkRow(one.step, visit.clauses(said), one.running)


def _changes(way: Way) -> tuple[ChangedFile, ...]:
    there, here = way.target.files, way.live.files
    return tuple(
        ChangedFile("add" if path not in here else "del" if path not in there else "mod", path)
        for path in way.files
    )


def _told(visit: Visit, way: Way) -> list[str]:
    say = visit.say
    said = [
        say("The move %(step)s is undone unless somebody changed its tickets since; "
            "tickets: %(count)s", step=step, count=count)
        for step, count in way.back
    ]  # fmt: skip
    said += [say("The move %(step)s is done again", step=step) for step in way.forth]
    said += [
        say("%(what)s; this stays, unseen, until a version has it again", what=_what(visit, one))
        for one in way.aside
    ]
    return said


def _against(visit: Visit, way: Way) -> list[str]:
    said = [way.refused] if way.refused else []
    return said + [_what(visit, one) for one in way.losses]


def _cure(visit: Visit, way: Way | None) -> str:
    if way is None or not way.losses:
        return ""
    return visit.say(
        "That version can't hold these tickets. Publish one with a `moves/` file that maps them to "
        "what it has."
    )


def _what(visit: Visit, one: Loss) -> str:
    return visit.say(
        "Tickets that hold the %(sort)s %(name)s: %(count)s",
        count=one.tickets, sort=visit.say(_SORTS[one.sort]), name=one.name,
    )  # fmt: skip
