"""Mails made to do harm: each ends soon, within its memory, with what can be read of it."""

from __future__ import annotations

import base64
import random
import time
import zlib
from collections.abc import AsyncIterator, Callable
from unittest.mock import patch

import pytest
import pytest_asyncio

from runtime.channels.mail import reader as reader_module
from runtime.channels.mail.headers import LONGEST_HEADER
from runtime.channels.mail.mime import MOST_BYTES, MOST_NESTING, MOST_PARTS
from runtime.channels.mail.reader import CannotRead, MailReader
from runtime.channels.mail.understand import LONGEST_TEXT, understand

HEAD = b"From: ann@example.com\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=X\r\n\r\n"
HTML = HEAD + b"Content-Type: text/html\r\n\r\n"
MANY_S = 20.0
"""A busy machine is given its time; what is caught here takes minutes, or never ends."""


def _nested(depth: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(depth)
    )
    closed = b"".join(b"--b%d--\r\n" % n for n in reversed(range(depth)))
    return HEAD + opened + b"Content-Type: text/plain\r\n\r\nhi\r\n" + closed


BAD: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "nested 1,000 deep": (lambda: _nested(1_000), {"nesting"}),
    "messages in messages 1,000 deep": (
        lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 1_000 + b"hi",
        set(),
    ),
    "100,000 parts": (lambda: MIXED + b"--X\r\n\r\nhi\r\n" * 100_000 + b"--X--", {"parts"}),
    "a header of 20,000": (
        lambda: HEAD + b"Subject: " + b"x" * 20_000 + b"\r\n\r\nhi",
        {"header_length"},
    ),
    "100,000 headers": (lambda: HEAD + b"X-A: y\r\n" * 100_000 + b"\r\nhi", {"headers"}),
    "8 MB of text": (lambda: HEAD + b"\r\n" + b"words of a line\n" * 500_000, {"text_length"}),
    "elements 200,000 deep": (lambda: HTML + b"<div>" * 200_000, {"html_nesting"}),
    "elements never closed": (lambda: HTML + b"<td><li>" * 100_000, {"html_nesting"}),
    "tags without end": (lambda: HTML + b"<a " * 300_000, {"html_nesting"}),
    "elements with brackets in values": (
        lambda: HTML + b'<div title="<">' * 66_000,
        {"html_nesting"},
    ),
    "introductions of quotes": (lambda: HEAD + b"\r\n" + b"on 1 1 wrote:\n" * 30_000, set()),
    "signatures": (lambda: HEAD + b"\r\n" + b"-- \n" * 50_000, set()),
    "brackets": (
        lambda: b"From: " + b"(" * 9_000 + b"\r\nTo: " + b"<" * 9_000 + b"\r\n\r\n",
        set(),
    ),
    "parameters": (
        lambda: HEAD + b"Content-Type: text/plain; " + b'a="b;' * 1_900 + b"\r\n\r\nhi",
        set(),
    ),
    "null bytes": (lambda: bytes(1_000_000), set()),
    "nothing": (lambda: b"", set()),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_it_ends_soon_with_what_was_hit(name: str) -> None:
    make, limits = BAD[name]
    began = time.monotonic()
    mail = understand(make())
    assert time.monotonic() - began < MANY_S
    assert set(mail.limits) == limits
    assert len(mail.text) <= LONGEST_TEXT
    assert len(mail.subject) <= LONGEST_HEADER


def test_what_lies_too_deep_is_kept_as_bytes() -> None:
    mail = understand(_nested(MOST_NESTING + 5))
    (deep,) = mail.attachments
    assert b"\r\nhi\r\n" in deep.content
    assert len(understand(MIXED + b"--X\r\n\r\nhi\r\n" * 1_000).text.split()) == MOST_PARTS - 1


def test_words_of_what_is_too_deep_are_read_all_the_same() -> None:
    mail = understand(HTML + b"<div>" * 2_000 + b"It is &lt;dark&gt;.")
    assert mail.text == "It is <dark>."
    assert mail.html_safe == ""


def test_archives_stay_closed() -> None:
    bomb = zlib.compress(bytes(50_000_000))
    body = base64.encodebytes(b"PK\x03\x04" + bomb)
    head = b"--X\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    (file,) = understand(MIXED + head + body + b"--X--").attachments
    assert file.content == b"PK\x03\x04" + bomb
    assert file.type_found == "application/zip"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def reader() -> AsyncIterator[MailReader]:
    """A jail for the whole file."""
    made = MailReader()
    yield made
    await made.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_fifty_megabytes_go_through_the_jail(reader: MailReader) -> None:
    file = random.Random(5).randbytes(1 << 20) * 36
    body = base64.encodebytes(file)
    head = b"--X\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    raw = MIXED + head + body + b"\r\n--X--"
    assert 0.97 * MOST_BYTES < len(raw) <= MOST_BYTES
    mail = await reader.read(raw)
    assert mail.attachments[0].content == file


@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_that_is_too_long_is_not_taken(reader: MailReader) -> None:
    small = patch.object(reader_module, "LONGEST_ANSWER", 1_000)
    with small, pytest.raises(CannotRead) as caught:
        await reader.read(HEAD + b"\r\n" + b"words " * 1_000)
    assert caught.value.code == "answer_too_large"
    assert (await reader.read(HEAD + b"\r\nhi")).text == "hi"
