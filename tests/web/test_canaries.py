"""Every byte that each of the cast can reach, searched for words that they must not meet."""

from __future__ import annotations

import base64
import html
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from dataclasses import replace as changed
from urllib.parse import unquote, urljoin, urlsplit

import httpx
import pytest
import pytest_asyncio

from runtime.render.notices import NoticeRenderer
from runtime.store.notices import inbox
from runtime.workers.handling import Bench
from tests.web.asking import address
from tests.web.conftest import one_database
from tests.web.planting import MAY, Planted, forbidden, plant
from tests.web.routes_table import TABLE
from tests.web.spruce import CAST, ORIGIN, Browser, Spruce
from tests.workers.doing import drain
from tests.workers.post_office import PostOffice, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What is shown is decided above the store; the walls below are tested in test_tenancy.
store_url = one_database


MOST = 2
"""So many addresses of one shape are followed."""
EVERYONE = ("", *CAST)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def planted(spruce: Spruce) -> Planted:
    """Both tenants full of canaries; letters and notices come later."""
    return await plant(spruce)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def letters(spruce: Spruce, planted: Planted) -> AsyncIterator[PostOffice]:
    """Everything that was to be told has been told, by mail and in the application."""
    async with serving() as office:
        settings = changed(spruce.site.settings, smtp_url=office.url)
        bench = Bench(changed(spruce.site, settings=settings), NoticeRenderer())
        try:
            await drain(bench, "notice", "mail")
        finally:
            await bench.renderer.close()
        yield office


# -- what an answer holds -----------------------------------------------------------------------

_PACKED = re.compile(r"[A-Za-z0-9_+/-]{12,}={0,2}")


def whole(answer: httpx.Response) -> str:
    """Headers and body in small letters, with what is packed in them (base64, escapes) unpacked."""
    text = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    text += "\n" + answer.content.decode("utf-8", "replace")
    plain = html.unescape(unquote(text))
    return "\n".join((text, plain, *_unpacked(plain))).lower()


def _unpacked(text: str) -> Iterable[str]:
    for part in set(_PACKED.findall(text)):
        body = part.rstrip("=")
        try:
            raw = base64.urlsafe_b64decode(
                body.replace("+", "-").replace("/", "_") + "=" * (-len(body) % 4)
            )
        except ValueError:
            continue
        yield raw.decode("latin-1")


def leaks(who: str, answer: httpx.Response, text: str = "") -> list[str]:
    """The words in an answer that this one must not meet."""
    text = text or whole(answer)
    return [
        f"{who or 'nobody'} meets {word} at {answer.request.method} {answer.request.url}"
        for word in forbidden(who)
        if word in text
    ]


# -- the crawl ----------------------------------------------------------------------------------

_LINK = re.compile(r'\b(?:href|src|action|hx-get|data-\w+-?(?:url|href))="([^"#]+)')


@dataclass(slots=True)
class Crawl:
    """One browser's walk over everything it can reach."""

    browser: Browser
    who: str
    todo: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)
    met: set[str] = field(default_factory=set)

    shapes: Counter[str] = field(default_factory=Counter)

    def add(self, urls: Iterable[str], most: int = MOST) -> None:
        """Addresses to go to, once each, and of each shape (route, parameters) a few."""
        for url in urls:
            shape = _shape(url)
            if url not in self.seen and self.shapes[shape] < most:
                self.seen.add(url)
                self.shapes[shape] += 1
                self.todo.append(url)

    async def walk(self) -> None:
        """Go until nothing new is linked."""
        while self.todo:
            url = self.todo.pop()
            self.look(await self.browser.get(url), url)

    def look(self, answer: httpx.Response, url: str) -> None:
        """Search an answer and note where it leads."""
        assert answer.status_code < 500, (self.who, url)
        text = whole(answer)
        self.found += leaks(self.who, answer, text)
        self.met |= {word for word in MAY if word in text}
        links = [html.unescape(link) for link in _LINK.findall(answer.text)]
        links.append(answer.headers.get("location", url))
        self.add(own for link in links if (own := _own(url, link)))


def _shape(url: str) -> str:
    """An address without what tells one ticket, file or page from another."""
    path, _, query = url.partition("?")
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "…", path)
    path = re.sub(r"-\d+|/files/[^/]+|/open/[^/]+|(?<=/studio/)\w+/\w+", "…", path)
    return f"{path}?{sorted(part.partition('=')[0] for part in query.split('&'))}"


def _own(base: str, link: str) -> str:
    """A link as an address of ours, "" for others and for files that are the same for all."""
    parts = urlsplit(urljoin(f"{ORIGIN}{base}", link))
    if f"{parts.scheme}://{parts.netloc}" != ORIGIN or parts.path.startswith("/static/"):
        return ""
    if "density=" in parts.query or parts.query.count("&") > 1:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def starts(planted: Planted) -> list[str]:
    """Every GET route for every thing there is, reachable or not, in both tenants."""
    ids = {
        "number": planted.numbers,
        "token": planted.tokens,
        "notice": ("x",),
        "type_id": ("refund", "memo"),
        "source": ("orders", "costs"),
        "view_id": ("all", "mine", "unassigned", "desk_all", "by_risk", "memos"),
        "board_id": ("figures", "inner"),
        "transition": ("close",),
        "kind": ("TicketType", "Role"),
        "id": ("refund", "agent"),
        "file_path": ("x",),
    }
    found = []
    for route, line in TABLE.items():
        if not route.startswith("GET"):
            continue
        hole = next((h for h in re.findall(r"\{(\w+):", route) if h != "tenant"), "")
        for tenant in ("spruce", "larch") if "{tenant" in route else ("",):
            for one in ids.get(hole, (line.ids.get(hole, ""),)):
                rest = {name: several[0] for name, several in ids.items()} | dict(line.ids)
                found.append(address(route, {**rest, "tenant": tenant, hole: one}, line.query))
    for tenant in ("spruce", "larch"):
        base = f"/t/{tenant}"
        found += [
            f"{base}/find/{s}?q={q}"
            for s in ("orders", "costs")
            for q in ("1", "9", "zq", "zl", "a", "@")
        ]
        found += [
            f"{base}/desk/views/desk_all?{q}"
            for q in ("sort=risk", "sort=-risk", "sort=-iban", "q=lamp")
        ]
        found += [
            f"{base}/desk/views/{v}/export?format={f}"
            for v in ("all", "desk_all")
            for f in ("csv", "jsonl")
        ]
        found += [f"{base}/desk/dashboards/figures?period={p}" for p in ("7d", "365d")]
        found += [f"{base}/desk/tickets/RF-1?show={tab}" for tab in ("talk", "changes")]
        found += [
            f"{base}/p/tickets?show=finished",
            f"{base}/desk/new?q=a",
            f"{base}/desk/new?q=example",
        ]
    return [*found, "/nowhere", "/t/nowhere/p/", "/t/spruce/desk/tickets/ZZ-9"]


@pytest.mark.parametrize("who", EVERYONE)
async def test_no_canary_is_reached(
    spruce: Spruce, planted: Planted, letters: PostOffice, who: str
) -> None:
    crawl = Crawl(await spruce.browser(who), who)
    crawl.add(starts(planted), 1000)
    await crawl.walk()
    assert sorted(set(crawl.found)) == []
    if who == "ivy":
        # The crawl sees what is there: an admin meets all but what nobody may.
        assert crawl.met >= {word for word, may in MAY.items() if "ivy" in may.split()}


FORMS = (
    (
        "p/new/refund/check",
        {"subject": "x", "amount": "1", "reason": "damaged", "cost_no": "9001", "order_no": "1002"},
    ),
    ("p/new/refund/check", {"_find": "order_no", "order_no": "100"}),
    ("p/new/refund/check", {"_find": "cost_no", "cost_no": "900"}),
    ("p/new/refund/check", {"risk": "fine", "fee": "1", "grade": "low"}),
    ("p/new/refund", {"subject": "", "cost_no": "9001", "order_no": "1002", "risk": "fine"}),
    ("desk/new/refund/check", {"_find": "cost_no", "cost_no": "900"}),
    ("desk/new/refund", {"subject": ""}),
)
ON_TICKET: tuple[tuple[str, dict[str, str]], ...] = (
    ("p/tickets/{}/comment", {"body": ""}),
    ("p/tickets/{}/move/again", {}),
    ("p/tickets/{}/move/nowhere", {}),
    ("desk/tickets/{}/comment", {"text": ""}),
    ("desk/tickets/{}/move/pay", {"iban": ""}),
    ("desk/tickets/{}/move/approve", {"nothing": "1"}),
    ("desk/tickets/{}/transfer", {"team": "nowhere"}),
    ("desk/tickets/{}/assign", {"assignee": "nobody"}),
)


@pytest.mark.parametrize("who", EVERYONE)
async def test_no_refusal_tells_a_canary(spruce: Spruce, planted: Planted, who: str) -> None:
    """Forms that are refused, checked or in conflict, with and without htmx."""
    browser = await spruce.browser(who)
    if not who:
        await browser.open_page("/sign-in")
    asked = [(f"/t/{t}/{path}", form) for t in ("spruce", "larch") for path, form in FORMS]
    asked += [(f"/t/spruce/{path.format(planted.first)}", form) for path, form in ON_TICKET]
    stale = f"/t/spruce/desk/tickets/{planted.first}/edit"
    for name in ("iban", "risk", "fee", "risk_note", "cost_no", "scan", "grade"):
        asked.append((stale, {"field": name, name: "no such value", "_version": "1"}))
        asked.append(
            (
                stale,
                {"field": name, name: ""} if who != "ivy" else {"field": name, name: "?" * 60_000},
            )
        )
    found: list[str] = []
    for url, form in asked:
        if (
            "?" not in str(form)
            and form.get("field") in ("fee", "risk_note")
            and "_version" not in form
        ):
            continue
        for headers in ({}, {"hx-request": "true"}):
            answer = await browser.post(url, form, headers=headers)
            assert answer.status_code < 500, (who, url, form)
            found += leaks(who, answer)
    assert found == []


async def test_letters_and_notices_tell_each_only_their_own(
    spruce: Spruce, planted: Planted, letters: PostOffice
) -> None:
    found = []
    assert len(letters.got) > 10
    for one in letters.got:
        who = str(one["To"]).rpartition("<")[2].partition("@")[0]
        parts = [str(part.get_content()) for part in one.walk() if not part.is_multipart()]
        text = "\n".join((*parts, *map(str, one.values()))).lower()
        found += [f"{who} is sent {word}" for word in forbidden(who) if word in text]
    for who, part in CAST.items():
        async with spruce.site.store.unit(part.tenant) as unit:
            for notice in await inbox(unit, spruce.ids[who], limit=500):
                text = f"{notice.subject}\n{notice.body}".lower()
                found += [f"{who} is told {word}" for word in forbidden(who) if word in text]
    assert found == []


GUESSES = (
    ("risk", "zqriskopt", "fine"),
    ("field.risk", "zqriskopt", "fine"),
    ("iban", "44 zqibanword", "x"),
    ("field.iban", "44 zqibanword", "x"),
    ("field.iban", "zqibannew", "x"),
    ("q", "zqibannew", "xqibannew"),
    ("q", "zqriskopt", "xqriskopt"),
    ("q", "zqnoteword", "xqnoteword"),
    ("field.order_no.card", "zqcardword", "x"),
    ("field.customer.pin", "zqpinword", "x"),
    ("customer.pin", "zqpinword", "x"),
    ("report", "by_risk", "none"),
    ("q", "zqsecondtext", "xqsecondtext"),
)


@pytest.mark.parametrize(("name", "right", "wrong"), GUESSES)
async def test_a_right_guess_looks_like_a_wrong_one(
    spruce: Spruce, planted: Planted, name: str, right: str, wrong: str
) -> None:
    """A filter or search by what one may not read is no oracle: not by rows, not by counts."""
    for who in {"ben", "fay"} - set(MAY.get(right, "").split()):
        browser = await spruce.browser(who)
        for view in ("all", "desk_all"):
            url = f"/t/spruce/desk/views/{view}"
            one, other = [
                (await browser.get(url, params={name: guess})).text for guess in (right, wrong)
            ]
            assert numbers(one) == numbers(other), (who, view)
            assert counts(one) == counts(other), (who, view)


def numbers(text: str) -> list[str]:
    """The tickets that a list shows, in order."""
    return re.findall(r"/desk/tickets/((?:RF|ME)-\d+)", text)


def counts(text: str) -> list[str]:
    """The sentences with counts."""
    return re.findall(r"\d+\+? of \d+\+?", text)


async def test_order_tells_nothing_of_a_hidden_field(spruce: Spruce, planted: Planted) -> None:
    """A view sorts by the risk, which its reader may not see: then by what they may."""
    bob = await spruce.browser("bob")
    plain = numbers((await bob.get("/t/spruce/desk/views/desk_all?sort=-updated_at")).text)
    for query in ("", "?sort=risk", "?sort=-risk"):
        assert numbers((await bob.get(f"/t/spruce/desk/views/desk_all{query}")).text) == plain, (
            query
        )
