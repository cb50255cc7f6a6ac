"""How people are told: as they chose, not in their quiet hours, together, or urgent past it all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from engine.decide.verdict import Comment
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.choices import NONE, Choices, choices_of, kept
from runtime.clock import SECOND_US, FixedClock
from runtime.site.standing import SYSTEM
from runtime.store import notices, people
from runtime.workers.digest import STORM, STORM_US
from runtime.workers.handling import Bench
from runtime.workers.outbox import NOT_WANTED
from tests.workers.doing import drain, states, told
from tests.workers.post_office import PostOffice
from tests.workers.shop import SHOP, Shop, files

SHANGHAI = "Asia/Shanghai"
HOUR_US = 3600 * SECOND_US


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND_US


def said(us: int | None) -> str:
    return "now" if us is None else f"{datetime.fromtimestamp(us / 1e6, UTC):%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("choices", "now", "due"),
    [
        (NONE, "2026-03-02T01:00", "now"),
        (Choices(quiet=(22 * 60, 7 * 60)), "2026-03-02T15:30", "03-02T23:00"),
        (Choices(quiet=(22 * 60, 7 * 60)), "2026-03-02T22:59", "03-02T23:00"),
        (Choices(quiet=(22 * 60, 7 * 60)), "2026-03-02T23:00", "now"),
        (Choices(quiet=(12 * 60, 14 * 60)), "2026-03-02T04:00", "03-02T06:00"),
        (Choices(digest="hourly"), "2026-03-02T01:00", "03-02T02:00"),
        (Choices(digest="hourly", quiet=(600, 720)), "2026-03-02T01:30", "03-02T04:00"),
        (Choices(digest="daily", digest_at=9 * 60), "2026-03-02T00:59", "03-02T01:00"),
        (Choices(digest="daily", digest_at=9 * 60), "2026-03-02T01:00", "03-03T01:00"),
        (Choices(digest="daily", digest_at=9 * 60, zone="Europe/Berlin"), "2026-03-02T07:59",
         "03-02T08:00"),
        # The clocks of Berlin leave out 2:00 to 3:00 that night; 7:00 is two hours before UTC's.
        (Choices(quiet=(23 * 60, 7 * 60), zone="Europe/Berlin"), "2026-03-28T22:30",
         "03-29T05:00"),
    ],
)  # fmt: skip
def test_when_a_mail_may_go(choices: Choices, now: str, due: str) -> None:
    assert said(choices.mail_at(at(now), SHANGHAI)) == due
    assert choices_of(kept(choices)) == choices


def test_own_hours_and_damaged_profiles() -> None:
    mornings = Choices(hours={"mon": (8 * 60, 12 * 60)})
    assert mornings.works(at("2026-03-02T01:00"), SHANGHAI, {})
    assert not mornings.works(at("2026-03-02T04:00"), SHANGHAI, {})
    assert not mornings.works(at("2026-03-03T01:00"), SHANGHAI, {})
    assert Choices(calendar="gone").works(at("2026-03-03T01:00"), SHANGHAI, {})
    assert choices_of({"zone": "Moon/Base", "digest": "often", "quiet": None}) == NONE


async def choose(shop: Shop, person: str, choices: Choices) -> None:
    async with shop.store.unit(SHOP, write=True) as unit:
        await people.change_person(unit, person, profile=kept(choices))


async def say(shop: Shop, number: str, texts: Iterable[str]) -> None:
    owner = (await shop.row(number)).assignee_id
    viewer = await shop.viewer(owner or shop.cleo)
    for text in texts:
        done = await change_ticket(shop.site, SHOP, viewer, number, Change(Comment(text)))
        assert isinstance(done, Done)


def text(letter: object) -> str:
    body = letter.get_body(("plain",))  # type: ignore[attr-defined]
    return str(body.get_content())


async def test_who_chose_not_to_be_told_so_is_not(
    shop: Shop, posting: Bench, office: PostOffice
) -> None:
    await choose(shop, shop.ann, Choices(off=frozenset({("received", "mail")})))
    number = await shop.open()
    await drain(posting)
    assert office.got == []
    assert await states(shop.store, "mail") == [("done", NOT_WANTED)]
    assert len(await told(shop, shop.ann)) == 1
    await choose(shop, shop.ann, Choices(off=frozenset({("received", "in_app")})))
    await say(shop, number, ["hello"])
    await shop.open("Other")
    await drain(posting)
    assert len(await told(shop, shop.ann)) == 1
    assert len(office.got) == 2


async def test_a_digest_says_all_in_one_letter_once_in_the_readers_words(
    shop: Shop, posting: Bench, office: PostOffice, clock: FixedClock
) -> None:
    await choose(shop, shop.ann, Choices(digest="hourly"))
    one, other = await shop.open("Lamp & <b>"), await shop.open("Fan")
    await say(shop, one, ["We come"])
    await drain(posting)
    assert office.got == []
    clock.advance(HOUR_US)
    assert await drain(posting, "digest") == 1
    (letter,) = office.got
    assert str(letter["Subject"]) == "Spruce: 3 notices"
    assert "3 notices about 2 tickets:" in text(letter)
    assert text(letter).index("We come") < text(letter).index(f"{other} received: Fan")
    assert "https://help.example.com/t/shop/p/profile" in text(letter)
    page = letter.get_body(("html",))
    assert page is not None
    assert "Lamp &amp; &lt;b&gt;" in page.get_content()
    await say(shop, other, ["Tomorrow"])
    await drain(posting)
    clock.advance(HOUR_US)
    await choose(shop, shop.ann, Choices(digest="daily"))
    await drain(posting)
    assert len(office.got) == 2
    assert str(office.got[1]["Subject"]) == f"Reply to {other}", "one alone keeps its subject"
    assert await drain(posting) == 0


async def test_what_is_no_longer_theirs_to_see_is_not_in_the_digest(
    shop: Shop, posting: Bench, office: PostOffice, clock: FixedClock
) -> None:
    await choose(shop, shop.ann, Choices(quiet=(0, 24 * 60 - 1)))
    await shop.open()
    await drain(posting)
    async with shop.store.unit(SHOP, write=True) as unit:
        await people.change_person(unit, shop.ann, active=False)
    clock.advance(24 * HOUR_US)
    await drain(posting, "digest")
    assert office.got == []
    assert ("done", "off: nobody to write to") in await states(shop.store, "digest")


async def test_a_storm_about_one_ticket_ends_in_one_letter(
    shop: Shop, posting: Bench, office: PostOffice, clock: FixedClock
) -> None:
    number = await shop.open()
    await say(shop, number, [f"word {n}" for n in range(STORM + 3)])
    await drain(posting)
    assert len(office.got) == STORM
    quiet = await shop.open("Another")
    await drain(posting)
    assert str(office.got[-1]["Subject"]) == f"{quiet} received: Another"
    clock.advance(STORM_US)
    await drain(posting)
    assert str(office.got[-1]["Subject"]) == "Spruce: 4 notices"
    assert "4 notices about one ticket:" in text(office.got[-1])
    assert len(office.got) == STORM + 2


AFTER_US = 20 * 60 * SECOND_US
URGENT = files(
    notifications__received="""
        kind: Notification
        channels: [in_app]
        urgent: true
        repeat_after: 20m
        to: assignee
        subject: { zh-CN: "急：{{ ticket.number }}", en: "Urgent: {{ ticket.number }}" }
        body: { zh-CN: "{{ link }}", en: "{{ link }}" }
    """
)


async def test_what_is_urgent_goes_by_both_ways_at_once_and_then_to_the_lead(
    shop: Shop, posting: Bench, office: PostOffice, clock: FixedClock
) -> None:
    done = await publish_desk(shop.site, URGENT, SYSTEM, "urgent", word=ANYTHING)
    assert done.revision == 2, done.problems
    silent = Choices(
        quiet=(0, 24 * 60 - 1), digest="daily",
        off=frozenset({("received", "mail"), ("received", "in_app")}),
    )  # fmt: skip
    for person in (shop.ben, shop.cleo):
        await choose(shop, person, silent)
    numbers = [await shop.open("One"), await shop.open("Two")]
    owners = {(await shop.row(number)).assignee_id: number for number in numbers}
    await drain(posting)
    (heard,) = await told(shop, shop.ben)
    assert (heard.urgent, heard.subject) == (1, f"Urgent: {owners[shop.ben]}")
    assert sorted(office.recipients) == ["ben@example.com", "cleo@example.com"]
    clock.advance(AFTER_US - SECOND_US)
    assert len(await told(shop, shop.cleo)) == 1, "it is not time yet"
    clock.advance(SECOND_US)
    await drain(posting)
    again = [one.subject for one in await told(shop, shop.cleo)]
    assert again == [f"急：{owners[shop.cleo]}", f"急：{owners[shop.ben]}"]
    assert office.recipients.count("cleo@example.com") == 2
    clock.advance(AFTER_US * 3)
    await drain(posting)
    assert len(await told(shop, shop.cleo)) == 2, "a lead is the last to hear of it"


async def test_the_lead_hears_nothing_of_what_was_read(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    await publish_desk(shop.site, URGENT, SYSTEM, "urgent", word=ANYTHING)
    numbers = [await shop.open("One"), await shop.open("Two")]
    assert {(await shop.row(one)).assignee_id for one in numbers} == {shop.ben, shop.cleo}
    await drain(bench)
    async with shop.store.unit(SHOP, write=True) as unit:
        await notices.mark_read(unit, shop.ben)
    clock.advance(AFTER_US)
    await drain(bench)
    assert len(await told(shop, shop.cleo)) == 1


async def test_who_is_outside_their_hours_gets_a_ticket_where_nobody_else_can(shop: Shop) -> None:
    """The clock stands at 9:00 on a Monday in Shanghai."""
    mornings, evenings = {"mon": (8 * 60, 12 * 60)}, {"mon": (18 * 60, 22 * 60)}
    await choose(shop, shop.ben, Choices(hours=evenings))
    await choose(shop, shop.cleo, Choices(hours=mornings))
    for subject in ("One", "Two"):
        number = await shop.open(subject)
        assert (await shop.row(number)).assignee_id == shop.cleo
    await choose(shop, shop.cleo, Choices(hours=evenings))
    number = await shop.open("Three")
    assert (await shop.row(number)).assignee_id == shop.ben
