"""What mails become: tickets, words on tickets, or nothing with a reason that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.decide.verdict import Fall, Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.intake.become import MOST_AN_HOUR
from runtime.actions.let_through import ANYTHING
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.channels.mail.reader import CannotRead
from runtime.channels.mail.token import make_token
from runtime.clock import SECOND_US, FixedClock
from runtime.site.standing import SYSTEM
from runtime.store import alike, arrivals, files, jobs, mail_threads, people
from runtime.store.rows import Arrival
from runtime.store.tickets import TicketRow, read
from tests.intake.post import HELP, Post, mail
from tests.workers.shop import SHOP, SPECS
from tests.workers.shop import files as files_of

HOUR = 3600 * SECOND_US


async def _row(post: Post, got: Arrival) -> TicketRow:
    async with post.shop.store.unit(SHOP) as unit:
        row = await read(unit, got.ticket_id or "")
    assert row is not None, got
    return row


async def _mails(post: Post) -> list[Mapping[str, Any]]:
    """The letters that wait to be sent."""
    async with post.shop.store.unit(SHOP) as unit:
        return await jobs.unfinished(unit, "mail")


async def test_a_mail_becomes_a_ticket(post: Post) -> None:
    made = mail(text="The lamp in room B7 is dark.\nprice: 12.50\n", Cc="cleo@example.com")
    made.add_attachment(b"\x89PNG\r\n\x1a\n0000", maintype="image", subtype="png", filename="a.png")
    got = await post.send(made)
    assert (got.state, got.reason, got.person_id) == ("ticketed", None, post.shop.ann)
    assert got.summary is not None
    assert (got.summary["subject"], got.summary["from"]) == ("Lamp is broken", "ann@example.com")
    row = await _row(post, got)
    assert (row.subject, row.channel, row.requester_id) == ("Lamp is broken", "mail", post.shop.ann)
    assert (row.values["room"], row.values["price"], row.priority) == ("B7", 1250, "normal")
    assert row.watchers == (post.shop.cleo,)
    (event,) = await post.events(row.id)
    assert (event.verb, event.actor_id) == ("created", post.shop.ann)
    async with post.shop.store.unit(SHOP) as unit:
        (kept,) = await files.of_ticket(unit, row.id)
    assert (kept.name, kept.type_found, kept.event_id) == ("a.png", "image/png", event.id)
    # The type's own `received` and the channel's auto_reply.
    assert len(await _mails(post)) == 2


async def test_rules_choose_and_a_wrong_value_is_left_out(post: Post) -> None:
    burnt = await _row(
        post, await post.send(mail(text="smoke! price: a-lot", sender="n@new.example"))
    )
    assert (burnt.priority, burnt.values.get("price")) == ("urgent", None)
    (event,) = await post.events(burnt.id)
    assert event.body is not None
    assert event.body["dropped"] == ["price"]
    assert (await _row(post, await post.send(mail(to="billing@shop.example")))).priority == "high"
    async with post.shop.store.unit(SHOP) as unit:
        new = await people.find_person(unit, email="n@new.example")
    assert new is not None
    assert (new.kind, new.id) == ("customer", burnt.requester_id)


SAME = {
    "twice": {},
    "changed_id": {"Message_ID": "<other@x>"},
    "changed_date": {"Message_ID": "<o@x>", "Date": "Mon, 02 Mar 2026 01:00:09 +0000"},
}


@pytest.mark.parametrize("how", [*SAME, "two_addresses", "changed_foot"])
async def test_the_same_mail_again_is_joined(post: Post, how: str) -> None:
    first = {"Message_ID": "<first@x>", "Date": "Mon, 02 Mar 2026 01:00:00 +0000"}
    one = await post.send(mail(**first))
    if how == "two_addresses":
        again = await post.send(mail(**first), to="billing@shop.example")
    elif how == "changed_foot":
        again = await post.send(mail(text="The lamp in room B7 is dark.\n_____\nlist", **first))
    else:
        again = await post.send(mail(**{**first, **SAME[how]}))
    assert (again.state, again.reason, again.ticket_id) == ("joined", "again", one.ticket_id)
    assert again.said == {"first": one.id}


async def test_one_id_for_everything_loses_nothing(post: Post) -> None:
    """A printer that gives every message one Message-ID still makes a ticket of each."""
    got = [await post.send(mail(text=f"Jam {n}", Message_ID="<same@printer>")) for n in range(2)]
    assert [one.state for one in got] == ["ticketed", "ticketed"]
    assert got[0].ticket_id != got[1].ticket_id


@pytest.mark.parametrize("how", ["token", "reference", "own"])
async def test_an_answer_goes_on_with_its_ticket(post: Post, how: str) -> None:
    first = await post.send(mail(Message_ID="<first@x>"))
    row = await _row(post, first)
    to, headers = HELP, {}
    if how == "token":
        token = make_token(post.site.store.keys, SHOP, row.id, post.shop.ann)
        to = f"help+{token}@shop.example"
    elif how == "reference":
        headers["References"] = await post.letter(row.id, post.shop.ann)
    else:
        headers["In_Reply_To"] = "<first@x>"
    quoted = "On Mon, 2 Mar 2026 at 09:00, Ben <ben@example.com> wrote:\n> Is it plugged in?\n"
    text = f"Still dark.\n\n{quoted}"
    got = await post.send(mail("Re: something", text, to=to, **headers), to=to)
    assert (got.state, got.reason, got.ticket_id) == ("joined", "answer", row.id)
    _, event = await post.events(row.id)
    assert event.body is not None
    assert (event.verb, event.actor_id, event.body["text"]) == (
        "commented",
        post.shop.ann,
        "Still dark.",
    )
    assert "plugged in" in event.body["rest"]
    async with post.shop.store.unit(SHOP) as unit:
        (known,) = await mail_threads.find(unit, [got.remote_id or ""])
    assert (known.direction, known.person_id) == ("in", post.shop.ann)


@pytest.mark.parametrize(
    "how", ["number", "stolen_id", "other_person", "other_ticket", "other_tenant", "agents_id"]
)
async def test_nobody_answers_in_anothers_place(post: Post, how: str) -> None:
    """Whatever a mail names: without proof of its sender's own it is a ticket of its own."""
    shop, keys = post.shop, post.site.store.keys
    row = await _row(post, await post.send(mail()))
    letter = await post.letter(row.id, shop.ann)
    eve, to, subject, headers = "Eve <eve@example.net>", HELP, "Re: it", {}
    if how == "number":
        eve, subject = "Ann <ann@example.com>", f"Re: [{row.number}] it"
    elif how == "stolen_id":
        headers = {"In_Reply_To": letter}
    elif how == "agents_id":
        # A customer who names a letter they got themselves, and writes in an agent's name.
        eve, headers = "Ben <ben@example.com>", {"In_Reply_To": letter}
    else:
        tenant = "larch" if how == "other_tenant" else SHOP
        ticket = row.id if how != "other_ticket" else "0" * 8 + row.id[8:]
        owner = shop.ann
        eve = "Ann <ann@example.com>" if how != "other_person" else eve
        to = f"help+{make_token(keys, tenant, ticket, owner)}@shop.example"
    got = await post.send(mail(subject, "Please cancel it", eve, to=to, **headers), to=to)
    assert got.state == "ticketed"
    assert got.ticket_id != row.id
    assert len(await post.events(row.id)) == 1
    async with shop.store.unit(SHOP) as unit:
        proposed = await alike.of_ticket(unit, got.ticket_id or "")
    expected = [] if how == "other_ticket" else [row.id]
    assert [one.other_id for one in proposed] == expected


async def test_an_agents_answer_is_a_reply(post: Post) -> None:
    row = await _row(post, await post.send(mail()))
    letter = await post.letter(row.id, post.shop.ben)
    got = await post.send(mail("Re", "On my way", "ben@example.com", In_Reply_To=letter))
    assert got.reason == "answer"
    event = (await post.events(row.id))[-1]
    assert (event.verb, event.actor_id) == ("commented", post.shop.ben)
    assert event.body is not None
    assert "first_agent_reply" in event.body["events"]


async def test_an_agent_passes_a_mail_on(post: Post) -> None:
    text = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Zoe <zoe@example.org>\n"
        "Date: Mon, 2 Mar 2026 at 08:00\nSubject: Door\nTo: Ben <ben@example.com>\n\nIt squeaks.\n"
    )
    row = await _row(post, await post.send(mail("Fwd: Door", text, "ben@example.com")))
    async with post.shop.store.unit(SHOP) as unit:
        zoe = await people.person_by_id(unit, row.requester_id or "")
    assert zoe is not None
    assert (zoe.email, zoe.name) == ("zoe@example.org", "Zoe")
    assert "It squeaks." in row.description
    (event,) = await post.events(row.id)
    assert event.actor_id == post.shop.ben


async def test_a_word_reopens_or_begins_anew(post: Post, clock: FixedClock) -> None:
    row = await _row(post, await post.send(mail()))
    letter = await post.letter(row.id, post.shop.ann)
    done = await change_ticket(post.site, SHOP, SYSTEM, row.number, Change(Move("fix")))
    assert isinstance(done, Done)
    again = await post.send(mail("Re", "Not fixed", In_Reply_To=letter))
    assert (again.ticket_id, (await _row(post, again)).phase) == (row.id, "new")
    await change_ticket(post.site, SHOP, SYSTEM, row.number, Change(Move("fix")))
    await _close(post, row.number)
    clock.advance(HOUR)
    later = await post.send(mail("Re", "Broken again", In_Reply_To=letter))
    assert (later.state, later.ticket_id == row.id) == ("ticketed", False)
    assert (await _row(post, later)).parent_id == row.id


async def _close(post: Post, number: str) -> None:
    """As its timer would, some days later."""
    clock = post.site.clock
    assert isinstance(clock, FixedClock)
    clock.advance(4 * 24 * HOUR)
    await change_ticket(post.site, SHOP, SYSTEM, number, Change(Fall("", "close")))
    assert (await post.shop.row(number)).phase == "closed"


async def test_a_bounce_marks_the_address_and_tells_the_ticket(post: Post) -> None:
    row = await _row(post, await post.send(mail()))
    letter = await post.letter(row.id, post.shop.ann)
    got = await post.send(_report("ann@example.com", letter), sender="")
    assert (got.state, got.reason, got.ticket_id) == ("joined", "bounce", row.id)
    event = (await post.events(row.id))[-1]
    assert event.body is not None
    assert (event.verb, event.body["events"]) == ("mail_bounced", ["mail_bounced"])
    async with post.shop.store.unit(SHOP) as unit:
        assert await mail_threads.state_of(unit, "Ann@example.com") == "bounced"
    # A report about an address that we did not write to marks nobody.
    forged = await post.send(_report("ben@example.com", letter), sender="")
    assert (forged.state, forged.reason) == ("refused", "bounce_of_nothing")
    async with post.shop.store.unit(SHOP) as unit:
        assert await mail_threads.state_of(unit, "ben@example.com") == ""
    # Who writes can be written to.
    await post.send(mail("Re", "I moved", In_Reply_To=letter))
    async with post.shop.store.unit(SHOP) as unit:
        assert await mail_threads.state_of(unit, "ann@example.com") == ""


def _report(recipient: str, message_id: str) -> bytes:
    return f"""From: MAILER-DAEMON@mx.example.com
To: {HELP}
Subject: Undelivered
Message-ID: <report-{recipient}@mx>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user
--b
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: received

--b--
""".replace("\n", "\r\n").encode()


async def test_out_of_office_is_a_note_and_reopens_nothing(post: Post) -> None:
    row = await _row(post, await post.send(mail()))
    letter = await post.letter(row.id, post.shop.ann)
    await change_ticket(post.site, SHOP, SYSTEM, row.number, Change(Move("fix")))
    before = len(await _mails(post))
    away = {"Auto_Submitted": "auto-replied", "In_Reply_To": letter}
    got = await post.send(mail("Out of office", "Back on Monday", **away))
    assert (got.state, got.reason) == ("joined", "auto_reply")
    event = (await post.events(row.id))[-1]
    assert event.verb == "noted"
    assert (await _row(post, got)).phase == "solved"
    assert len(await _mails(post)) == before
    alone = await post.send(mail("Out of office", Auto_Submitted="auto-replied"))
    assert (alone.state, alone.reason) == ("refused", "auto_reply")


QUIET: dict[str, dict[str, str]] = {
    "machine": {"Auto_Submitted": "auto-generated"},
    "list": {"List_Id": "<all.example.com>"},
    "bulk": {"Precedence": "bulk"},
    "asked": {"X_Auto_Response_Suppress": "All"},
    "nobody": {"sender": "noreply@example.org"},
    "null_path": {},
}


@pytest.mark.parametrize("how", QUIET)
async def test_no_machine_is_answered(post: Post, how: str) -> None:
    got = await post.send(mail(**QUIET[how]), sender="" if how == "null_path" else "x@x")
    assert got.state == "ticketed"
    assert await _mails(post) == []


async def test_our_own_letters_make_no_tickets(post: Post) -> None:
    row = await _row(post, await post.send(mail()))
    letter = await post.letter(row.id, post.shop.ann)
    back = await post.send(mail("received", Message_ID=letter))
    assert (back.state, back.reason) == ("refused", "loop")
    ours = await post.send(mail(sender="help@shop.example"))
    assert (ours.state, ours.reason) == ("refused", "loop")


async def test_one_sender_makes_so_many_an_hour(post: Post, clock: FixedClock) -> None:
    got = [await post.send(mail(text=f"Lamp {n}")) for n in range(MOST_AN_HOUR + 1)]
    assert [one.state for one in got] == ["ticketed"] * MOST_AN_HOUR + ["quarantined"]
    assert (got[-1].reason, got[-1].person_id) == ("too_many", post.shop.ann)
    clock.advance(HOUR + 1)
    assert (await post.send(mail(text="Lamp again"))).state == "ticketed"


class _Dies:
    async def read(self, raw: bytes) -> Any:
        raise CannotRead("refused", "MemoryError")


async def test_what_nobody_can_read_waits_and_is_tried_again(post: Post) -> None:
    good, post.reader = post.reader, _Dies()  # type: ignore[assignment]
    got = await post.send(mail())
    assert (got.state, got.reason) == ("quarantined", "unreadable")
    async with post.shop.store.unit(SHOP, write=True) as unit:
        assert await arrivals.again(unit, got.id)
    post.reader = good
    assert (await post.take(got.id)).state == "ticketed"
    again = await post.take(got.id)
    assert again.state == "ticketed", "what has ended stays"


async def _publish(post: Post, channel: str, **more: str) -> None:
    """Let the channel be another."""
    made = files_of(channels__help=channel, **more)
    done = await publish_desk(post.site, made, SYSTEM, "other", word=ANYTHING)
    assert done.revision == 2, done.problems


BARE = """
    kind: Channel
    title: Bare
    receive: mail
    addresses: [help@shop.example]
    type: repair
"""


async def test_only_people_who_are_known(post: Post) -> None:
    await _publish(post, BARE + "    requesters: known\n")
    got = await post.send(mail(sender="eve@example.net"))
    assert (got.state, got.reason, got.person_id) == ("refused", "unknown_sender", None)
    async with post.shop.store.unit(SHOP) as unit:
        assert await people.find_person(unit, email="eve@example.net") is None
    assert (await post.send(mail())).state == "ticketed"


@pytest.mark.parametrize("word", ["accept", "refuse"])
async def test_what_a_form_would_ask_for(post: Post, word: str) -> None:
    """`accept` makes the ticket and marks what is missing; `refuse` makes none."""
    kind = SPECS["types/repair.yaml"].replace("label: Room }", "label: Room, required: true }")
    await _publish(post, BARE + f"    incomplete: {word}\n", types__repair=kind)
    got = await post.send(mail())
    if word == "refuse":
        assert (got.state, got.reason, got.said) == (
            "refused",
            "incomplete",
            {"codes": ["required"]},
        )
        return
    (event,) = await post.events(got.ticket_id)
    assert event.body is not None
    assert event.body["missing"] == ["room"]


async def test_a_channel_that_is_gone_keeps_its_mail(post: Post) -> None:
    waiting = await post.put(mail())
    made = files_of()
    assert (await publish_desk(post.site, made, SYSTEM, "none", word=ANYTHING)).revision == 2
    got = await post.take(waiting)
    assert (got.state, got.reason) == ("quarantined", "no_channel")
