"""What the commands about packs share: where a pack comes from, how changes are written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

import typer

from runtime.cli.folder import remove_file
from runtime.sources.checking import checked
from specs.builtin import PACKS, built_in
from specs.load import load_files, read_folder
from specs.packs.archive import files_of_pack, unpack
from specs.packs.layer import folder_of
from specs.packs.taking import id_of, required_by
from specs.problem import Problem, has_errors, render

Files = dict[str, bytes]


def refuse(message: str, code: int = 2) -> NoReturn:
    """Say on stderr why nothing is done, and end: 2 wrong use, 1 what was given is wrong."""
    print(f"specdesk: {message}", file=sys.stderr)
    raise typer.Exit(code)


def folder_files(folder: Path) -> Files:
    """The files of a folder, or the end with what can't be read."""
    files, problems = read_folder(folder)
    if has_errors(problems):
        told(problems, files)
        raise typer.Exit(1)
    return files


def pack_from(id: str, source: Path | None) -> Files:
    """The files of a pack: of a folder, an archive, or one that comes along."""
    if source is None:
        if id not in built_in():
            known = ", ".join(built_in())
            refuse(f"no pack `{id}` comes along; say --from PATH, or take one of: {known}")
        return files_of_pack(folder_files(PACKS / id))
    if source.is_dir():
        files = files_of_pack(folder_files(source))
    else:
        files = _unpacked(source)
    if id and id_of(files) != id:
        refuse(f"{source} holds the pack `{id_of(files) or '?'}`, not `{id}`", 1)
    return files


def _unpacked(source: Path) -> Files:
    try:
        content = source.read_bytes()
    except OSError as wrong:
        refuse(f"{source} can't be read: {wrong.strerror}")
    files, problems = unpack(content, str(source))
    if problems:
        told(problems, {})
        raise typer.Exit(1)
    return files


def with_required(packs: Mapping[str, Files], have: Iterable[str]) -> dict[str, Files]:
    """The packs and those they build upon that come along and are not there yet."""
    found, wanted = dict(packs), [name for files in packs.values() for name in required_by(files)]
    for name in wanted:
        if name not in found and name not in have and name in built_in():
            found = {name: pack_from(name, None), **found}
            wanted += required_by(found[name])
    return found


def standing_alone(files: Files) -> Files:
    """A pack's files with the packs beside it that it builds upon, as `pack check` looks at it."""
    held = {name.split("/")[1] for name in files if name.startswith("packs/")}
    beside = with_required({"": files}, held)
    return {
        **{folder_of(id) + name: c for id, of in beside.items() if id for name, c in of.items()},
        **files,
    }


def told(problems: Iterable[Problem], files: Mapping[str, bytes]) -> None:
    """Problems as people read them."""
    for one in problems:
        text = files.get(one.place.file, b"").decode("utf-8", errors="replace")
        print(render(one, text), end="\n\n")


def new_errors(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[Problem]:
    """The errors that a folder would have and has not yet."""
    old = {(one.code, one.message) for one in errors_of(before)} if before else set()
    return [one for one in errors_of(after) if (one.code, one.message) not in old]


def errors_of(files: Mapping[str, bytes]) -> list[Problem]:
    """Everything that would refuse a publish of these files."""
    specs, problems = load_files(files)
    return [one for one in checked(specs, problems)[1] if one.is_error]


def write_changes(folder: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Bring a folder from one set of files to another.

    All new texts are written beside their places first, so that a full disk changes nothing; only
    then they take their places, and what is gone goes last.
    """
    fresh: list[tuple[Path, Path]] = []
    try:
        for name, content in after.items():
            if before.get(name) != content:
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.parent.resolve().is_relative_to(folder.resolve()):
                    raise OSError(f"{name} leads out of the folder")
                beside = target.with_name(f".{target.name}.{os.getpid()}")
                fresh.append((beside, target))
                beside.write_bytes(content)
        for beside, target in fresh:
            beside.replace(target)
    except OSError as wrong:
        for beside, _ in fresh:
            beside.unlink(missing_ok=True)
        refuse(f"{folder} can't be written: {wrong.strerror or wrong}", 1)
    for name in before:
        if name not in after:
            remove_file(folder, name)


def given_inputs(pairs: Iterable[str]) -> dict[str, object]:
    """`--input days=7d` as values by name; a text by language is `name.en=…`."""
    found: dict[str, object] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        id, _, locale = name.partition(".")
        if not sign or not id:
            refuse(f"--input: want NAME=VALUE, got `{pair}`")
        if locale:
            texts = found.setdefault(id, {})
            if not isinstance(texts, dict):
                refuse(f"--input: `{id}` stands once as a text and once by language")
            texts[locale] = value
        else:
            found[id] = value
    return found
