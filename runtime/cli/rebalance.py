"""`specdesk rebalance EMAIL --tenant T`: what of somebody's backlog could go to whom, and why."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from engine.decide.candidates import say_receiver, say_stay
from engine.decide.say import Speaker
from runtime.actions.rebalance import Preview, preview, share_out
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.find_people import person_with_email
from runtime.render.catalogues import LOCALES
from runtime.render.environment import renderer
from runtime.settings import Settings
from runtime.site.standing import SYSTEM


def rebalance(
    email: Annotated[str, typer.Argument(help="The address of who has too much.")],
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant's id.")],
    apply: Annotated[bool, typer.Option("--apply", help="Do it; else it is only shown.")] = False,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Take tickets that wait for somebody else, too.")
    ] = False,
    locale: Annotated[str, typer.Option("--locale", help="zh-CN or en.")] = "en",
    store: StoreOption = "",
) -> None:
    """Share out one person's open tickets among the members of their teams who have more room."""
    if locale not in LOCALES:
        raise typer.BadParameter(f"want {' or '.join(LOCALES)}", param_hint="--locale")
    run = _rebalance(settings_of(store), tenant, email.strip(), locale, apply, waiting)
    raise typer.Exit(asyncio.run(run))


async def _rebalance(
    settings: Settings, tenant: str, email: str, locale: str, apply: bool, waiting: bool
) -> int:
    async with opened(settings) as site:
        person = await person_with_email(site, tenant, email)
        seen = None
        if person is not None:
            seen = await preview(site, tenant, SYSTEM, person.id, waiting=waiting)
        if person is None or seen is None:
            print(f"specdesk: nobody in `{tenant}` has the address {email}", file=sys.stderr)
            return 1
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        for line in lines_of(seen, locale):
            print(line)
        if not apply:
            return 0
        done = await share_out(site, tenant, SYSTEM, person.id, waiting=waiting, digest=seen.digest)
    if done is None or isinstance(done, Preview):
        print("specdesk: tickets changed meanwhile; run it again", file=sys.stderr)
        return 75
    for number in done.refused:
        print(f"specdesk: {number} stayed: it changed meanwhile", file=sys.stderr)
    print(f"{len(done.moved)} tickets moved", file=sys.stderr)
    return 0


def lines_of(seen: Preview, locale: str) -> Iterator[str]:
    """The plan as lines of plain text: what goes to whom, then what stays and why."""
    teller, speaker = renderer(), Speaker.of(seen.live.desk, locale)
    teams = speaker.keys["team"]
    for hand in seen.plan.hands:
        says = say_receiver(hand.load, hand.capacity, hand.has, speaker)
        yield f"{hand.number} → {hand.name}  {teams.get(hand.team, hand.team)}: {says}"
    stays = teller.say(locale, "stays")
    for stay in seen.plan.stays:
        yield f"{stay.number} {stays}: {say_stay(stay.why, speaker)}"
    if not seen.rows:
        yield teller.say(locale, "%(name)s has no open tickets", name=seen.person.name)
