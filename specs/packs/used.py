"""The packs that a folder uses: named, there, in the right version, and as they were pinned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from specs.packs.faults import Faults
from specs.packs.language import check_language
from specs.packs.layer import Key, Layer, Opening, folder_of, open_pack
from specs.packs.lock import LOCK, Pin, read_lock
from specs.packs.versions import fits
from specs.problem import Code, Place
from specs.source import Mapping, Node, Scalar, Sequence, mapping

Tree = tuple[str, Mapping]


@dataclass(frozen=True, slots=True)
class Own:
    """What the tenant's own files say: whole specs, overlays, and those that can't be read."""

    tenant: Mapping | None
    whole: MappingOf[Key, Tree]
    overlays: MappingOf[Key, Tree]
    broken: frozenset[Key]
    requires: MappingOf[str, tuple[Scalar, str]] | None = None
    """The packs that a pack itself needs: where it says so, and which versions."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A pack that tenant.yaml names."""

    id: str
    key: Scalar
    version: Node | None
    inputs: Node | None
    use: Node | None
    without: Node | None


def used_layers(
    files: MappingOf[str, bytes], own: Own, faults: Faults
) -> tuple[dict[str, Layer], set[Key]]:
    """The packs in use, opened, in the order of their names in the file; those not there."""
    held = held_packs(files)
    wishes = list(wishes_of(own))
    if own.requires is None:
        _lone_folders(held, [one.id for one in wishes], faults)
    pins = read_lock(files.get(LOCK), faults) if own.requires is None else None
    locales = _locales(own.tenant)
    layers: dict[str, Layer] = {}
    missing: set[Key] = set()
    for wish in wishes:
        if wish.id not in held:
            message = f"the pack `{wish.id}` is named, but `{folder_of(wish.id)}` is not there"
            cure = f"run `specdesk pack add {wish.id}`"
            faults.say(Code.PACK_MISSING, message, wish.key.place, cure)
            missing.add(("Pack", wish.id))
            continue
        given = wish.inputs or mapping((), wish.key.place)
        opening = Opening(locales, given if own.requires is None else None, wish.key, faults)
        layer = open_pack(wish.id, held[wish.id], opening)
        if layer is None:
            missing.add(("Pack", wish.id))
            continue
        layers[wish.id] = layer
        if check_language(wish.id, layer.pack.language, _top(layer.place), faults):
            _check_version(layer, wish, own, pins, faults)
    for layer in layers.values():
        _check_requires(layer, layers, faults)
    return layers, missing


def held_packs(files: MappingOf[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The files of each pack in a tenant's folder, by their path in the pack."""
    found: dict[str, dict[str, bytes]] = {}
    for name, content in files.items():
        if name.startswith("packs/"):
            _, id, *rest = name.split("/", 2)
            if rest:
                found.setdefault(id, {})[rest[0]] = content
    return found


def wishes_of(own: Own) -> Iterator[Wish]:
    """The packs that the folder names, in order."""
    if own.requires is not None:
        for id, (key, _) in own.requires.items():
            yield Wish(id, key, None, None, None, None)
        return
    packs = own.tenant.get("packs") if own.tenant is not None else None
    for key, value in packs.entries if isinstance(packs, Mapping) else ():
        node = value if isinstance(value, Mapping) else mapping((), value.place)
        parts = (node.get(word) for word in ("version", "inputs", "use", "without"))
        yield Wish(key.text, key, *parts)


def _locales(tenant: Mapping | None) -> tuple[str, ...]:
    node = tenant.get("locales") if tenant is not None else None
    items = node.items if isinstance(node, Sequence) else ()
    return tuple(one.text for one in items if isinstance(one, Scalar))


def _lone_folders(held: Iterable[str], named: list[str], faults: Faults) -> None:
    for id in held:
        if id not in named:
            message = f"`{folder_of(id)}` is not named in tenant.yaml and so is left out"
            cure = "name it below `packs:`, or remove the folder"
            faults.say(Code.PACK_UNUSED, message, _top(f"packs/{id}/pack.yaml"), cure)


def _top(file: str) -> Place:
    return Place(file, 1, 1, 1, 2)


def _check_version(
    layer: Layer, wish: Wish, own: Own, pins: dict[str, Pin] | None, faults: Faults
) -> None:
    id, version = layer.used.id, layer.used.version
    if layer.pack.id != id:
        message = f"`{folder_of(id)}` holds the pack `{layer.pack.id}`"
        faults.say(Code.PACK_VERSION, message, _top(layer.place), "name the folder like the pack")
    if own.requires is not None:
        wanted = own.requires[id][1]
        if not fits(version, wanted):
            message = f"this pack needs `{id}` {wanted}; here is {version}"
            faults.say(Code.PACK_NEEDS, message, wish.key.place, "name versions that will do")
        return
    if isinstance(wish.version, Scalar) and wish.version.text != version:
        message = f"`{folder_of(id)}` has version {version}, not {wish.version.text}"
        cure = f"run `specdesk pack upgrade {id} --to {wish.version.text}`, or name {version}"
        faults.say(Code.PACK_VERSION, message, wish.version.place, cure)
    if pins is None:
        return
    pin = pins.get(id)
    if pin is None:
        message = f"{LOCK} does not pin the pack `{id}`"
        cure = f"run `specdesk pack add {id}`"
        faults.say(Code.PACK_CHANGED, message, wish.key.place, cure)
    elif pin.digest != layer.used.digest:
        message = f"the files in `{folder_of(id)}` are not those that {LOCK} pins"
        cure = "take them back and say the change in an overlay, or eject the spec"
        related = (("the pin is", pin.place),)
        faults.say(Code.PACK_CHANGED, message, _top(layer.place), cure, related)


def _check_requires(layer: Layer, layers: MappingOf[str, Layer], faults: Faults) -> None:
    for id, wanted in (layer.pack.requires or {}).items():
        other = layers.get(id)
        if other is None:
            message = f"the pack `{layer.used.id}` needs the pack `{id}` ({wanted})"
            cure = f"run `specdesk pack add {id}`"
            faults.say(Code.PACK_NEEDS, message, _top(layer.place), cure)
        elif not fits(other.used.version, wanted):
            message = f"the pack `{layer.used.id}` needs `{id}` {wanted}; here is "
            message += other.used.version
            faults.say(Code.PACK_NEEDS, message, _top(layer.place), f"upgrade `{id}`")
