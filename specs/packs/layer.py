"""One pack read: its specs as trees by kind and id, in the words of the tenant that uses it."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePosixPath

from specs.catalog import FILES, FOLDERS, KINDS
from specs.kinds.pack import Pack
from specs.marks import FileMark, TextMark
from specs.packs.faults import Faults
from specs.packs.inputs import Filling, values_of
from specs.problem import Problem
from specs.schema import check
from specs.shape import Shape, slots
from specs.source import Mapping, Node, Scalar, Sequence, mapping, read
from specs.spec_set import UsedPack, tree_digest
from specs.translate import read_texts
from specs.vocabulary import is_locale

Key = tuple[str, str]
_NOT_OF_TENANTS = ("Pack", "Moves")


@dataclass(frozen=True, slots=True)
class Layer:
    """A pack in use. `trees` are its specs as they stand, by kind and id, with the file of each."""

    used: UsedPack
    pack: Pack
    place: str
    trees: MappingOf[Key, tuple[str, Mapping]]
    translations: MappingOf[str, MappingOf[str, str]]
    broken: frozenset[Key]


@dataclass(frozen=True, slots=True)
class _Content:
    """The YAML files of a pack as trees."""

    trees: MappingOf[Key, tuple[str, Mapping]]
    words: MappingOf[str, dict[str, str]]
    broken: frozenset[Key]
    problems: tuple[Problem, ...]


class _Bytes:
    """Files of a pack told apart by their digest, so that one pack is read once."""

    def __init__(self, id: str, digest: str, files: MappingOf[str, bytes]) -> None:
        self.id, self.digest, self.files = id, digest, files

    def __hash__(self) -> int:
        return hash((self.id, self.digest))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bytes) and (other.id, other.digest) == (self.id, self.digest)


def folder_of(id: str) -> str:
    """Where the files of a pack stand in a tenant's folder."""
    return f"packs/{id}/"


def key_of(path: str) -> Key | None:
    """The kind and id of the spec that a path holds, None when it holds none."""
    pure = PurePosixPath(path)
    if pure.suffix not in (".yaml", ".yml"):
        return None
    if len(pure.parts) == 1:
        kind = FILES.get(f"{pure.stem}.yaml")
    else:
        kind = FOLDERS.get(pure.parts[0]) if len(pure.parts) == 2 else None
    return (kind.word, pure.stem) if kind is not None else None


@lru_cache(maxsize=16)
def _read(of: _Bytes) -> _Content:
    trees: dict[Key, tuple[str, Mapping]] = {}
    words: dict[str, dict[str, str]] = {}
    broken: set[Key] = set()
    problems: list[Problem] = []
    for name in sorted(of.files):
        pure = PurePosixPath(name)
        is_words = pure.parts[0] == "i18n" and len(pure.parts) == 2 and is_locale(pure.stem)
        key = key_of(name)
        if key is None and not is_words:
            continue
        file = folder_of(of.id) + name
        if key is None:
            words[pure.stem] = read_texts(file, pure.stem, of.files[name], problems) or {}
            continue
        node, found = read(of.files[name], file)
        problems += found
        whole = node is not None and not any(one.is_error for one in found)
        if whole and isinstance(node, Mapping):
            trees[key] = (file, node)
        else:
            broken.add(key)
    return _Content(trees, words, frozenset(broken), tuple(problems))


@dataclass(slots=True)
class Opening:
    """What a tenant says about a pack it uses: locales first, then inputs and where they stand."""

    locales: tuple[str, ...]
    given: Node | None
    at: Scalar
    faults: Faults = field(default_factory=Faults)


def open_pack(id: str, files: MappingOf[str, bytes], opening: Opening) -> Layer | None:
    """A pack as one tenant sees it; None, with the problems told, when pack.yaml can't be read."""
    digest = tree_digest(files)
    content = _read(_Bytes(id, digest, files))
    opening.faults.found += content.problems
    found = content.trees.get(("Pack", "pack"))
    if found is None:
        return None
    spec, problems = check(Pack, found[1])
    opening.faults.found += problems
    if not isinstance(spec, Pack):
        return None
    written = found[1].get("inputs")
    values = values_of(
        id,
        spec.inputs or {},
        written if isinstance(written, Mapping) else mapping((), found[1].place),
        opening.given,
        opening.at.place,
        opening.faults,
    )
    filling = Filling(spec.inputs or {}, values, opening.faults)
    walker = _Walker(id, files, _first_locale(content), opening.locales)
    trees = {}
    for key, (file, node) in content.trees.items():
        if key[0] not in _NOT_OF_TENANTS:
            tree = filling.tree(node)
            trees[key] = (file, walker.tree(tree, Shape("object", model=KINDS[key[0]].model)))
    return Layer(
        UsedPack(id, spec.version, digest, files),
        spec,
        found[0],
        {key: (file, node) for key, (file, node) in trees.items() if isinstance(node, Mapping)},
        content.words,
        content.broken,
    )


def _first_locale(content: _Content) -> str:
    """The language of texts without a locale, from the tenant.yaml that a pack is checked with."""
    _, tenant = content.trees.get(("Tenant", "tenant"), ("", None))
    locales = tenant.get("locales") if tenant is not None else None
    first = locales.items[0] if isinstance(locales, Sequence) and locales.items else None
    return first.text if isinstance(first, Scalar) else ""


@dataclass(frozen=True, slots=True)
class _Walker:
    """Brings a pack's tree into a tenant: languages it speaks, paths to files of the pack."""

    pack: str
    files: MappingOf[str, bytes]
    own: str
    locales: tuple[str, ...]

    def tree(self, node: Node, shape: Shape) -> Node:
        """The tree with texts and file names as they have to be in the tenant."""
        if shape.form == "leaf":
            return self._leaf(node, shape)
        if isinstance(node, Sequence):
            item = shape.item
            if shape.form != "list" or item is None:
                return node
            return replace(node, items=tuple(self.tree(one, item) for one in node.items))
        if shape.form == "list" and shape.item is not None:
            return self.tree(node, shape.item)
        if shape.form == "map" and shape.item is not None and isinstance(node, Mapping):
            return self._entries(node, dict.fromkeys((k.text for k, _ in node.entries), shape.item))
        return self._object(node, shape)

    def _object(self, node: Node, shape: Shape) -> Node:
        model = shape.model
        if isinstance(node, Mapping) and shape.form == "tagged":
            word = node.get("type")
            model = dict(shape.models).get(word.text) if isinstance(word, Scalar) else None
            model = model or (shape.models[0][1] if shape.models else None)
        if model is None:
            return node
        known = {name: slot.shape for name, slot in slots(model).items()}
        is_short = shape.short is not None and (
            not isinstance(node, Mapping)
            or (shape.short == "title" and not any(k.text in known for k, _ in node.entries))
        )
        if is_short and shape.short is not None:
            return self.tree(node, known[shape.short])
        return self._entries(node, known) if isinstance(node, Mapping) else node

    def _entries(self, node: Mapping, shapes: MappingOf[str, Shape]) -> Mapping:
        leaf = Shape("leaf")
        return mapping(
            ((key, self.tree(value, shapes.get(key.text, leaf))) for key, value in node.entries),
            node.place,
        )

    def _leaf(self, node: Node, shape: Shape) -> Node:
        if isinstance(shape.marker, TextMark):
            return self._text(node)
        if isinstance(shape.marker, FileMark) and isinstance(node, Scalar):
            if node.text in self.files:
                return replace(node, text=folder_of(self.pack) + node.text)
        return node

    def _text(self, node: Node) -> Node:
        """A text in languages that the tenant speaks; one that it does not, where there is none."""
        if isinstance(node, Scalar):
            if not self.own or self.own not in self.locales or self.own == self.locales[0]:
                return node
            return mapping(((Scalar(self.own, True, node.place), node),), node.place)
        if not isinstance(node, Mapping) or not node.entries:
            return node
        known = [entry for entry in node.entries if entry[0].text in self.locales]
        if len(known) == len(node.entries):
            return node
        return mapping(known, node.place) if known else node.entries[0][1]
