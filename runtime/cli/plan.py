"""`specdesk plan DIR`: what publishing a folder would change, do to tickets, and need."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from engine.change.plan import plan_body
from runtime.actions.keep_plan import save_plan
from runtime.cli.acting import operator
from runtime.cli.folder import NoFolder, files_in
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.cli.plan_report import markdown_plan, text_plan
from runtime.planning.make import Planned, make_plan
from runtime.settings import Settings
from specs.problem import render

Format = Literal["text", "json", "markdown"]


def plan(
    folder: Annotated[Path, typer.Argument(help="The tenant's folder.")] = Path("."),
    tenant: Annotated[str, typer.Option("--tenant", help="Refuse files of another tenant.")] = "",
    format: Annotated[Format, typer.Option(help="How it is written.")] = "text",
    save: Annotated[
        bool, typer.Option("--save", help="Keep it, to be approved or published by its number.")
    ] = False,
    message: Annotated[str, typer.Option("--message", "-m", help="Why, kept with --save.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write it into this file instead.")
    ] = None,
    store: StoreOption = "",
) -> None:
    """Say what publishing a folder would change against what is live, with the consequences
    counted on the tickets of the store, and what the publish needs.

    Exit code 0 no change, 3 changes, 4 changes that need an approval or a decision, 1 errors.
    """
    try:
        files = files_in(folder)
    except NoFolder as wrong:
        print(wrong)
        raise typer.Exit(1) from None
    planned, number = asyncio.run(_plan(settings_of(store), files, tenant, message, save))
    for problem in planned.problems:
        if problem.is_error:
            text = files.get(problem.place.file, b"").decode("utf-8", errors="replace")
            print(render(problem, text), end="\n\n")
    if planned.plan is None:
        print(f"specdesk: {folder} has errors, so there is no plan", file=sys.stderr)
        raise typer.Exit(1)
    body = plan_body(planned.plan)
    _write({**body, "plan": number or None}, format, out)
    if number:
        print(f"kept as plan {number}: specdesk publish --plan {number}", file=sys.stderr)
    raise typer.Exit(planned.plan.exit_code)


async def _plan(
    settings: Settings, files: dict[str, bytes], tenant: str, message: str, save: bool
) -> tuple[Planned, str]:
    async with opened(settings) as site:
        planned = await make_plan(site, files, tenant=tenant)
        if not save or planned.plan is None or not planned.plan.base_n:
            if save and planned.plan is not None:
                print("specdesk: the first publish needs no plan; none was kept", file=sys.stderr)
            return planned, ""
        saved = await save_plan(site, planned.plan, files, operator(), message)
        return planned, saved.id


def _write(body: dict[str, Any], format: Format, out: Path | None) -> None:
    if format == "json":
        text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    else:
        lines = text_plan(body) if format == "text" else markdown_plan(body)
        text = "\n".join(lines) + "\n"
    if out is None:
        print(text, end="")
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as wrong:
        print(f"specdesk: --out: {wrong.strerror or wrong}", file=sys.stderr)
        raise typer.Exit(2) from None
