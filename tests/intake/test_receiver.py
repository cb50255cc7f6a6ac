"""The built-in receiver in a real conversation: it keeps before it answers, and relays nothing."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiosmtplib
import pytest

from runtime.channels.mail.receiver import NotNow, Received, Receiver
from runtime.store import arrivals
from runtime.store.rows import Arrival
from runtime.workers.receiving import House, receiving
from tests.intake import certificate
from tests.intake.post import HELP, Post, mail
from tests.workers.shop import SHOP


async def _ledger(post: Post) -> list[Arrival]:
    async with post.shop.store.unit(SHOP) as unit:
        return await arrivals.recent(unit)


async def test_a_mail_over_smtp_with_starttls(post: Post, tmp_path: Path) -> None:
    cert, key = certificate.make(tmp_path)
    settings = replace(
        post.site.settings,
        mail_listen=("smtp", "127.0.0.1", 0),
        mail_certificate=cert,
        mail_key=key,
    )
    trust = ssl.create_default_context(cafile=str(cert))
    async with receiving(replace(post.site, settings=settings)) as port:
        to = ["HELP+anything@shop.example", "billing@shop.example"]
        refused, said = await aiosmtplib.send(
            mail(), sender="ann@example.com", recipients=to, hostname="127.0.0.1", port=port,
            start_tls=True, tls_context=trust,
        )  # fmt: skip
    assert (refused, said) == ({}, "2.0.0 kept")
    (row,) = await _ledger(post)
    assert row.summary == {"envelope_from": "ann@example.com", "envelope_to": " ".join(to)}
    assert (await post.take(row.id)).state == "ticketed"
    raw = await post.site.files.read(row.raw_sha256 or "")
    assert b"The lamp in room B7 is dark." in raw


class _Shelf:
    """A house that keeps in memory, or can't."""

    def __init__(self) -> None:
        self.kept: list[Received] = []
        self.full = False

    async def takes(self, address: str) -> bool:
        return address.endswith("@here.example")

    async def keep(self, message: Received) -> None:
        if self.full:
            raise NotNow("the disk is full")
        self.kept.append(message)


@pytest.fixture
def shelf() -> _Shelf:
    """Where messages of plain conversations go."""
    return _Shelf()


async def _talk(port: int, *lines: bytes) -> list[str]:
    """Say lines one after the other; gives what is answered to each, the greeting first."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = [await _answer(reader)]
    for line in lines:
        writer.write(line + b"\r\n")
        answers.append(await _answer(reader))
    writer.close()
    await writer.wait_closed()
    return answers


async def _answer(reader: asyncio.StreamReader) -> str:
    lines = []
    while line := (await asyncio.wait_for(reader.readline(), 5)).decode():
        lines.append(line.rstrip())
        if line[3:4] != "-":
            break
    return "|".join(lines)


@pytest.fixture
async def listening(shelf: _Shelf) -> AsyncIterator[tuple[Receiver, int]]:
    """A small receiver."""
    made = Receiver(shelf, "mx.example", most_bytes=5000, most_connections=3, most_from_one=2,
                    idle_s=0.15)  # fmt: skip
    yield made, await made.listen("127.0.0.1", 0)
    await made.close()


async def test_what_it_says(listening: tuple[Receiver, int], shelf: _Shelf) -> None:
    hello = (b"EHLO me", b"MAIL FROM:<>")
    answers = await _talk(
        listening[1], *hello, b"RCPT TO:<who@elsewhere.example>", b"DATA",
        b"RCPT TO:<a@here.example>", b"DATA", b"..dot\r\nSubject: x\r\n\r\nbody\r\n.", b"QUIT",
    )  # fmt: skip
    assert answers[0].startswith("220 mx.example Specdesk")
    assert "SIZE 5000" in answers[1]
    assert "AUTH" not in answers[1]
    assert [one[:3] for one in answers[2:]] == ["250", "550", "503", "250", "354", "250", "221"]
    (kept,) = shelf.kept
    assert (kept.sender, kept.recipients) == ("", ("a@here.example",))
    assert kept.content == b".dot\r\nSubject: x\r\n\r\nbody\r\n"


async def test_what_it_does_not_take(listening: tuple[Receiver, int], shelf: _Shelf) -> None:
    to = (b"EHLO me", b"MAIL FROM:<x@x.example>", b"RCPT TO:<a@here.example>", b"DATA")
    large = await _talk(listening[1], *to, b"x\r\n" * 3000 + b".", b"NOOP")
    assert [one[:3] for one in large[-2:]] == ["552", "250"]
    announced = await _talk(listening[1], b"EHLO me", b"MAIL FROM:<x@x.example> SIZE=99999")
    assert announced[-1].startswith("552")
    shelf.full = True
    full = await _talk(listening[1], *to, b"x\r\n.")
    assert full[-1] == "451 4.3.0 the disk is full"
    assert shelf.kept == []


async def test_lines_that_are_long_and_bare(shelf: _Shelf) -> None:
    """20,000 characters a line are taken; a bare line feed before the dot ends no message."""
    made = Receiver(shelf, "mx.example")
    port = await made.listen("127.0.0.1", 0)
    to = (b"EHLO me", b"MAIL FROM:<x@x.example>", b"RCPT TO:<a@here.example>", b"DATA")
    smuggled = b"\n.\nMAIL FROM:<evil@x.example>\n"
    try:
        await _talk(port, *to, b"x" * 20_000 + smuggled + b"\r\n.")
        too_long = await _talk(port, *to, b"x" * 300_000 + b"\r\n.", b"NOOP")
    finally:
        await made.close()
    assert [one[:3] for one in too_long[-2:]] == ["500", "250"]
    (kept,) = shelf.kept
    assert smuggled in kept.content


async def test_lmtp_answers_for_each(shelf: _Shelf) -> None:
    made = Receiver(shelf, "mx.example", "lmtp")
    port = await made.listen("127.0.0.1", 0)
    try:
        answers = await _talk(
            port, b"EHLO me", b"LHLO me", b"MAIL FROM:<x@x.example>", b"RCPT TO:<a@here.example>",
            b"RCPT TO:<b@here.example>", b"DATA", b"x\r\n.", b"NOOP",
        )  # fmt: skip
    finally:
        await made.close()
    assert answers[1].startswith("500")
    # The second answer to the message stands where NOOP's would.
    assert [one[:9] for one in answers[-2:]] == ["250 2.0.0"] * 2
    assert len(shelf.kept) == 1


async def test_how_many_and_how_long(listening: tuple[Receiver, int]) -> None:
    _, port = listening
    first, second = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
    assert (await _answer(first[0])).startswith("220")
    assert (await _answer(second[0])).startswith("220")
    third = await _talk(port)
    assert third == ["421 4.7.0 too many connections from you"]
    # Who says nothing is shown out.
    assert await asyncio.wait_for(first[0].read(), 2) == b""
    for _, writer in (first, second):
        writer.close()
    assert (await _talk(port))[0].startswith("220")


async def test_an_address_of_two_tenants_is_nobodys(post: Post) -> None:
    house = House(post.site)
    assert await house.takes(HELP.upper())
    assert not await house.takes("help@elsewhere.example")
    live = post.site.desks.get(SHOP)
    other = post.site.desks.get("larch")
    assert live is not None
    assert other is not None
    post.site.desks._put(replace(other, desk=replace(other.desk, channels=live.desk.channels)))
    with pytest.raises(NotNow):
        await house.takes(HELP)
