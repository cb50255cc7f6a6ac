"""`specdesk publish DIR`: check a folder and make it what the tenant runs on."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from engine.facts import Viewer
from runtime.actions.keep_plan import Refused
from runtime.actions.let_through import Word
from runtime.actions.publish_desk import Published, publish_desk
from runtime.actions.publish_plan import publish_plan
from runtime.cli.acting import operator, viewer_at
from runtime.cli.folder import (
    NoFolder,
    files_in,
    keep_base,
    read_base,
    remove_file,
    tenant_of,
    write_file,
)
from runtime.cli.missing_settings import tell_missing
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.cli.publish_words import classes_of, held_words
from runtime.cli.version_words import meanwhile_words, zone_of
from runtime.queries.revisions import Meanwhile, find, meanwhile
from runtime.settings import Settings
from runtime.site.handles import Site
from runtime.store.desks import Altered, Revision
from specs.problem import render

PUBLISH = "publish_specs"
THEIRS = ".specdesk/theirs"


def publish(
    folders: Annotated[list[Path] | None, typer.Argument(help="Tenant folders.")] = None,
    message: Annotated[str, typer.Option("--message", "-m", help="Why, for the history.")] = "",
    base: Annotated[
        str, typer.Option("--base", help="The revision it was made from; else .specdesk/ knows.")
    ] = "",
    merge: Annotated[
        bool, typer.Option("--merge", help="Take over files that only others changed since.")
    ] = False,
    person: Annotated[
        str, typer.Option("--as", help="Publish as the person with this address.")
    ] = "",
    approve: Annotated[
        list[str] | None,
        typer.Option("--approve", help="A class of change that you, the operator, approve."),
    ] = None,
    plan: Annotated[
        str, typer.Option("--plan", help="Publish exactly the saved plan of this number.")
    ] = "",
    tenant: Annotated[
        str, typer.Option("--tenant", help="Of the plan; else the folder says it.")
    ] = "",
    store: StoreOption = "",
) -> None:
    """Publish tenant folders, or a saved plan; a running server shows it within a second.

    A change that needs a step of moves/, a word on open tickets or an approval is held, and kept
    as a plan that says what is missing.
    """
    settings = settings_of(store)
    order = Order(message, base, merge, person, Word(classes_of(approve or [])))
    if plan:
        folder = (folders or [Path(".")])[0]
        done = asyncio.run(_publish_plan(settings, folder, tenant, plan, order))
        raise typer.Exit(0 if done else 1)
    several = [asyncio.run(_publish(settings, one, order)) for one in folders or [Path(".")]]
    raise typer.Exit(0 if all(several) else 1)


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for besides the folder."""

    message: str
    base: str
    merge: bool
    person: str
    word: Word


class Cannot(Exception):
    """It can't be published as asked; the text says why."""


async def _publish(settings: Settings, folder: Path, order: Order) -> bool:
    """Publish one folder; False when nothing was."""
    try:
        files = files_in(folder)
        async with opened(settings) as site:
            return await _in_site(site, folder, files, order)
    except NoFolder as wrong:
        print(wrong, end="\n\n")
        print(f"{folder}: refused, nothing was published", file=sys.stderr)
    except (Cannot, Altered) as wrong:
        print(f"{folder}: {wrong}", file=sys.stderr)
    return False


async def _publish_plan(
    settings: Settings, folder: Path, tenant: str, plan: str, order: Order
) -> bool:
    """Publish a saved plan; False when nothing was."""
    try:
        async with opened(settings) as site:
            named = tenant_of(folder, tenant)
            viewer = await _viewer(site, named, order.person)
            done = await publish_plan(site, named, plan, viewer, order.message, order.word)
    except (NoFolder, Cannot) as wrong:
        print(f"specdesk: {wrong}", file=sys.stderr)
        return False
    if isinstance(done, Refused):
        print(f"specdesk: {done.why}", file=sys.stderr)
        return False
    _tell(Path(named), {}, done)
    return bool(done.revision)


async def _in_site(site: Site, folder: Path, files: dict[str, bytes], order: Order) -> bool:
    tenant = _tenant(folder)
    viewer = await _viewer(site, tenant, order.person)
    base = await _base(site, tenant, folder, order.base)
    done = await _try(site, files, viewer, order, base.n if base else None)
    taken: Meanwhile | None = None
    if done.conflict and base is not None:
        taken = await _met(site, tenant, folder, files, base, order)
        if taken is None:
            return False
        files = taken.merge.files
        done = await _try(site, files, viewer, order, taken.live)
    _tell(folder, files, done)
    if not done.revision:
        return False
    if taken is not None:
        _take_over(folder, taken)
    found = await find(site, done.tenant, f"v{done.revision}")
    if not isinstance(found, str):
        keep_base(folder, done.tenant, found.revision)
    await tell_missing(site, done.tenant, files)
    return True


def _tenant(folder: Path) -> str:
    """The tenant that the folder says it is; "" where publishing will tell what is wrong."""
    try:
        return tenant_of(folder)
    except NoFolder:
        return ""


async def _try(
    site: Site, files: dict[str, bytes], viewer: Viewer, order: Order, base: int | None
) -> Published:
    made_by = {"command": "publish"}
    return await publish_desk(
        site, files, viewer, order.message, base=base, provenance=made_by, word=order.word
    )


async def _viewer(site: Site, tenant: str, address: str) -> Viewer:
    if not address:
        return operator()
    found = await viewer_at(site, tenant, address)
    if found is None:
        raise Cannot(f"{tenant} has no active person `{address}`")
    if PUBLISH not in found.functions:
        raise Cannot(f"{address} may not publish: no role of theirs has the function `{PUBLISH}`")
    return found


async def _base(site: Site, tenant: str, folder: Path, word: str) -> Revision | None:
    """The revision that the folder was made from, as it was said or as the folder remembers."""
    if not tenant:
        return None
    if word:
        found = await find(site, tenant, word)
        if isinstance(found, str):
            raise Cannot(f"--base: {found}")
        return found.revision
    kept = read_base(folder)
    if kept is None or kept.tenant != tenant:
        return None
    found = await find(site, tenant, f"v{kept.n}")
    # Another store may have another v3: then the folder was never part of this history.
    known = not isinstance(found, str) and found.revision.tree == kept.tree
    return found.revision if known and not isinstance(found, str) else None


async def _met(
    site: Site, tenant: str, folder: Path, files: dict[str, bytes], base: Revision, order: Order
) -> Meanwhile | None:
    """What was published since the base, told; None unless it can be, and shall be, taken over."""
    since = await meanwhile(site, tenant, base, files)
    if since is None:
        raise Cannot("somebody else published meanwhile; try again")
    print(meanwhile_words(since, zone_of(site, tenant)), file=sys.stderr)
    if order.merge and not since.merge.meetings:
        return since
    for one in since.merge.meetings if order.merge else ():
        if one.theirs is not None:
            write_file(folder, f"{THEIRS}/{one.path}", one.theirs)
    if order.merge:
        cure = f"{THEIRS}/ has theirs; put them together and publish with --base v{since.live}"
    else:
        cure = "--merge takes over the files that you did not change"
    print(f"{folder}: nothing was published; {cure}", file=sys.stderr)
    return None


def _take_over(folder: Path, since: Meanwhile) -> None:
    for path in since.merge.taken:
        content = since.merge.files.get(path)
        if content is None:
            remove_file(folder, path)
        else:
            write_file(folder, path, content)
        print(f"{'removed' if content is None else 'took over'} {path}", file=sys.stderr)


def _tell(folder: Path, files: dict[str, bytes], done: Published) -> None:
    for problem in done.problems:
        text = files.get(problem.place.file, b"").decode("utf-8", errors="replace")
        print(render(problem, text), end="\n\n")
    if done.held is not None:
        print(held_words(done.held), file=sys.stderr)
    print(_said(folder, done), file=sys.stderr if done.revision == 0 else sys.stdout)


def _said(folder: Path, done: Published) -> str:
    if done.conflict:
        return f"{folder}: somebody else published meanwhile; try again"
    if done.refused:
        return f"{folder}: {done.refused}; nothing was published"
    if done.revision == 0:
        return f"{folder}: refused, nothing was published"
    if not done.changed:
        return f"{done.tenant}: v{done.revision} is live already, nothing changed"
    return f"{done.tenant}: published as v{done.revision}"
