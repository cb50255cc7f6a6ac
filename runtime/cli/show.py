"""`specdesk show`: a revision, or one of its files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.folder import NoFolder, tenant_of
from runtime.cli.opening import StoreOption, settings_of
from runtime.cli.show_resolved import show_resolved
from runtime.cli.show_revision import show_revision


def show(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="REV [PATH]",
            help="v12, a digest or live; one of its files. With --resolved: types/refund [DIR].",
        ),
    ],
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant; else ./tenant.yaml.")] = "",
    resolved: Annotated[
        bool, typer.Option("--resolved", help="A spec of a folder, with what it is built upon.")
    ] = False,
    why: Annotated[
        str, typer.Option("--why", help="Who says this of it: fields.reason, with --resolved.")
    ] = "",
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    store: StoreOption = "",
) -> None:
    """Show a published revision: its head and files, or one file byte for byte.

    With --resolved a spec of a folder as it comes out of packs and overlays; --why says where each
    of its values was written.
    """
    if len(words) > 2:
        raise typer.BadParameter("want a revision and at most one path", param_hint="REV [PATH]")
    if format not in ("text", "json"):
        raise typer.BadParameter("want text or json", param_hint="--format")
    if resolved or why:
        folder = Path(words[1]) if len(words) == 2 else Path(".")
        raise typer.Exit(show_resolved(words[0], folder, why, format))
    try:
        named = tenant_of(Path("."), tenant)
    except NoFolder as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--tenant") from None
    path = words[1] if len(words) == 2 else ""
    raise typer.Exit(show_revision(settings_of(store), named, words[0], path, format))
