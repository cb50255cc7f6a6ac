"""Two published tenants with their casts, and browsers that walk through the real app."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from engine.facts import Viewer
from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.actions.sign_in import HASHER
from runtime.clock import Clock
from runtime.settings import Settings
from runtime.site.desks import Desks
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, viewer_of
from runtime.store import accounts, people, sessions
from runtime.store.files import FileFolder
from runtime.store.open import Store
from runtime.store.people import Membership
from runtime.web.app import build_app
from runtime.web.requests import SESSION
from specs.load import read_folder

SPRUCE, LARCH = "spruce", "larch"
"""The tenant of the cast, and the other one, made from the same specs with other words."""
PASSWORD = "a password of the cast"
ORIGIN = "http://localhost"
FOLDER = Path(__file__).parent / "tenants" / SPRUCE
_DAY_US = 86_400_000_000
_HASH: list[str] = []


@dataclass(frozen=True, slots=True)
class Part:
    """One of the cast: where, what kind, with which roles and teams (team → leads it)."""

    tenant: str
    name: str
    roles: tuple[str, ...] = ()
    teams: Mapping[str, bool] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return "staff" if self.roles else "customer"


CAST: Mapping[str, Part] = {
    "ann": Part(SPRUCE, "Ann"),
    "abe": Part(SPRUCE, "Abe"),
    "ben": Part(SPRUCE, "Ben", ("agent",), {"first": False}),
    "bob": Part(SPRUCE, "Bob", ("agent",), {"second": False}),
    "cleo": Part(SPRUCE, "Cleo", ("head",), {"first": True}),
    "fay": Part(SPRUCE, "Fay", ("finance",), {"finance": False}),
    "ivy": Part(SPRUCE, "Ivy", ("admin",), {"second": True}),
    "dora": Part(LARCH, "Zldoraname", ("admin",), {"first": False}),
    "dan": Part(LARCH, "Zldanname"),
}


def specs(tenant: str = SPRUCE, **changes: tuple[str, str]) -> dict[str, bytes]:
    """The files of a tenant; `changes`: by path (`__` for `/`) a text and what takes its place."""
    files = dict(read_folder(FOLDER)[0])
    if tenant == LARCH:
        files = {path: _elsewhere(text) for path, text in files.items()}
    for name, (was, becomes) in changes.items():
        path = name.replace("__", "/") + ".yaml"
        assert was.encode() in files[path], (path, was)
        files[path] = files[path].replace(was.encode(), becomes.encode())
    return files


def _elsewhere(text: bytes) -> bytes:
    """A spec with the other tenant's words: each canary gets a sister, each team another name."""
    text = text.replace(b"id: spruce", b"id: larch").replace(b"First line", b"Zllarchteam")
    text = text.replace(b"ann@", b"dan@").replace(b"abe@", b"dora@")
    return text.replace(b"zq", b"zl").replace(b"Zq", b"Zl")


def site_over(store: Store, folder: Path, clock: Clock) -> Site:
    """A process's handles over a store."""
    settings = Settings(
        store=str(store.url), files=folder / "files", hosts=(), key_file=folder / "keys.json",
        smtp_url=None, listen=("127.0.0.1", 8000), workers=1, log="info", demo=False,
    )  # fmt: skip
    return Site(store, Desks(store), FileFolder(folder / "files"), clock, settings)


@dataclass(slots=True)
class Spruce:
    """The running app with its people's ids, and a browser for each of them."""

    site: Site
    app: Any
    ids: dict[str, str]
    accounts: dict[str, str]

    async def viewer(self, who: str) -> Viewer:
        """Somebody as a decision sees them."""
        tenant = CAST[who].tenant
        async with self.site.store.unit(tenant) as unit:
            standing = await people.standing(unit, self.ids[who])
        live = self.site.desks.get(tenant)
        assert standing is not None
        assert live is not None
        return viewer_of(live.desk, standing)

    async def browser(self, who: str = "", app: Any = None) -> Browser:
        """A browser in which somebody is signed in; nobody is for an empty name."""
        made = Browser(app or self.app, who)
        if who:
            async with self.site.store.system(write=True) as unit:
                token, session = await sessions.start(
                    unit, lasts_us=_DAY_US, account_id=self.accounts[who]
                )
            made.http.cookies.set(SESSION, token, domain="localhost.local", path="/")
            made.csrf = session.csrf
        return made


_TOKEN = re.compile(r'name="_csrf" value="([^"]+)"')
_KEY = re.compile(r'name="_idempotency" value="([^"]+)"')
_VERSION = re.compile(r'name="_version" value="([^"]+)"')


class Browser:
    """Talks to the app as a browser does: cookies kept, forms sent with their hidden inputs."""

    def __init__(self, app: Any, who: str = "") -> None:
        self.who = who
        self.csrf = ""
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url=ORIGIN,
            headers={"accept-language": "en"},
        )

    async def get(self, url: str, **more: Any) -> httpx.Response:
        """A page."""
        return await self.http.get(url, **more)

    async def post(
        self,
        url: str,
        form: Mapping[str, str | Sequence[str]] | None = None,
        *,
        files: Any = None,
        csrf: str | None = None,
        **more: Any,
    ) -> httpx.Response:
        """A form with our token, another, or (for "") none."""
        token = self.csrf if csrf is None else csrf
        data: dict[str, Any] = {**(form or {})}
        if token:
            data["_csrf"] = token
        return await self.http.post(url, data=data, files=files, **more)

    async def open_page(self, url: str) -> Page:
        """A page with what its forms hold."""
        answer = await self.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        text = answer.text
        token = _TOKEN.search(text)
        if token and not self.csrf:
            self.csrf = token[1]
        return Page(
            text,
            token[1] if token else "",
            found[1] if (found := _KEY.search(text)) else "",
            found[1] if (found := _VERSION.search(text)) else "",
        )

    async def submit(self, tenant: str = SPRUCE, **values: Any) -> str:
        """Ask for a refund on the portal; gives the number."""
        form = {"subject": "Lamp", "amount": "10", "reason": "damaged", **values}
        answer = await self.post(f"/t/{tenant}/p/new/refund", form)
        assert answer.status_code == 303, faults(answer.text)
        return answer.headers["location"].rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Page:
    """A page's text and the hidden inputs of its forms."""

    text: str
    csrf: str
    key: str
    version: str


def faults(html: str) -> list[str]:
    """The error sentences of a page, for messages of failed tests."""
    return re.findall(r'class="[^"]*(?:fault|error)[^"]*"[^>]*>(.{0,300})', html, re.DOTALL)[:5]


async def let_in(site: Site) -> Spruce:
    """Publish both tenants and give everyone of the cast a person and an account."""
    for tenant in (SPRUCE, LARCH):
        done = await publish_desk(site, specs(tenant), SYSTEM, "first", word=ANYTHING)
        assert done.revision == 1, done.problems
    if not _HASH:
        _HASH.append(await asyncio.to_thread(HASHER.hash, PASSWORD))
    ids, known = {}, {}
    for key, part in CAST.items():
        mark = "zq" if part.tenant == SPRUCE else "zl"
        async with site.store.unit(part.tenant, write=True) as unit:
            known[key] = await accounts.add_account(unit, f"{key}@example.com", _HASH[0])
            ids[key] = await people.add_person(
                unit, part.name, account_id=known[key], kind=part.kind, email=f"{key}@example.com",
                phone=f"{mark}{key}phone", locale="en",
                values={"pin": f"{mark}pinword"} if part.kind == "customer" else {},
            )  # fmt: skip
            await people.set_roles(unit, ids[key], part.roles)
            places = [
                Membership(person_id=ids[key], team_key=team, lead=leads)
                for team, leads in part.teams.items()
            ]
            await people.set_memberships(unit, ids[key], places)
    return Spruce(site, build_app(site), ids, known)
