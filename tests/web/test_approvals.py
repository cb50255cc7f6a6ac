"""Approvals over HTTP: asked by Ben, answered by the second team, which sees nothing else of it."""

from __future__ import annotations

import asyncio
import re

import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.site.standing import SYSTEM
from runtime.store import journal, tickets
from tests.web.spruce import SPRUCE, Browser, Spruce, faults, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLOSE = "close:   { title: Close, from: fresh, to: done, by: agent, needs: [note] }"
ASKS = """close:
      title: Close
      from: fresh
      to: done
      by: agent
      needs: [note, comment]
      approval: { of: { team: second }, within: 4h }"""
DESK = f"/t/{SPRUCE}/desk"


async def asked(spruce: Spruce) -> tuple[str, str]:
    """A ticket that Ben wants to close; its number and the address on the desk."""
    live = spruce.site.desks.get(SPRUCE)
    assert live is not None
    if live.revision == 1:
        done = await publish_desk(
            spruce.site, specs(types__refund=(CLOSE, ASKS)), SYSTEM, "asks", word=ANYTHING
        )
        assert done.revision == 2, done.problems
    number = await (await spruce.browser("ann")).submit()
    url = f"{DESK}/tickets/{number}"
    ben = await spruce.browser("ben")
    form = {"note": "All is paid", "comment": "We are done"}
    answer = await ben.post(f"{url}/move/close", form)
    assert answer.status_code == 303, faults(answer.text)
    return number, url


async def status(browser: Browser, url: str) -> int:
    return (await browser.get(url)).status_code


async def events(spruce: Spruce, number: str) -> list[str]:
    async with spruce.site.store.unit(SPRUCE) as unit:
        row = await tickets.by_number(unit, number)
        assert row is not None
        return [event.verb for event in await journal.read(unit, row.id)]


async def test_asked_it_waits_and_says_so(spruce: Spruce) -> None:
    number, url = await asked(spruce)
    ben, ann = await spruce.browser("ben"), await spruce.browser("ann")
    page = (await ben.get(url)).text
    assert "Waiting for approval" in page
    assert "All is paid" in page
    assert "Withdraw the request" in page
    assert f"{url}/approve" not in page
    assert "Waits for approval" in (await ben.get(f"{DESK}/views/all")).text
    portal = (await ann.get(f"/t/{SPRUCE}/p/tickets/{number}")).text
    assert "Waits for approval" in portal
    assert "All is paid" not in portal
    assert "We are done" not in portal
    assert "Bob" not in portal


async def test_who_is_asked_sees_it_lists_it_and_approves_it(spruce: Spruce) -> None:
    number, url = await asked(spruce)
    bob, fay, dora = [await spruce.browser(who) for who in ("bob", "fay", "dora")]
    assert [await status(who, url) for who in (bob, fay, dora)] == [200, 404, 404]
    listed = (await bob.get(f"{DESK}/views/to_approve")).text
    assert number in listed
    assert number not in (await (await spruce.browser("ben")).get(f"{DESK}/views/to_approve")).text
    page = await bob.open_page(url)
    request = re.search(r'name="_request" value="(\d+)"', page.text)
    assert request is not None
    form = {"_idempotency": page.key, "_request": request[1]}
    assert [await status_of(who, url, form) for who in (fay, dora)] == [404, 404]
    assert await status_of(bob, url, form) == 303
    assert await status_of(bob, url, form) == 404  # it is theirs to see no more
    assert f"tickets/{number}" not in (await bob.get(f"{DESK}/views/to_approve")).text
    assert await events(spruce, number) == ["created", "asked", "approved"]
    portal = (await (await spruce.browser("ann")).get(f"/t/{SPRUCE}/p/tickets/{number}")).text
    assert "We are done" in portal
    assert "Waits for approval" not in portal


async def status_of(browser: Browser, url: str, form: dict[str, str]) -> int:
    return (await browser.post(f"{url}/approve", form)).status_code


async def test_two_who_approve_at_once_make_one_move(spruce: Spruce) -> None:
    number, url = await asked(spruce)
    both = [await spruce.browser(who) for who in ("bob", "ivy")]
    found = sorted(await asyncio.gather(*(status_of(who, url, {}) for who in both)))
    # Whoever came second is told, or, seeing it no more, finds nothing.
    assert found[0] == 303
    assert found[1] in (404, 422)
    assert (await events(spruce, number)).count("approved") == 1


async def test_a_refusal_wants_a_reason_and_keeps_the_words(spruce: Spruce) -> None:
    number, url = await asked(spruce)
    bob, ben = await spruce.browser("bob"), await spruce.browser("ben")
    empty = await bob.post(f"{url}/refuse", {"reason": " "})
    assert empty.status_code == 422
    assert "A reason is needed" in empty.text
    stale = await bob.post(f"{url}/refuse", {"reason": "Wrong account", "_request": "99"})
    assert stale.status_code == 422
    assert "Wrong account" in stale.text
    assert (await bob.post(f"{url}/refuse", {"reason": "Wrong account"})).status_code == 303
    page = (await ben.get(url)).text
    assert "did not approve" in page
    assert "Wrong account" in page
    assert "Waiting for approval" not in page
    portal = (await (await spruce.browser("ann")).get(f"/t/{SPRUCE}/p/tickets/{number}")).text
    assert "Wrong account" not in portal


async def test_only_the_asker_withdraws(spruce: Spruce) -> None:
    _, url = await asked(spruce)
    cleo, ben = await spruce.browser("cleo"), await spruce.browser("ben")
    refused = await cleo.post(f"{url}/withdraw")
    assert refused.status_code == 422
    assert "Only who asked for it" in refused.text
    own = await ben.post(f"{url}/approve")
    assert own.status_code == 422
    assert (await ben.post(f"{url}/withdraw")).status_code == 303
    assert "Waiting for approval" not in (await ben.get(url)).text
