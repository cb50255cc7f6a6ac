"""Mails understood in the jail, one process: mails a second by the clock and by its own CPU."""

from __future__ import annotations

import asyncio
import base64
import os
import random
import time
from email.message import EmailMessage
from pathlib import Path

from runtime.channels.mail.reader import MailReader

_TICKS = os.sysconf("SC_CLK_TCK")
_MOST = 400
"""A process of the jail ends after 500."""
_SENTENCES = (
    "The lamp in room B2 is dark since this morning; please send somebody to look at it. ",
    "会议室的灯从今天早上起就不亮了，请派人来看看，谢谢。",
)


def samples() -> dict[str, bytes]:
    """Mails as they come: an answer, a page with its text, one with a file."""
    chance = random.Random(5)
    words = "\n".join("".join(chance.choices(_SENTENCES, k=2)) for _ in range(8))
    quote = "\n".join(f"> {line}" for line in words.splitlines() * 3)
    intro = "On Tue, Dec 1, 2026 at 10:02 AM Help <help@example.com> wrote:"
    answer = _mail(f"{words}\n\n{intro}\n{quote}\n")
    page = _mail(words)
    rows = "".join(f"<tr><td><b>{n}</b></td><td>{_SENTENCES[n % 2]}</td></tr>" for n in range(200))
    html = f"<html><body><p>{words}</p><table>{rows}</table></body></html>"
    page.add_alternative(html, subtype="html")
    filed = _mail(words)
    filed.add_attachment(
        chance.randbytes(1 << 20), maintype="application", subtype="pdf", filename="plan.pdf"
    )
    return {
        "an answer with a quote, 6 KB": bytes(answer),
        "text and HTML of 200 rows, 40 KB": bytes(page),
        "with a file of 1 MB": bytes(filed),
        "with a file, 50 MB in all": _largest(),
    }


def _mail(text: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "Ann <ann@example.com>", "help@example.com"
    made["Subject"], made["Message-ID"] = "Re: 会议室的灯", "<1@example.com>"
    made.set_content(text)
    return made


def _largest() -> bytes:
    body = base64.encodebytes(random.Random(5).randbytes(1 << 20) * 36)
    head = b"From: ann@example.com\r\nContent-Type: application/zip; name=a.zip\r\n"
    return head + b"Content-Transfer-Encoding: base64\r\n\r\n" + body


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def _measured(raw: bytes, seconds: float) -> tuple[float, float]:
    """Mails a second, and CPU milliseconds of each."""
    reader = MailReader()
    try:
        await reader.read(raw)
        (pid,) = reader.pids
        count, began, before = 0, time.perf_counter(), _cpu_s(pid)
        while time.perf_counter() - began < seconds and count < _MOST:
            await reader.read(raw)
            count += 1
        wall, cpu = time.perf_counter() - began, _cpu_s(pid) - before
    finally:
        await reader.close()
    return count / wall, 1000 * cpu / count


def show(seconds: float = 3.0) -> None:
    """Print a line for each sort of mail."""
    for name, raw in samples().items():
        rate, cost = asyncio.run(_measured(raw, seconds))
        print(f"mail, {name:32} {rate:7.1f} mails/s, {cost:.1f} CPU ms each")
