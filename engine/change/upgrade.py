"""A tenant brought to another version of a pack: a three-way merge on the paths of resolved specs.

What only the pack changed comes with it, what only the tenant changed stays. A path that both
changed is a conflict, told with the old, the new and the tenant's value, and never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.change.pack_moves import Replay, replayed
from specs.catalog import KINDS
from specs.edit import become
from specs.load import load_files
from specs.packs.flat import Path, flat
from specs.packs.guard import same
from specs.packs.layer import folder_of
from specs.packs.taking import naming, version_of, with_packs
from specs.problem import Place
from specs.shape import Shape
from specs.source import Mapping as MappingNode
from specs.source import Node, plain, read
from specs.spec_set import SpecFile, SpecSet, address, place_of
from specs.writing import flow

Files = Mapping[str, bytes]
Key = tuple[str, str]
GONE: Final = "gone"


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says of a path; `text` is "gone" where it says nothing."""

    text: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A path that both changed: `types/refund.fields.amount.max`."""

    path: str
    old: Side
    new: Side
    yours: Side


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The folder as it would be, what is not settled, what settles nothing, what was renamed."""

    files: Files
    open: tuple[Conflict, ...]
    settled: tuple[Conflict, ...]
    unused: tuple[str, ...]
    renamed: tuple[str, ...]


def upgrade(
    folder: Files,
    id: str,
    pack: Files,
    takes: Mapping[str, str],
    beside: Mapping[str, Files],
    inputs: Mapping[str, Any],
) -> Upgrade:
    """The folder with another version of a pack.

    `takes` settles conflicts by path: `new` or `yours`. `beside` are packs that come along because
    the new version needs them.

    Raises:
        CannotEdit: a file of the tenant can't be changed without losing something.
    """
    versions = {name: version_of(files) for name, files in {**beside, id: pack}.items()}
    tenant = naming(folder["tenant.yaml"], versions, {id: inputs})
    before, _ = load_files(folder)
    overlays = {
        key: file
        for key, file in _files_of(before).items()
        if any(part.pack == id for part in before.chains.get(key, ())) and _is_own(before, key)
    }
    replay = replayed(before, folder, id, pack, overlays)
    after = with_packs({**folder, **replay.files, "tenant.yaml": tenant}, {**beside, id: pack})
    merge = _Merge(folder, after, overlays, replay, before, takes)
    merge.run()
    merge.inputs(id, pack)
    known = {one.path for one in (*merge.open, *merge.settled)}
    unused = tuple(path for path in takes if path not in known)
    return Upgrade(merge.after, tuple(merge.open), tuple(merge.settled), unused, replay.said)


def _files_of(specs: SpecSet) -> dict[Key, SpecFile]:
    return {(kind, id): file for kind, of in specs.objects.items() for id, file in of.items()}


def _is_own(specs: SpecSet, key: Key) -> bool:
    return not specs.chains[key][-1].pack


def _stubbed(files: Files, overlays: Mapping[Key, SpecFile]) -> dict[str, bytes]:
    """The folder with overlays that say nothing: each then is what it stands upon."""
    found = dict(files)
    for (kind, _), file in overlays.items():
        node, _ = read(files[file.file], file.file)
        extends = node.get("extends") if isinstance(node, MappingNode) else None
        name = plain(extends) if extends is not None else ""
        found[file.file] = f"kind: {kind}\nextends: {name}\n".encode()
    return found


@dataclass(slots=True)
class _Merge:
    """One upgrade being worked out."""

    before: Files
    after: dict[str, bytes]
    overlays: Mapping[Key, SpecFile]
    replay: Replay
    yours: SpecSet
    takes: Mapping[str, str]
    open: list[Conflict] = field(default_factory=list)
    settled: list[Conflict] = field(default_factory=list)

    def run(self) -> None:
        if not self.overlays:
            return
        old = _files_of(load_files(_stubbed(self.before, self.overlays))[0])
        new = _files_of(load_files(_stubbed(self.after, self.overlays))[0])
        for key, file in self.overlays.items():
            if key in old:
                self._spec(key, file, old[key], new.get(key))

    def _spec(self, key: Key, file: SpecFile, old: SpecFile, new: SpecFile | None) -> None:
        shape = Shape("object", model=KINDS[key[0]].model)
        was, mine = (
            {self.replay.path(key, path): node for path, node in flat(one, shape).items()}
            for one in (old.node, file.node)
        )
        now = flat(new.node, shape) if new is not None else {}
        text = self.after[file.file].decode("utf-8")
        node, _ = read(text, file.file)
        overlay: dict[str, Any] = plain(node) if node is not None else {}
        raw = self.yours.chains[key][-1].node
        for path in _both(was, mine, now):
            conflict = _told(address(*key), path, was.get(path), now.get(path), mine.get(path), raw)
            self._settle(conflict, overlay, path, now, file, key)
        self.after[file.file] = become(text, overlay).encode()

    def _settle(
        self,
        conflict: Conflict,
        overlay: dict[str, Any],
        path: Path,
        now: Mapping[Path, Node],
        file: SpecFile,
        key: Key,
    ) -> None:
        take = self.takes.get(conflict.path)
        if take is None:
            self.open.append(conflict)
            return
        self.settled.append(conflict)
        if take == "new":
            _forget(overlay, path)
        elif conflict.new.text == GONE and conflict.yours.text != GONE:
            entry = _first_gone(path, now)
            whole = _at(plain(file.node), self.replay.back(key, entry))
            _put(overlay, entry, whole)

    # ------------------------------------------------------------ inputs

    def inputs(self, id: str, pack: Files) -> None:
        """Inputs that the tenant sets and the pack no longer has."""
        node, _ = read(self.after["tenant.yaml"], "tenant.yaml")
        whole: dict[str, Any] = plain(node) if node is not None else {}
        given = dict(((whole.get("packs") or {}).get(id) or {}).get("inputs") or {})
        head, _ = read(pack.get("pack.yaml", b""), folder_of(id) + "pack.yaml")
        declared = head.get("inputs") if isinstance(head, MappingNode) else None
        known = (
            {key.text for key, _ in declared.entries} if isinstance(declared, MappingNode) else ()
        )
        for name in [name for name in given if name not in known]:
            where = ("packs", id, "inputs", name)
            place = place_of(node, where) if node is not None else None
            mine = Side(flow(given[name]), place)
            conflict = Conflict(".".join(("tenant", *where)), Side("an input", None), _GONE, mine)
            if self.takes.get(conflict.path) == "new":
                self.settled.append(conflict)
                del whole["packs"][id]["inputs"][name]
                if not whole["packs"][id]["inputs"]:
                    del whole["packs"][id]["inputs"]
            else:
                self.open.append(conflict)
        text = self.after["tenant.yaml"].decode("utf-8")
        self.after["tenant.yaml"] = become(text, whole).encode()


_GONE = Side(GONE, None)


def _both(
    was: Mapping[Path, Node], mine: Mapping[Path, Node], now: Mapping[Path, Node]
) -> Iterator[Path]:
    """The paths that both sides changed, each in its own way."""
    for path in dict.fromkeys((*was, *mine, *now)):
        old, new, yours = was.get(path), now.get(path), mine.get(path)
        if not same(old, yours) and not same(old, new) and not same(new, yours):
            yield path


def _told(
    name: str, path: Path, old: Node | None, new: Node | None, mine: Node | None, raw: MappingNode
) -> Conflict:
    yours = _side(mine) if mine is not None else Side(GONE, place_of(raw, ("remove",)))
    return Conflict(".".join((name, *path)), _side(old), _side(new), yours)


def _side(node: Node | None) -> Side:
    return Side(flow(plain(node)), node.place) if node is not None else _GONE


# ---------------------------------------------------------------- overlays as plain values


def _forget(overlay: dict[str, Any], path: Path) -> None:
    """Take what the overlay says at a path out of it, and maps that hold nothing then."""
    removed = overlay.get("remove")
    if removed is not None:
        named = removed if isinstance(removed, list) else [removed]
        kept = [one for one in named if tuple(one.split(".")) != path[: len(one.split("."))]]
        if len(kept) < len(named):
            overlay.pop("remove")
            if kept:
                overlay["remove"] = kept
            return
    _drop(overlay, path)


def _drop(here: dict[str, Any], path: Path) -> None:
    inner = here.get(path[0])
    if len(path) == 1 or not isinstance(inner, dict):
        # A short form stands for its title: then it is the title that goes.
        here.pop(path[0], None)
        return
    _drop(inner, path[1:])
    if not inner:
        del here[path[0]]


def _first_gone(path: Path, now: Mapping[Path, Node]) -> Path:
    """The outermost step of a path that the new version does not have."""
    for length in range(1, len(path)):
        if not any(other[:length] == path[:length] for other in now):
            return path[:length]
    return path


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _put(here: dict[str, Any], path: Path, value: Any) -> None:
    for step in path[:-1]:
        here = here.setdefault(step, {})
    here[path[-1]] = value
