"""A move takes whatever its fields hold: several choices, files, a record that was picked."""

from __future__ import annotations

import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.site.standing import SYSTEM
from runtime.store import tickets
from tests.web.asking import PNG
from tests.web.conftest import one_database
from tests.web.spruce import CAST, SPRUCE, Spruce, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What forms hold is the same over each database.
store_url = one_database

FIELDS = "scan:     { type: files, label: Scan }"
MARKS = "\n  marks: { type: multi_choice, label: Marks, options: { dent: Dent, rust: Rust } }"
CLOSE = "by: agent, needs: [note] }"


async def test_a_move_takes_all_that_its_form_holds(spruce: Spruce) -> None:
    files = specs(types__refund=(FIELDS, FIELDS + MARKS))
    path = "types/refund.yaml"
    files[path] = files[path].replace(
        CLOSE.encode(), b"by: agent, needs: [marks, scan, order_no] }"
    )
    done = await publish_desk(spruce.site, files, SYSTEM, "second", word=ANYTHING)
    assert done.revision == 2, done.problems
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    url = f"/t/spruce/desk/tickets/{number}"
    form = {"marks": ["dent", "rust"], "_pick.order_no": "1001", "order_no": ""}
    lying = {"scan": ("scan.png", b"text")}
    refused = await ben.post(f"{url}/move/close", form, files=lying)
    assert refused.status_code == 422
    assert "scan.png" in refused.text
    moved = await ben.post(f"{url}/move/close", form, files={"scan": ("scan.png", PNG)})
    assert moved.status_code == 303
    async with spruce.site.store.unit(SPRUCE) as unit:
        row = await tickets.by_number(unit, number)
    assert row is not None
    assert row.phase == "solved"
    assert row.values["marks"] == ["dent", "rust"]
    assert row.values["order_no"] == "1001"
    assert len(row.values["scan"]) == 1
    assert "scan.png" in (await ben.get(url)).text
    # Who asked reads who took each step, and nothing of their own name.
    seen = (await ann.get(f"/t/spruce/p/tickets/{number}")).text
    steps = seen.partition('class="vsteps"')[2].partition("</ol>")[0]
    assert CAST["ben"].name in steps
    assert CAST["ann"].name not in steps
