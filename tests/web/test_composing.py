"""Writing on a ticket: names and quick texts to insert, and a form that acts once."""

from __future__ import annotations

import pytest

from runtime.site.quick_words import filled
from tests.web.conftest import one_database
from tests.web.spruce import Browser, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
# Plain rows of one person; nothing that the databases answer differently.
store_url = one_database
QUICK = "/t/spruce/desk/quick-texts"


async def offered(browser: Browser, number: str, sort: str, words: str) -> list[dict[str, str]]:
    url = f"/t/spruce/desk/tickets/{number}/complete"
    answer = await browser.post(url, {"sort": sort, "q": words})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, str]] = answer.json()["items"]
    return found


async def test_only_colleagues_who_may_see_the_ticket_are_offered(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    names = [one["label"] for one in await offered(ben, number, "names", "")]
    assert sorted(names) == ["Cleo", "Ivy"]
    assert [one["insert"] for one in await offered(ben, number, "names", "CL")] == ["@Cleo "]
    assert await offered(ben, number, "names", "bob") == []


async def test_a_quick_text_is_kept_filled_changed_and_thrown_away(spruce: Spruce) -> None:
    ann, ben, cleo = [await spruce.browser(who) for who in ("ann", "ben", "cleo")]
    number = await ann.submit(subject="Lamp {{ me.name }}")
    words = {
        "shortcut": "/Danke",
        "title": "Thanks",
        "body": "Hello {{requester.name}}, {{ ticket.number }}: {{ ticket.subject }}",
    }
    assert (await ben.post(QUICK, words)).status_code == 303
    again = await ben.post(QUICK, words)
    assert again.status_code == 422
    assert "/Danke is taken already" in again.text
    team = {**words, "shortcut": "lead", "team": "first"}
    assert (await ben.post(QUICK, team)).status_code == 404  # not his to say for the team
    assert (await cleo.post(QUICK, team)).status_code == 303
    found = await offered(ben, number, "texts", "")
    assert [one["hint"] for one in found] == ["/Danke", "/lead"]
    # What a requester wrote is never read as a place to fill.
    assert found[0]["insert"] == f"Hello Ann, {number}: Lamp {{{{ me.name }}}}"
    assert [one["hint"] for one in await offered(cleo, number, "texts", "dan")] == []
    page = (await ben.open_page(QUICK)).text
    own = page.partition('name="id" value="')[2].partition('"')[0]
    assert page.count('name="id"') == 1
    changed = await ben.post(QUICK, {**words, "id": own, "body": "Hi {{ ticket.secret }}"})
    assert "{{ ticket.secret }} is none of the places" in changed.text.replace("&#39;", "")
    assert (await ben.post(QUICK, {**words, "id": own, "body": "Hi"})).status_code == 303
    assert (await cleo.post(f"{QUICK}/{own}/drop")).status_code == 404
    assert (await ben.post(f"{QUICK}/{own}/drop")).status_code == 303
    assert "Danke" not in (await ben.open_page(QUICK)).text


async def test_two_clicks_on_send_say_it_once(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    url = f"/t/spruce/desk/tickets/{number}"
    page = await ben.open_page(url)
    form = {"text": "Only once", "_version": page.version, "_idempotency": page.key}
    for _ in range(2):
        assert (await ben.post(f"{url}/comment", form)).status_code == 303
    assert (await ben.open_page(url)).text.count("<p>Only once</p>") == 1
    # Other words under a used key are not lost in silence.
    other = await ben.post(f"{url}/comment", {**form, "text": "Something else"})
    assert other.status_code == 422
    assert "Something else</textarea>" in other.text


async def test_a_draft_belongs_to_person_tenant_and_ticket(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    page = (await ben.open_page(f"/t/spruce/desk/tickets/{number}")).text
    assert f'data-draft="spruce.{spruce.ids["ben"]}.{number}" data-draft-of="text"' in page
    assert "data-draft-fresh" in page
    refused = await ben.post(f"/t/spruce/desk/tickets/{number}/comment", {"text": "@Bob hi"})
    assert "data-draft-fresh" not in refused.text


async def test_holes_are_filled_by_plain_replacement() -> None:
    assert filled("{{ a }}{{b}}{{ c }}", {"a": "{{ b }}", "b": "B"}) == "{{ b }}B"
