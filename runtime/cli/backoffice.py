"""The back office of the example tenants, run beside the demo: their sources ask it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from runtime.actions.put_setting import put_setting
from runtime.reach import Allowed
from runtime.settings import Settings
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM

FOLDER = "backoffice"
_OURS = Path(__file__).resolve().parents[2] / "examples" / FOLDER


@dataclass(frozen=True, slots=True)
class Backoffice:
    """A running back office: its address, and the settings that each tenant needs for it."""

    url: str
    settings: dict[str, Any]

    def allowed(self, settings: Settings) -> Settings:
        """The settings with a word that calls may reach it, on its port of this machine alone."""
        place = urlsplit(self.url)
        was = settings.allow_private
        hosts = was.hosts | {(place.hostname or "", place.port)}
        return replace(settings, allow_private=Allowed(hosts, was.networks))

    async def introduce(self, site: Site, tenant: str) -> None:
        """Write where it is and how it knows us into a tenant's settings."""
        asked = self.settings.get(tenant, {})
        for part, secret in (("settings", False), ("secrets", True)):
            for name, value in asked.get(part, {}).items():
                text = value.replace("{url}", self.url)
                await put_setting(site, tenant, SYSTEM, name, text, secret=secret)


@contextmanager
def backoffice(tenants: Path) -> Iterator[Backoffice | None]:
    """Run the one beside a folder of tenants until the block ends; None where there is none."""
    beside = tenants.resolve().parent / FOLDER
    home = beside if beside.is_dir() else _OURS
    if not home.is_dir():
        yield None
        return
    command = [sys.executable, str(home / "server.py"), "--tenants", str(tenants)]
    # It ends when its input does, so it never outlives the demo, whatever ends that.
    running = subprocess.Popen(  # noqa: S603 — our own interpreter and a script of the checkout
        [*command, "--until-input-ends"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdin is not None
    try:
        url = running.stdout.readline().strip()
        settings = json.loads((home / "settings.json").read_text("utf-8"))
        yield Backoffice(url, settings) if url else None
    finally:
        running.stdin.close()
        running.terminate()
        running.wait(10)
        running.stdout.close()
