"""`specdesk import`: rows of a file become tickets with their whole history."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from runtime.actions.import_rows import (
    Busy,
    FileFault,
    Imported,
    Order,
    Reading,
    import_rows,
)
from runtime.actions.importing.mapping import find_mapping
from runtime.cli.acting import viewer_at
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.import_runs import refused_rows
from runtime.settings import Settings
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM

_SIGNS = {",": ",", ";": ";", "|": "|", "tab": "\t", "\\t": "\t"}
_COUNTED = {
    "tickets": "new tickets",
    "events": "events",
    "known": "rows in before",
    "people": "new people",
    "late": "rows that came late, kept as history",
    "kept": "words kept as text",
    "new_values": "values that the type has no option for",
    "errors": "rows refused",
}


def import_(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSON Lines, with a header line.")],
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant.")],
    mapping: Annotated[
        str, typer.Option("--mapping", help="An Import spec: a file, or the id of a published one.")
    ],
    new: Annotated[
        bool, typer.Option("--new", help="Make new tickets, decided like any other; no history.")
    ] = False,
    person: Annotated[
        str, typer.Option("--as", help="Who asks, for --new; else each row names its requester.")
    ] = "",
    refused: Annotated[
        Path | None, typer.Option("--refused", help="A file for the refused rows with reasons.")
    ] = None,
    encoding: Annotated[
        str, typer.Option("--encoding", help="How a CSV is encoded; found out if not said.")
    ] = "",
    separator: Annotated[
        str, typer.Option("--separator", help="What separates its cells: , ; | or tab.")
    ] = "",
    sheet: Annotated[
        str, typer.Option("--sheet", help="The sheet of a workbook; the first if not said.")
    ] = "",
    store: StoreOption = "",
) -> None:
    """Import tickets and their history. A second run adds nothing; one that was cut off goes on."""
    sign = _SIGNS.get(separator, separator)
    if separator and sign not in _SIGNS.values():
        print(f"specdesk: --separator: want , ; | or tab, got `{separator}`", file=sys.stderr)
        raise typer.Exit(2)
    reading = Reading("", encoding, sign, sheet)
    raise typer.Exit(
        asyncio.run(
            _import(settings_of(store), tenant, mapping, person, Given(file, reading, new, refused))
        )
    )


@dataclass(frozen=True, slots=True)
class Given:
    """The file, how it is written, and whether its rows are new tickets."""

    file: Path
    reading: Reading
    new: bool
    refused: Path | None


async def _import(settings: Settings, tenant: str, mapping: str, person: str, given: Given) -> int:
    file = given.file
    async with opened(settings) as site:
        live = site.desks.get(tenant)
        if live is None:
            return _wrong(f"no tenant `{tenant}` is published; run `specdesk publish` first")
        found = await find_mapping(site, live, mapping)
        if found.model is None:
            return _wrong(*found.faults)
        viewer = await viewer_at(site, tenant, person) if person else SYSTEM
        if viewer is None:
            return _wrong(f"{tenant} has no active person `{person}`")
        began = time.monotonic()
        try:
            with _progress() as bar:
                task = bar.add_task(file.name, total=None)
                done = await import_rows(
                    site,
                    live,
                    viewer,
                    Order(file, found.model, given.reading, given.new),
                    lambda at, of: bar.update(task, completed=at, total=of),
                )
        except FileFault as wrong:
            return _wrong(str(wrong), "nothing was imported")
        except Busy:
            return _wrong(f"{file}: another process is importing this file", code=75)
        _say(file, done, time.monotonic() - began)
        if given.refused and done.errors:
            await _keep_refused(site, tenant, done, given.refused)
        return 1 if done.errors else 0


async def _keep_refused(site: Site, tenant: str, done: Imported, path: Path) -> None:
    """The refused rows as a file to be mended and imported again."""
    with path.open("wb") as file:
        async for piece in refused_rows(site, tenant, done.run_id, done.header):
            file.write(piece)
    print(f"{path}: the refused rows with their reasons", file=sys.stderr)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _say(file: Path, done: Imported, seconds: float) -> None:
    for error in done.errors:
        column = f" {error.column}:" if error.column else ""
        print(f"{file}:{error.line}:{column} {error.message}")
    told = [
        f"{done.counts[name]:,} {word}" for name, word in _COUNTED.items() if done.counts.get(name)
    ]
    print(f"{file}: {done.rows:,} rows: {', '.join(told) or 'nothing new'}")
    rows = done.rows - done.resumed
    if done.resumed:
        print(f"went on after row {done.resumed:,} of a run that was cut off", file=sys.stderr)
    print(f"{seconds:.1f} s, {rows / max(seconds, 0.001):,.0f} rows/s", file=sys.stderr)


def _wrong(*words: str, code: int = 1) -> int:
    for word in words:
        print(word, file=sys.stderr)
    return code
