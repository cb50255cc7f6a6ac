"""`specdesk setting set|list|remove`: addresses and secrets that specs name, written from stdin."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from runtime.actions.outcome import Refused
from runtime.actions.put_setting import put_setting
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.named_settings import named_settings
from runtime.render.environment import renderer
from runtime.settings import Settings
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store.desks import LIVE
from runtime.web.screens.refusals import SAID

setting = typer.Typer(
    help="Addresses and secrets of other systems; specs name them, the store keeps them sealed.",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="The name that specs say: orders_url.")]
Tenant = Annotated[str, typer.Option("--tenant", help="The tenant's id.")]
Environment = Annotated[str, typer.Option("--environment", help="live, pilot or shadow.")]


@setting.command("set")
def set_setting(
    name: Name,
    tenant: Tenant,
    secret: Annotated[bool, typer.Option("--secret", help="It is never shown again.")] = False,
    environment: Environment = LIVE,
    store: StoreOption = "",
) -> None:
    """Write a value, read from the input: `echo https://… | specdesk setting set orders_url`."""
    if sys.stdin.isatty():
        print("Type the value, then Enter and Ctrl-D.", file=sys.stderr)
    value = sys.stdin.read(100_000).strip()
    if not value:
        raise typer.BadParameter("is empty; to take a value away use `setting remove`")
    run = _put(settings_of(store), tenant, name, value, environment, secret=secret)
    raise typer.Exit(asyncio.run(run))


@setting.command("remove")
def remove_setting(
    name: Name, tenant: Tenant, environment: Environment = LIVE, store: StoreOption = ""
) -> None:
    """Take a value away; what needs it is off."""
    run = _put(settings_of(store), tenant, name, "", environment, secret=False)
    raise typer.Exit(asyncio.run(run))


@setting.command("list")
def list_settings(tenant: Tenant, environment: Environment = LIVE, store: StoreOption = "") -> None:
    """Which names are written; never what they hold."""
    raise typer.Exit(asyncio.run(_list(settings_of(store), tenant, environment)))


async def _put(
    settings: Settings, tenant: str, name: str, value: str, environment: str, *, secret: bool
) -> int:
    async with opened(settings) as site:
        if _unknown(site, tenant):
            return 2
        done = await put_setting(
            site, tenant, SYSTEM, name, value, secret=secret, environment=environment
        )
        if isinstance(done, Refused):
            for one in done.refusals:
                print(renderer().say("en", SAID[one.code], **one.args), file=sys.stderr)
            return 1
        print(f"{name} is {'written' if value else 'taken away'} ({tenant}, {environment})")
        return 0


async def _list(settings: Settings, tenant: str, environment: str) -> int:
    async with opened(settings) as site:
        if _unknown(site, tenant):
            return 2
        for one in await named_settings(site, tenant, environment):
            print(f"{one.name}  {'secret' if one.secret else 'setting'}")
        return 0


def _unknown(site: Site, tenant: str) -> bool:
    if site.desks.get(tenant) is not None:
        return False
    print(f"there is no tenant `{tenant}` here", file=sys.stderr)
    return True
