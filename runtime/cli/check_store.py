"""`specdesk check-store`: chains, files, revisions and anchors, as they were written."""

from __future__ import annotations

import asyncio
import sys

import typer

from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.check_store import Checked, Finding
from runtime.queries.check_store import check_store as look
from runtime.settings import Settings


def check_store(store: StoreOption = "") -> None:
    """Verify journal chains, the files' bytes, the revisions and the anchors of every tenant."""
    done = Checked()
    findings = asyncio.run(_look(settings_of(store), done))
    for found in findings:
        print(f"{found.tenant}: {found.where}: {found.what}")
    print(
        f"looked at {done.tickets} tickets, {done.events} events, {done.files} files, "
        f"{done.revisions} revisions, {done.anchors} anchors",
        file=sys.stderr,
    )
    if findings:
        raise typer.Exit(1)
    print("ok")


async def _look(settings: Settings, done: Checked) -> list[Finding]:
    async with opened(settings) as site:
        return [found async for found in look(site, done)]
