"""There and back: a mail, our letter about its ticket, and the answer to that letter."""

from __future__ import annotations

from dataclasses import replace

from runtime.render.notices import NoticeRenderer
from runtime.store import mail_threads
from runtime.workers.handling import Bench
from tests.intake.post import Post, mail
from tests.workers.doing import drain
from tests.workers.post_office import serving
from tests.workers.shop import SHOP


async def test_a_letter_is_answered(post: Post) -> None:
    first = await post.send(mail(Message_ID="<first@example.com>"))
    async with serving() as office:
        settings = replace(post.site.settings, smtp_url=office.url)
        bench = Bench(replace(post.site, settings=settings), NoticeRenderer())
        try:
            await drain(bench, "mail")
        finally:
            await bench.renderer.close()
    letter, raw = office.got[0], office.raw[0].partition(b"\r\n\r\n")[0]
    assert b"\r\nIn-Reply-To: <" in raw
    assert b"=?" not in raw
    to = str(letter["Reply-To"] or letter["From"]).partition("<")[2].rstrip(">")
    answer = mail("Re: " + str(letter["Subject"]), "Thank you!", to=to)
    got = await post.send(answer, to=to)
    assert (got.reason, got.ticket_id) == ("answer", first.ticket_id)
    assert got.said == {"how": "token"}
    # Who strips the token still names the letter.
    named = mail("Re", "And one more thing", In_Reply_To=str(letter["Message-ID"]))
    assert (await post.send(named)).said == {"how": "reference"}
    # The letter itself, sent back to us by a careless program, is no ticket.
    back = await post.send(bytes(letter), sender="ann@example.com")
    assert (back.state, back.reason) == ("refused", "loop")
    async with post.shop.store.unit(SHOP) as unit:
        known = await mail_threads.last_of(unit, first.ticket_id or "")
    assert {one.direction for one in known} == {"in", "out"}
