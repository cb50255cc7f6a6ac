"""`specdesk shadow start|show|stop`: a revision that decides along, is compared, does nothing."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from runtime.actions.piloting.begin import Trying
from runtime.actions.piloting.shadow import start_shadow, stop_shadow
from runtime.cli.acting import operator
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.cli.pilot import FormatOption, MessageOption, TenantOption, read_what, run, tell
from runtime.cli.pilot_report import shadow_json, shadow_text
from runtime.queries.comparing import SAMPLES, Agreement, agreement
from runtime.settings import Settings
from runtime.site.pilot import SHADOW

shadow = typer.Typer(no_args_is_help=True)
"""The commands under `specdesk shadow`."""


@shadow.callback()
def _group() -> None:
    """Let a revision decide along with live, compare, and do nothing."""


@shadow.command()
def start(
    what: Annotated[str, typer.Argument(help="A folder of specs, or a revision as v12.")],
    tenant: TenantOption,
    message: MessageOption = "",
    store: StoreOption = "",
) -> None:
    """Begin; workers decide every new ticket with these specs too, and keep what differs."""
    files, revision = read_what(what)
    trying = Trying(message, files, revision)
    done = run(store, lambda site: start_shadow(site, tenant, operator(), trying))
    tell(done, files, "")
    print(f"{tenant}: v{done.revision} decides along")


@shadow.command()
def show(
    tenant: TenantOption,
    samples: Annotated[int, typer.Option("--samples", min=0, max=500)] = SAMPLES,
    form: FormatOption = "text",
    store: StoreOption = "",
) -> None:
    """How often both decide alike, where tickets would go, and tickets decided otherwise."""
    found = asyncio.run(_found(settings_of(store), tenant, samples))
    if found is None:
        print(f"specdesk: `{tenant}` has no shadow", file=sys.stderr)
        raise typer.Exit(1)
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(shadow_json(found) if form == "json" else "\n".join(shadow_text(found)))


async def _found(settings: Settings, tenant: str, samples: int) -> Agreement | None:
    async with opened(settings) as site:
        return await agreement(site, tenant, SHADOW, operator(), samples)


@shadow.command()
def stop(tenant: TenantOption, store: StoreOption = "") -> None:
    """End it; what was compared stays to be looked at."""
    done = run(store, lambda site: stop_shadow(site, tenant, operator()))
    tell(done, None, "")
    said = f"{done.counts['agree']} of {done.counts['compared']} decided alike"
    print(f"{tenant}: the shadow v{done.revision} is stopped; {said}")
