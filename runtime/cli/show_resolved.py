"""`specdesk show PATH --resolved`: a spec as it comes out of its layers, and who said it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.cli.pack_files import folder_files, refuse, told
from specs.load import load_files
from specs.packs.guard import at
from specs.problem import Place, did_you_mean, has_errors
from specs.source import Mapping, Node, Sequence, plain
from specs.spec_set import Part, SpecFile, SpecSet
from specs.writing import flow, lines


@dataclass(frozen=True, slots=True)
class Said:
    """What one layer says of a path; `holds` when it is what came out."""

    layer: str
    version: str
    place: Place
    value: Any
    holds: bool


def show_resolved(name: str, folder: Path, why: str, format: str) -> int:
    """Print a spec, or who said a value of it, the last word first; the exit code."""
    files = folder_files(folder)
    specs, problems = load_files(files)
    file = _found(specs, name)
    if file is None:
        told([one for one in problems if one.is_error], files)
        known = [one.address for of in specs.objects.values() for one in of.values()]
        cure = did_you_mean(name.removesuffix(".yaml"), known)
        refuse(f"there is no `{name}` in {folder}{f'; {cure}' if cure else ''}", 1)
    if has_errors(problems):
        print("specdesk: the folder has errors; see specdesk validate", file=sys.stderr)
    if why:
        return _why(specs, file, why, format)
    value = plain(file.node)
    print(
        json.dumps(value, ensure_ascii=False, indent=2)
        if format == "json"
        else lines(value, 0, "\n")
    )
    return 0


def _found(specs: SpecSet, name: str) -> SpecFile | None:
    wanted = name.removesuffix(".yaml")
    known = (file for of in specs.objects.values() for file in of.values())
    return next((file for file in known if file.address == wanted), None)


def _why(specs: SpecSet, file: SpecFile, why: str, format: str) -> int:
    path = tuple(why.split("."))
    outcome = at(file.node, path)
    said = list(layers_of(specs, file, path, outcome))
    if not said:
        refuse(f"`{file.address}` says nothing of `{why}`; {_guess(file.node, path)}", 1)
    if format == "json":
        print(json.dumps([_data(one) for one in said], ensure_ascii=False, indent=2))
        return 0
    print(f"{file.address}.{why}: {flow(plain(outcome)) if outcome is not None else 'removed'}")
    for one in said:
        mark = "→" if one.holds else " "
        print(f"  {mark} {_layer(one):<16} {one.place.file}:{one.place.line}  {flow(one.value)}")
        for line in _inputs(specs, one):
            print(f"      {line}")
    return 0


def _inputs(specs: SpecSet, one: Said) -> Iterator[str]:
    """Where the inputs that a pack's value is made of have their values."""
    rows = specs.files[one.place.file].decode("utf-8", "replace").splitlines()
    place = one.place
    written = " ".join(rows[place.line - 1 : place.end_line])
    if place.line == place.end_line:
        written = written[place.col - 1 : place.end_col - 1]
    for name in dict.fromkeys(re.findall(r"\$input\.([a-z0-9_]+)", written)):
        tenant = specs.of("Tenant")["tenant"]
        path = ("packs", one.layer, "inputs", name)
        if one.layer and tenant.node_at(*path) is not None:
            given = tenant.place(*path)
            yield f"input {name}: {given.file}:{given.line}"
        else:
            yield f"input {name}: its default"


def layers_of(
    specs: SpecSet, file: SpecFile, path: tuple[str, ...], outcome: Node | None
) -> Iterator[Said]:
    """What each layer says of a path, the uppermost first, those that remove it included."""
    own = Part("", "", file.file, file.node)
    for part in reversed(specs.chains.get((file.kind, file.id), (own,))):
        node = at(part.node, path)
        if node is None:
            node = _removal(part.node, path)
        if node is not None:
            holds = outcome is not None and _within(outcome, node.place)
            yield Said(part.pack, part.version, node.place, plain(node), holds)


def _removal(node: Mapping, path: tuple[str, ...]) -> Node | None:
    named = node.get("remove")
    items = named.items if isinstance(named, Sequence) else (named,) if named is not None else ()
    for item in items:
        steps = tuple(str(plain(item)).split("."))
        if path[: len(steps)] == steps:
            return item
    return None


def _within(outcome: Node, place: Place) -> bool:
    """Whether something of what came out was written there."""
    if isinstance(outcome, Mapping):
        return any(_within(value, place) for _, value in outcome.entries)
    here = outcome.place
    inside = (place.line, place.col) <= (here.line, here.col) <= (place.end_line, place.end_col)
    return here.file == place.file and inside


def _guess(node: Node, path: tuple[str, ...]) -> str:
    for number, step in enumerate(path):
        inner = node.get(step) if isinstance(node, Mapping) else None
        if inner is None:
            names = [key.text for key, _ in node.entries] if isinstance(node, Mapping) else []
            before = ".".join(path[:number])
            return f"in {before or 'it'}: {did_you_mean(step, names) or 'nothing'}"
        node = inner
    return ""


def _layer(one: Said) -> str:
    return f"{one.layer} {one.version}" if one.layer else "this folder"


def _data(one: Said) -> dict[str, Any]:
    return {
        "layer": one.layer,
        "version": one.version,
        "file": one.place.file,
        "line": one.place.line,
        "value": one.value,
        "holds": one.holds,
    }
