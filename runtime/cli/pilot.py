"""`specdesk pilot start|show|promote|stop`: a revision tried by teams and a share of requesters."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from runtime.actions.let_through import Word
from runtime.actions.piloting.begin import Ended, Trying, start_pilot
from runtime.actions.piloting.end import promote_pilot, stop_pilot
from runtime.actions.piloting.words import said
from runtime.cli.acting import operator
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.cli.pilot_report import pilot_json, pilot_text
from runtime.cli.publish_words import classes_of, held_words
from runtime.queries.comparing import agreement
from runtime.queries.pilot_figures import pilot_figures
from runtime.render.environment import renderer
from runtime.settings import Settings
from runtime.site.handles import Site
from runtime.site.pilot import PILOT
from specs.load import read_folder
from specs.problem import has_errors, render

pilot = typer.Typer(no_args_is_help=True)
"""The commands under `specdesk pilot`."""

TenantOption = Annotated[str, typer.Option("--tenant", help="The tenant's id.")]


def _format(text: str) -> str:
    if text not in ("text", "json"):
        raise typer.BadParameter("want text or json")
    return text


FormatOption = Annotated[
    str, typer.Option("--format", help="text or json.", callback=_format, metavar="FORMAT")
]
MessageOption = Annotated[str, typer.Option("--message", "-m", help="Why, for the history.")]


@pilot.callback()
def _group() -> None:
    """Try a revision with some teams and a share of requesters beside the live one."""


@pilot.command()
def start(
    what: Annotated[str, typer.Argument(help="A folder of specs, or a revision as v12.")],
    tenant: TenantOption,
    team: Annotated[list[str] | None, typer.Option("--team", help="May be repeated.")] = None,
    share: Annotated[int, typer.Option("--share", help="Of requesters, in per cent.")] = 0,
    message: MessageOption = "",
    allow_rights: Annotated[
        bool, typer.Option("--allow-rights", help="It may change who sees and does what.")
    ] = False,
    store: StoreOption = "",
) -> None:
    """Begin a pilot; new tickets of its teams and requesters are decided by its specs."""
    files, revision = read_what(what)
    trying = Trying(message, files, revision, tuple(team or ()), share, allow_rights)
    done = run(store, lambda site: start_pilot(site, tenant, operator(), trying))
    tell(done, files, "with --allow-rights it may" if done.code == "rights" else "")
    print(f"{tenant}: v{done.revision} is piloted")


@pilot.command()
def promote(
    tenant: TenantOption,
    over: Annotated[
        str, typer.Option("--over", help="The live revision, as v9, that this may undo.")
    ] = "",
    approve: Annotated[
        list[str] | None,
        typer.Option("--approve", help="A class of change that you, the operator, approve."),
    ] = None,
    store: StoreOption = "",
) -> None:
    """Make the pilot live, and its tickets live ones.

    It passes the gate of `publish`: what lacks an approval is held, and kept as a plan.
    """
    number = _revision(over, "--over") if over else None
    word = Word(classes_of(approve or []))
    done = run(store, lambda site: promote_pilot(site, tenant, operator(), over=number, word=word))
    if done.held is not None:
        print(held_words(done.held, "pilot promote"), file=sys.stderr)
    cure = f"--over {done.said[0]}" if done.code == "newer_live" else ""
    tell(done, None, cure)
    print(f"{tenant}: v{done.revision} is live; {done.counts['tickets']} tickets came with it")


@pilot.command()
def stop(
    tenant: TenantOption,
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", help="state.TYPE.A=B, option.TYPE.FIELD.A=B, team.A=B; repeatable."),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option("--drop", help="TYPE.FIELD whose values are dropped; repeatable."),
    ] = None,
    store: StoreOption = "",
) -> None:
    """End the pilot; its tickets come back to live."""
    wanted = dict(_map(text) for text in maps or ())
    wanted |= {f"field.{name}": "" for name in drop or ()}
    done = run(store, lambda site: stop_pilot(site, tenant, operator(), wanted))
    tell(done, None, _cure(done) if done.code == "stranded" else "")
    print(f"{tenant}: the pilot of v{done.revision} is stopped", end="; ")
    print(f"{done.counts['tickets']} tickets came back, {done.counts['changed']} changed")


@pilot.command()
def show(tenant: TenantOption, form: FormatOption = "text", store: StoreOption = "") -> None:
    """The pilot's figures beside live's, of the last one where none goes on."""
    raise typer.Exit(asyncio.run(_show(settings_of(store), tenant, form)))


async def _show(settings: Settings, tenant: str, form: str) -> int:
    async with opened(settings) as site:
        found, live = await pilot_figures(site, tenant), site.desks.get(tenant)
        if found is None or live is None:
            print(f"specdesk: `{tenant}` has no pilot", file=sys.stderr)
            return 1
        met = await agreement(site, tenant, PILOT, operator())
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        text = "\n".join(pilot_text(found, met, live.desk))
        print(pilot_json(found, met) if form == "json" else text)
        return 0


def _cure(done: Ended) -> str:
    """The options that would let it go on."""
    parts = []
    for name in done.counts:
        sort, _, rest = name.partition(".")
        parts.append(f"--drop {rest}" if sort == "field" else f"--map {name}=…")
    return " ".join(parts)


def _map(text: str) -> tuple[str, str]:
    name, equals, becomes = text.partition("=")
    if not (equals and name and becomes):
        raise typer.BadParameter("want state.refund.a=b", param_hint="--map")
    return name, becomes


def read_what(what: str) -> tuple[dict[str, bytes] | None, int]:
    """A folder's files, or the number of a revision."""
    if what.startswith("v") and what[1:].isascii() and what[1:].isdigit():
        return None, int(what[1:])
    files, problems = read_folder(Path(what))
    if has_errors(problems):
        for problem in problems:
            print(render(problem, ""), end="\n\n")
        raise typer.Exit(1)
    return files, 0


def _revision(text: str, option: str) -> int:
    if not (text.startswith("v") and text[1:].isascii() and text[1:].isdigit()):
        raise typer.BadParameter("want a revision as v9", param_hint=option)
    return int(text[1:])


def run(store: str, verb: Callable[[Site], Awaitable[Ended]]) -> Ended:
    """Do one verb over the store."""

    async def over() -> Ended:
        async with opened(settings_of(store)) as site:
            return await verb(site)

    return asyncio.run(over())


def tell(done: Ended, files: dict[str, bytes] | None, cure: str) -> None:
    """Say the problems of what was given, and why it was not done (exit code 1; 75: try again)."""
    for problem in done.problems:
        text = (files or {}).get(problem.place.file, b"").decode("utf-8", errors="replace")
        print(render(problem, text), end="\n\n")
    if done.code:
        why = said(done, partial(renderer().say, "en"))
        print(f"specdesk: {why}{f' ({cure})' if cure else ''}", file=sys.stderr)
        raise typer.Exit(75 if done.code == "meanwhile" else 1)
