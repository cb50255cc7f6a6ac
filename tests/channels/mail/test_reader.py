"""The jail for mails: quick when all is well, replaced when a mail kills it or hangs."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator

import pytest

from runtime.channels.mail.mime import MOST_BYTES
from runtime.channels.mail.reader import CannotRead, MailReader

PLAIN = b"From: Ann <ann@example.com>\r\nSubject: Lamp\r\nMessage-ID: <a@b>\r\n\r\nIt is dark.\r\n"


@pytest.fixture
async def reader() -> AsyncIterator[MailReader]:
    """A reader with a short limit."""
    made = MailReader(time_limit_s=2.0)
    yield made
    await made.close()


async def test_one_process_reads_many_mails_and_is_replaced_when_it_dies(
    reader: MailReader,
) -> None:
    mail = await reader.read(PLAIN)
    assert (mail.sender.address, mail.subject, mail.text_new, mail.message_id) == (
        "ann@example.com",
        "Lamp",
        "It is dark.",
        "a@b",
    )
    (pid,) = reader.pids
    assert await reader.read(PLAIN) == mail
    assert reader.pids == [pid]
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(CannotRead) as caught:
        await reader.read(PLAIN)
    assert caught.value.code == "died"
    assert await reader.read(PLAIN) == mail


async def test_a_process_that_hangs_is_killed_in_time() -> None:
    reader = MailReader(time_limit_s=0.2)
    await reader.read(PLAIN)
    (pid,) = reader.pids
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(CannotRead) as caught:
        await reader.read(PLAIN)
    assert caught.value.code == "slow"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    await reader.close()


async def test_a_mail_over_the_limit_is_not_even_passed_in(reader: MailReader) -> None:
    with pytest.raises(CannotRead) as caught:
        await reader.read(bytes(MOST_BYTES + 1))
    assert caught.value.code == "too_large"
    assert reader.pids == []
