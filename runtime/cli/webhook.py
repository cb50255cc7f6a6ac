"""`specdesk webhook list|log|replay|start|test|secret`: what other systems are told, and again."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated, Any

import typer

from engine.instant import from_us
from runtime.actions.webhook_acts import send_again, send_dead_again, send_test
from runtime.actions.webhook_acts import start as start_again
from runtime.channels.webhook.signature import fresh_secret
from runtime.cli.acting import operator
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.webhook_log import STATES, Endpoint, Sent, endpoints, sent
from runtime.settings import Settings

webhook = typer.Typer(
    help="What other systems are told of tickets: how it stands, what was sent, send it again.",
    no_args_is_help=True,
)
Tenant = Annotated[str, typer.Option("--tenant", help="The tenant's id.")]
Name = Annotated[str, typer.Argument(help="The webhook's id.")]


@webhook.command("list")
def list_(tenant: Tenant, store: StoreOption = "") -> None:
    """Each webhook with how it stands and how many events wait, are done, dead or skipped."""
    raise typer.Exit(asyncio.run(_list(settings_of(store), tenant)))


@webhook.command("log")
def log_(
    tenant: Tenant,
    name: Annotated[str, typer.Option("--webhook", help="Only of this webhook.")] = "",
    state: Annotated[str, typer.Option("--state", help=", ".join(STATES) + ".")] = "",
    store: StoreOption = "",
) -> None:
    """The last 50 events with their tries."""
    if state and state not in STATES:
        raise typer.BadParameter(f"want {', '.join(STATES)}", param_hint="--state")
    raise typer.Exit(asyncio.run(_log(settings_of(store), tenant, name, state)))


@webhook.command("replay")
def replay(
    tenant: Tenant,
    delivery: Annotated[str, typer.Argument(help="An event's id, as `log` shows it.")] = "",
    dead_of: Annotated[str, typer.Option("--dead", help="All dead events of this webhook.")] = "",
    store: StoreOption = "",
) -> None:
    """Send one event again, or all dead ones of a webhook; receivers know them by their ids."""
    if bool(delivery) == bool(dead_of):
        raise typer.BadParameter("name an event, or a webhook with --dead")
    raise typer.Exit(asyncio.run(_replay(settings_of(store), tenant, delivery, dead_of)))


@webhook.command("start")
def start(name: Name, tenant: Tenant, store: StoreOption = "") -> None:
    """Call a webhook again that its receiver stopped (410), or that is left alone for a while."""
    raise typer.Exit(asyncio.run(_start(settings_of(store), tenant, name)))


@webhook.command("test")
def try_out(name: Name, tenant: Tenant, store: StoreOption = "") -> None:
    """Send an event `test`; `log` shows what became of it."""
    raise typer.Exit(asyncio.run(_test(settings_of(store), tenant, name)))


@webhook.command("secret")
def secret() -> None:
    """Make a new secret: `specdesk webhook secret | specdesk setting set NAME --secret`."""
    print(fresh_secret())


async def _list(settings: Settings, tenant: str) -> int:
    async with opened(settings) as site:
        live = site.desks.get(tenant)
        if live is None:
            return _nobody(tenant)
        for one in await endpoints(site, tenant):
            counts = "  ".join(f"{word} {one.counts[word]}" for word in STATES)
            print(f"{one.id}  {standing(one)}  {one.shown or '-'}  {counts}")
    return 0


def standing(one: Endpoint) -> str:
    """How a webhook stands, in a word or two."""
    if not one.known:
        return "removed"
    if one.missing:
        return f"off: setting missing ({', '.join(one.missing)})"
    if one.stopped:
        return "stopped by its receiver (410)"
    return "left alone for a while" if one.resume_us else "on"


async def _log(settings: Settings, tenant: str, name: str, state: str) -> int:
    async with opened(settings) as site:
        live = site.desks.get(tenant)
        if live is None:
            return _nobody(tenant)
        for one in await sent(site, tenant, name, state):
            for line in _lines(one, live.desk.tenant.zone):
                print(line)
    return 0


def _lines(one: Sent, zone: str) -> list[str]:
    at = from_us(one.created_us, zone).isoformat(timespec="seconds")
    head = f"{one.id}  {at}  {one.webhook}  {one.event}  {one.number or '-'}  {one.state}"
    return [head, *(f"    {_tried(try_, zone)}" for try_ in one.log)]


def _tried(said: Any, zone: str) -> str:
    at = from_us(int(said["at"]), zone).isoformat(timespec="seconds")
    what = said.get("status") or " ".join(
        str(said[name]) for name in ("code", "setting", "reason") if name in said
    )
    return f"{at}  {what}" + (f"  {said['ms']} ms" if "ms" in said else "")


async def _replay(settings: Settings, tenant: str, delivery: str, dead_of: str) -> int:
    async with opened(settings) as site:
        if site.desks.get(tenant) is None:
            return _nobody(tenant)
        if dead_of:
            print(f"{await send_dead_again(site, tenant, operator(), dead_of)} events wait again")
            return 0
        if not await send_again(site, tenant, operator(), delivery):
            print(f"specdesk: no event `{delivery}` that has ended", file=sys.stderr)
            return 1
        print(f"{delivery} waits again")
    return 0


async def _start(settings: Settings, tenant: str, name: str) -> int:
    async with opened(settings) as site:
        if site.desks.get(tenant) is None:
            return _nobody(tenant)
        if not await start_again(site, tenant, operator(), name):
            print(f"specdesk: `{name}` is not stopped", file=sys.stderr)
            return 1
        print(f"{name} is called again")
    return 0


async def _test(settings: Settings, tenant: str, name: str) -> int:
    async with opened(settings) as site:
        if site.desks.get(tenant) is None:
            return _nobody(tenant)
        made = await send_test(site, tenant, operator(), name)
        if made is None:
            print(f"specdesk: there is no webhook `{name}`, or it is off", file=sys.stderr)
            return 1
        print(made)
    return 0


def _nobody(tenant: str) -> int:
    print(f"specdesk: there is no tenant `{tenant}` here", file=sys.stderr)
    return 2
