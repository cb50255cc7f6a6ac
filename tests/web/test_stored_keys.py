"""A rename published while tickets are open: what they hold is read under the new name."""

from __future__ import annotations

import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.site.standing import SYSTEM
from runtime.store import desks, tickets
from tests.web.conftest import one_database
from tests.web.spruce import SPRUCE, Spruce, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")
# Keys are the same over each database.
store_url = one_database


def renamed(moved: str = "from: refund.reason, to: cause") -> dict[str, bytes]:
    """The tenant with the field `reason` called `cause` everywhere, and the move that says so."""
    files = {
        path: content.replace(b"reason:", b"cause:").replace(b", reason]", b", cause]")
        if path.startswith(("types/", "routing/"))
        else content
        for path, content in specs().items()
    }
    step = f"kind: Moves\nsteps:\n  said_better: {{ rename: field, {moved} }}\n"
    return files | {"moves/m20260302_cause.yaml": step.encode()}


async def test_old_tickets_are_read_under_the_new_name(spruce: Spruce) -> None:
    ann, ivy = await spruce.browser("ann"), await spruce.browser("ivy")
    number = await ann.submit(reason="late")
    refused = await publish_desk(
        spruce.site, renamed("from: refund.resaon, to: cause"), SYSTEM, "", word=ANYTHING
    )
    assert "E603" in [one.code.number for one in refused.problems if one.is_error]
    done = await publish_desk(spruce.site, renamed(), SYSTEM, "cause", word=ANYTHING)
    assert done.revision == 2, [one.headline for one in done.problems]
    assert "Late" in (await ivy.get(f"/t/spruce/desk/tickets/{number}")).text
    async with spruce.site.store.unit(SPRUCE) as unit:
        row = await tickets.by_number(unit, number)
        revision = await desks.read_revision(unit, 2)
    assert row is not None
    assert row.values["reason"] == "late"
    assert revision is not None
    assert revision.keys["field:refund.cause"] == "reason"
    assert [one["step"] for one in revision.provenance["moves"]] == ["said_better"]
    later = await ann.submit(reason="late")  # forms post keys
    async with spruce.site.store.unit(SPRUCE) as unit:
        row = await tickets.by_number(unit, later)
    assert row is not None
    assert row.values["reason"] == "late"


async def test_a_published_move_can_not_be_taken_back(spruce: Spruce) -> None:
    done = await publish_desk(spruce.site, specs(), SYSTEM, "as it was", word=ANYTHING)
    assert done.revision == 0
    assert [one.code.number for one in done.problems if one.is_error] == ["E607"]
