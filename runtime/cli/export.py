"""`specdesk export`: the tickets of a view on stdout."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Annotated

import typer

from runtime.actions.record_export import recorded
from runtime.cli.acting import viewer_at
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.export import FORMATS, Counted, Shape
from runtime.queries.export import export as exported
from runtime.settings import Settings
from runtime.site.standing import SYSTEM


def export(
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant.")],
    view: Annotated[str, typer.Option("--view", help="The id of a view; `all` always exists.")],
    format: Annotated[str, typer.Option("--format", help="csv, xlsx or jsonl.")] = "csv",
    person: Annotated[
        str, typer.Option("--as", help="Export what the person with this address may see.")
    ] = "",
    words: Annotated[
        str, typer.Option("--words", help="A locale: headings and values in words, not as ids.")
    ] = "",
    store: StoreOption = "",
) -> None:
    """Write the tickets of a view to stdout, with every column that may be seen."""
    form = next((one for one in FORMATS if one == format), None)
    if form is None:
        print(f"specdesk: --format: want csv, xlsx or jsonl, got `{format}`", file=sys.stderr)
        raise typer.Exit(2)
    shape = Shape(form, words, mark=bool(words))
    raise typer.Exit(asyncio.run(_export(settings_of(store), tenant, view, shape, person)))


async def _export(settings: Settings, tenant: str, view: str, shape: Shape, person: str) -> int:
    async with opened(settings) as site:
        live = site.desks.get(tenant)
        if live is None:
            return _wrong(f"no tenant `{tenant}` is published; run `specdesk publish` first")
        model = live.desk.views.get(view)
        if model is None:
            known = ", ".join(sorted(live.desk.views))
            return _wrong(f"{tenant} has no view `{view}`; its views are {known}")
        viewer = await viewer_at(site, tenant, person) if person else SYSTEM
        if viewer is None:
            return _wrong(f"{tenant} has no active person `{person}`")
        counted = Counted()
        pieces = exported(site, tenant, viewer, model, shape, counted)
        what = {"view": view, "format": shape.form, "columns": "all", "filters": []}
        try:
            async for piece in recorded(site, live, viewer, what, pieces, lambda: counted.rows):
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # The reader (`head`) has seen enough; nothing may complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _wrong(words: str) -> int:
    print(words, file=sys.stderr)
    return 1
