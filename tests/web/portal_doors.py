"""The tenant of the cast with guests and codes let in, and the letters that its workers send."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.render.notices import NoticeRenderer
from runtime.site.standing import SYSTEM
from runtime.workers.handling import Bench
from tests.web.spruce import SPRUCE, Browser, Spruce, specs
from tests.workers.doing import drain
from tests.workers.post_office import PostOffice, serving

OPEN = "guests: true\nsign_in_by_code: customers\n"
SHARED = OPEN + 'embed: { allow: ["https://shop.example"] }\n'
AT = f"/t/{SPRUCE}/p"
NEW = {"subject": "Broken lamp", "amount": "10", "reason": "damaged"}


async def publish_portal(spruce: Spruce, more: str, offer: str = "") -> None:
    """Let the portal say more than it did."""
    files = specs(SPRUCE, portal=("accent:", more + "accent:"))
    files["portal.yaml"] = files["portal.yaml"].replace(
        b"do: [comment]", f"do: [comment]\n{offer}".encode()
    )
    done = await publish_desk(spruce.site, files, SYSTEM, "portal", word=ANYTHING)
    assert done.revision, done.problems


@dataclass(slots=True)
class Post:
    """What goes out by mail, letter by letter."""

    bench: Bench
    office: PostOffice

    async def letters(self, *, whole: bool = False) -> list[Any]:
        """Send what waits, and give what has come to customers since the last look."""
        before = len(self.office.got)
        while await drain(self.bench, "door", "mail", "notice"):
            pass
        came = self.office.got[before:]
        return came if whole else [one for one in came if "@shop.example" in str(one["To"])]


@asynccontextmanager
async def post_of(spruce: Spruce) -> AsyncIterator[Post]:
    """Workers that send the tenant's letters to a server of the test's own loop."""
    async with serving() as office:
        settings = replace(spruce.site.settings, smtp_url=office.url)
        bench = Bench(replace(spruce.site, settings=settings), NoticeRenderer())
        try:
            yield Post(bench, office)
        finally:
            await bench.renderer.close()


def said(letter: Any) -> str:
    """The text of a letter."""
    return str(letter.get_body(("plain",)).get_content())


def link_in(letter: Any) -> str:
    """The path of the link that opens a ticket."""
    found = re.search(rf"http://\S+({AT}/k/\w+)", said(letter))
    assert found, said(letter)
    return urlsplit(found[0]).path


async def as_guest(
    spruce: Spruce, email: str, browser: Browser | None = None, **more: Any
) -> tuple[Browser, Any]:
    """Fill in the form without having signed in; gives the browser and the answer."""
    browser = browser or await spruce.browser()
    page = await browser.open_page(f"{AT}/new/refund")
    form = {**NEW, "_guest_email": email, "_guest_name": "Gil", "_idempotency": page.key, **more}
    return browser, await browser.post(f"{AT}/new/refund", form)


def number_of(answer: Any) -> str:
    """The number that the page after the form says."""
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["location"]).rpartition("number=")[2]
