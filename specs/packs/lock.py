"""`specdesk.lock.yaml`: which version of each pack a folder holds, and the digest of its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from specs.packs.faults import Faults
from specs.problem import Code, Place
from specs.source import Mapping, Scalar, read

LOCK: Final = "specdesk.lock.yaml"
_HEAD = "# Written by `specdesk pack`; it pins the packs of this folder.\n"


@dataclass(frozen=True, slots=True)
class Pin:
    """A pack as it was taken in."""

    id: str
    version: str
    digest: str
    place: Place


def read_lock(content: bytes | None, faults: Faults) -> dict[str, Pin] | None:
    """The pins by pack; None when the lock can't be read, which is then told."""
    if content is None:
        return {}
    node, problems = read(content, LOCK)
    packs = node.get("packs") if isinstance(node, Mapping) else None
    if any(one.is_error for one in problems) or not isinstance(packs, Mapping):
        place = node.place if node is not None else Place(LOCK, 1, 1, 1, 2)
        message = "the lock file can't be read"
        faults.say(
            Code.BAD_LOCK, message, place, "take it from the last commit, or add the packs again"
        )
        return None
    found = {}
    for key, value in packs.entries:
        parts = [
            value.get(word) if isinstance(value, Mapping) else None
            for word in ("version", "digest")
        ]
        texts = [one.text if isinstance(one, Scalar) else "" for one in parts]
        found[key.text] = Pin(key.text, texts[0], texts[1], key.place)
    return found


def lock_text(pins: Iterable[tuple[str, str, str]]) -> str:
    """The lock file of packs given as (id, version, digest)."""
    rows = [
        f"  {id}: {{ version: {version}, digest: {digest} }}\n"
        for id, version, digest in sorted(pins)
    ]
    return _HEAD + ("packs:\n" + "".join(rows) if rows else "packs: {}\n")
