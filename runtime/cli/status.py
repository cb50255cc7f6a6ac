"""`specdesk status`: how a folder differs from what is live."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from runtime.cli.folder import Base, NoFolder, files_in, read_base, sha256, tenant_of
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.revisions import find, same_tree
from runtime.settings import Settings
from runtime.store.desks import LIVE

DIFFERENT = 3
_WORDS = {
    "same": "the folder is what is live",
    "ahead": "the folder has changes that are not live",
    "behind": "something was published that the folder does not have",
    "diverged": "the folder has changes, and something else was published",
    "different": "the folder is not what is live; what it was made from is not known",
}


def status(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The tenant's folder.")] = Path("."),
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant; else DIR/tenant.yaml.")] = "",
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    store: StoreOption = "",
) -> None:
    """Say whether a folder is the same as what is live (0), or ahead, behind, diverged (3)."""
    if format not in ("text", "json"):
        raise typer.BadParameter("want text or json", param_hint="--format")
    try:
        named, files = tenant_of(folder, tenant), files_in(folder)
    except NoFolder as wrong:
        print(f"specdesk: {wrong}", file=sys.stderr)
        raise typer.Exit(1) from None
    raise typer.Exit(asyncio.run(_status(settings_of(store), named, folder, files, format)))


@dataclass(frozen=True, slots=True)
class Drift:
    """`word`: same, ahead, behind, diverged, different. `here`: paths that the folder changed,
    `there`: paths that a publish changed; where no base is known, `here` holds all that differ."""

    word: str
    here: tuple[str, ...]
    there: tuple[str, ...]
    base: int


async def _status(
    settings: Settings, tenant: str, folder: Path, files: Mapping[str, bytes], format: str
) -> int:
    own = {path: sha256(content) for path, content in files.items()}
    async with opened(settings) as site:
        live = await find(site, tenant, LIVE)
        if isinstance(live, str):
            print(f"specdesk: {live}", file=sys.stderr)
            return 1
        base = read_base(folder)
        if base is None or base.tenant != tenant:
            # A folder that nobody touched says by its tree which revision it is.
            past = await same_tree(site, tenant, files)
            base = Base(tenant, past.n, past.tree, past.files) if past else None
    drift = drift_of(own, live.revision.files, base)
    if format == "json":
        print(json.dumps(_json(tenant, live.n, drift), ensure_ascii=False, indent=1))
    else:
        print(f"{tenant}: {drift.word}: {_WORDS[drift.word]} (v{live.n})")
        for path in drift.here:
            print(f"  here   {path}")
        for path in drift.there:
            print(f"  live   {path}")
    return 0 if drift.word == "same" else DIFFERENT


def drift_of(own: Mapping[str, str], live: Mapping[str, str], base: Base | None) -> Drift:
    """Compare digests by path: the folder's, the live revision's, and those of the base."""
    if dict(own) == dict(live):
        return Drift("same", (), (), base.n if base else 0)
    if base is None:
        return Drift("different", _differ(own, live), (), 0)
    here, there = _differ(base.files, own), _differ(base.files, live)
    word = "diverged" if here and there else "ahead" if here else "behind"
    return Drift(word, here, there, base.n)


def _differ(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(path for path in sorted({*one, *other}) if one.get(path) != other.get(path))


def _json(tenant: str, live: int, drift: Drift) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "status": drift.word,
        "live": live,
        "base": drift.base or None,
        "changed_here": list(drift.here),
        "changed_live": list(drift.there),
    }
