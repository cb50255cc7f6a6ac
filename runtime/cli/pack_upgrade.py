"""`specdesk pack upgrade`: another version of a pack, with what both sides changed as a list."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.change.upgrade import Conflict, Side, Upgrade, upgrade
from runtime.cli.pack_files import (
    Files,
    folder_files,
    new_errors,
    pack_from,
    refuse,
    told,
    with_required,
    write_changes,
)
from specs.packs.taking import version_of
from specs.packs.used import held_packs
from specs.splice import CannotEdit

_WAYS = ("new", "yours")


def upgrade_pack(
    id: str, folder: Path, to: str, takes: list[str], inputs: Mapping[str, Any]
) -> int:
    """Bring a folder to another version; the exit code."""
    before = folder_files(folder)
    held = held_packs(before)
    if id not in held:
        refuse(f"{folder} does not use the pack `{id}`; see `specdesk pack add`")
    files = _source(id, to)
    beside = with_required({id: files}, held)
    beside.pop(id)
    try:
        done = upgrade(before, id, files, _takes(takes), beside, inputs)
    except CannotEdit as wrong:
        refuse(f"a file can't be changed: {wrong}; nothing was written", 1)
    return _answer(id, folder, before, done, (version_of(held[id]), version_of(files)))


def _source(id: str, to: str) -> Files:
    path = Path(to) if to else None
    if path is not None and path.exists():
        return pack_from(id, path)
    files = pack_from(id, None)
    if to and version_of(files) != to:
        refuse(f"--to: {to} is no folder or archive; `{id}` comes along as {version_of(files)}")
    return files


def _takes(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        way, _, path = pair.partition("=")
        if way not in _WAYS or not path:
            refuse(f"--take: want new=PATH or yours=PATH, got `{pair}`")
        found[path] = way
    return found


def _answer(id: str, folder: Path, before: Files, done: Upgrade, versions: tuple[str, str]) -> int:
    for path in done.unused:
        print(f"specdesk: --take: nothing is to be settled at {path}", file=sys.stderr)
    if done.unused:
        return 2
    if done.open:
        for conflict in done.open:
            print(_conflict(conflict), end="\n\n")
        print(f"specdesk: {len(done.open)} to settle, nothing was written", file=sys.stderr)
        return 1
    wrong = new_errors(before, done.files)
    if wrong:
        told(wrong, done.files)
        refuse(f"{folder} would have errors with {id} {versions[1]}; nothing was written", 1)
    write_changes(folder, before, done.files)
    for line in done.renamed:
        print(f"move: {line}")
    for conflict in done.settled:
        print(f"settled: {conflict.path}")
    print(f"{id} {versions[0]} → {versions[1]}")
    return 0


def _conflict(one: Conflict) -> str:
    rows = (("old", one.old), ("new", one.new), ("yours", one.yours))
    lines = [one.path, *(f"  {name:<6}{_side(side)}" for name, side in rows)]
    ways = " or ".join(f"--take {way}={one.path}" for way in _WAYS)
    return "\n".join([*lines, f"  settle it by {ways}"])


def _side(side: Side) -> str:
    place = f"  ({side.place.file}:{side.place.line})" if side.place is not None else ""
    return f"{side.text}{place}"
