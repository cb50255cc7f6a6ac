"""`specdesk approve PLAN`: somebody's agreement to a saved plan."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from engine.change.plan import plan_of
from runtime.actions.keep_plan import Refused, approve_plan, missing, return_plan
from runtime.cli.acting import viewer_at
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.settings import Settings


def approve(
    plan: Annotated[str, typer.Argument(help="The number of the plan.")],
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant.")],
    person: Annotated[
        str, typer.Option("--as", help="The address of the person who agrees; not the author.")
    ],
    message: Annotated[str, typer.Option("--message", "-m", help="What they say to it.")] = "",
    refuse: Annotated[
        bool, typer.Option("--send-back", help="Send it back to its author instead.")
    ] = False,
    store: StoreOption = "",
) -> None:
    """Approve a saved plan as a person who may publish, or send it back."""
    if refuse and not message:
        print("specdesk: --send-back: say why with --message", file=sys.stderr)
        raise typer.Exit(2)
    raise typer.Exit(
        asyncio.run(_approve(settings_of(store), tenant, plan, person, message, refuse))
    )


async def _approve(
    settings: Settings, tenant: str, plan: str, address: str, message: str, refuse: bool
) -> int:
    async with opened(settings) as site:
        viewer = await viewer_at(site, tenant, address)
        if viewer is None:
            print(f"specdesk: {tenant} has no active person `{address}`", file=sys.stderr)
            return 1
        answer = return_plan if refuse else approve_plan
        done = await answer(site, tenant, plan, viewer, message)
    if isinstance(done, Refused):
        print(f"specdesk: {done.why}", file=sys.stderr)
        return 1
    if refuse:
        print(f"plan {plan} is back with {done.author}")
        return 0
    left = missing(plan_of(done.body), done.approvals)
    print(f"plan {plan} is approved" + (f"; still wanted: {', '.join(left)}" if left else ""))
    return 0
