"""`specdesk backtest DIR`: what a folder of specs would have done to the tickets of the past."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from engine.model.desk import Desk
from engine.span import Span
from runtime.actions.publish_desk import checked_over
from runtime.cli.acting import operator
from runtime.cli.backtest_report import Report, as_json, as_markdown, as_text
from runtime.cli.folder import NoFolder, files_in, tenant_of
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.backtest import Wanted, backtest
from runtime.queries.backtest_samples import Both, Sample, samples
from runtime.render.catalogues import LOCALES
from runtime.render.environment import renderer
from runtime.settings import Settings
from runtime.site.desks import Live
from runtime.site.handles import Site
from specs.problem import render

SHOWN_CELLS = 20
"""So many cells are shown with tickets; all of them are counted."""


def run_backtest(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder.")] = Path(),
    tenant: Annotated[
        str, typer.Option("--tenant", help="The tenant, where tenant.yaml does not say it.")
    ] = "",
    since: Annotated[
        str, typer.Option("--since", help="Tickets created within the last 90d, 12w …")
    ] = "90d",
    type_: Annotated[
        list[str] | None, typer.Option("--type", help="Only this ticket type; may be repeated.")
    ] = None,
    team: Annotated[
        list[str] | None,
        typer.Option("--team", help="Only tickets that came to this team; may be repeated."),
    ] = None,
    format: Annotated[
        Literal["text", "json", "markdown"], typer.Option("--format", help="How it is written.")
    ] = "text",
    sample: Annotated[
        int, typer.Option("--sample", min=0, max=50, help="So many tickets of each change.")
    ] = 3,
    check: Annotated[
        int, typer.Option("--check", min=0, help="So many tickets through the whole cascade too.")
    ] = 200,
    exact: Annotated[
        bool, typer.Option("--exact", help="Every ticket through the whole cascade; slow.")
    ] = False,
    locale: Annotated[str, typer.Option("--locale", help="zh-CN or en.")] = "en",
    store: StoreOption = "",
) -> None:
    """Decide the tickets of the past again, under the live specs and under the folder's, and say
    what differs: teams, priorities, missed deadlines, workload, automations.

    Nothing is written, no source is asked. Exit code 0 when nothing would change, 3 when something
    would.
    """
    if locale not in LOCALES:
        _refuse(f"--locale: want {' or '.join(LOCALES)}, got `{locale}`")
    try:
        files, named = files_in(folder), tenant_of(folder, tenant)
    except NoFolder as wrong:
        _refuse(str(wrong))
    asked = Wanted(_span(since), tuple(type_ or ()), tuple(team or ()), check, exact)
    settings = settings_of(store)
    report = asyncio.run(_run(settings, files, named, asked, sample, locale))
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print({"text": as_text, "json": as_json, "markdown": as_markdown}[format](report))
    raise typer.Exit(3 if report.found.changes_anything else 0)


async def _run(
    settings: Settings,
    files: Mapping[str, bytes],
    tenant: str,
    asked: Wanted,
    sample: int,
    locale: str,
) -> Report:
    async with opened(settings) as site:
        live = site.desks.get(tenant)
        if live is None:
            _refuse(f"no tenant `{tenant}` is published in this store", 1)
        draft = await _draft(site, live, files)
        asked = _by_keys(asked, live.desk, draft)
        begun, bar = time.monotonic(), _Bar()
        found = await backtest(site, tenant, operator(), draft, asked, bar.move)
        assert found is not None  # the operator passes every right
        bar.end(found.tickets, time.monotonic() - begun)
        both = Both(live, draft, operator(), renderer(), locale)
        told: dict[int, list[Sample]] = {}
        for number, cell in enumerate(found.cells[:SHOWN_CELLS] if sample else ()):
            told[number] = await samples(site, both, cell.topic, cell.tickets[:sample])
        return Report(live, draft, found, told, locale)


async def _draft(site: Site, live: Live, files: Mapping[str, bytes]) -> Desk:
    """The folder's desk; with an error in it nothing can be replayed."""
    checked = await checked_over(site, files)
    if checked.desk is None:
        for problem in checked.problems:
            text = files.get(problem.place.file, b"").decode("utf-8", errors="replace")
            print(render(problem, text), end="\n\n")
        _refuse("the specs have errors; nothing was replayed", 1)
    if checked.desk.tenant.id != live.tenant:
        wrong = f"these files are of the tenant `{checked.desk.tenant.id}`, not of `{live.tenant}`"
        _refuse(wrong, 1)
    return checked.desk


def _by_keys(asked: Wanted, live: Desk, draft: Desk) -> Wanted:
    """Types and teams by their keys, as the store has them."""
    types = {one.id: key for desk in (draft, live) for key, one in desk.types.items()}
    teams = {one.id: key for desk in (draft, live) for key, one in desk.teams.items()}
    for option, names, known in (("--type", asked.types, types), ("--team", asked.teams, teams)):
        for name in names:
            if name not in known:
                _refuse(f"{option}: there is no `{name}`; want one of {', '.join(sorted(known))}")
    return Wanted(
        asked.since_us,
        tuple(types[name] for name in asked.types),
        tuple(teams[name] for name in asked.teams),
        asked.check,
        asked.exact,
    )


def _span(text: str) -> int:
    try:
        span = Span.parse(text).plain_us
    except ValueError:
        span = 0
    if span <= 0:
        _refuse(f"--since: want a time like 90d or 12w, got `{text}`")
    return span


def _refuse(message: str, code: int = 2) -> NoReturn:
    print(f"specdesk: {message}", file=sys.stderr)
    raise typer.Exit(code)


class _Bar:
    """How far it is, on stderr: a bar where somebody watches, else a line for every fourth."""

    WIDTH = 30

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._told = 0

    async def move(self, done: int, all_: int) -> None:
        """So many of all tickets are done."""
        if not all_:
            return
        if self._watched:
            full = self.WIDTH * done // all_
            bar = "█" * full + "·" * (self.WIDTH - full)
            print(f"\r{bar} {done:,} of {all_:,} tickets", end="", file=sys.stderr, flush=True)
        elif 4 * done // all_ > self._told:
            self._told = 4 * done // all_
            print(f"{done:,} of {all_:,} tickets", file=sys.stderr, flush=True)

    def end(self, count: int, seconds: float) -> None:
        """It is over."""
        lead = "\r\x1b[K" if self._watched else ""
        rate = f", {count / seconds:,.0f} a second" if seconds > 0.5 else ""
        print(f"{lead}{count:,} tickets in {seconds:.1f} s{rate}", file=sys.stderr)
