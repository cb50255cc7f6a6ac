"""A spec that stands upon a pack, as the admin area edits it: whole, and kept as an overlay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generators.admin_screen.catalogue import kind_of_file
from specs.packs.overlay import overlay_text, starter
from specs.source import Node, plain, read
from specs.spec_set import SpecSet
from specs.writing import lines


@dataclass(frozen=True, slots=True)
class Sheet:
    """The spec as it comes out of its layers, as a text that a form can be made from.

    `upon` are the packs that say something of it, with their versions: "base 1.0.0, retail 1.2.0".
    """

    text: str
    node: Node
    upon: str


def sheet_of(specs: SpecSet, path: str) -> Sheet | None:
    """The sheet of a spec by the path of its own file; None for one that is whole in it."""
    found = kind_of_file(path)
    chain = specs.chains.get(found) if found is not None else None
    if found is None or chain is None:
        return None
    text = lines(plain(specs.of(found[0])[found[1]].node), 0, "\n") + "\n"
    node, _ = read(text, path)
    assert node is not None
    upon = dict.fromkeys(f"{part.pack} {part.version}" for part in chain if part.pack)
    return Sheet(text, node, ", ".join(upon))


def own_text(specs: SpecSet, path: str) -> str:
    """How the overlay of a spec begins that so far only packs speak of; "" for any other."""
    found = kind_of_file(path)
    chain = specs.chains.get(found) if found is not None else None
    if found is None or chain is None or not chain[-1].pack:
        return ""
    return starter(specs.of(found[0])[found[1]], chain)


def kept(specs: SpecSet, path: str, text: str, wanted: dict[str, Any]) -> str:
    """The text of the spec's own file when the spec shall say `wanted`.

    Raises:
        CannotEdit: it can't be said over the pack.
    """
    found = kind_of_file(path)
    assert found is not None
    return overlay_text(specs.of(found[0])[found[1]], specs.chains[found], text, wanted)


def paths_of_packs(specs: SpecSet) -> tuple[str, ...]:
    """The paths that own files of specs would have of which so far only packs speak."""
    return tuple(
        f"{file.address}.yaml"
        for key, chain in specs.chains.items()
        if chain[-1].pack
        for file in (specs.of(key[0])[key[1]],)
    )
