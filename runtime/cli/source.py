"""`specdesk source try`: ask a source and see what was sent, what came and what is made of it."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engine.change.keys import keys_after
from runtime.cli.folder import NoFolder, files_in
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.try_source import Tried, try_source
from runtime.settings import Settings
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.sources.checking import checked, tables_of
from specs.load import load_files
from specs.problem import render

source = typer.Typer(help="Ask the systems that sources name.", no_args_is_help=True)


@source.callback()
def _group() -> None:
    """Ask the systems that sources name."""


@source.command("try")
def try_(
    name: Annotated[str, typer.Argument(metavar="SOURCE", help="The source's id.")],
    key: Annotated[str, typer.Argument(help="The key of a record, or words with --search.")],
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Specs that are not published yet.")
    ] = None,
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant, as it is published.")] = "",
    search: Annotated[bool, typer.Option("--search", help="Search for KEY as words.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    store: StoreOption = "",
) -> None:
    """Ask for one record: the real request, the real reply, and what each output becomes.

    Settings and secrets are those that `specdesk setting set` wrote for the tenant. 0: it answered
    and everything fits; 1: it did not.
    """
    if bool(tenant) == (folder is not None):
        raise typer.BadParameter("name a folder of specs, or --tenant for what is published")
    asked = asyncio.run(_try(settings_of(store), name, key, folder, tenant, search=search))
    if asked is None:
        raise typer.Exit(1)
    print(json.dumps(asdict(asked), ensure_ascii=False, indent=1) if as_json else _text(asked))
    raise typer.Exit(0 if asked.went_well else 1)


async def _try(
    settings: Settings, name: str, key: str, folder: Path | None, tenant: str, *, search: bool
) -> Tried | None:
    async with opened(settings) as site:
        live = await asyncio.to_thread(_of_folder, folder) if folder else site.desks.get(tenant)
        if live is None:
            if folder is None:
                print(f"there is no tenant `{tenant}` here", file=sys.stderr)
            return None
        if name not in live.desk.sources:
            known = ", ".join(sorted(live.desk.sources)) or "none"
            print(f"there is no source `{name}`; there are {known}", file=sys.stderr)
            return None
        return await _ask(site, live, name, key, search=search)


async def _ask(site: Site, live: Live, name: str, key: str, *, search: bool) -> Tried:
    if search:
        return await try_source(site, live, name, words=key)
    return await try_source(site, live, name, key=key)


def _of_folder(folder: Path) -> Live | None:
    """The desk of a folder; None after saying what is wrong with it."""
    try:
        files = files_in(folder)
    except NoFolder as wrong:
        print(wrong, file=sys.stderr)
        return None
    specs, problems = load_files(files)
    desk, problems = checked(specs, problems, keys_after(specs, {}))
    if desk is None:
        for one in problems:
            print(render(one, ""), file=sys.stderr)
        return None
    tables, _ = tables_of(desk, files)
    own = {name: one for name, one in tables.items() if not one.model.is_remote}
    return Live(desk.tenant.id, desk, 0, 0, tables=own)


def _text(tried: Tried) -> str:
    lines: list[str] = []
    for one in tried.exchanges:
        lines += [one.request, *(f"  {name}: {text}" for name, text in one.headers)]
        lines += [f"  {one.body}"] if one.body else []
        answered = f"HTTP {one.status}" if one.status else (one.wrong or "answered")
        lines += ["", f"{answered} in {one.took_ms} ms"]
        lines += [f"  {name}: {text}" for name, text in one.reply_headers]
        lines += [f"  {line}" for line in one.reply.splitlines()[:40]]
        lines += [f"  ! {one.wrong}"] if one.wrong and one.status else []
        lines.append("")
    lines.append(f"{tried.source}: {tried.state}" + (f": {tried.why}" if tried.why else ""))
    for record in tried.records:
        lines += ["", f"{record.key}  {record.title}".strip()]
        for made in record.outputs:
            became = made.value or "(empty)"
            lines.append(f"  {made.output:<18} {made.at:<24} {made.raw:<24} → {became}")
            if made.why:
                lines.append(f"    ! {made.place}: {made.why}")
    lines += ["", "There are more."] if tried.more else []
    return "\n".join(lines)
