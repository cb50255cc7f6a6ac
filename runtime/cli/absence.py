"""`specdesk absence EMAIL --tenant T`: say that somebody is away, or back again."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from datetime import date, timedelta
from typing import Annotated

import typer

from engine.instant import start_of_day
from runtime.actions.outcome import NotFound, Refused
from runtime.actions.set_absence import Absence, Recorded, set_absence
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.find_people import person_with_email
from runtime.render.environment import renderer
from runtime.settings import Settings
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.web.screens.refusals import SAID


def absence(
    email: Annotated[str, typer.Argument(help="The address of who is away.")],
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant's id.")],
    first: Annotated[
        str, typer.Option("--from", help="The first day away, as 2026-03-02; today if left out.")
    ] = "",
    last: Annotated[str, typer.Option("--until", help="The last day away; open if left out.")] = "",
    substitute: Annotated[
        str, typer.Option("--substitute", help="The address of who stands in.")
    ] = "",
    everything: Annotated[
        bool, typer.Option("--everything", help="Hand on all open tickets, not only pressing ones.")
    ] = False,
    end: Annotated[bool, typer.Option("--end", help="They are back.")] = False,
    store: StoreOption = "",
) -> None:
    """Record an absence: urgent and high tickets go to the substitute, or as the team assigns."""
    days = (_day(first, "--from"), _day(last, "--until"))
    if end and (first or last or substitute or everything):
        raise typer.BadParameter("stands alone", param_hint="--end")
    run = _absence(
        settings_of(store), tenant, email.strip(), None if end else days, substitute.strip(),
        everything=everything,
    )  # fmt: skip
    raise typer.Exit(asyncio.run(run))


def _day(text: str, option: str) -> date | None:
    if not text:
        return None
    with contextlib.suppress(ValueError):
        day = date.fromisoformat(text)
        # In every zone it and the day after it have to be in the calendar.
        if date.min < day < date.max:
            return day
    raise typer.BadParameter("want a day like 2026-03-02", param_hint=option)


async def _absence(
    settings: Settings,
    tenant: str,
    email: str,
    days: tuple[date | None, date | None] | None,
    substitute: str,
    *,
    everything: bool,
) -> int:
    async with opened(settings) as site:
        asked = (email, substitute) if substitute else (email,)
        ids = {one: await person_with_email(site, tenant, one) for one in asked}
        unknown = [one for one, found in ids.items() if found is None]
        if unknown:
            print(f"specdesk: nobody in `{tenant}` has the address {unknown[0]}", file=sys.stderr)
            return 1
        stands = ids[substitute] if substitute else None
        wanted = _wanted(site, tenant, days, stands.id if stands else "", everything=everything)
        person = ids[email]
        assert person is not None
        done = await set_absence(site, tenant, SYSTEM, person.id, wanted)
    return _told(email, done)


def _wanted(
    site: Site,
    tenant: str,
    days: tuple[date | None, date | None] | None,
    substitute: str,
    *,
    everything: bool,
) -> Absence | None:
    live = site.desks.get(tenant)
    if days is None or live is None:
        return None
    zone = live.desk.tenant.zone
    first, last = days
    begins = start_of_day(first, zone) if first else site.clock.now_us()
    ends = start_of_day(last + timedelta(days=1), zone) if last else None
    return Absence(begins, ends, substitute, everything)


def _told(email: str, done: Recorded | Refused | NotFound) -> int:
    if isinstance(done, NotFound):
        print(f"specdesk: {email} does not work here", file=sys.stderr)
        return 1
    if isinstance(done, Refused):
        for refusal in done.refusals:
            print(renderer().say("en", SAID[refusal.code]))
        return 1
    for number in done.handed:
        print(f"{number} handed on")
    print(f"{email}: recorded, {len(done.handed)} tickets handed on", file=sys.stderr)
    return 0
