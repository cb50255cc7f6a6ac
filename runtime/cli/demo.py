"""`specdesk demo`: publish the example tenants, fill them once, serve, and say how to sign in."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.cli.backoffice import Backoffice, backoffice
from runtime.cli.demo_content import DemoContent, read_content
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.cli.seeding import PASSWORD, fill
from runtime.cli.serve import run_server, run_to_end
from runtime.settings import DATA_DIR, Settings
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import people
from specs.load import read_folder

TENANTS = Path(__file__).resolve().parents[2] / "examples" / "tenants"

MORE = {"ecommerce": 120}
"""How many tickets are made besides those written by hand, so that one tenant looks lived in."""


def demo(
    store: StoreOption = "",
    listen: Annotated[
        str, typer.Option("--listen", help="host:port, default 127.0.0.1:8000.")
    ] = "",
    serving: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve when it is filled.")
    ] = True,
    folder: Annotated[
        Path, typer.Option("--examples", help="The folder of example tenants.")
    ] = TENANTS,
) -> None:
    """Set up the example tenants with people and tickets, and serve them."""
    if not folder.is_dir():
        print(
            f"specdesk demo: there is no folder {folder}; run it from the checkout", file=sys.stderr
        )
        raise typer.Exit(1)
    if not _tenants_in(folder):
        print(
            f"specdesk demo: no folder in {folder} has a tenant.yaml; name the one above them",
            file=sys.stderr,
        )
        raise typer.Exit(1)
    settings = replace(settings_of(store, listen), demo=True)
    if settings.smtp_url is None:
        # Links and codes come by mail: here they are laid down where one can read them.
        settings = replace(settings, smtp_url=(DATA_DIR / "mail").absolute().as_uri())
    with backoffice(folder) as office:
        if office is None:
            print(f"there is no back office beside {folder}; sources are off", file=sys.stderr)
        else:
            settings = office.allowed(settings)
        contents = asyncio.run(_prepare(settings, folder, office))
        if serving:
            run_to_end(run_server(settings, greeting=_greeting(settings, contents)))
        else:
            print(_greeting(settings, contents))


async def _prepare(
    settings: Settings, folder: Path, office: Backoffice | None
) -> list[DemoContent]:
    async with opened(settings) as site:
        paths = await asyncio.to_thread(_tenants_in, folder)
        return [await _tenant(site, path, office) for path in paths]


def _tenants_in(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/tenant.yaml"))


async def _tenant(site: Site, path: Path, office: Backoffice | None) -> DemoContent:
    files, _ = await asyncio.to_thread(read_folder, path)
    # What somebody has changed and published in a running demo stays as it is.
    tenant = path.name if site.desks.get(path.name) else await _publish(site, files)
    content = read_content(tenant, files)
    if office is not None:
        await office.introduce(site, tenant)
    async with site.store.unit(tenant) as unit:
        empty = not await people.search_persons(unit, limit=1)
    if empty:
        print(f"{tenant}: filling in people and tickets", file=sys.stderr)
        await fill(site, content, MORE.get(tenant, 0))
    return content


async def _publish(site: Site, files: dict[str, bytes]) -> str:
    shipped = "随附示例 · the example as shipped"
    done = await publish_desk(site, files, SYSTEM, shipped, word=ANYTHING)
    if done.revision == 0:
        for problem in done.problems:
            print(problem.headline, file=sys.stderr)
        raise typer.Exit(1)
    return done.tenant


def _greeting(settings: Settings, contents: list[DemoContent]) -> str:
    host, port = settings.listen
    lines = [
        f"Specdesk is at http://{host}:{port}/",
        "",
        f"Sign in with the password {PASSWORD} as",
    ]
    for content in contents:
        for key in ("ann", "ben", "cleo", "dora", "ivy", "pan", "sheng", "noor"):
            person = content.people.get(key)
            if person is not None:
                role = ", ".join(person.roles) or "requester"
                lines.append(f"  {person.email:<24} {role:<16} {content.tenant}")
    lines += ["", f"Mail is not sent but laid down in {DATA_DIR / 'mail'}: links and codes too."]
    return "\n".join([*lines, "", "Stop with Ctrl C."])
