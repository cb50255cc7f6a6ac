"""The admin's side of webhooks: the page and the commands; nothing secret is on either."""

from __future__ import annotations

import pytest

from runtime.actions import webhook_acts
from runtime.cli.webhook import standing
from runtime.outbound.door import Answer, Refusal
from runtime.queries.webhook_log import endpoints, sent, shown
from runtime.site.standing import SYSTEM
from runtime.store import journal
from tests.hooks.conftest import Hooked
from tests.workers.shop import SHOP


async def test_how_each_webhook_stands(hooked: Hooked) -> None:
    await hooked.shop.open("One")
    hooked.door.answers = [Refusal("closed", "leads to 10.0.0.1", False)]
    await hooked.work()
    await hooked.shop.open("Two")
    site = hooked.shop.site
    books, costly = await endpoints(site, SHOP)
    assert (books.id, standing(books)) == ("books", "on")
    assert books.shown == "https://books.example/in?••••"
    assert books.secrets == ("books_secret", "books_old")
    assert dict(books.counts) == {"waiting": 1, "done": 0, "dead": 1, "skipped": 0}
    assert standing(costly) == "off: setting missing (costly_url, costly_secret)"
    newest, oldest = await sent(site, SHOP)
    assert (newest.state, oldest.state, oldest.number) == ("waiting", "dead", "RP-1")
    assert [one.id for one in await sent(site, SHOP, "books", "dead")] == [oldest.id]
    assert [one.id for one in await sent(site, SHOP, before=newest.id)] == [oldest.id]


async def test_an_admin_sends_again_starts_and_tries_out(hooked: Hooked) -> None:
    site = hooked.shop.site
    await hooked.shop.open("One")
    hooked.door.answers = [Answer(410)]
    await hooked.work()
    assert await webhook_acts.start(site, SHOP, SYSTEM, "books")
    assert not await webhook_acts.start(site, SHOP, SYSTEM, "books")
    hooked.door.answers = [Answer(200)]
    assert await webhook_acts.send_dead_again(site, SHOP, SYSTEM, "books") == 1
    assert await webhook_acts.send_test(site, SHOP, SYSTEM, "books")
    assert await webhook_acts.send_test(site, SHOP, SYSTEM, "costly") is None
    assert await webhook_acts.send_test(site, SHOP, SYSTEM, "nothing") is None
    assert await hooked.work() == 2
    kept = await hooked.kept()
    ended = [(one.event, one.state) for one in kept]
    assert ended == [("ticket.created", "done"), ("test", "done")]
    assert await webhook_acts.send_again(site, SHOP, SYSTEM, kept[0].id)
    assert not await webhook_acts.send_again(site, SHOP, SYSTEM, kept[0].id), "it waits"
    assert not await webhook_acts.send_again(site, SHOP, SYSTEM, "nothing")
    ben = await hooked.shop.viewer(hooked.shop.ben)
    assert not await webhook_acts.send_again(site, SHOP, ben, kept[1].id)
    assert await webhook_acts.send_dead_again(site, SHOP, ben, "books") == 0
    async with hooked.shop.store.unit(SHOP) as unit:
        verbs = [one.verb for one in await journal.read(unit, journal.ADMIN_STREAM)]
    acts = ["webhook_started", "webhook_replayed", "webhook_tested", "webhook_replayed"]
    assert verbs[-4:] == acts


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://ann:secret@x.example:8443/p?token=secret#f", "https://x.example:8443/p?••••"),
        ("https://x.example/p", "https://x.example/p"),
        ("http://[::1", "••••"),
        ("", ""),
    ],
)
def test_what_may_be_secret_in_an_address_is_not_shown(url: str, seen: str) -> None:
    assert shown(url) == seen
