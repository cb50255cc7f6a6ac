"""Begins a pilot: a revision beside the live one, for chosen teams and a share of requesters."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.facts import Viewer
from engine.model.desk import Desk
from engine.model.rights import RoleModel
from runtime.actions.let_through import Held
from runtime.actions.publish_desk import Checked, checked_over, revision_of
from runtime.site.handles import Site
from runtime.site.pilot import PILOT, Pilot
from runtime.store import desks, journal
from runtime.store.desks import Pointer, PublishConflict
from runtime.store.journal import NewEvent
from runtime.store.unit import Unit
from specs.problem import Problem


@dataclass(frozen=True, slots=True)
class Trying:
    """What is to be tried: `files` of a folder, or a `revision` that is there already.

    `teams` by id; `share` of requesters in per cent. `allow_rights`: it may change who sees what.
    """

    message: str
    files: Mapping[str, bytes] | None = None
    revision: int = 0
    teams: tuple[str, ...] = ()
    share: int = 0
    allow_rights: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a verb of pilots or shadows went. `code` "" : done; else why not, with what it is about.

    `counts`: what was done or stands in the way, by its name. `held`: what the gate of publishing
    asks for and is not there.
    """

    code: str = ""
    said: tuple[str, ...] = ()
    revision: int = 0
    problems: tuple[Problem, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    held: Held | None = None

    @property
    def done(self) -> bool:
        """Whether it was done."""
        return not self.code


async def start_pilot(site: Site, tenant: str, viewer: Viewer, trying: Trying) -> Ended:
    """Begin a pilot, or say everything that stands against it."""
    live = site.desks.get(tenant)
    if live is None:
        return Ended("no_tenant", (tenant,))
    if not 0 <= trying.share <= 100:
        return Ended("share", (str(trying.share),))
    if not trying.teams and not trying.share:
        return Ended("nobody")
    desk, problems, why = await desk_of(site, tenant, trying.files, trying.revision)
    if desk is None:
        return replace(why, problems=tuple(problems))
    teams, unknown = _teams(live.desk, desk, trying.teams)
    if unknown:
        return Ended("unknown_team", tuple(unknown))
    changed = tuple(rights_changed(live.desk, desk))
    if changed and not trying.allow_rights:
        return Ended("rights", changed)
    pilot = Pilot(
        teams=frozenset(teams),
        share=trying.share,
        salt=secrets.token_hex(8),
        base=live.revision,
        started_us=site.store.clock.now_us(),
        by=viewer.name or "cli",
        message=trying.message,
    )
    return await put_beside(site, tenant, viewer, PILOT, trying, desk, pilot.data(), problems)


async def desk_of(
    site: Site, tenant: str, files: Mapping[str, bytes] | None, revision: int
) -> tuple[Desk | None, list[Problem], Ended]:
    """The desk of a folder's files or of a revision, with what is wrong with it."""
    if files is None:
        found = await site.desks.at_revision(tenant, revision)
        return found, [], Ended("no_revision", (f"v{revision}",))
    judged = await checked_over(site, files)
    desk, problems = judged.desk, judged.problems
    if desk is not None and desk.tenant.id != tenant:
        return None, problems, Ended("other_tenant", (desk.tenant.id, tenant))
    return desk, problems, Ended("problems")


def _teams(live: Desk, desk: Desk, ids: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Keys of teams that both desks have, and the ids that neither or only one has."""
    known = {team.id: key for key, team in live.teams.items() if key in desk.teams}
    return [known[one] for one in ids if one in known], [one for one in ids if one not in known]


async def put_beside(
    site: Site,
    tenant: str,
    viewer: Viewer,
    name: str,
    trying: Trying,
    desk: Desk,
    data: Mapping[str, Any],
    problems: list[Problem],
) -> Ended:
    """Point an environment beside `live` at what is to be tried, if none is there."""
    found = await checked_over(site, trying.files) if trying.files is not None else None
    try:
        async with site.store.unit(tenant, write=True) as unit:
            present = await desks.pointer(unit, name)
            if present is not None and not present.ended:
                return Ended("there", (name, f"v{present.revision_n}"))
            live = await desks.pointer(unit)
            if live is not None and live.revision_n == trying.revision:
                return Ended("is_live", (f"v{trying.revision}",))
            pointer = await _point(unit, viewer, name, trying, desk, data, present, live, found)
            if pointer is None:
                return Ended("is_live", ())
            await audit(unit, viewer, f"{name}_started", pointer, dict(data))
    except PublishConflict:
        return Ended("meanwhile")
    await site.desks.take(pointer)
    return Ended(revision=pointer.revision_n, problems=tuple(problems))


async def _point(
    unit: Unit,
    viewer: Viewer,
    name: str,
    trying: Trying,
    desk: Desk,
    data: Mapping[str, Any],
    present: Pointer | None,
    live: Pointer | None,
    found: Checked | None,
) -> Pointer | None:
    """The environment's new place; None where the files are what is live already."""
    if trying.files is None or found is None:
        return await desks.point(unit, trying.revision, name=name, expected=present, data=data)
    over = await desks.read_revision(unit, live.revision_n) if live is not None else None
    found.must_follow(over)
    new = await revision_of(unit, desk, trying.files, viewer, trying.message, over, found.keys)
    if over is not None and over.tree == new.tree:
        return None
    return await desks.publish(unit, new, name=name, expected=present, data=data)


async def audit(
    unit: Unit, viewer: Viewer, verb: str, pointer: Pointer, body: Mapping[str, Any]
) -> str:
    """Write into the tenant's own chain who did what to an environment; gives the event's id."""
    revision = await desks.read_revision(unit, pointer.revision_n)
    event = NewEvent(
        verb=verb,
        body={"revision": pointer.revision_n, **body},
        actor_kind="system" if viewer.is_system else "person",
        actor_id=viewer.person_id,
        revision=pointer.revision_n,
        desk_digest=revision.desk_digest if revision else "",
    )
    (made,) = await journal.append_admin(unit, [event])
    return made


def rights_changed(live: Desk, other: Desk) -> Iterator[str]:
    """Every role on every type whose rights differ; a new field counts for nobody's widening."""
    for name in sorted(live.roles.keys() | other.roles.keys()):
        was, becomes = live.roles.get(name), other.roles.get(name)
        if was is None or becomes is None:
            yield f"{name}: {'new' if was is None else 'gone'}"
            continue
        if (was.includes, was.functions, was.reports) != (
            becomes.includes, becomes.functions, becomes.reports
        ):  # fmt: skip
            yield name
        for key in sorted(was.grants.keys() | becomes.grants.keys()):
            if _grants(was, key, live, other) != _grants(becomes, key, live, other):
                model = other.types.get(key) or live.types[key]
                yield f"{name} on {model.id}"


def _grants(role: RoleModel, key: str, live: Desk, other: Desk) -> set[tuple[object, ...]]:
    """What a role may do on a type, over the fields that both desks have."""
    shared: set[str] = set()
    if key in live.types and key in other.types:
        shared = live.types[key].fields.keys() & other.types[key].fields.keys()
    return {
        (
            grant.role,
            repr(grant.see),
            repr(grant.edit),
            grant.create,
            grant.do,
            frozenset((name, right) for name, right in grant.fields.items() if name in shared),
        )
        for grant in role.grants.get(key, ())
    }
