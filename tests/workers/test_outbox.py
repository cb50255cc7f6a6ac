"""The outbox over a real SMTP conversation: once, in the reader's words, within their rights."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from sqlalchemy import func, select

from engine.decide.verdict import Comment
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done
from runtime.clock import SECOND_US, FixedClock
from runtime.store import jobs, people
from runtime.store.jobs import LEASE_US
from runtime.store.tables.work import notice
from runtime.workers.handling import Bench, LostLease
from runtime.workers.outbox import NO_SMTP, post
from tests.workers.doing import drain, states, told
from tests.workers.post_office import PostOffice
from tests.workers.shop import SHOP, Shop


async def test_a_letter_is_delivered_once_in_the_words_and_rights_of_its_reader(
    shop: Shop, posting: Bench, office: PostOffice, clock: FixedClock
) -> None:
    number = await shop.open("灯 broke", price="12.5", secret="canary-secret", inner="canary-inner")
    await drain(posting)
    (letter,) = office.got
    assert office.recipients == ["ann@example.com"]
    assert letter["Subject"] == f"{number} received: 灯 broke"
    assert str(letter["From"]) == "Spruce <desk@example.com>"
    assert letter["Auto-Submitted"] == "auto-generated"
    text = _part(letter, "plain")
    assert "Hello Ann, room B2,\nprice ¥12.50, secret [•••]\ninner []\n" in text
    assert "Fresh, Normal, First" in text
    assert f"https://help.example.com/t/shop/p/tickets/{number}" in text
    page = _part(letter, "html")
    link = f"https://help.example.com/t/shop/p/tickets/{number}"
    assert f'<a href="{link}">{link}</a>' in page
    whole = b"".join(office.raw)
    assert b"canary" not in whole
    assert "canary" not in text + page
    assert await drain(posting) == 0, "nothing is left to send"
    (heard,) = await told(shop, shop.ann)
    assert heard.link == f"/t/shop/p/tickets/{number}"
    assert "canary" not in heard.body


async def test_letters_about_one_ticket_make_one_thread_and_each_has_its_own_id(
    shop: Shop, posting: Bench, office: PostOffice, clock: FixedClock
) -> None:
    one, other = await shop.open("one"), await shop.open("other")
    ben = await shop.viewer(shop.ben)
    clock.advance(SECOND_US)
    said = Change(Comment("We <b>come</b> & look"))
    owner = (await shop.row(one)).assignee_id
    viewer = ben if owner == shop.ben else await shop.viewer(shop.cleo)
    done = await change_ticket(shop.site, SHOP, viewer, one, said)
    assert isinstance(done, Done)
    await drain(posting)
    by_subject = {str(letter["Subject"]): letter for letter in office.got}
    first, reply = by_subject[f"{one} received: one"], by_subject[f"Reply to {one}"]
    foreign = by_subject[f"{other} received: other"]
    assert first["In-Reply-To"] == first["References"], "the thread has a root of its own"
    assert reply["References"] == f"{first['References']} {first['Message-ID']}"
    assert reply["In-Reply-To"] == first["Message-ID"]
    assert foreign["References"] != first["References"]
    assert len({letter["Message-ID"] for letter in office.got}) == 3
    assert str(reply["Message-ID"]).endswith("@help.example.com>")
    assert _part(reply, "plain").strip() == f"{viewer.name} wrote: We <b>come</b> & look"
    assert "We &lt;b&gt;come&lt;/b&gt; &amp; look" in _part(reply, "html")


async def test_without_smtp_letters_end_with_a_reason_that_is_counted(
    shop: Shop, bench: Bench
) -> None:
    await shop.open()
    await drain(bench)
    assert await states(shop.store, "mail") == [("done", NO_SMTP)]
    async with shop.store.unit(SHOP) as unit:
        assert await jobs.undone_counts(unit) == {NO_SMTP: 1}
    assert len(await told(shop, shop.ann)) == 1, "the inbox is told all the same"


@pytest.mark.parametrize("answer", ["451 try later", "rcpt 450 busy"])
async def test_a_server_that_is_busy_is_asked_again_later(
    shop: Shop, posting: Bench, office: PostOffice, clock: FixedClock, answer: str
) -> None:
    office.answers = [answer, answer]
    await shop.open()
    await drain(posting, "mail")
    ((state, why),) = await states(shop.store, "mail")
    assert (state, office.got) == ("ready", [])
    assert why is not None
    assert answer.removeprefix("rcpt ").split()[0] in why
    for seconds in (10, 20):
        clock.advance(seconds * SECOND_US - 1)
        assert await drain(posting, "mail") == 0
        clock.advance(1)
        assert await drain(posting, "mail") == 1
    assert await states(shop.store, "mail") == [("done", None)]
    assert len(office.got) == 1


@pytest.mark.parametrize("answer", ["550 no such mailbox", "rcpt 553 never"])
async def test_a_letter_refused_for_good_is_kept_among_the_dead_with_the_reason(
    shop: Shop, posting: Bench, office: PostOffice, answer: str
) -> None:
    office.answers = [answer]
    await shop.open()
    await drain(posting, "mail")
    async with shop.store.unit(SHOP, write=True) as unit:
        ((dead, why),) = await jobs.dead(unit)
        assert answer.removeprefix("rcpt ") in why
        assert await jobs.revive(unit, dead.id)
    await drain(posting, "mail")
    assert len(office.got) == 1


async def test_a_server_that_is_down_is_no_reason_to_lose_a_letter(
    shop: Shop, posting: Bench, office: PostOffice, clock: FixedClock
) -> None:
    port, office.port = office.port, 1
    await shop.open()
    away = replace(posting.site.settings, smtp_url="smtp://127.0.0.1:1")
    lost = Bench(replace(posting.site, settings=away), posting.renderer)
    await drain(lost, "mail")
    ((state, why),) = await states(shop.store, "mail")
    assert state == "ready"
    assert "SMTPConnectError" in (why or "")
    office.port = port
    clock.advance(3600 * SECOND_US)
    await drain(posting, "mail")
    assert len(office.got) == 1


async def test_names_and_subjects_can_not_inject_headers(
    shop: Shop, posting: Bench, office: PostOffice
) -> None:
    evil = 'A\r\nBcc: dora@example.com\r\n\r\n"<x@y.z>", dora@example.com'
    async with shop.store.unit(SHOP, write=True) as unit:
        await people.change_person(unit, shop.ann, name=evil)
        await people.change_person(unit, shop.cleo, name=evil)
    await shop.open("Lamp\r\nBcc: dora@example.com\r\n\r\nhello\x00\x07")
    await drain(posting, "mail")
    (letter,) = office.got
    assert office.recipients == ["ann@example.com"]
    assert letter["Bcc"] is None
    assert letter["Cc"] is None
    assert [address for _, address in getaddresses([str(letter["To"])])] == ["ann@example.com"]
    head = office.raw[0].split(b"\r\n\r\n", 1)[0]
    assert not any(line.lower().startswith(b"bcc") for line in head.splitlines())
    assert b"\x07" not in office.raw[0]
    assert b"\x00" not in office.raw[0]


@pytest.mark.parametrize("address", ["ann@example.com, dora@example.com", "ann", "a b@example.com"])
async def test_an_address_that_is_none_is_given_up(
    shop: Shop, posting: Bench, office: PostOffice, address: str
) -> None:
    async with shop.store.unit(SHOP, write=True) as unit:
        await people.change_person(unit, shop.ann, email=address)
    await shop.open()
    await drain(posting, "mail")
    assert (office.got, office.recipients) == ([], [])
    assert await states(shop.store, "mail") == [("dead", "no mail address")]


async def test_who_may_not_see_the_ticket_is_told_nothing(
    shop: Shop, posting: Bench, office: PostOffice, clock: FixedClock
) -> None:
    number = await shop.open()
    row = await shop.row(number)
    await drain(posting)
    office.got.clear()
    async with shop.store.unit(SHOP, write=True) as unit:
        stranger = await people.add_person(unit, "Eve", email="eve@example.com")
        for kind in ("mail", "notice"):
            for person in (stranger, shop.dora):
                body = {
                    "ticket": row.id,
                    "event": "x",
                    "notification": "received",
                    "recipient": person,
                    "clock": "",
                }
                await jobs.enqueue(unit, [jobs.NewJob(kind, f"forged {person}", 0, body)])
    await drain(posting)
    assert office.got == []
    assert await told(shop, stranger) == []
    async with shop.store.unit(SHOP) as unit:
        assert await jobs.undone_counts(unit) == {
            "off: the recipient may not see the ticket": 2,
            "off: the recipient or the ticket is gone": 2,
        }


async def test_a_worker_that_slept_past_its_lease_sends_nothing_and_tells_nobody_twice(
    shop: Shop, posting: Bench, office: PostOffice, clock: FixedClock
) -> None:
    await shop.open()
    asleep = (await jobs.lease(shop.store, ["mail"], 1))[0]
    clock.advance(LEASE_US + 1)
    await drain(posting)
    with pytest.raises(LostLease):
        await post(posting, asleep)
    assert len(office.got) == 1
    async with shop.store.unit(SHOP) as unit:
        count = await unit.value(select(func.count()).select_from(notice))
    assert count == 1


def _part(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
