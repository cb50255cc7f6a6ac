"""`specdesk import`: rows of a file become tickets with their whole history."""

from __future__ import annotations

import asyncio
import sys
import time
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
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.settings import Settings
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
    raise typer.Exit(asyncio.run(_import(settings_of(store), tenant, mapping, file, reading)))


async def _import(
    settings: Settings, tenant: str, mapping: str, file: Path, reading: Reading
) -> int:
    async with opened(settings) as site:
        live = site.desks.get(tenant)
        if live is None:
            return _wrong(f"no tenant `{tenant}` is published; run `specdesk publish` first")
        found = await find_mapping(site, live, mapping)
        if found.model is None:
            return _wrong(*found.faults)
        began = time.monotonic()
        try:
            with _progress() as bar:
                task = bar.add_task(file.name, total=None)
                done = await import_rows(
                    site,
                    live,
                    SYSTEM,
                    Order(file, found.model, reading),
                    lambda at, of: bar.update(task, completed=at, total=of),
                )
        except FileFault as wrong:
            return _wrong(str(wrong), "nothing was imported")
        except Busy:
            return _wrong(f"{file}: another process is importing this file", code=75)
        _say(file, done, time.monotonic() - began)
        return 1 if done.errors else 0


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
