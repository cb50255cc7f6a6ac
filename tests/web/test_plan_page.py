"""The plan page in the studio: decisions written into the draft, an approval, that published."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import update

from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.clock import FixedClock
from runtime.site.standing import SYSTEM
from runtime.store import people
from runtime.store.open import Store
from runtime.store.tables.tickets import ticket
from specs.load import read_folder
from tests.web.conftest import one_database
from tests.web.studio_site import EXAMPLES, SHOP, STUDIO, Browser, Page, Served, _let_in, serve

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What pages say of specs; the statements beneath are tried on both databases in tests/store.
store_url = one_database

UNSURE = "      unsure:   { zh-CN: 不确定, en: Not sure }\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(store_url: str, web_folder: Path, moment: FixedClock) -> AsyncIterator[Served]:
    """The shop, served once for the module."""
    store = await Store.open(store_url, key_file=web_folder / "keys.json", clock=moment)
    try:
        yield await serve(store, moment, web_folder)
    finally:
        await store.close()


@pytest_asyncio.fixture(loop_scope="module")
async def cleo(served: Served) -> AsyncIterator[Browser]:
    """Cleo's browser; the shop is as its folder says and she has no draft."""
    files, _ = read_folder(EXAMPLES / SHOP)
    await publish_desk(served.site, files, SYSTEM, "as it was", word=ANYTHING)
    async with served.at("cleo") as browser:
        await browser.post(f"{STUDIO}discard", await browser.get(STUDIO))
        yield browser


async def write(browser: Browser, spec: str, was: str, becomes: str) -> Page:
    """Change the text of a spec in the draft."""
    page = await browser.get(f"{STUDIO}{spec}/yaml")
    found = re.search(r'<textarea[^>]*name="text"[^>]*>\n?(.*?)</textarea>', page.text, re.DOTALL)
    assert found, page.text[:500]

    text = unescape(found[1])
    assert was in text
    changed = text.replace(was, becomes, 1)
    return await browser.post(
        f"{STUDIO}{spec}/yaml", page, text=changed, _digest=page.field("_digest")
    )


async def tickets(served: Served, count: int) -> None:
    """Refunds of goods of which nobody is sure how bad they are; their photos are left out."""
    async with served.site.store.unit(SHOP) as unit:
        ann = await people.find_person(unit, email="ann@example.com")
    assert ann is not None
    values = {"order_no": "2026112200640", "reason": "regret", "amount": "5"}
    new = NewTicket("refund", values, requester=ann.id)
    for _ in range(count):
        done = await open_ticket(served.site, SHOP, SYSTEM, new)
        assert isinstance(done, Done), done
    async with served.site.store.unit(SHOP, write=True) as unit:
        held = {"reason": "damaged", "damage": "unsure"}
        await unit.run(update(ticket).where(ticket.c.tenant_id == SHOP).values({"values": held}))


async def test_wider_rights_want_a_second_person(served: Served, cleo: Browser) -> None:
    """Cleo asks, Erin finds it on the overview and agrees, Cleo publishes just that."""
    await _let_in(served.site.store, SHOP, "Erin", "staff", ["admin"])
    await write(cleo, "Role/agent", "see:    { teams: $my.teams }", "see:    {}")
    page = await cleo.get(f"{STUDIO}publish")
    assert "Gives rights" in page.text
    assert "Ask for approval" in page.text
    digest = page.field("_digest")
    asked = await cleo.post(f"{STUDIO}publish", page, message="agents see all", _digest=digest)
    assert "/studio/plans/" in asked.url
    assert "those who may approve it were told" in asked.text
    assert "/approve" not in asked.text
    async with served.at("erin") as erin:
        overview = await erin.get(STUDIO)
        assert "agents see all" in overview.text
        shown = await erin.get(asked.url)
        empty = await erin.post(f"{asked.url}/return", shown, says=" ")
        assert empty.status == 422
        approved = await erin.post(f"{asked.url}/approve", shown, says="go on")
        assert "The plan is approved." in approved.text
    ready = await cleo.get(asked.url)
    assert "go on" in ready.text
    live = served.site.desks.get(SHOP)
    assert live is not None
    done = await cleo.post(f"{asked.url}/publish", ready)
    assert f"Published as v{live.revision + 1}" in done.text
    assert "Nothing to publish" in done.text
    async with served.site.store.unit(SHOP, write=True) as unit:
        erin_id = await people.find_person(unit, email="erin@example.com")
        assert erin_id is not None
        await people.set_roles(unit, erin_id.id, [])


async def test_a_workflow_that_changes_is_drawn(cleo: Browser) -> None:
    await write(
        cleo,
        "TicketType/refund",
        "to: submitted\n      by: requester",
        "to: rejected\n      by: requester",
    )
    page = await cleo.get(f"{STUDIO}publish")
    assert '<svg class="flow"' in page.text
    assert 'class="edge is-add"' in page.text
    text = await cleo.get(f"{STUDIO}publish?as=yaml")
    assert 'data-op="del"' in text.text


async def test_an_option_that_goes_is_mapped_and_published(served: Served, cleo: Browser) -> None:
    """Three tickets hold it; what takes its place is chosen, and the same in JSON."""
    await tickets(served, 3)
    await write(cleo, "TicketType/refund", UNSURE, "")
    page = await cleo.get(f"{STUDIO}publish")
    assert "3 tickets hold it, 3 of them open" in page.text
    assert "1 decision comes first" in page.text
    body = json.loads((await cleo.client.get(f"{STUDIO}publish.json")).text)
    (change,) = body["changes"]
    assert (change["class"], change["effects"][0]["all"]) == ("breaking", 3)
    assert [one["thing"] for one in body["needs"]] == ["refund.damage.unsure"]
    fields = {"sort": "moves", "kind": "option", "thing": "refund.damage.unsure"}
    refused = await cleo.post(f"{STUDIO}decide", page, **fields, to="")
    assert refused.status == 422
    decided = await cleo.post(f"{STUDIO}decide", page, **fields, to="cosmetic")
    assert "Draft saved." in decided.text
    assert "decision comes first" not in decided.text
    digest = decided.field("_digest")
    done = await cleo.post(f"{STUDIO}publish", decided, message="fewer answers", _digest=digest)
    assert re.search(r"Published as v\d+", done.text), done.text[-3000:]
