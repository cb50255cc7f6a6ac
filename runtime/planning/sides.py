"""The two states that a plan compares: what is live, and the files of a draft or a folder."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.change.diff import Side
from engine.change.keys import KeysAfter, keys_after
from engine.compile.desk import compile_desk
from runtime.site.handles import Site
from runtime.sources.checking import checked
from runtime.store import desks
from runtime.store.desks import Revision
from specs.load import load_files
from specs.problem import Problem
from specs.spec_set import SpecSet

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Live:
    """What is published: the revision, its side, and its files."""

    revision: Revision
    side: Side
    files: dict[str, bytes] = field(repr=False)


@dataclass(slots=True)
class _Kept:
    """The sides made last, so that a plan of a draft reads the live files once."""

    found: OrderedDict[tuple[str, int, str], Live] = field(default_factory=OrderedDict)
    most: int = 8


_KEPT = _Kept()


async def live_side(site: Site, tenant: str) -> Live | None:
    """What is live, ready to be compared; None when nothing of the tenant is published."""
    async with site.store.unit(tenant) as unit:
        pointer = await desks.pointer(unit)
        revision = await desks.read_revision(unit, pointer.revision_n) if pointer else None
        if revision is None:
            return None
        key = (tenant, revision.n, revision.tree)
        if key in _KEPT.found:
            _KEPT.found.move_to_end(key)
            return _KEPT.found[key]
        files = await desks.read_files(unit, revision.files)
    side = await asyncio.to_thread(_published, files, revision.keys)
    if side is None:
        return None
    _KEPT.found[key] = made = Live(revision, side, files)
    while len(_KEPT.found) > _KEPT.most:
        _KEPT.found.popitem(last=False)
    return made


def _keys(specs: SpecSet, live: Live | None) -> KeysAfter:
    """The stored keys of specs on top of what is live."""
    if live is None:
        return keys_after(specs, {})
    # Revisions of older versions have no keys; their files tell them.
    before = live.revision.keys or keys_after(live.side.specs, {}).keys
    return keys_after(specs, before, live.revision.provenance.get("moves", ()))


def _published(files: Files, keys: Mapping[str, str]) -> Side | None:
    specs, _ = load_files(files)
    desk, _ = compile_desk(specs, keys, published=True)
    return Side(specs, desk) if desk is not None else None


def tenant_in(files: Files) -> str:
    """The tenant that files say they are; "" where they do not say it."""
    only = {name: content for name, content in files.items() if name == "tenant.yaml"}
    specs, _ = load_files(only)
    return specs.tenant.id if specs.tenant is not None else ""


def draft_side(files: Files, live: Live | None) -> tuple[Side | None, list[Problem]]:
    """Files as the other side, None when an error stands in the way, and all their problems."""
    specs, problems = load_files(files)
    desk, found = checked(specs, problems, _keys(specs, live))
    return (Side(specs, desk) if desk is not None else None), found


async def read_side(files: Files) -> Side | None:
    """Files that were checked once, to be looked at; None where they no longer compile."""
    return await asyncio.to_thread(_published, files, {})
