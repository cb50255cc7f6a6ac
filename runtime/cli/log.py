"""`specdesk log`: what a tenant published, newest first."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.folder import NoFolder, tenant_of
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.cli.version_words import SHORT, as_json, at, zone_of
from runtime.queries.revisions import Version, versions
from runtime.settings import Settings
from runtime.site.handles import Site

FORMATS = ("text", "json")


def log(
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant; else ./tenant.yaml.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="So many at most.")] = 50,
    before: Annotated[int, typer.Option("--before", help="Go on under this number.")] = 0,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    store: StoreOption = "",
) -> None:
    """List the revisions of a tenant: number, time, author, digests, what points there, why."""
    if format not in FORMATS:
        raise typer.BadParameter("want text or json", param_hint="--format")
    try:
        named = tenant_of(Path("."), tenant)
    except NoFolder as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--tenant") from None
    raise typer.Exit(asyncio.run(_log(settings_of(store), named, limit, before, format)))


async def _log(settings: Settings, tenant: str, limit: int, before: int, format: str) -> int:
    async with opened(settings) as site:
        found = await versions(site, tenant, limit, before)
        if not found and not before:
            print(f"specdesk: no tenant `{tenant}` is published", file=sys.stderr)
            return 1
        print(_json(site, tenant, found) if format == "json" else _text(site, tenant, found))
    return 0


def _json(site: Site, tenant: str, found: list[Version]) -> str:
    zone = zone_of(site, tenant)
    return json.dumps([as_json(one, zone) for one in found], ensure_ascii=False, indent=1)


def _text(site: Site, tenant: str, found: list[Version]) -> str:
    zone = zone_of(site, tenant)
    lines = []
    for version in found:
        one = version.revision
        places = f"  ({', '.join(version.environments)})" if version.environments else ""
        parents = ", ".join(f"v{n}" for n in one.parents) or "-"
        lines.append(
            f"v{one.n:<5}{at(one.at_us, zone):%Y-%m-%d %H:%M}  {one.author}{places}\n"
            f"      from {parents}  tree {one.tree[:SHORT]}  desk {one.desk_digest[:SHORT]}"
        )
        lines += [f"      {text}" for text in one.message.splitlines()]
    return "\n".join(lines)
