"""The gate of publishing, passed by a pilot on its way to live."""

from __future__ import annotations

from dataclasses import replace

from engine.change.diff import Side
from engine.change.plan import plan_of
from engine.facts import Viewer
from engine.model.desk import Desk
from runtime.actions.keep_plan import missing
from runtime.actions.let_through import Held, Passed, Word, let_through
from runtime.actions.piloting.begin import Ended
from runtime.site.handles import Site
from runtime.store import desks, plans
from runtime.store.desks import Pointer
from runtime.store.plans import SavedPlan
from specs.load import load_files
from specs.spec_set import tree_digest

WAITS = "waits"
UNDECIDED = "undecided"


async def let_promote(
    site: Site, tenant: str, viewer: Viewer, desk: Desk, at: Pointer, live_at: Pointer, word: Word
) -> Passed | Held:
    """Whether the pilot at `at` may be made live over `live_at`, by the rules of every publish.

    An approved plan of the same files over the same revision counts; when tickets would lose more
    by now than it says, a new one is kept.
    """
    async with site.store.unit(tenant) as unit:
        revision = await desks.read_revision(unit, at.revision_n)
        assert revision is not None  # the pilot stands there
        files = await desks.read_files(unit, revision.files)
        several = await plans.in_state(unit, plans.OPEN, plans.ASKED)
    after = Side(load_files(files)[0], desk)
    approved = _approved(several, tree_digest(files), live_at.revision_n)
    if approved is not None:
        with_it = replace(word, plan=approved.id)
        passed = await let_through(site, files, after, viewer, revision.message, with_it)
        if isinstance(passed, Passed) or not passed.moved:
            return passed
    return await let_through(site, files, after, viewer, revision.message, word)


def _approved(several: list[SavedPlan], tree: str, base: int) -> SavedPlan | None:
    """The plan of these files over this revision that somebody agreed to."""
    for one in several:
        if (one.tree, one.base_n) == (tree, base) and one.approvals:
            if not missing(plan_of(one.body), one.approvals):
                return one
    return None


def as_ended(held: Held) -> Ended:
    """What is held, as the end of a promotion that did not happen."""
    code = UNDECIDED if held.decisions else WAITS
    return Ended(code, (held.saved.id if held.saved is not None else "",), held=held)
