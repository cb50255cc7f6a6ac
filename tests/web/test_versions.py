"""The studio's versions: listed, opened, rolled back to; what stands against it is told."""

from __future__ import annotations

import re

import pytest

from engine.decide.verdict import Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.site.standing import SYSTEM
from tests.web.conftest import one_database
from tests.web.spruce import SPRUCE, Spruce, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What pages say of specs; the statements beneath are tried on both databases in tests/store.
store_url = one_database
STUDIO = f"/t/{SPRUCE}/studio"
LABEL = ("label: Amount", "label: How much")
STATE = (
    "    done:    {", "    lab:     { title: Laboratory, phase: active }\n    done:    {",
)  # fmt: skip


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_a_version_is_looked_at_and_made_live_again(spruce: Spruce) -> None:
    await publish_desk(
        spruce.site, specs(types__refund=LABEL), SYSTEM, "a better label", word=ANYTHING
    )
    ivy, ann = await spruce.browser("ivy"), await spruce.browser("ann")
    listed = plain((await ivy.get(f"{STUDIO}/versions")).text)
    assert re.search(r"v2 live .* a better label v1 .* first", listed)
    page = await ivy.get(f"{STUDIO}/versions/1")
    said = plain(page.text)
    assert "Compared with v2, which is live" in said
    assert "types/refund.yaml" in said
    url = f"{STUDIO}/versions/1/rollback"
    refused = await ivy.post(url, {"_live": "2", "message": " "})
    assert (refused.status_code, "Say in one sentence why." in refused.text) == (422, True)
    stale = await ivy.post(url, {"_live": "1", "message": "why"})
    assert (stale.status_code, "Another version is live meanwhile" in stale.text) == (409, True)
    done = await ivy.post(url, {"_live": "2", "message": "it was wrong"})
    assert (done.status_code, done.headers["location"]) == (303, f"{STUDIO}/versions")
    assert "How much" not in (await ann.get(f"/t/{SPRUCE}/p/new/refund")).text
    listed = plain((await ivy.get(f"{STUDIO}/versions")).text)
    assert re.search(r"v2 (?!live).* v1 live", listed)
    assert (await ivy.get(f"{STUDIO}/versions/1")).text.count("Roll back to") == 0
    for gone in ("99", "0"):
        assert (await ivy.get(f"{STUDIO}/versions/{gone}")).status_code == 404


async def test_what_the_version_cannot_hold_is_told(spruce: Spruce) -> None:
    files = specs(types__refund=STATE)
    text = files["types/refund.yaml"].decode()
    files["types/refund.yaml"] = text.replace(
        "    again:",
        "    test: { title: Test, from: fresh, to: lab, by: agent }\n"
        "    tested: { title: Tested, from: lab, to: done, by: agent }\n    again:",
    ).encode()
    done = await publish_desk(spruce.site, files, SYSTEM, "a laboratory", word=ANYTHING)
    assert done.changed, done.problems
    ann, ivy = await spruce.browser("ann"), await spruce.browser("ivy")
    number = await ann.submit(reason="late")
    moved = await change_ticket(spruce.site, SPRUCE, SYSTEM, number, Change(Move("test")))
    assert isinstance(moved, Done), moved
    page = plain((await ivy.get(f"{STUDIO}/versions/1")).text)
    assert "Tickets that hold the state refund.lab: 1" in page
    assert "Roll back to v1" not in page
    forced = await ivy.post(
        f"{STUDIO}/versions/1/rollback", {"_live": str(done.revision), "message": "so there"}
    )
    assert forced.status_code == 409
    assert "refund.lab" in forced.text
    assert "refund.lab" not in (await ann.get(f"/t/{SPRUCE}/p/tickets")).text
