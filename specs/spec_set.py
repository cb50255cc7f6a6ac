"""A tenant's specs as they were written: each object with the tree it was read from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from specs.base import Spec
from specs.catalog import KINDS
from specs.kinds.tenant import Tenant
from specs.problem import Place
from specs.shape import Step
from specs.source import Mapping, Node, Scalar, Sequence

S = TypeVar("S", bound=Spec)


def address(kind: str, id: str) -> str:
    """A spec as paths name it: `types/refund`, `portal`."""
    return KINDS[kind].file_of(id).removesuffix(".yaml")


@dataclass(frozen=True, slots=True)
class SpecFile:
    """One object of a tenant: its kind, id, file, the spec and the tree with places."""

    kind: str
    id: str
    file: str
    spec: Spec
    node: Mapping

    @property
    def address(self) -> str:
        """How paths name it, wherever it was written: `types/refund`, `portal`."""
        return address(self.kind, self.id)

    def place(self, *path: Step) -> Place:
        """Where a value stands; of a path that was not written, the nearest parent that was."""
        return place_of(self.node, path)

    def key_place(self, *path: Step) -> Place:
        """Where the key of a value stands; items of lists have no key, so the item itself."""
        return key_place_of(self.node, path)

    def node_at(self, *path: Step) -> Node | None:
        """The tree at a path, or None when nothing was written there."""
        return node_at(self.node, path)


@dataclass(frozen=True, slots=True)
class Part:
    """What one layer says about a spec: a pack with its version, or the tenant itself ("")."""

    pack: str
    version: str
    file: str
    node: Mapping


@dataclass(frozen=True, slots=True)
class UsedPack:
    """A pack as a tenant uses it: version, digest of its files, and those by their path in it."""

    id: str
    version: str
    digest: str
    files: MappingOf[str, bytes]


_EMPTY: MappingOf[str, SpecFile] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SpecSet:
    """All objects of one tenant that passed the checks so far, and the files they came from.

    `files` holds every file of the tree by its path, `translations` texts by locale and path,
    `broken` the (kind, id) of objects that exist but could not be read. `packs` are those in use;
    `chains` has, by (kind, id), what each layer says of a spec that stands upon a pack or another
    spec, the lowest layer first; a spec that is whole in its own file has no chain.
    """

    objects: MappingOf[str, MappingOf[str, SpecFile]]
    files: MappingOf[str, bytes]
    translations: MappingOf[str, MappingOf[str, str]] = field(default_factory=dict)
    broken: frozenset[tuple[str, str]] = frozenset()
    packs: MappingOf[str, UsedPack] = field(default_factory=dict)
    chains: MappingOf[tuple[str, str], tuple[Part, ...]] = field(default_factory=dict)

    @property
    def tenant(self) -> Tenant | None:
        """The tenant, or None when its file is missing or broken."""
        found = self.of("Tenant").get("tenant")
        return found.spec if found is not None and isinstance(found.spec, Tenant) else None

    def of(self, kind: str) -> MappingOf[str, SpecFile]:
        """The objects of a kind by id, in the order of their file names."""
        return self.objects.get(kind, _EMPTY)

    def specs(self, kind: type[S]) -> dict[str, S]:
        """The specs of a kind by id, typed."""
        found = self.of(kind.__name__)
        return {id: one.spec for id, one in found.items() if isinstance(one.spec, kind)}

    def exists(self, kind: str, id: str) -> bool:
        """Whether an object is there, be it broken."""
        return id in self.of(kind) or (kind, id) in self.broken

    @property
    def tree(self) -> str:
        """The digest of the files: sha256 over the sorted list of (path, sha256 of bytes)."""
        return tree_digest(self.files)


def tree_digest(files: MappingOf[str, bytes]) -> str:
    """sha256 over the sorted list of (path, sha256 of bytes), one a line."""
    whole = hashlib.sha256()
    for path in sorted(files):
        digest = hashlib.sha256(files[path]).hexdigest()
        # A length before the path keeps two lists from ever looking the same.
        whole.update(f"{len(path.encode())} {path} {digest}\n".encode())
    return whole.hexdigest()


def _child(node: Node, step: Step) -> Node | None:
    if isinstance(node, Mapping):
        return node.get(str(step))
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def node_at(node: Node, path: tuple[Step, ...]) -> Node | None:
    """The tree at a path, or None when nothing was written there."""
    here: Node | None = node
    for step in path:
        # A list may be written as its only item; then item 0 is the value itself.
        if step == 0 and not isinstance(here, (Sequence, Mapping)):
            continue
        here = _child(here, step) if here is not None else None
        if here is None:
            return None
    return here


def place_of(node: Node, path: tuple[Step, ...]) -> Place:
    """Where a value stands, or the nearest parent that was written."""
    here = node
    place = node.place
    for step in path:
        found = _child(here, step)
        if found is None:
            break
        if isinstance(here, Mapping) and _is_empty(found):
            key = here.key(str(step))
            place = key.place if key is not None else found.place
        else:
            place = found.place
        here = found
    return place


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and not node.text


def key_place_of(node: Node, path: tuple[Step, ...]) -> Place:
    """Where the key of a value stands, or what `place_of` says where there is no such key."""
    if not path:
        return node.place
    parent = node_at(node, path[:-1])
    if isinstance(parent, Mapping):
        key = parent.key(str(path[-1]))
        if key is not None:
            return key.place
    return place_of(node, path)
