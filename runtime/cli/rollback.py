"""`specdesk rollback`: live goes back to an earlier revision, and the data moved since with it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from runtime.actions.roll_back import Loss, Way, roll_back, way_to
from runtime.cli.acting import operator
from runtime.cli.folder import NoFolder, tenant_of
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.cli.version_words import line, zone_of
from runtime.queries.revisions import Version, find
from runtime.settings import Settings
from runtime.site.handles import Site
from runtime.store.desks import LIVE, Altered


def rollback(
    word: Annotated[
        str, typer.Argument(metavar="REV", help="v12 or a digest; the one before, if none is said.")
    ] = "",
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant; else ./tenant.yaml.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would do, and do nothing.")
    ] = False,
    message: Annotated[str, typer.Option("--message", "-m", help="Why, for the history.")] = "",
    store: StoreOption = "",
) -> None:
    """Make an earlier revision live again; refused where tickets hold what it does not have."""
    try:
        named = tenant_of(Path("."), tenant)
    except NoFolder as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--tenant") from None
    work = _rollback(settings_of(store), named, word, message, dry_run=dry_run)
    raise typer.Exit(asyncio.run(work))


async def _rollback(
    settings: Settings, tenant: str, word: str, message: str, *, dry_run: bool
) -> int:
    async with opened(settings) as site:
        ends = await _ends(site, tenant, word)
        if isinstance(ends, str):
            return _wrong(ends)
        live, target = ends
        way = await way_to(site, tenant, live.revision, target.revision)
        print(_said(site, tenant, way, ends), file=sys.stderr)
        if not way.is_open:
            return _refused(way)
        if dry_run:
            print(f"{tenant}: v{way.target.n} could be live again; nothing was done")
            return 0
        try:
            done = await roll_back(site, tenant, operator(), way, message)
        except Altered as wrong:
            return _wrong(str(wrong))
        if done.conflict:
            return _wrong("something was published meanwhile; look again and repeat", 75)
        if not done.done:
            return _refused(done.way)
        print(f"{tenant}: v{way.target.n} is live again")
        walking = sum(1 for run in done.runs if run.state == "running")
        if walking:
            print(f"{walking} moves of data go on in the background", file=sys.stderr)
    return 0


async def _ends(site: Site, tenant: str, word: str) -> tuple[Version, Version] | str:
    """Live, and the revision that the word names; without one that which live was made from."""
    live = await find(site, tenant, LIVE)
    if isinstance(live, str):
        return live
    if not word and not live.revision.parents:
        return f"v{live.n} is the first revision; there is nothing before it"
    target = await find(site, tenant, word or f"v{live.revision.parents[0]}")
    if isinstance(target, str):
        return target
    return f"v{target.n} is live already" if target.n == live.n else (live, target)


def _said(site: Site, tenant: str, way: Way, ends: tuple[Version, Version]) -> str:
    zone = zone_of(site, tenant)
    lines = [f"from {line(ends[0], zone)}", f"  to {line(ends[1], zone)}"]
    lines += [f"  file     {path}" for path in way.files]
    lines += [f"  undone   {step}: {count} tickets" for step, count in way.back]
    lines += [f"  again    {step}" for step in way.forth]
    lines += [f"  aside    {_what(one)}: kept, unseen until it is back" for one in way.aside]
    return "\n".join(lines)


def _refused(way: Way) -> int:
    for one in way.losses:
        print(f"{_what(one)}, which v{way.target.n} does not have")
    if way.losses:
        cure = "publish a version with a `moves/` file that maps them to what it has"
        return _wrong(f"v{way.target.n} can't hold these tickets; {cure}")
    return _wrong(way.refused)


def _what(one: Loss) -> str:
    tickets = "1 ticket holds" if one.tickets == 1 else f"{one.tickets} tickets hold"
    return f"{tickets} the {one.sort} `{one.name}`"


def _wrong(words: str, code: int = 1) -> int:
    print(f"specdesk: {words}", file=sys.stderr)
    return code
