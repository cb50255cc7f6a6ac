"""Letters to people who wrote mails: they thread, can be answered, and leave once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage

import pytest

from engine.decide.verdict import Comment, Move
from runtime.actions.attach import TALK
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.intake.files import Kept, hold_files
from runtime.actions.let_through import ANYTHING
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.channels.mail.parsed import Attachment
from runtime.channels.mail.quotes import REPLY_MARK
from runtime.clock import SECOND_US, FixedClock
from runtime.render.notices import NoticeRenderer
from runtime.site.standing import SYSTEM
from runtime.store import jobs, mail_threads, tenant_settings
from runtime.store.jobs import LEASE_US
from runtime.store.tickets import TicketRow, read
from runtime.workers import outbox
from runtime.workers.handling import Bench
from tests.intake.post import CHANNEL, HELP, Post, mail
from tests.workers.doing import drain, states
from tests.workers.post_office import PostOffice, serving
from tests.workers.shop import SHOP, SPECS
from tests.workers.shop import files as files_of

TOLD_OF_NOTHING = SPECS["types/repair.yaml"].replace(
    "notify: { created: received, replied: replied }", ""
)


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """An SMTP server on the loopback."""
    async with serving() as running:
        yield running


@pytest.fixture
async def bench(post: Post, office: PostOffice) -> AsyncIterator[Bench]:
    """What handlers work with, mail going to `office`."""
    settings = replace(post.site.settings, smtp_url=office.url)
    made = Bench(replace(post.site, settings=settings), NoticeRenderer())
    yield made
    await made.renderer.close()


async def _written(post: Post, **headers: str) -> TicketRow:
    got = await post.send(mail(**headers))
    async with post.shop.store.unit(SHOP) as unit:
        row = await read(unit, got.ticket_id or "")
    assert row is not None, got
    return row


async def _say(post: Post, row: TicketRow, text: str, change: Change | None = None) -> Done:
    viewer = await post.shop.viewer(row.assignee_id or post.shop.cleo)
    done = await change_ticket(post.site, SHOP, viewer, row.number, change or Change(Comment(text)))
    assert isinstance(done, Done), done
    return done


async def _publish(post: Post, **changes: str) -> None:
    made = files_of(**{"channels__help": CHANNEL, **changes})
    done = await publish_desk(post.site, made, SYSTEM, "other", word=ANYTHING)
    assert done.revision == 2, done.problems


def _text(letter: EmailMessage, kind: str = "plain") -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


async def test_an_answer_of_ours_threads_and_its_answer_finds_the_ticket(
    post: Post, bench: Bench, office: PostOffice, clock: FixedClock
) -> None:
    row = await _written(post, Message_ID="<first@example.com>")
    clock.advance(SECOND_US)
    await drain(bench, "mail")
    clock.advance(SECOND_US)
    received = office.got[0]
    await _say(post, row, "Which *room*?")
    office.got.clear()
    await drain(bench, "mail")
    (letter,) = office.got
    assert received["Auto-Submitted"] == "auto-replied"
    assert received["In-Reply-To"] == "<first@example.com>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["From"].addresses[0].addr_spec == HELP
    assert letter["References"].split()[1] == "<first@example.com>"
    assert received["Message-ID"] in letter["References"]
    assert letter["In-Reply-To"] == letter["References"].split()[-1]
    assert set(office.senders) == {HELP}, "what comes back comes to where bounces are read"
    back = letter["Reply-To"].addresses[0].addr_spec
    assert re.fullmatch(r"help\+[a-z2-7]{43}@shop\.example", back)
    assert _text(letter).startswith(REPLY_MARK + "\n")
    assert "Which *room*?" in _text(letter, "html")
    quoted = "\n".join(f"> {line}" for line in _text(letter).splitlines())
    answer = mail(text=f"B7.\n\nOn Tue, Dec 1, 2026 Spruce wrote:\n{quoted}", to=back.upper())
    got = await post.send(answer, to=back)
    assert (got.state, got.reason, got.ticket_id) == ("joined", "answer", row.id)
    said = (await post.events(row.id))[-1]
    assert said.body is not None
    assert said.body["text"] == "B7."


@pytest.mark.parametrize("how", ["comment", "move"])
async def test_an_answer_leaves_by_mail_also_where_no_notice_says_so(
    post: Post, bench: Bench, office: PostOffice, how: str
) -> None:
    asked = TOLD_OF_NOTHING.replace("by: agent }", "by: agent, needs: [comment] }", 1)
    await _publish(
        post, types__repair=asked, channels__help=CHANNEL.replace("auto_reply: received", "")
    )
    row = await _written(post)
    change = Change(Move("ask", comment="Which room?")) if how == "move" else None
    await _say(post, row, "Which room?", change)
    await _say(post, row, "inside", Change(Comment("inside", internal=True)))
    await drain(bench, "mail")
    (letter,) = office.got
    assert letter["Subject"] == "Re: Lamp is broken"
    assert _text(letter).startswith(f"{REPLY_MARK}\n\nWhich room?\n")
    assert office.recipients == ["ann@example.com"]


async def test_a_ticket_of_another_channel_is_told_as_its_type_says(
    post: Post, bench: Bench, office: PostOffice
) -> None:
    await _publish(post, types__repair=TOLD_OF_NOTHING)
    number = await post.shop.open()
    await _say(post, await post.shop.row(number), "Which room?")
    await drain(bench, "mail")
    assert office.got == []


async def test_a_team_writes_under_its_own_address_and_name(
    post: Post, bench: Bench, office: PostOffice
) -> None:
    team = (
        SPECS["teams/first.yaml"]
        + """
        mail: repairs@shop.example
        mail_name: { zh-CN: 维修组, en: Repairs }
    """
    )
    await _publish(post, teams__first=team)
    async with post.shop.store.unit(SHOP, write=True) as unit:
        await tenant_settings.put_setting(unit, "live", "mail_plus", "off", secret=False)
    await _written(post)
    await drain(bench, "mail")
    assert str(office.got[0]["From"]) == "Repairs <repairs@shop.example>"
    # Nobody reads the team's address here, and the server of the other knows no `+`.
    assert office.got[0]["Reply-To"].addresses[0].addr_spec == HELP


async def test_nobody_is_written_to_whose_mail_came_back(
    post: Post, bench: Bench, office: PostOffice
) -> None:
    await _written(post)
    async with post.shop.store.unit(SHOP, write=True) as unit:
        await mail_threads.mark_address(unit, "Ann@example.com", mail_threads.BOUNCED, "5.1.1")
    await drain(bench, "mail")
    assert office.got == []
    async with post.shop.store.unit(SHOP) as unit:
        assert outbox.BOUNCED in await jobs.undone_counts(unit)


async def test_a_letter_sent_before_a_crash_is_sent_again_under_the_same_id(
    post: Post, bench: Bench, office: PostOffice, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _publish(post, channels__help=CHANNEL.replace("auto_reply: received", ""))
    row = await _written(post)
    clock.advance(SECOND_US)
    (asleep,) = await jobs.lease(post.shop.store, ["mail"], 1)

    async def dies(*args: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "complete", dies)
        with pytest.raises(KeyboardInterrupt):
            await outbox.post(bench, asleep)
    assert len(office.got) == 1, "the server took it"
    clock.advance(LEASE_US + 1)
    await drain(bench, "mail")
    first, second = office.got
    assert first["Message-ID"] == second["Message-ID"]
    assert first["References"] == second["References"]
    assert await states(post.shop.store, "mail") == [("done", None)]
    async with post.shop.store.unit(SHOP) as unit:
        known = await mail_threads.last_of(unit, row.id)
    assert [one.direction for one in known] == ["in", "out"]


async def test_files_of_an_answer_are_links_in_the_letter(
    post: Post, bench: Bench, office: PostOffice
) -> None:
    row = await _written(post)
    await drain(bench, "mail")
    office.got.clear()
    file = Attachment("plan <b>.txt", "text/plain", "text/plain", b"plan", "0" * 64)
    async with post.shop.store.unit(SHOP, write=True) as unit:
        kept = Kept(file, await post.site.files.put_bytes(b"plan"))
        tokens = await hold_files(unit, (kept,), row.assignee_id)
    await _say(post, row, "", Change(Comment("see"), files={TALK: tokens}))
    await drain(bench, "mail")
    (letter,) = office.got
    link = f"https://help.example.com/t/shop/files/{tokens[0]}"
    assert f"plan <b>.txt: {link}" in _text(letter)
    assert f'<a href="{link}">plan &lt;b&gt;.txt</a>' in _text(letter, "html")


async def test_who_lacks_something_is_told_what(
    post: Post, bench: Bench, office: PostOffice
) -> None:
    """`incomplete: refuse` makes no ticket; people read why, three times; machines nothing."""
    kind = TOLD_OF_NOTHING.replace("label: Room }", "label: Room, required: true }")
    refusing = CHANNEL + "    incomplete: refuse\n"
    await _publish(post, types__repair=kind, channels__help=refusing)
    for number in range(5):
        got = await post.send(mail(text=f"No light, {number}", Message_ID=f"<m{number}@x>"))
        assert (got.state, got.reason) == ("refused", "incomplete")
    machine = mail(text="No light", sender="printer@example.com", Auto_Submitted="auto-generated")
    assert (await post.send(machine)).reason == "incomplete"
    await drain(bench, "sent_back")
    assert [one["In-Reply-To"] for one in office.got] == ["<m0@x>", "<m1@x>", "<m2@x>"]
    letter = office.got[0]
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["Reply-To"].addresses[0].addr_spec == HELP
    assert "it does not say Room." in _text(letter)
