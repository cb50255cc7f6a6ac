"""Mails a second, end to end: SMTP in, on record, understood in the jail, the ticket visible."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.cli.logs import configure
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import arrivals
from runtime.workers.loop import work
from runtime.workers.receiving import receiving
from specs.load import read_folder

SHOP = "ecommerce"
_SPECS = Path(__file__).parents[2] / "examples" / "tenants" / SHOP
_PICTURE = bytes.fromhex("89504e470d0a1a0a") + bytes(range(256)) * 80
_CLIENTS = 8
_BODY = (
    "Hello,\n\nthe parcel came on Tuesday and the screen of the tablet was cracked already. "
    "I would like to have my money back. You reach me in the evening.\n\nBest regards\n\n-- \nN\n"
)


@dataclass(frozen=True, slots=True)
class Ran:
    """Seconds until all were on record, and until all were tickets; CPU seconds of this process."""

    count: int
    kept_s: float
    made_s: float
    cpu_s: float

    def told(self, name: str) -> str:
        """One line."""
        return (
            f"{name:12} {self.count} mails: on record {self.count / self.kept_s:6.0f} a second, "
            f"tickets {self.count / self.made_s:6.0f} a second, "
            f"{1000 * self.cpu_s / self.count:5.1f} CPU ms each beside the jail"
        )


async def measure(site: Site, count: int = 400) -> Ran:
    """Send `count` mails of as many people over eight connections to a process that does all."""
    configure("error")
    files, problems = await asyncio.to_thread(read_folder, _SPECS)
    assert problems == []
    await publish_desk(site, files, SYSTEM, "bench", word=ANYTHING)
    site = replace(site, settings=replace(site.settings, mail_listen=("smtp", "127.0.0.1", 0)))
    stop = asyncio.Event()
    async with receiving(site) as port, asyncio.TaskGroup() as group:
        group.create_task(work(site, stop))
        try:
            await _send(port, range(-16, 0))
            await _until(site, 16)
            began, cpu = time.perf_counter(), time.process_time()
            await _send(port, range(count))
            kept = time.perf_counter() - began
            await _until(site, count + 16)
            made, used = time.perf_counter() - began, time.process_time() - cpu
        finally:
            stop.set()
    return Ran(count, kept, made, used)


async def _send(port: int, numbers: range) -> None:
    """Each client keeps its connection, as a mail server does."""
    waiting = iter(numbers)

    async def client() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as talking:
            for n in waiting:
                await talking.send_message(_mail(n))

    await asyncio.gather(*(client() for _ in range(min(_CLIENTS, len(numbers)))))


def _mail(n: int) -> EmailMessage:
    """A complaint with a quoted-printable text, its HTML and a picture of 20 KB."""
    made = EmailMessage()
    made["From"], made["To"] = f"Person {n} <p{n}@example.org>", "help@spruce.example"
    made["Subject"], made["Message-ID"] = f"Parcel {n} is broken", f"<{n}@example.org>"
    made.set_content(_BODY, cte="quoted-printable")
    made.add_alternative(f"<html><body><p>{_BODY}</p></body></html>", subtype="html")
    made.add_attachment(_PICTURE, maintype="image", subtype="png", filename="screen.png")
    return made


async def _until(site: Site, count: int) -> None:
    while True:
        async with site.store.unit(SHOP) as unit:
            found = await arrivals.counts(unit)
        if found.get(("mail", "ticketed"), 0) >= count:
            return
        assert not found.get(("mail", "quarantined")), found
        await asyncio.sleep(0.02)
