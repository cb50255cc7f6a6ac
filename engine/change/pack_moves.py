"""Moves that a new version of a pack brings, replayed on a tenant that builds upon it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from specs.edit import become
from specs.packs.layer import folder_of
from specs.packs.taking import version_of
from specs.packs.used import held_packs
from specs.source import Mapping as MappingNode
from specs.source import plain, read
from specs.spec_set import SpecFile, SpecSet
from specs.writing import lines

Files = Mapping[str, bytes]
Key = tuple[str, str]
Path = tuple[str, ...]
Step = Mapping[str, str]

_WHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "field": ("fields", "{0}"),
    "state": ("workflow", "states", "{0}"),
    "option": ("fields", "{0}", "options", "{1}"),
    "clock": ("clocks", "{0}"),
}


@dataclass(frozen=True, slots=True)
class Replay:
    """The tenant's files that change by it, paths before → after by spec, and what to tell."""

    files: Mapping[str, bytes]
    renames: Mapping[Key, tuple[tuple[Path, Path], ...]]
    said: tuple[str, ...]

    def path(self, key: Key, path: Path) -> Path:
        """A path of the old version as the new one calls it."""
        for old, new in self.renames.get(key, ()):
            if path[: len(old)] == old:
                path = (*new, *path[len(old) :])
        return path

    def back(self, key: Key, path: Path) -> Path:
        """A path of the new version as the old one calls it."""
        for old, new in reversed(self.renames.get(key, ())):
            if path[: len(new)] == new:
                path = (*old, *path[len(new) :])
        return path


def replayed(
    before: SpecSet, folder: Files, id: str, pack: Files, overlays: Mapping[Key, SpecFile]
) -> Replay:
    """The moves that the folder's version of the pack does not have, in the tenant's words.

    A type that the tenant builds under another id keeps that id: its steps name it so. Each step
    is added to the tenant's own `moves/`, so that stored tickets keep their data.
    """
    old = _steps(held_packs(folder).get(id, {}))
    fresh = {name: step for name, step in _steps(pack).items() if name not in old}
    names = _names(before, id, overlays)
    files: dict[str, bytes] = {}
    renames: dict[Key, list[tuple[Path, Path]]] = {}
    own: dict[str, dict[str, Step]] = {}
    said: list[str] = []
    for (file, name), step in fresh.items():
        for pack_id, key in names:
            told = _for(step, pack_id, key[1])
            if told is None:
                continue
            own.setdefault(file, {})[_unique(own.get(file, {}), name)] = told
            pair = _paths(step)
            if pair is not None and key in overlays:
                renames.setdefault(key, []).append(pair)
            said.append(" ".join(f"{word} {value}" for word, value in told.items()))
    for key, pairs in renames.items():
        files |= _renamed(folder, overlays[key], pairs)
    version = version_of(pack).replace(".", "_")
    for file, steps in own.items():
        path = f"moves/{file.split('/')[-1].removesuffix('.yaml')}_{id}_{version}.yaml"
        text = lines({"kind": "Moves", "steps": steps}, 0, "\n") + "\n"
        head = f"# From the pack {id} {version_of(pack)}: {folder_of(id)}{file}\n"
        files[path] = (head + text).encode()
    return Replay(files, {key: tuple(pairs) for key, pairs in renames.items()}, tuple(said))


def _steps(pack: Files) -> dict[tuple[str, str], Step]:
    """Every step of a pack's moves by file and name, in order."""
    found: dict[tuple[str, str], Step] = {}
    for path in sorted(pack):
        if not path.startswith("moves/") or not path.endswith((".yaml", ".yml")):
            continue
        node, _ = read(pack[path], path)
        steps = node.get("steps") if isinstance(node, MappingNode) else None
        for key, value in steps.entries if isinstance(steps, MappingNode) else ():
            step: Any = plain(value)
            if isinstance(step, dict):
                found[path, key.text] = {str(k): str(v) for k, v in step.items() if k != "note"}
    return found


def _names(before: SpecSet, id: str, overlays: Mapping[Key, SpecFile]) -> list[tuple[str, Key]]:
    """What the pack calls a spec, with the spec of the tenant that it is or is built from."""
    found = []
    for key, chain in before.chains.items():
        part = next((part for part in chain if part.pack == id), None)
        if part is not None and (key in overlays or chain[-1].pack):
            stem = part.file.rpartition("/")[2].removesuffix(".yaml")
            found.append((stem, key))
    return [one for one in found if one[1][0] in ("TicketType", "SlaPolicy", "Team")]


def _for(step: Step, pack_id: str, own_id: str) -> Step | None:
    """The step about the tenant's spec; None when it is about another one."""
    head = step.get("from", "").partition(".")[0]
    if head != pack_id:
        return None
    told = dict(step)
    for word in ("from", "to"):
        if word in told and "." in told[word]:
            told[word] = f"{own_id}.{told[word].partition('.')[2]}"
    return told


def _paths(step: Step) -> tuple[Path, Path] | None:
    """Where a renamed thing stands in its spec, before and after."""
    shape = _WHERE.get(step.get("rename", ""))
    if shape is None or "to" not in step:
        return None
    old, new = (step[word].split(".")[1:] for word in ("from", "to"))
    if max(part.count("{1}") for part in shape) + 1 > min(len(old), len(new)):
        return None
    first, second = (tuple(part.format(*names) for part in shape) for names in (old, new))
    return first, second


def _renamed(folder: Files, file: SpecFile, pairs: list[tuple[Path, Path]]) -> dict[str, bytes]:
    """The overlay with its keys called as the new version calls them."""
    text = folder[file.file].decode("utf-8")
    node, _ = read(text, file.file)
    whole: dict[str, Any] = plain(node) if node is not None else {}
    for old, new in pairs:
        whole = _key_renamed(whole, old, new[-1])
        named = whole.get("remove")
        if isinstance(named, list):
            dots = (".".join(old), ".".join(new))
            whole["remove"] = [_of_path(one, *dots) for one in named]
    return {file.file: become(text, whole).encode()}


def _of_path(one: str, old: str, new: str) -> str:
    return new + one[len(old) :] if one == old or one.startswith(f"{old}.") else one


def _key_renamed(value: Any, path: Path, name: str) -> Any:
    if not isinstance(value, dict) or path[0] not in value:
        return value
    if len(path) == 1:
        return {name if key == path[0] else key: item for key, item in value.items()}
    return {
        key: _key_renamed(item, path[1:], name) if key == path[0] else item
        for key, item in value.items()
    }


def _unique(taken: Mapping[str, Step], name: str) -> str:
    number, found = 2, name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
