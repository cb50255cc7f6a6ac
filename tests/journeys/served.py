"""A real server process for the journeys: own store, own port, a copy of the shop, a mailbox."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from runtime.cli.demo import TENANTS
from runtime.cli.seeding import PASSWORD
from tests.cli.running import warm

__all__ = ["PASSWORD", "TENANT", "Mailbox", "Served", "served"]

TENANT = "ecommerce"
START_S = 180.0
PER_TYPE = 5


class Mailbox:
    """Takes every letter that is sent to it and hands none on."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def about(self, to: str, word: str) -> list[str]:
        """Texts of the letters to an address that have a word in subject or text."""
        found = []
        for letter in list(self.letters):
            body = letter.get_body(("plain",))
            text = f"{letter['subject']}\n{body.get_content() if body else ''}"
            if to in str(letter["to"]) and word in text:
                found.append(text)
        return found

    def wait(self, to: str, word: str, seconds: float = 60.0) -> str:
        """The first such letter, once it is there."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := self.about(to, word):
                return found[0]
            time.sleep(0.1)
        sent = [(str(each["to"]), str(each["subject"])) for each in self.letters[-20:]]
        raise AssertionError(f"no letter to {to} about {word!r}; last sent: {sent}")


@dataclass(frozen=True, slots=True)
class Served:
    """A running server. `folder` is its copy of the tenant, free to be changed and published."""

    base: str
    folder: Path
    environ: dict[str, str]
    mailbox: Mailbox
    shop: str = ""
    """the origin of a site that may show the portal; whoever needs it serves it"""

    def specdesk(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run the command line against the same store, as another process."""
        return subprocess.run(
            warm(*args), env=self.environ, capture_output=True, text=True, check=False
        )


SPECDESK = [sys.executable, "-c", "from runtime.cli import main; main()"]

# The demo makes a hundred tickets more to fill its charts; a journey does not wait for them.
FEWER = [*SPECDESK[:2], "from runtime.cli import demo, main; demo.MORE.clear(); main()"]


@contextmanager
def served(home: Path, *, whole: bool = False) -> Iterator[Served]:
    """Fill the shop below `home` where that is not done, serve it with the worker inside, stop it.

    `whole`: with all tickets of the demo."""
    fill(home, whole=whole)
    mailbox, port = Mailbox(), _free_port()
    smtp = Controller(mailbox, hostname="127.0.0.1", port=_free_port())
    smtp.start()
    environ = {
        **_variables(home),
        "SPECDESK_SMTP_URL": f"smtp://127.0.0.1:{smtp.port}?tls=none&from=desk@example.com",
        "SPECDESK_LISTEN": f"127.0.0.1:{port}",
    }
    said = home / "server.log"
    with said.open("wb") as log:
        process = subprocess.Popen(_demo(home, whole), env=environ, stdout=log, stderr=log)
        base = f"http://127.0.0.1:{port}"
        try:
            _await(base, process, said)
            shop = (home / "shop").read_text("utf-8")
            yield Served(base, home / "tenants" / TENANT, environ, mailbox, shop)
        finally:
            process.terminate()
            process.wait(20)
            smtp.stop()


def fill(home: Path, *, whole: bool = False) -> None:
    """Publish the shop into a store below `home` and fill it, once."""
    if (home / "shop").exists():
        return
    shop = f"http://localhost:{_free_port()}"
    tenants = home / "tenants"
    shutil.copytree(TENANTS / TENANT, tenants / TENANT)
    if not whole:
        _thin_out(tenants / TENANT / "demo" / "tickets.yaml")
    portal = tenants / TENANT / "portal.yaml"
    portal.write_text(portal.read_text("utf-8").replace("http://localhost:8090", shop), "utf-8")
    done = subprocess.run(
        [*_demo(home, whole), "--no-serve"],
        env=_variables(home), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    _tell_all(home)
    (home / "shop").write_text(shop, "utf-8")


def _tell_all(home: Path) -> None:
    """Let a worker write the two hundred notices and letters of the tickets, for no journey."""
    environ = {**_variables(home), "SPECDESK_SMTP_URL": (home / "mail").as_uri()}
    with (home / "work.log").open("wb") as log:
        process = subprocess.Popen([*SPECDESK, "work"], env=environ, stdout=log, stderr=log)
        until = time.monotonic() + START_S
        with contextlib.closing(sqlite3.connect(home / "desk.sqlite")) as store:
            query = "SELECT count(*) FROM job WHERE state = 'ready' AND kind IN ('notice', 'mail')"
            while store.execute(query).fetchone()[0] and time.monotonic() < until:
                time.sleep(0.1)
        process.terminate()
        assert process.wait(20) == 0, (home / "work.log").read_text("utf-8")[-3000:]


def filled_copy(made: Path, home: Path) -> Path:
    """`home` with a copy of what is filled once for all processes of a test run, below `made`."""
    made.mkdir(exist_ok=True)
    with (made.parent / "filling").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        fill(made)
    shutil.copytree(made, home, dirs_exist_ok=True)
    return home


def _demo(home: Path, whole: bool) -> list[str]:
    return [*(SPECDESK if whole else FEWER), "demo", "--examples", str(home / "tenants")]


def _variables(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "SPECDESK_STORE": f"sqlite:///{home / 'desk.sqlite'}",
        "SPECDESK_FILES": str(home / "files"),
        "SPECDESK_KEY_FILE": str(home / "keys.json"),
    }


def _thin_out(tickets: Path) -> None:
    """Leave the first tickets of each type: enough to look at, and quick to fill in."""
    head, *entries = tickets.read_text("utf-8").split("\n  - type: ")
    kept: dict[str, list[str]] = {}
    for entry in entries:
        kept.setdefault(entry.split("\n")[0].strip(), []).append(entry)
    first = [entry for several in kept.values() for entry in several[:PER_TYPE]]
    tickets.write_text("\n  - type: ".join([head, *first]), "utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(base: str, process: subprocess.Popen[bytes], said: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"the server did not start: {said.read_text('utf-8')[-3000:]}")
