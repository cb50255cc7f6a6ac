"""A ticket with all that hangs on it, and requests to every route about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import httpx

from engine.decide.verdict import Comment
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.render.environment import TEMPLATES
from runtime.store import arrivals, articles, notices, organisations
from runtime.store.rows import Notice
from tests.web.routes_table import Line
from tests.web.spruce import CAST, SPRUCE, Browser, Spruce

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6300010000"
    "000500010d0a2db40000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Things:
    """Ids of one requester's ticket and of what hangs on it."""

    number: str
    token: str
    notice: str
    tenant: str = SPRUCE
    person: str = ""
    article: str = ""
    arrival: str = ""
    organisation: str = ""

    def ids(self) -> Mapping[str, str]:
        return {
            "tenant": self.tenant, "number": self.number, "person": self.person,
            "token": self.token, "notice": self.notice,
            "type_id": "refund", "source": "orders", "view_id": "desk_all", "board_id": "figures",
            "transition": "close", "macro": "seen", "kind": "TicketType", "id": "refund",
            "file_path": static(), "channel": "alarms", "webhook": "books", "event": "none",
            "report_id": "by_fee", "run": "none", "act": "stop", "step": "publish",
            "article": self.article, "arrival": self.arrival, "organisation": self.organisation,
            "visit": "none", "entry": "none",
        }  # fmt: skip

    def of(self, number: str) -> Things:
        """The same for another ticket."""
        return replace(self, number=number)


def static() -> str:
    """A file that every page loads."""
    return next(
        p.relative_to(TEMPLATES / "static").as_posix()
        for p in (TEMPLATES / "static").rglob("*.svg")
    )


async def opened(spruce: Spruce, who: str = "ann") -> Done:
    """A plain ticket."""
    viewer, tenant = await spruce.viewer(who), CAST[who].tenant
    new = NewTicket(
        "refund", {"amount": "10", "reason": "damaged"}, subject="Lamp", description="x"
    )
    done = await open_ticket(spruce.site, tenant, viewer, new)
    assert isinstance(done, Done), done
    return done


async def made(spruce: Spruce, who: str = "ann", agent: str = "ben") -> Things:
    """A ticket with a picture in the talk, assigned to the agent, who has a notice of it."""
    viewer, tenant = await spruce.viewer(who), CAST[who].tenant
    done = await opened(spruce, who)
    browser = await spruce.browser(who)
    sent = await browser.post(f"/t/{tenant}/files", files={"files": ("dent.png", PNG)})
    token = sent.json()["token"]
    change = Change(Comment("See the picture"), files={"comment": (token,)})
    assert isinstance(await change_ticket(spruce.site, tenant, viewer, done.number, change), Done)
    async with spruce.site.store.unit(tenant, write=True) as unit:
        notice = Notice(
            id=unit.new_id(), person_id=spruce.ids[agent], ticket_id=done.ticket_id, event_id="e",
            notification_key="assigned", subject="Yours", body="It is yours", read_us=None,
            link=f"/t/{tenant}/desk/tickets/{done.number}", key=done.ticket_id, created_us=1,
        )  # fmt: skip
        await notices.add(unit, notice)
        article = await articles.by_slug(unit, "lamp")
        arrival = await arrivals.record(unit, arrivals.Came("mail", "post"))
        house = await organisations.add(unit, "Elm Hall")
    told = article.id if article else "none"
    return Things(done.number, token, notice.id, tenant, spruce.ids[agent], told, arrival, house)


def address(route: str, ids: Mapping[str, str], query: str = "") -> str:
    """The address of a route with these ids; a folder of the product ends with a slash."""
    path = re.sub(r"\{(\w+):\w+\}", lambda hole: ids[hole[1]], route.partition(" ")[2])
    folder = re.fullmatch(r"/t/[^/]+(/p|/desk|/api|/studio|/studio/[A-Z]\w+)?", path)
    return f"{path}/{query}" if folder and path != "/" else f"{path}{query}"


async def ask(browser: Browser, route: str, line: Line, ids: Mapping[str, str]) -> httpx.Response:
    """One request as the route wants it; nobody takes the token of the sign-in page."""
    if not browser.csrf:
        await browser.open_page("/sign-in")
    url = address(route, ids, line.query)
    if route.startswith("POST"):
        files = {"files": ("dent.png", PNG)} if line.upload else None
        return await browser.post(url, dict(line.form), files=files)
    return await browser.http.request(route.partition(" ")[0], url)
