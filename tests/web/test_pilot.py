"""Who meets a pilot's forms, what its tickets' pages say, and the studio's page of both."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from runtime.actions.let_through import ANYTHING
from runtime.actions.piloting.begin import Trying, start_pilot
from runtime.actions.piloting.end import promote_pilot, stop_pilot
from runtime.actions.piloting.shadow import start_shadow, stop_shadow
from runtime.site.pilot import PILOT, SHADOW
from runtime.site.standing import SYSTEM
from tests.web.conftest import one_database
from tests.web.spruce import SPRUCE, Spruce, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What pages say of specs; the statements beneath are tried on both databases in tests/store.
store_url = one_database

PAGE = "/t/spruce/studio/pilot"
CHANGES = {
    "types__refund": (
        "  story:",
        "  shade:   { type: choice, label: Shade, options: { dim: Dim, lit: Lit } }\n  story:",
    ),
    "portal": ("    do:", "    help: Piloted help\n    do:"),
}


@pytest_asyncio.fixture(loop_scope="module")
async def quiet(spruce: Spruce) -> AsyncIterator[Spruce]:
    """No pilot and no shadow before and after."""
    yield spruce
    await stop_pilot(spruce.site, SPRUCE, SYSTEM, {"field.refund.shade": ""})
    await stop_shadow(spruce.site, SPRUCE, SYSTEM)


async def _begin(spruce: Spruce, **more: object) -> None:
    wanted: dict[str, object] = {"files": specs(**CHANGES), **more}
    done = await start_pilot(spruce.site, SPRUCE, SYSTEM, Trying("try", **wanted))  # type: ignore[arg-type]
    assert done.done, done


async def test_a_requester_of_the_share_meets_its_forms_from_home_to_ticket(
    quiet: Spruce,
) -> None:
    ann, ivy = await quiet.browser("ann"), await quiet.browser("ivy")
    assert "Shade" not in (await ann.get("/t/spruce/p/new/refund")).text
    await _begin(quiet, share=100)
    assert "Piloted help" in (await ann.get("/t/spruce/p/")).text
    assert "Shade" in (await ann.get("/t/spruce/p/new/refund")).text
    checked = await ann.post("/t/spruce/p/new/refund/check", {"reason": "damaged"})
    assert "Shade" in checked.text
    number = await ann.submit(shade="lit")
    assert "Lit" in (await ann.get(f"/t/spruce/p/tickets/{number}")).text
    desk = (await ivy.get(f"/t/spruce/desk/tickets/{number}")).text
    assert "Shade" in desk
    assert ">Pilot v" in desk
    assert "Lit" in desk
    edited = await ivy.post(
        f"/t/spruce/desk/tickets/{number}/edit", {"field": "shade", "shade": "dim"}
    )
    assert edited.status_code in (303, 422)
    assert (await ivy.get("/t/spruce/desk/views/desk_all")).status_code == 200
    # Ivy works here and is in no team of the pilot: her forms are live's.
    whom = f"?requester={quiet.ids['ann']}"
    assert "Shade" not in (await ivy.get(f"/t/spruce/desk/new/refund{whom}")).text


async def test_who_works_in_a_team_of_the_pilot_meets_its_forms(quiet: Spruce) -> None:
    await _begin(quiet, teams=("second",))
    ivy, ann = await quiet.browser("ivy"), await quiet.browser("ann")
    whom = f"?requester={quiet.ids['ann']}"
    assert "Shade" in (await ivy.get(f"/t/spruce/desk/new/refund{whom}")).text
    assert "Shade" not in (await ann.get("/t/spruce/p/new/refund")).text


async def test_the_page_begins_shows_and_ends_a_pilot(quiet: Spruce) -> None:
    ivy = await quiet.browser("ivy")
    page = await ivy.open_page(PAGE)
    assert "Begin a pilot" in page.text
    empty = await ivy.post(f"{PAGE}/start", {"what": "v1"})
    assert empty.status_code == 422
    assert "Say in one sentence" in empty.text
    live = quiet.site.desks.get(SPRUCE)
    assert live is not None
    same = {"what": f"v{live.revision}", "message": "x", "share": "10"}
    assert "Just this is live already" in (await ivy.post(f"{PAGE}/start", same)).text
    bad = {**same, "share": "1.5"}
    assert "whole number" in (await ivy.post(f"{PAGE}/start", bad)).text
    await _begin(quiet, share=100)
    ann = await quiet.browser("ann")
    number = await ann.submit(shade="lit")
    text = (await ivy.get(PAGE)).text
    assert "Going on" in text
    assert "too few tickets to tell" in text
    assert "100% of requesters" in text
    stopped = await ivy.post(f"{PAGE}/stop")
    assert stopped.status_code == 409
    assert 'name="drop" value="field.refund.shade"' in stopped.text
    done = await ivy.post(f"{PAGE}/stop", {"drop": "field.refund.shade"})
    assert done.status_code == 303
    assert quiet.site.desks.get(SPRUCE, PILOT) is None
    assert "Stopped" in (await ivy.get(PAGE)).text
    assert (await ivy.get(f"/t/spruce/desk/tickets/{number}")).status_code == 200


async def test_the_page_promotes_and_names_what_that_undoes(quiet: Spruce) -> None:
    ivy = await quiet.browser("ivy")
    await _begin(quiet, share=100)
    pilot = quiet.site.desks.get(SPRUCE, PILOT)
    assert pilot is not None
    done = await ivy.post(f"{PAGE}/promote")
    assert done.status_code == 303
    live = quiet.site.desks.get(SPRUCE)
    assert live is not None
    assert live.revision == pilot.revision
    assert "Promoted" in (await ivy.get(PAGE)).text
    back = await ivy.post(f"{PAGE}/start", {"what": "v1", "message": "back", "share": "1"})
    assert back.status_code == 303
    held = await ivy.post(f"{PAGE}/promote")
    assert held.status_code == 409
    assert "It lacks a step of moves/" in held.text
    assert (await promote_pilot(quiet.site, SPRUCE, SYSTEM, word=ANYTHING)).done


async def test_a_shadow_begins_and_ends_on_the_page(quiet: Spruce) -> None:
    ivy = await quiet.browser("ivy")
    begun = await start_shadow(quiet.site, SPRUCE, SYSTEM, Trying("look", specs(**CHANGES)))
    assert begun.done, begun
    text = (await ivy.get(PAGE)).text
    assert re.search(rf"Shadow v{begun.revision}\b", text)
    assert "Nothing was compared yet" in text
    assert (await ivy.post("/t/spruce/studio/shadow/stop")).status_code == 303
    assert quiet.site.desks.get(SPRUCE, SHADOW) is None
    assert (await ivy.post("/t/spruce/studio/shadow/stop")).status_code == 422
