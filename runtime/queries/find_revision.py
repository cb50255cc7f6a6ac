"""A published state of a tenant by one of its names: an environment, `v12`, a digest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runtime.site.handles import Site
from runtime.store import desks
from runtime.store.desks import Revision
from runtime.store.unit import Unit

MOST = 10_000
"""So many revisions are looked through for a digest; the newest first."""


@dataclass(frozen=True, slots=True)
class Found:
    """A revision with its files."""

    revision: Revision
    files: dict[str, bytes]


async def find_revision(site: Site, tenant: str, name: str) -> Found | None:
    """The revision that a name stands for; None where the tenant has none of that name.

    A digest, of the files or of their meaning, may be cut short to its first six digits or more.
    """
    async with site.store.unit(tenant) as unit:
        revision = await _named(unit, name)
        if revision is None:
            return None
        return Found(revision, await desks.read_files(unit, revision.files))


async def _named(unit: Unit, name: str) -> Revision | None:
    number = re.fullmatch(r"v([1-9][0-9]{0,8})", name)
    if number:
        return await desks.read_revision(unit, int(number.group(1)))
    pointer = await desks.pointer(unit, name)
    if pointer is not None:
        return await desks.read_revision(unit, pointer.revision_n)
    if re.fullmatch(r"[0-9a-f]{6,64}", name):
        for one in await desks.revisions(unit, MOST):
            if one.tree.startswith(name) or one.desk_digest.startswith(name):
                return one
    return None
