"""`specdesk new DIR --from PACK`: a tenant's folder that can be published at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from runtime.cli.pack import InputOption
from runtime.cli.pack_files import (
    Files,
    errors_of,
    given_inputs,
    pack_from,
    refuse,
    told,
    with_required,
    write_changes,
)
from specs.packs.taking import naming, version_of, with_packs
from specs.source import Mapping as MappingNode
from specs.source import plain, read
from specs.vocabulary import id_fault
from specs.writing import lines

_COPIED = ("locales", "time_zone", "currency", "calendar")
"""What a new tenant takes from the tenant.yaml that the pack is checked with."""


def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it must not hold anything.")],
    pack: Annotated[
        str, typer.Option("--from", help="A pack that comes along, a folder or an archive.")
    ],
    id: Annotated[str, typer.Option("--id", help="The tenant's id; it never changes.")],
    title: Annotated[str, typer.Option("--title", help="The tenant's name.")],
    locales: Annotated[
        list[str] | None, typer.Option("--locale", help="A language; the first is the main one.")
    ] = None,
    time_zone: Annotated[str, typer.Option("--time-zone", help="Such as Asia/Shanghai.")] = "",
    inputs: InputOption = None,
) -> None:
    """Make the folder of a new tenant from a pack, ready to be published.

    Answers to the pack's questions are given by --input; what is not given has its default.
    """
    fault = id_fault(id)
    if fault:
        refuse(f"--id: {fault[1]}; use small letters, digits and `_`, a letter first")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        refuse(f"{folder} is there already and is not empty")
    source = Path(pack) if Path(pack).exists() else None
    files = pack_from("" if source else pack, source)
    head = _tenant(files, id, title, locales or [], time_zone)
    made = _made(files, head, given_inputs(inputs or ()))
    errors = errors_of(made)
    if errors:
        told(errors, made)
        refuse("nothing was written", 1)
    folder.mkdir(parents=True, exist_ok=True)
    write_changes(folder, {}, made)
    print(f"{folder}: tenant `{id}` from {_packs(made)}; next: specdesk publish {folder}")


def _tenant(
    files: Files, id: str, title: str, locales: list[str], time_zone: str
) -> dict[str, Any]:
    node, _ = read(files.get("tenant.yaml", b""), "tenant.yaml")
    sample: dict[str, Any] = plain(node) if isinstance(node, MappingNode) else {}
    spoken = locales or list(sample.get("locales") or ["en"])
    # The name is one text: it holds in every language until somebody translates it.
    names = title if len(spoken) == 1 else dict.fromkeys(spoken, title)
    found = {"kind": "Tenant", "language": "1", "id": id, "title": names}
    copied = {key: sample[key] for key in _COPIED if key in sample}
    return {**found, **copied, "locales": spoken, **({"time_zone": time_zone} if time_zone else {})}


def _made(files: Files, head: dict[str, Any], inputs: dict[str, object]) -> Files:
    node, _ = read(files.get("pack.yaml", b""), "pack.yaml")
    id = str(plain(node).get("id")) if isinstance(node, MappingNode) else ""
    taken = with_required({id: files}, ())
    text = (lines(head, 0, "\n") + "\n").encode()
    tenant = naming(text, {name: version_of(of) for name, of in taken.items()}, {id: inputs})
    readme = f"# {head['id']}\n\nMade from the pack `{id}`. Specs of your own go into the folders "
    readme += "of their kinds;\nwhat differs from the pack is said there with `extends`.\n"
    return with_packs({"tenant.yaml": tenant, "README.md": readme.encode()}, taken)


def _packs(files: Files) -> str:
    names = sorted({name.split("/")[1] for name in files if name.startswith("packs/")})
    return ", ".join(f"`{name}`" for name in names)
