"""What a page shows as a link leads somewhere for the one who sees it."""

from __future__ import annotations

import html
import re

import pytest

from tests.web.asking import made
from tests.web.spruce import Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = {
    "ann": ("p/", "p/tickets", "p/help", "p/tickets/{number}", "p/new/refund"),
    "ben": ("desk/views/all", "desk/views/desk_all", "desk/inbox", "desk/new",
            "desk/tickets/{number}", "desk/people/me"),
    "cleo": ("desk/dashboards/figures", "desk/people", "desk/views/all?layout=gantt"),
    "ivy": ("studio/", "studio/publish", "studio/TicketType/", "studio/settings"),
}  # fmt: skip
MOST = 30


@pytest.fixture(scope="module")
def store_url(one_database: str) -> str:
    """Links are made above the store."""
    return one_database


async def test_no_link_is_dead_for_who_sees_it(spruce: Spruce) -> None:
    number = (await made(spruce)).number
    dead = []
    for who, pages in PAGES.items():
        browser, seen = await spruce.browser(who), set[str]()
        for page in pages:
            shown = await browser.get(f"/t/spruce/{page.format(number=number)}")
            assert shown.status_code == 200, (who, page)
            links = map(html.unescape, re.findall(r'<a\b[^>]*\bhref="(/[^"]*)"', shown.text))
            seen |= {link.partition("#")[0] for link in links}
        for link in sorted(seen)[:MOST]:
            answer = await browser.get(link)
            if answer.status_code >= 400:
                dead.append((who, link, answer.status_code))
    assert dead == []
