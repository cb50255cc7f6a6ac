"""A pack taken into a tenant's folder: the files that the folder then has; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from typing import Any

from specs.edit import become
from specs.packs.faults import Faults
from specs.packs.layer import folder_of
from specs.packs.lock import LOCK, lock_text, read_lock
from specs.packs.used import held_packs
from specs.source import Mapping, Scalar, plain, read
from specs.spec_set import tree_digest

Files = MappingOf[str, bytes]


def version_of(files: Files) -> str:
    """The version that a pack's files say they are, "" when they say none."""
    return _said(files, "version")


def id_of(files: Files) -> str:
    """The id that a pack's files say they are, "" when they say none."""
    return _said(files, "id")


def required_by(files: Files) -> tuple[str, ...]:
    """The packs that a pack builds upon."""
    node, _ = read(files.get("pack.yaml", b""), "pack.yaml")
    named = node.get("requires") if isinstance(node, Mapping) else None
    return tuple(key.text for key, _ in named.entries) if isinstance(named, Mapping) else ()


def _said(files: Files, key: str) -> str:
    node, _ = read(files.get("pack.yaml", b""), "pack.yaml")
    found = node.get(key) if isinstance(node, Mapping) else None
    return found.text if isinstance(found, Scalar) else ""


def with_packs(folder: Files, packs: MappingOf[str, Files]) -> dict[str, bytes]:
    """The folder with these packs in the place of what it has of them, pins and all.

    tenant.yaml is not changed: what it says about a pack is the tenant's.
    """
    tops = tuple(folder_of(id) for id in packs)
    kept = {name: content for name, content in folder.items() if not name.startswith(tops)}
    for id, files in packs.items():
        kept |= {folder_of(id) + name: content for name, content in files.items()}
    return _pinned(kept, packs)


def _pinned(folder: dict[str, bytes], fresh: Iterable[str]) -> dict[str, bytes]:
    """The folder with a lock for its packs; the pins of others stay as they are."""
    old = read_lock(folder.get(LOCK), Faults()) or {}
    pins = {id: (id, pin.version, pin.digest) for id, pin in old.items()}
    held = held_packs(folder)
    for id in fresh:
        if id in held:
            pins[id] = (id, version_of(held[id]), tree_digest(held[id]))
    rows = [pin for id, pin in pins.items() if id in held]
    if not rows:
        folder.pop(LOCK, None)
        return folder
    return {**folder, LOCK: lock_text(rows).encode()}


def naming(
    tenant: bytes, packs: MappingOf[str, str], inputs: MappingOf[str, MappingOf[str, Any]]
) -> bytes:
    """tenant.yaml naming packs in a version, with inputs; comments stay.

    Raises:
        CannotEdit: the file is broken or can't be changed without losing something.
    """
    text = tenant.decode("utf-8")
    node, _ = read(text, "tenant.yaml")
    whole: dict[str, Any] = plain(node) if isinstance(node, Mapping) else {}
    named = dict(whole.get("packs") or {})
    for id, version in packs.items():
        before = named.get(id) if isinstance(named.get(id), dict) else {}
        given = {**((before or {}).get("inputs") or {}), **inputs.get(id, {})}
        after = {**(before or {}), "version": version}
        named[id] = {**after, "inputs": given} if given else after
    return become(text, {**whole, "packs": named}).encode()
