"""`specdesk diff A B`: what differs between two states of a tenant's specs, by meaning."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from engine.change.body import body_of
from engine.change.diff import Side, differences
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.cli.plan_report import headline, markdown_changes, text_changes
from runtime.queries.revisions import files_of, find
from runtime.settings import Settings
from runtime.sources.checking import checked
from runtime.store.desks import Altered
from specs.load import load_files, read_folder
from specs.problem import Problem, has_errors, render

Files = Mapping[str, bytes]


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A folder, `live`, `v12`, a digest.")],
    after: Annotated[str, typer.Argument(metavar="B", help="What it is compared with.")],
    tenant: Annotated[
        str, typer.Option("--tenant", help="Whose versions; not needed for two folders.")
    ] = "",
    format: Annotated[
        Literal["text", "json", "markdown"], typer.Option(help="How it is written.")
    ] = "text",
    store: StoreOption = "",
) -> None:
    """Say what differs between two states of a tenant's specs: by meaning, each change with its
    class, both values and its place. Comments, notes and short forms count for nothing.

    Exit code 0 when both mean the same, 3 when they differ.
    """
    settings = settings_of(store)
    first = _side(before, _files(settings, before, tenant))
    found = differences(first, _side(after, _files(settings, after, tenant)))
    bodies = [body_of(one) for one in found]
    if format == "json":
        print(json.dumps({"changes": bodies}, ensure_ascii=False, indent=2))
    elif format == "markdown":
        print(f"**{headline(bodies)}**\n")
        print("\n".join(markdown_changes(bodies)))
    else:
        print("\n".join(text_changes(bodies)), end="\n" if bodies else "")
        print(headline(bodies))
    raise typer.Exit(3 if found else 0)


def _files(settings: Settings, name: str, tenant: str) -> Files:
    """The files of a folder or of a published version; a folder of that name comes first."""
    folder = Path(name)
    if folder.is_dir():
        files, problems = read_folder(folder)
        if has_errors(problems):
            _refuse(name, files, problems)
        return files
    if not tenant:
        print(f"specdesk: `{name}` is no folder; for a version say --tenant", file=sys.stderr)
        raise typer.Exit(2)
    return asyncio.run(_published(settings, name, tenant))


async def _published(settings: Settings, name: str, tenant: str) -> Files:
    async with opened(settings) as site:
        found = await find(site, tenant, name)
        if isinstance(found, str):
            print(f"specdesk: {found}", file=sys.stderr)
            raise typer.Exit(2)
        try:
            return await files_of(site, tenant, found.revision)
        except Altered as wrong:
            print(f"specdesk: {wrong}", file=sys.stderr)
            raise typer.Exit(1) from None


def _side(name: str, files: Files) -> Side:
    specs, problems = load_files(files)
    desk, found = checked(specs, problems)
    if desk is None:
        _refuse(name, files, found)
    assert desk is not None
    return Side(specs, desk)


def _refuse(name: str, files: Files, problems: list[Problem]) -> None:
    for problem in problems:
        if problem.is_error:
            text = files.get(problem.place.file, b"").decode("utf-8", errors="replace")
            print(render(problem, text), end="\n\n")
    print(f"specdesk: {name} has errors, so it can't be compared", file=sys.stderr)
    raise typer.Exit(1)
