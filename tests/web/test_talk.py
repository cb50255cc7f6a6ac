"""What people say on a ticket: colleagues named in it, long texts, files and how they are shown."""

from __future__ import annotations

import re

import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.site.standing import SYSTEM
from runtime.store import jobs, tickets
from tests.web.conftest import one_database
from tests.web.drawing import jpeg, png
from tests.web.spruce import SPRUCE, Browser, Spruce, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")
# Mentions read people and tickets through queries that other modules ask on both databases.
store_url = one_database


def ticket_url(number: str) -> str:
    return f"/t/spruce/desk/tickets/{number}"


async def say(browser: Browser, number: str, text: str, **more: object) -> object:
    page = await browser.open_page(ticket_url(number))
    form = {"text": text, "_version": page.version, "_idempotency": page.key, **more}
    return await browser.post(f"{ticket_url(number)}/comment", form)


async def told(spruce: Spruce, notification: str) -> set[str]:
    """Who is told by it, as the outbox has it."""
    found: set[str] = set()
    async with spruce.site.store.unit(SPRUCE) as unit:
        for kind in ("notice", "mail"):
            for body in await jobs.unfinished(unit, kind):
                if body["notification"] == notification:
                    found.add(str(body["recipient"]))
    return found


async def test_whom_a_note_names_is_told_and_follows_the_ticket(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    done = await say(ben, number, "＠cleo please look, @Benedict is nobody", visibility="internal")
    assert done.status_code == 303, done.text
    async with spruce.site.store.unit(SPRUCE) as unit:
        row = await tickets.by_number(unit, number)
    assert row is not None
    assert row.watchers == (spruce.ids["cleo"],)
    assert await told(spruce, "mention") == {spruce.ids["cleo"]}
    page = (await ben.open_page(ticket_url(number))).text
    assert '<b class="mention">＠cleo</b> please look, @Benedict' in page
    assert "＠cleo" not in (await ann.open_page(f"/t/spruce/p/tickets/{number}")).text


async def test_whom_the_words_of_a_step_name_is_told(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    page = await ben.open_page(ticket_url(number))
    form = {"_version": page.version, "_idempotency": page.key}
    refused = await ben.post(f"{ticket_url(number)}/move/close", {**form, "note": "@Bob sent it"})
    assert refused.status_code == 422
    assert "Bob may not see this ticket" in refused.text
    moved = await ben.post(f"{ticket_url(number)}/move/close", {**form, "note": "@Ivy sent it"})
    assert moved.status_code == 303, moved.text
    async with spruce.site.store.unit(SPRUCE) as unit:
        row = await tickets.by_number(unit, number)
    assert row is not None
    assert row.watchers == (spruce.ids["ivy"],)
    assert spruce.ids["ivy"] in await told(spruce, "mention")
    page = (await ben.open_page(ticket_url(number))).text
    assert '<b class="mention">@Ivy</b> sent it' in page


async def test_a_reply_and_a_step_go_with_one_click(spruce: Spruce) -> None:
    ann, ben, cleo = [await spruce.browser(who) for who in ("ann", "ben", "cleo")]
    number = await ann.submit()
    page = await ben.open_page(ticket_url(number))
    (action,) = re.findall(r'data-sends formaction="([^"]*/move/approve)"', page.text)
    form = {"_version": page.version, "_idempotency": page.key, "say": "1", "visibility": "public"}
    scan = {"files": ("scan.txt", b"seen")}
    # Somebody answered meanwhile: the words and the file wait, the step is not taken.
    await say(cleo, number, "I am on it")
    waits = await ben.post(action, {**form, "text": "It is granted."}, files=scan)
    assert waits.status_code == 409
    assert "It is granted.</textarea>" in waits.text
    assert "scan.txt" in waits.text
    page = await ben.open_page(ticket_url(number))
    form |= {"_version": page.version, "_idempotency": page.key}
    done = await ben.post(action, {**form, "text": "It is granted."}, files=scan)
    assert done.status_code == 303, done.text
    text = (await ben.open_page(ticket_url(number))).text
    assert "<p>It is granted.</p>" in text
    assert "took the step" in text
    seen = (await ann.open_page(f"/t/spruce/p/tickets/{number}")).text
    assert "It is granted." in seen
    assert "scan.txt" in seen


async def test_who_may_not_see_the_ticket_is_not_told_and_the_words_stay(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    refused = await say(ben, number, "@Bob and @Cleo, any idea?")
    assert refused.status_code == 422
    assert "Bob may not see this ticket" in refused.text
    assert "@Bob and @Cleo, any idea?</textarea>" in refused.text
    page = (await ben.open_page(ticket_url(number))).text
    assert "any idea?" not in page
    # A requester's @ names nobody: who works here is not theirs to find out.
    own = await ann.post(f"/t/spruce/p/tickets/{number}/comment", {"body": "@Bob hello"})
    assert own.status_code == 303


async def test_pictures_too_large_to_show_are_offered_for_saving(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    tokens = []
    sizes = {"wall.png": png(20_000, 20_000), "dent.jpg": jpeg(4000, 3000)}
    for name, content in {**sizes, "log.txt": b"<b>one</b>\n", "a.pdf": b"%PDF-1.7\n"}.items():
        sent = await ben.post(f"/t/{SPRUCE}/files", files={"files": (name, content)})
        tokens.append(sent.json()["token"])
    done = await say(ben, number, "See", files=tokens)
    assert done.status_code == 303, done.text
    page = (await ben.open_page(ticket_url(number))).text
    assert "too large to show: 20000 × 20000 pixels" in page
    assert page.count("<img") == 1
    heads = [(await ben.get(f"/t/{SPRUCE}/files/{token}")).headers for token in tokens]
    shown = [head["content-disposition"].partition(";")[0] for head in heads]
    assert shown == ["attachment", "inline", "inline", "inline"]
    assert heads[2]["content-type"] == "text/plain; charset=utf-8"
    assert "sandbox" in heads[2]["content-security-policy"]
    # A PDF is looked at in a frame of our own pages, in the browser's viewer, and in nobody else's.
    policy = heads[3]["content-security-policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    assert (heads[3]["x-frame-options"], heads[2]["x-frame-options"]) == ("SAMEORIGIN", "DENY")
    assert heads[3]["x-content-type-options"] == "nosniff"


async def test_many_files_are_folded_and_cost_little(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    before = len((await ben.open_page(ticket_url(number))).text)
    many = [("files", (f"a picture of it {n}.png", png(20 + n, 20))) for n in range(60)]
    page = await ben.open_page(ticket_url(number))
    form = {"text": "All", "_version": page.version, "_idempotency": page.key}
    done = await ben.post(f"{ticket_url(number)}/comment", form, files=many)
    assert done.status_code == 303, done.text
    page = (await ben.open_page(ticket_url(number))).text
    assert "48 more files" in page
    assert page.count("<img") == 60
    # 500 of them, on five messages of a hundred, are 155 kB.
    assert (len(page) - before) / 60 < 350


async def test_a_player_gets_the_piece_it_asks_for(spruce: Spruce) -> None:
    ben = await spruce.browser("ben")
    sent = await ben.post(f"/t/{SPRUCE}/files", files={"files": ("log.txt", b"0123456789")})
    url = f"/t/{SPRUCE}/files/{sent.json()['token']}"
    part = await ben.get(url, headers={"range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")
    assert part.headers["content-range"] == "bytes 2-4/10"
    rest = await ben.get(url, headers={"range": "bytes=7-"})
    assert rest.content == b"789"
    assert (await ben.get(url, headers={"range": "bytes=10-"})).status_code == 416
    assert (await ben.get(url, headers={"range": "bytes=4-2"})).status_code == 416


async def test_the_latest_entries_are_shown_and_the_earlier_ones_asked_for(
    spruce: Spruce, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.web.screens.ticket.build_page.LATEST", 2)
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    for text in ("first words", "second words", "third words"):
        await say(ben, number, text)
    url = f"{ticket_url(number)}?show=talk"
    page = (await ben.open_page(url)).text
    assert "first words" not in page
    assert "Show 1 earlier entry" in page
    # On paper goes the page that has all; where one prints this one, it says what it leaves out.
    assert "1 earlier entry is left out here" in page
    for link in re.findall(r'href="([^"]*earlier=all[^"]*)"', page):
        text = (await ben.open_page(link.replace("&amp;", "&"))).text
        assert "first words" in text
        assert ("data-prints" in text) is ("print=1" in link)
        assert "left out here" not in text
    # That too is bounded, and says so.
    monkeypatch.setattr("runtime.web.screens.ticket.build_page.MOST_WHOLE", 3)
    printed = (await ben.open_page(f"{ticket_url(number)}?earlier=all&print=1")).text
    assert "1 earlier entry is left out here" in printed
    assert "Show 1 earlier entry" not in printed


async def test_a_mention_brings_in_who_sees_what_they_follow(spruce: Spruce) -> None:
    follows = "{ any: [{ teams: $my.teams }, { watchers: { contains: $me } }] }"
    changed = specs(roles__finance=("see:    { teams: $my.teams }", f"see: {follows}"))
    done = await publish_desk(spruce.site, changed, SYSTEM, "followers see", word=ANYTHING)
    assert done.revision == 2, done.problems
    ann, ben, fay = [await spruce.browser(who) for who in ("ann", "ben", "fay")]
    number = await ann.submit()
    assert (await fay.get(ticket_url(number))).status_code == 404
    assert (await say(ben, number, "@Fay what did it cost?")).status_code == 303
    assert (await say(fay, number, "Ten")).status_code == 303
    assert "<p>Ten</p>" in (await ben.open_page(ticket_url(number))).text
