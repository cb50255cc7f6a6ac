"""`specdesk pull`: a published revision back into a folder, byte for byte."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.folder import (
    Base,
    NoFolder,
    files_in,
    keep_base,
    read_base,
    remove_file,
    sha256,
    tenant_of,
    write_file,
)
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.revisions import files_of, find
from runtime.settings import Settings
from runtime.store.desks import LIVE, Altered, Revision


def pull(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[REV] DIR", help="v12, a digest or live (as said); the folder."),
    ] = None,
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant; else DIR/tenant.yaml.")] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that were changed in the folder.")
    ] = False,
    store: StoreOption = "",
) -> None:
    """Write the files of a revision into a folder, comments and all, and say what was written."""
    several = words or ["."]
    if len(several) > 2:
        raise typer.BadParameter("want a revision and a folder", param_hint="[REV] DIR")
    word, folder = (LIVE if len(several) == 1 else several[0]), Path(several[-1])
    try:
        named = tenant_of(folder, tenant)
        code = asyncio.run(_pull(settings_of(store), named, word, folder, force=force))
    except (NoFolder, Altered) as wrong:
        print(f"specdesk: {wrong}", file=sys.stderr)
        raise typer.Exit(1) from None
    except OSError as wrong:
        print(f"specdesk: {folder}: {wrong.strerror or wrong}", file=sys.stderr)
        raise typer.Exit(1) from None
    raise typer.Exit(code)


@dataclass(frozen=True, slots=True)
class Difference:
    """What pulling does to a folder. `changed`: files of its own that would be overwritten;
    `gone`: untouched since the base, and not in the revision; `kept`: its own alone."""

    written: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    kept: tuple[str, ...]


async def _pull(settings: Settings, tenant: str, word: str, folder: Path, *, force: bool) -> int:
    async with opened(settings) as site:
        version = await find(site, tenant, word)
        if isinstance(version, str):
            print(f"specdesk: {version}", file=sys.stderr)
            return 1
        files = await files_of(site, tenant, version.revision)
    return _into(folder, tenant, version.revision, files, force=force)


def _into(
    folder: Path, tenant: str, revision: Revision, files: Mapping[str, bytes], *, force: bool
) -> int:
    here = files_in(folder) if folder.exists() else {}
    base = read_base(folder)
    plan = difference(here, files, base if base and base.tenant == tenant else None)
    if plan.changed and not force:
        for path in plan.changed:
            print(f"changed in the folder: {path}", file=sys.stderr)
        print(f"specdesk: nothing was written; --force overwrites them with v{revision.n}",
              file=sys.stderr)  # fmt: skip
        return 1
    _write(folder, plan, files)
    keep_base(folder, tenant, revision)
    count = len(plan.written)
    said = "1 file" if count == 1 else f"{count} files"
    print(f"{tenant}: v{revision.n} in {folder}, {said} written")
    return 0


def difference(
    here: Mapping[str, bytes], files: Mapping[str, bytes], base: Base | None
) -> Difference:
    """How a folder differs from a revision, and what of it nobody has touched since its base."""
    known = base.files if base else {}
    touched = {path for path, content in here.items() if known.get(path) != sha256(content)}
    written = [path for path in sorted(files) if here.get(path) != files[path]]
    extra = [path for path in sorted(here) if path not in files]
    return Difference(
        tuple(written),
        tuple(path for path in written if path in here and path in touched),
        tuple(path for path in extra if path not in touched),
        tuple(path for path in extra if path in touched),
    )


def _write(folder: Path, plan: Difference, files: Mapping[str, bytes]) -> None:
    for path in plan.written:
        write_file(folder, path, files[path])
        print(f"wrote {path}", file=sys.stderr)
    for path in plan.gone:
        remove_file(folder, path)
        print(f"removed {path}, which was as published and is not in this one", file=sys.stderr)
    for path in plan.kept:
        print(f"kept {path}, which is not in this one", file=sys.stderr)
