"""Mailboxes read over IMAP, in a real conversation: nothing twice, nothing lost, faults shown."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from engine.model.channel import MailboxModel
from runtime.channels.mail.mailbox import BadUrl, Mailbox, MailboxFault, place_of
from runtime.reach import read_allowed
from runtime.site.handles import Site
from runtime.store import arrivals, mailboxes, tenant_settings
from runtime.store.rows import Arrival
from runtime.workers import mailboxes as reading
from runtime.workers.mailboxes import Named, attend
from tests.intake import certificate
from tests.intake.imap_server import ImapServer, serving
from tests.intake.post import Post, mail
from tests.workers.shop import SHOP

BOX = MailboxModel("box", "box_password", "seen", "")


@pytest.fixture
async def server() -> AsyncIterator[ImapServer]:
    """The mailbox of the shop."""
    async with serving() as running:
        yield running


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_BACK_OFF_S", (0.01, 0.02))
    monkeypatch.setattr(reading, "_POLL_S", 0.02)
    monkeypatch.setattr(reading, "_LOOK_S", 0.01)


async def _site(post: Post, server: ImapServer, password: str = "secret") -> Site:
    settings = replace(post.site.settings, allow_private=read_allowed(["127.0.0.1"]))
    url = f"imap://shop@127.0.0.1:{server.port}/INBOX"
    async with post.shop.store.unit(SHOP, write=True) as unit:
        await tenant_settings.put_setting(unit, "live", "box", url, secret=False)
        await tenant_settings.put_setting(unit, "live", "box_password", password, secret=True)
    return replace(post.site, settings=settings)


@asynccontextmanager
async def _read(site: Site, model: MailboxModel = BOX) -> AsyncIterator[None]:
    """While the block runs, the mailbox is read."""
    stop = asyncio.Event()
    task = asyncio.create_task(attend(site, Named(SHOP, "help", model), stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 5)


async def _until(said: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(15):
        while not await said():  # noqa: ASYNC110 - what another task and a server do
            await asyncio.sleep(0.005)


async def _ledger(post: Post) -> list[Arrival]:
    async with post.shop.store.unit(SHOP) as unit:
        return (await arrivals.recent(unit))[::-1]


def _raw(text: str) -> bytes:
    return mail(text=text).as_bytes().replace(b"\n", b"\r\n")


def _count(post: Post, wanted: int) -> Callable[[], Awaitable[bool]]:
    async def said() -> bool:
        return len(await _ledger(post)) == wanted

    return said


async def _at(post: Post) -> mailboxes.Position:
    async with post.shop.store.unit(SHOP) as unit:
        found = await mailboxes.read(unit, "help")
    assert found is not None
    return found


async def test_what_comes_together_with_the_answer_to_idle(post: Post, server: ImapServer) -> None:
    server.early = _raw("comes at once")
    site = await _site(post, server)
    async with _read(site):
        await _until(_count(post, 1))
    assert server.early is None


async def test_what_comes_while_we_wait(post: Post, server: ImapServer) -> None:
    server.put(_raw("read by somebody already"), "\\Seen")
    server.put(_raw("waits unread"))
    site = await _site(post, server)
    async with _read(site):
        await _until(_count(post, 1))

        async def idles() -> bool:
            return bool(server.waiting)

        await _until(idles)
        server.put(_raw("comes now"))
        await _until(_count(post, 2))

        async def marked() -> bool:
            return all("\\Seen" in one.flags for one in server.messages)

        await _until(marked)
        assert (await _at(post)).position == 3
    assert server.logins == 1
    for one in await _ledger(post):
        assert (await post.take(one.id)).state == "ticketed"


async def test_a_mailbox_made_anew_and_a_connection_lost(post: Post, server: ImapServer) -> None:
    """Other UIDs, other flags, the same messages: they are recorded, and joined with the first."""
    server.put(_raw("one"))
    site = await _site(post, server)
    async with _read(site):
        await _until(_count(post, 1))
        server.drop()
        server.put(_raw("two"))
        await _until(_count(post, 2))
        server.reset()
        server.drop()
        await _until(_count(post, 4))

        async def caught_up() -> bool:
            return not (await _at(post)).catching_up

        await _until(caught_up)
    assert [(await post.take(one.id)).state for one in await _ledger(post)] == [
        "ticketed",
        "ticketed",
        "joined",
        "joined",
    ]


@pytest.mark.parametrize("after", ["move", "delete"])
async def test_what_becomes_of_it_there(post: Post, server: ImapServer, after: str) -> None:
    server.idles = False
    server.put(_raw("one"))
    async with _read(await _site(post, server), replace(BOX, after=after, folder="Done")):
        await _until(_count(post, 1))

        async def gone() -> bool:
            flags = [one.flags for one in server.messages]
            return flags == ([] if after == "move" else [{"\\Deleted"}])

        await _until(gone)
    assert {name: len(held) for name, held in server.moved.items()} == (
        {"Done": 1} if after == "move" else {}
    )


async def test_two_read_one_mailbox(post: Post, server: ImapServer) -> None:
    """Only one leads; were both to read, the second's place is not where it thinks."""
    site = await _site(post, server)
    for n in range(5):
        server.put(_raw(f"n {n}"))
    async with _read(site), _read(site):
        await _until(_count(post, 5))
        assert server.logins == 1


@pytest.mark.parametrize("how", ["password", "setting", "private"])
async def test_a_fault_is_shown_until_it_is_mended(
    post: Post, server: ImapServer, how: str
) -> None:
    site = await _site(post, server, "wrong" if how == "password" else "secret")
    model = replace(BOX, url="none") if how == "setting" else BOX
    expected = {"password": "AUTHENTICATIONFAILED", "setting": "off: setting `none` is missing",
                "private": "no address of the open internet"}  # fmt: skip
    shut = post.site if how == "private" else site

    async def faulty() -> bool:
        async with post.shop.store.unit(SHOP) as unit:
            found = await mailboxes.read(unit, "help")
        return found is not None and expected[how] in (found.fault or "")

    async with _read(shut, model):
        await _until(faulty)
        assert await _ledger(post) == []
    server.put(_raw("one"))
    async with _read(await _site(post, server)):
        await _until(_count(post, 1))

        async def mended() -> bool:
            return (await _at(post)).fault is None

        await _until(mended)


async def test_certificates_are_checked(tmp_path: Path) -> None:
    """Under its host's name, by whom we trust; and STARTTLS is wanted of every other machine."""
    cert, key = certificate.make(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    async with serving(context) as server:
        url = f"imaps://shop@localhost:{server.port}/INBOX"
        stranger = Mailbox(place_of(url), "127.0.0.1")
        with pytest.raises(MailboxFault, match="certificate verify failed"):
            await asyncio.to_thread(stranger.open, "secret")
        trust = ssl.create_default_context(cafile=str(cert))
        box = Mailbox(place_of(url), "127.0.0.1", trust)
        assert (await asyncio.to_thread(box.open, "secret")).validity == server.validity
        await asyncio.to_thread(box.close)
    assert place_of("imap://u@mail.example.com").start_tls
    assert not place_of("imap://u@mail.example.com?tls=none").start_tls
    for wrong in ("http://u@x", "imaps://host", "imaps://u@host:port", ""):
        with pytest.raises(BadUrl):
            place_of(wrong)
