"""`specdesk pack add|list|eject|build|check|upgrade`: packs taken in, kept, written and shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.pack_check import check_pack
from runtime.cli.pack_files import (
    folder_files,
    given_inputs,
    new_errors,
    pack_from,
    refuse,
    told,
    with_required,
    write_changes,
)
from runtime.cli.pack_upgrade import upgrade_pack
from specs.builtin import PACKS, built_in
from specs.load import load_files
from specs.packs.archive import build as archive_of
from specs.packs.eject import ejected
from specs.packs.taking import naming, version_of, with_packs
from specs.packs.used import held_packs
from specs.problem import did_you_mean
from specs.spec_set import SpecFile, SpecSet, tree_digest
from specs.splice import CannotEdit

pack = typer.Typer(no_args_is_help=True)
"""The commands under `specdesk pack`."""

FolderArgument = Annotated[
    Path, typer.Argument(help="A tenant's folder; the current one when none is named.")
]
InputOption = Annotated[
    list[str] | None,
    typer.Option("--input", help="A value of an input: days=7d, name.en=Care. May be repeated."),
]


@pack.callback()
def _group() -> None:
    """Packs: specs that tenants share, in versions, and build upon."""


@pack.command()
def add(
    id: Annotated[str, typer.Argument(help="The pack's id.")],
    folder: FolderArgument = Path("."),
    source: Annotated[
        Path | None, typer.Option("--from", help="A folder or an archive of the pack.")
    ] = None,
    digest: Annotated[
        str, typer.Option("--digest", help="Refuse a pack whose files have another digest.")
    ] = "",
    inputs: InputOption = None,
) -> None:
    """Take a pack into a tenant's folder: its files, its name in tenant.yaml, its pin."""
    before = folder_files(folder)
    if "tenant.yaml" not in before:
        refuse(f"{folder} has no tenant.yaml and so is no tenant")
    files = pack_from(id, source)
    if digest and digest.removeprefix("sha256:") != tree_digest(files):
        refuse(f"the pack's digest is {tree_digest(files)}, not {digest}; nothing was taken", 1)
    held = held_packs(before)
    if id in held and version_of(held[id]) != version_of(files):
        refuse(f"`{id}` is here in version {version_of(held[id])}; use `specdesk pack upgrade`")
    taken = with_required({id: files}, held)
    versions = {name: version_of(of) for name, of in taken.items()}
    try:
        tenant = naming(before["tenant.yaml"], versions, {id: given_inputs(inputs or ())})
    except CannotEdit as wrong:
        refuse(f"tenant.yaml can't be changed: {wrong}", 1)
    after = with_packs({**before, "tenant.yaml": tenant}, taken)
    errors = new_errors(before, after)
    if errors:
        told(errors, after)
        refuse(f"`{id}` does not fit into {folder} as it is; nothing was written", 1)
    write_changes(folder, before, after)
    for name, version in versions.items():
        print(f"{name} {version}: {len(taken[name])} files in packs/{name}/")


@pack.command(name="list")
def list_(folder: FolderArgument = Path(".")) -> None:
    """List the packs of a folder with version and digest, then those that come along."""
    specs, _ = load_files(folder_files(folder)) if folder.is_dir() else (SpecSet({}, {}), [])
    for name, used in specs.packs.items():
        print(f"{name} {used.version}  sha256:{used.digest[:16]}  {_overlays(specs, name)}")
    for name in built_in():
        if name not in specs.packs:
            print(f"{name} {version_of(folder_files(PACKS / name))}  comes along, not used here")


def _overlays(specs: SpecSet, id: str) -> str:
    chains = specs.chains.values()
    brought = sum(1 for chain in chains if any(part.pack == id for part in chain))
    over = sum(
        1 for chain in chains if not chain[-1].pack and any(part.pack == id for part in chain)
    )
    return f"{brought} specs, {over} built upon here"


@pack.command()
def eject(
    name: Annotated[str, typer.Argument(help="The spec, as types/refund.")],
    folder: FolderArgument = Path("."),
) -> None:
    """Write a spec of a pack as the tenant's own file; upgrades leave it alone from then on."""
    before = folder_files(folder)
    specs, _ = load_files(before)
    file = _spec(specs, name)
    if (file.kind, file.id) not in specs.chains:
        refuse(f"{file.file} is the tenant's own already", 1)
    path, text = ejected(specs, file)
    after = {**before, path: text}
    wrong = new_errors(before, after)
    if wrong:
        told(wrong, after)
        refuse("it can't be ejected; nothing was written", 1)
    write_changes(folder, before, after)
    print(f"{path}: the tenant's own now")


def _spec(specs: SpecSet, name: str) -> SpecFile:
    wanted = name.removesuffix(".yaml")
    known = {file.address: file for of in specs.objects.values() for file in of.values()}
    if wanted not in known:
        cure = did_you_mean(wanted, known)
        refuse(f"there is no `{wanted}` here{f'; {cure}' if cure else ''}")
    return known[wanted]


@pack.command()
def build(
    folder: Annotated[Path, typer.Argument(help="The pack's folder.")],
    out: Annotated[Path, typer.Option("--output", "-o", help="The archive to write.")],
) -> None:
    """Write a pack as one archive; the same files give the same bytes."""
    files = folder_files(folder)
    if "pack.yaml" not in files:
        refuse(f"{folder} has no pack.yaml and so is no pack")
    content = archive_of(files)
    try:
        out.write_bytes(content)
    except OSError as wrong:
        refuse(f"{out} can't be written: {wrong.strerror}", 1)
    of_pack = pack_from("", folder)
    print(f"{out}: {len(of_pack)} files, sha256:{tree_digest(of_pack)}")


@pack.command()
def check(
    folder: Annotated[Path, typer.Argument(help="The pack's folder.")] = Path("."),
    against: Annotated[
        Path | None, typer.Option("--against", help="The version before: a folder or an archive.")
    ] = None,
) -> None:
    """Check a pack as its users will meet it: load, lint, tests, and the version it may have."""
    raise typer.Exit(check_pack(folder, against))


@pack.command()
def upgrade(
    id: Annotated[str, typer.Argument(help="The pack's id.")],
    folder: FolderArgument = Path("."),
    to: Annotated[
        str, typer.Option("--to", help="A folder, an archive, or a version that comes along.")
    ] = "",
    take: Annotated[
        list[str] | None,
        typer.Option("--take", help="Settle a conflict: new=PATH or yours=PATH. May be repeated."),
    ] = None,
    inputs: InputOption = None,
) -> None:
    """Bring a tenant to another version of a pack; what both sides changed is asked, not guessed.

    Exit code 1 and nothing written when a conflict is not settled.
    """
    raise typer.Exit(upgrade_pack(id, folder, to, take or [], given_inputs(inputs or ())))
