"""`specdesk publish DIR`: check a folder and make it what the tenant runs on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from runtime.actions.publish_desk import Published, publish_desk
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.settings import Settings
from runtime.site.standing import SYSTEM
from specs.load import read_folder
from specs.problem import has_errors, render


def publish(
    folders: Annotated[list[Path] | None, typer.Argument(help="Tenant folders.")] = None,
    message: Annotated[str, typer.Option("--message", "-m", help="Why, for the history.")] = "",
    store: StoreOption = "",
) -> None:
    """Publish tenant folders; a running server shows it within a second, without a restart."""
    settings = settings_of(store)
    several = folders or [Path(".")]
    failed = False
    for folder in several:
        files, problems = read_folder(folder)
        if has_errors(problems):
            for problem in problems:
                print(render(problem, ""), end="\n\n")
            print(_said(folder, Published("", 0, ())), file=sys.stderr)
            failed = True
            continue
        done = asyncio.run(_publish(settings, files, message))
        for problem in done.problems:
            text = files.get(problem.place.file, b"").decode("utf-8", errors="replace")
            print(render(problem, text), end="\n\n")
        failed = failed or done.revision == 0
        print(_said(folder, done), file=sys.stderr if done.revision == 0 else sys.stdout)
    raise typer.Exit(1 if failed else 0)


async def _publish(settings: Settings, files: dict[str, bytes], message: str) -> Published:
    async with opened(settings) as site:
        return await publish_desk(site, files, SYSTEM, message)


def _said(folder: Path, done: Published) -> str:
    if done.conflict:
        return f"{folder}: somebody else published meanwhile; try again"
    if done.revision == 0:
        return f"{folder}: refused, nothing was published"
    if not done.changed:
        return f"{done.tenant}: v{done.revision} is live already, nothing changed"
    return f"{done.tenant}: published as v{done.revision}"
