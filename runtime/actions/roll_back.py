"""Rolls live back to an earlier revision, or forward again: the pointer, and the way back of data.

What was renamed needs nothing. What was mapped or converted is given back to every ticket where
nobody has changed it since. A ticket that holds what the other version does not have stands against
it: nothing is lost in silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.change.files import changed_paths
from engine.change.loss import Missing, missing_in
from engine.compile.desk import desk_from_files
from engine.facts import Viewer
from engine.model.desk import Desk
from runtime.actions.publish_desk import ask_to_retime, follow_moves, reconcile
from runtime.actions.turn_moves import StillGoingBack, turn_of
from runtime.site.handles import Site
from runtime.store import desks, journal, loss, moves
from runtime.store.desks import Altered, Pointer, PublishConflict, Revision
from runtime.store.journal import NewEvent
from runtime.store.moves import Run
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that the other version does not have, with how many tickets hold it."""

    sort: str
    name: str
    tickets: int


@dataclass(frozen=True, slots=True)
class Way:
    """What a rollback from `live` to `target` would do.

    `files`: paths that differ. `back`: steps of moves that are undone, each with the tickets that
    hold what it gave them; `forth`: steps that are done again. `losses` refuse it; `aside` keep
    their values, unseen, until a version has the field again. `refused`: another reason, or "".
    """

    live: Revision
    target: Revision
    files: tuple[str, ...] = ()
    back: tuple[tuple[str, int], ...] = ()
    forth: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()
    aside: tuple[Loss, ...] = ()
    refused: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it can be gone."""
        return not self.losses and not self.refused


@dataclass(frozen=True, slots=True)
class Rolled:
    """How it went: `done`, or the way as it stands now; `conflict`: live moved meanwhile.

    `runs`: data moves that go on in the background.
    """

    way: Way
    done: bool = False
    conflict: bool = False
    runs: tuple[Run, ...] = field(default=())


async def way_to(site: Site, tenant: str, live: Revision, target: Revision) -> Way:
    """What making `target` live would do, seen from `live`, which is so now."""
    async with site.store.unit(tenant) as unit:
        try:
            files = await desks.intact_files(unit, target)
            present = await desks.intact_files(unit, live)
        except Altered as wrong:
            return Way(live, target, refused=str(wrong))
        changed = changed_paths(present, files)
        desk, why = await _readable(files, target)
        if desk is None:
            return Way(live, target, changed, refused=why)
        return await _way(site, unit, live, target, desk, changed)


async def roll_back(site: Site, tenant: str, viewer: Viewer, way: Way, message: str = "") -> Rolled:
    """Go a way that was seen, if live still stands where it began and nothing stands against it.

    Raises:
        Altered: the files are not those that were published.
    """
    async with site.store.unit(tenant) as reading:
        files = await desks.intact_files(reading, way.target)
    desk, why = await _readable(files, way.target)
    if desk is None:
        return Rolled(Way(way.live, way.target, way.files, refused=why))
    try:
        async with site.store.unit(tenant, write=True) as unit:
            present = await desks.pointer(unit)
            if present is None or present.revision_n != way.live.n:
                return Rolled(way, conflict=True)
            now = await _way(site, unit, way.live, way.target, desk, way.files)
            if not now.is_open:
                return Rolled(now)
            pointer = await desks.point(unit, way.target.n, expected=present)
            event = await _audit(unit, viewer, pointer, present, desk, message)
            runs = await follow_moves(site, unit, way.live, pointer, desk, event)
            await ask_to_retime(site, unit, desk, present, pointer)
    except PublishConflict:
        return Rolled(way, conflict=True)
    await site.desks.take(pointer)
    await reconcile(site)
    return Rolled(now, done=True, runs=tuple(runs))


async def _readable(files: dict[str, bytes], revision: Revision) -> tuple[Desk | None, str]:
    """The desk of a revision, or why this version of Specdesk can't run it."""
    desk, problems = await asyncio.to_thread(desk_from_files, files, revision.keys, published=True)
    if desk is not None:
        return desk, ""
    first = problems[0].headline if problems else "it has no tenant.yaml"
    return None, f"this version of Specdesk can't read v{revision.n}: {first}"


async def _way(
    site: Site, unit: Unit, live: Revision, target: Revision, desk: Desk, files: tuple[str, ...]
) -> Way:
    old = await site.desks.read_at(unit, live.n)
    if old is None:
        why = f"this version of Specdesk can't read v{live.n}, so not what tickets hold under it"
        return Way(live, target, files, refused=why)
    try:
        turn = await turn_of(unit, live, target)
    except StillGoingBack as step:
        why = f"the move `{step}` is still being undone on the tickets; wait until that is over"
        return Way(live, target, files, refused=why)
    lacking = [
        one
        for one in missing_in(desk, old)
        if not any(_covers(body, one) for _, body in turn.forth)
    ]
    counts = await loss.held(unit, lacking, turn.back)
    back = [(run.step, await moves.kept_count(unit, run.id)) for run in turn.back]
    return Way(
        live,
        target,
        files,
        tuple(back),
        tuple(step for step, _ in turn.forth),
        _counted(lacking, counts, aside=False),
        _counted(lacking, counts, aside=True),
    )


def _covers(body: Mapping[str, Any], one: Missing) -> bool:
    """Whether a step that is done on the way says what becomes of it."""
    if body["verb"] == "convert":
        return one.sort == "field" and str(body["field"]) == one.key
    return (str(body["sort"]), str(body["key"])) == (one.sort, one.key) and (
        not body["types"] or set(one.types) <= set(body["types"])
    )


def _counted(lacking: Sequence[Missing], counts: Sequence[int], *, aside: bool) -> tuple[Loss, ...]:
    return tuple(
        Loss(one.sort, one.name, count)
        for one, count in zip(lacking, counts, strict=True)
        if count and one.aside is aside
    )


async def _audit(
    unit: Unit, viewer: Viewer, pointer: Pointer, before: Pointer, desk: Desk, message: str
) -> str:
    event = NewEvent(
        verb="rolled_back",
        body={
            "revision": pointer.revision_n,
            "from": before.revision_n,
            "message": message,
            "by": viewer.name,
        },
        actor_kind="system" if viewer.is_system else "person",
        actor_id=viewer.person_id,
        revision=pointer.revision_n,
        desk_digest=desk.digest,
    )
    (made,) = await journal.append_admin(unit, [event])
    return made
