"""What a tenant and its packs say together: each spec once, whole, with where each value stands.

The rest of the house sees the outcome alone. A spec of the tenant stands before one of a pack; an
overlay is laid over what it extends; everything else of a pack is part of the tenant as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Final

from specs.catalog import KINDS
from specs.packs.faults import Faults
from specs.packs.guard import check_guards, guarded
from specs.packs.layer import Key, Layer
from specs.packs.merge import laid_over
from specs.packs.used import Own, Tree, used_layers, wishes_of
from specs.problem import Code, did_you_mean
from specs.source import Mapping, Node, Scalar, Sequence, mapping
from specs.spec_set import Part, UsedPack, address

WORDS: Final = ("skills", "tags", "flags", "priorities")
"""What a pack's tenant.yaml brings to the tenant: the words its specs use."""
_SINGLE = tuple(kind.word for kind in KINDS.values() if kind.single)


@dataclass(slots=True)
class Resolved:
    """The specs that came of it, to be checked, and how each came about."""

    trees: dict[Key, Tree] = field(default_factory=dict)
    chains: dict[Key, tuple[Part, ...]] = field(default_factory=dict)
    broken: set[Key] = field(default_factory=set)
    packs: dict[str, UsedPack] = field(default_factory=dict)
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    tenant: Mapping | None = None
    """tenant.yaml with the words of the packs, where they bring any."""


def resolve(files: MappingOf[str, bytes], own: Own, faults: Faults) -> Resolved:
    """Lay overlays over what they extend and bring in the packs that the tenant uses."""
    done = Resolved()
    layers, missing = used_layers(files, own, faults)
    done.broken |= missing
    build = _Builder(own, layers, faults)
    for key, (file, _) in own.overlays.items():
        _take(done, key, file, build.spec("", key))
    for key, names in _candidates(layers, own, faults).items():
        if key in own.whole:
            _not_around_seals(key, own.whole[key], [layers[name] for name in names], faults)
        elif key not in own.overlays and key not in own.broken:
            found = build.chosen(key, names)
            _take(done, key, found.chain[-1].file if found is not None else "", found)
    done.packs = {id: layer.used for id, layer in layers.items()}
    for layer in layers.values():
        done.broken |= layer.broken - own.whole.keys() - own.overlays.keys()
        for locale, texts in layer.translations.items():
            done.translations.setdefault(locale, {}).update(texts)
    done.tenant = _with_words(own.tenant, layers.values())
    return done


def _take(done: Resolved, key: Key, file: str, found: _Built | None) -> None:
    if found is None:
        done.broken.add(key)
    else:
        done.trees[key] = (file, found.node)
        done.chains[key] = found.chain


# ---------------------------------------------------------------- which specs of them


def _candidates(layers: MappingOf[str, Layer], own: Own, faults: Faults) -> dict[Key, list[str]]:
    """The packs that bring each spec, as the tenant chose."""
    found: dict[Key, list[str]] = {}
    wishes = {one.id: one for one in wishes_of(own)}
    for id, layer in layers.items():
        keys = [key for key in layer.trees if key[0] != "Tenant"]
        names = {address(*key): key for key in keys}
        use = _selected(wishes[id].use, names, id, faults)
        without = _selected(wishes[id].without, names, id, faults)
        for key in keys:
            if (wishes[id].use is None or key in use) and key not in without:
                found.setdefault(key, []).append(id)
    return found


def _selected(node: Node | None, names: MappingOf[str, Key], pack: str, faults: Faults) -> set[Key]:
    found: set[Key] = set()
    for one in node.items if isinstance(node, Sequence) else (node,) if node is not None else ():
        if not isinstance(one, Scalar):
            continue
        word = one.text
        chosen = {key for name, key in names.items() if name == word or name.startswith(f"{word}/")}
        if not chosen:
            message = f"the pack `{pack}` has no `{word}`"
            known = [*names, *dict.fromkeys(name.partition("/")[0] for name in names)]
            faults.say(Code.UNKNOWN_PACK_PATH, message, one.place, did_you_mean(word, known))
        found |= chosen
    return found


def _not_around_seals(key: Key, own: Tree, layers: Iterable[Layer], faults: Faults) -> None:
    """A spec of one's own in the place of one with guarded parts would leave the guard out."""
    for layer in layers:
        if guarded(layer.pack, *key):
            id = layer.used.id
            message = f"the pack `{id}` guards parts of `{address(*key)}`; a spec of one's own "
            message += "would leave them out"
            cure = f"build upon it with `extends: {id}:{key[1]}`"
            faults.say(Code.SEALED, message, own[1].entries[0][0].place, cure)


def _with_words(tenant: Mapping | None, layers: Iterable[Layer]) -> Mapping | None:
    """tenant.yaml with the tags, flags, skills and titles of priorities that packs bring."""
    if tenant is None:
        return None
    found = tenant.entries_by_key()
    for layer in layers:
        _, other = layer.trees.get(("Tenant", "tenant"), ("", None))
        for word in WORDS:
            more = other.get(word) if other is not None else None
            if not isinstance(more, Mapping):
                continue
            key, had = found.get(word, (Scalar(word, True, more.place), mapping((), more.place)))
            if isinstance(had, Mapping):
                whole = more.entries_by_key() | had.entries_by_key()
                order = [*had.entries_by_key(), *more.entries_by_key()]
                found[word] = (
                    key,
                    mapping((whole[name] for name in dict.fromkeys(order)), had.place),
                )
    return mapping(found.values(), tenant.place)


# ---------------------------------------------------------------- laying over


@dataclass(frozen=True, slots=True)
class _Built:
    """A spec that came out whole."""

    node: Mapping
    chain: tuple[Part, ...]


@dataclass(slots=True)
class _Builder:
    """Builds each spec of each layer once; "" is the tenant's own."""

    own: Own
    layers: MappingOf[str, Layer]
    faults: Faults
    _done: dict[tuple[str, Key], _Built | None] = field(default_factory=dict)
    _open: list[tuple[str, Key]] = field(default_factory=list)

    def spec(self, layer: str, key: Key) -> _Built | None:
        """A spec of a layer, whole; None when it or what it stands upon can't be read."""
        at = (layer, key)
        if at not in self._done:
            self._open.append(at)
            self._done[at] = self._build(layer, key)
            self._open.pop()
        return self._done[at]

    def chosen(self, key: Key, names: list[str]) -> _Built | None:
        """The spec that several packs bring: the one that stands upon all others."""
        built = {name: self.spec(name, key) for name in names}
        whole = {name: one for name, one in built.items() if one is not None}
        if len(whole) < len(names):
            return None
        for name, one in whole.items():
            below = {part.pack for part in one.chain}
            if all(other == name or other in below for other in names):
                return one
        if key[0] in _SINGLE:
            return self._joined(key, list(whole.values()))
        first, second = (self.layers[name].trees[key][1] for name in names[:2])
        message = f"the packs `{names[0]}` and `{names[1]}` both bring `{address(*key)}`"
        cure = f"leave one out with `without: [{address(*key)}]`"
        self.faults.say(
            Code.PACKS_CLASH, message, second.place, cure, (("the other is", first.place),)
        )
        return None

    def _joined(self, key: Key, parts: list[_Built]) -> _Built:
        """People and portal of several packs: what each says laid over what those before it say."""
        node, chain = parts[0].node, parts[0].chain
        said = {(part.pack, part.file) for part in chain}
        for part in (part for one in parts[1:] for part in one.chain):
            if (part.pack, part.file) not in said:
                said.add((part.pack, part.file))
                below = chain[-1].pack
                node = laid_over(KINDS[key[0]].model, key[0], node, part.node, below, self.faults)
                chain = (*chain, part)
        return _Built(node, chain)

    def _build(self, layer: str, key: Key) -> _Built | None:
        found = self._tree(layer, key)
        if found is None:
            return None
        file, node = found
        version = self.layers[layer].used.version if layer else ""
        part = Part(layer, version, file, node)
        named = node.get("extends")
        if named is None:
            return _Built(node, (part,))
        if not isinstance(named, Scalar):
            message = "`extends` names one spec"
            self.faults.say(Code.UNKNOWN_PARENT, message, named.place, "write `retail:refund`")
            return None
        parent = self._parent(layer, key, named)
        if parent is None:
            return None
        merged = laid_over(KINDS[key[0]].model, key[0], parent.node, node, named.text, self.faults)
        guards = [
            guard
            for below in parent.chain
            if below.pack and below.pack != layer
            for guard in guarded(self.layers[below.pack].pack, key[0], _id_of(below.file))
        ]
        check_guards(key[0], parent.node, merged, node, guards, self.faults)
        return _Built(merged, (*parent.chain, part))

    def _tree(self, layer: str, key: Key) -> Tree | None:
        if layer:
            return self.layers[layer].trees.get(key)
        return self.own.overlays.get(key) or self.own.whole.get(key)

    def _parent(self, layer: str, key: Key, named: Scalar) -> _Built | None:
        pack, _, id = named.text.rpartition(":")
        where, other = pack or layer, (key[0], id)
        if pack and pack not in self.layers:
            message = f"there is no pack `{pack}` here"
            cure = did_you_mean(pack, self.layers)
            self.faults.say(Code.UNKNOWN_PARENT, message, named.place, cure)
            return None
        if (where, other) in self._open:
            message = f"`extends` leads back to where it began: {named.text}"
            cure = "write one of them whole"
            self.faults.say(Code.REFERENCE_LOOP, message, named.place, cure)
            return None
        if self._tree(where, other) is None:
            self._nothing_there(where, other, named)
            return None
        return self.spec(where, other)

    def _nothing_there(self, where: str, key: Key, named: Scalar) -> None:
        broken = self.layers[where].broken if where else self.own.broken
        if key in broken:
            return
        trees = self.layers[where].trees if where else {**self.own.whole, **self.own.overlays}
        known = [f"{where}:{id}" if where else id for kind, id in trees if kind == key[0]]
        if not where:
            known += [
                f"{pack}:{id}"
                for pack, layer in self.layers.items()
                for kind, id in layer.trees
                if kind == key[0]
            ]
        message = f"there is no {key[0]} `{named.text}` to build upon"
        cure = did_you_mean(named.text, known)
        self.faults.say(Code.UNKNOWN_PARENT, message, named.place, cure)


def _id_of(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]
