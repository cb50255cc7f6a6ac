"""A served shop for the studio's tests: Cleo administers it, Ben works, Ann requests; Dora does not
belong to it and administers another tenant."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.actions.sign_in import HASHER
from runtime.clock import FixedClock
from runtime.settings import Settings
from runtime.site.desks import Desks
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import accounts, people
from runtime.store.files import FileFolder
from runtime.store.open import Store
from runtime.web.app import build_app
from specs.load import read_folder

EXAMPLES = Path(__file__).parents[2] / "examples" / "tenants"
SHOP, ELSEWHERE = "ecommerce", "education"
STUDIO = f"/t/{SHOP}/studio/"
PASSWORD = "correct horse"
_HASH = HASHER.hash(PASSWORD)


@dataclass(frozen=True, slots=True)
class Served:
    """A site with its app; `at` gives a browser that is signed in."""

    site: Site
    app: object

    @asynccontextmanager
    async def at(self, name: str) -> AsyncIterator[Browser]:
        """A browser in which this person is signed in."""
        transport = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", headers={"accept-language": "en"}
        ) as client:
            browser = Browser(client)
            page = await browser.get("/sign-in")
            data = {"identity": f"{name}@example.com", "password": PASSWORD, "_csrf": page.token}
            answer = await client.post("/sign-in", data=data)
            assert answer.status_code == 303, answer.text
            yield browser


@dataclass(frozen=True, slots=True)
class Page:
    """An answer with what a browser would read out of it."""

    status: int
    text: str
    url: str

    @property
    def token(self) -> str:
        """The CSRF token of the page."""
        found = re.search(r'name="_csrf" value="([^"]*)"', self.text)
        return found[1] if found else ""

    def form(self) -> dict[str, list[str]]:
        """What the form `#spec`, sent as it stands, would post."""
        found = re.search(r'<form[^>]*id="spec".*?</form>', self.text, re.DOTALL)
        assert found, self.text[:2000]
        return _posted(found[0])

    def field(self, name: str, form: str = "") -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', form or self.text)
        return unescape(found[1]) if found else ""


@dataclass(frozen=True, slots=True)
class Browser:
    """Follows redirects and carries the token, as a browser without scripts."""

    client: httpx.AsyncClient

    async def get(self, url: str) -> Page:
        """A page."""
        answer = await self.client.get(url, follow_redirects=True)
        return Page(answer.status_code, answer.text, str(answer.url))

    async def post(self, url: str, page: Page, **data: str | list[str]) -> Page:
        """Send a form found on a page."""
        fields: dict[str, str | list[str]] = {"_csrf": page.token}
        return await self.send(url, fields | data)

    async def send(self, url: str, data: dict[str, str | list[str]]) -> Page:
        """Send a form's data."""
        answer = await self.client.post(url, data=data, follow_redirects=True)
        return Page(answer.status_code, answer.text, str(answer.url))


def _posted(html: str) -> dict[str, list[str]]:
    """The successful controls of a form, in the order a browser sends them."""
    found: dict[str, list[str]] = {}
    pattern = re.compile(
        r"<input(?P<input>[^>]*)>|<textarea(?P<area>[^>]*)>\n?(?P<text>.*?)</textarea>"
        r"|<select(?P<select>[^>]*)>(?P<options>.*?)</select>",
        re.DOTALL,
    )
    for one in pattern.finditer(html):
        tag = one["input"] or one["area"] or one["select"] or ""
        name = _attribute(tag, "name")
        if not name:
            continue
        if one["area"] is not None:
            value = unescape(one["text"]).replace("\n", "\r\n")
        elif one["select"] is not None:
            chosen = re.search(r'<option value="([^"]*)" selected', one["options"])
            first = re.search(r'<option value="([^"]*)"', one["options"])
            found_option = chosen or first
            value = unescape(found_option[1]) if found_option else ""
        else:
            if 'type="checkbox"' in tag and not re.search(r"\bchecked\b", tag):
                continue
            value = _attribute(tag, "value")
        found.setdefault(unescape(name), []).append(value)
    return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'(?:^|\s){name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


async def serve(store: Store, clock: FixedClock, folder: Path) -> Served:
    """Publish the two tenants, let the four in, build the app."""
    settings = Settings(
        store=str(store.url), files=folder / "files", hosts=(), key_file=folder / "keys.json",
        smtp_url=None, listen=("127.0.0.1", 8000), workers=1, log="info", demo=False,
    )  # fmt: skip
    site = Site(store, Desks(store), FileFolder(folder / "files"), clock, settings)
    for tenant in (SHOP, ELSEWHERE):
        files, _ = read_folder(EXAMPLES / tenant)
        done = await publish_desk(site, files, SYSTEM, "first", word=ANYTHING)
        assert done.revision == 1, done.problems
    await _let_in(store, SHOP, "Ann", "customer", [])
    await _let_in(store, SHOP, "Ben", "staff", ["agent"])
    await _let_in(store, SHOP, "Cleo", "staff", ["admin"])
    await _let_in(store, ELSEWHERE, "Dora", "staff", ["admin"])
    return Served(site, build_app(site))


async def _let_in(store: Store, tenant: str, name: str, kind: str, roles: list[str]) -> None:
    email = f"{name.lower()}@example.com"
    async with store.system(write=True) as system:
        account = await accounts.add_account(system, email, _HASH, locale="en")
    async with store.unit(tenant, write=True) as unit:
        person = await people.add_person(unit, name, kind=kind, email=email, account_id=account)
        await people.set_roles(unit, person, roles)
