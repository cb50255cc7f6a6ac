"""The published revisions of a tenant: listed, found by what people call them, read back whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.change.files import Files, Merge, changed_paths, merge_files
from runtime.site.handles import Site
from runtime.store import desks
from runtime.store.desks import Pointer, Revision
from runtime.store.unit import Unit
from specs.spec_set import tree_digest

_NUMBER = re.compile(r"v?([0-9]{1,6})")
_DIGEST = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True, slots=True)
class Version:
    """A revision with the environments that point to it."""

    revision: Revision
    environments: tuple[str, ...]

    @property
    def n(self) -> int:
        """Its number."""
        return self.revision.n


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What became of the specs since `base`: the revisions after it, oldest first, and the two
    sides put together as far as no person has to decide."""

    base: int
    live: int
    revisions: tuple[Version, ...]
    changed: tuple[str, ...]
    merge: Merge


async def versions(site: Site, tenant: str, limit: int = 50, before: int = 0) -> list[Version]:
    """The newest revisions, newest first; `before` goes on under a number."""
    async with site.store.unit(tenant) as unit:
        found = await desks.revisions(unit, limit, before)
        places = await desks.environments(unit)
    return [_version(one, places) for one in found]


async def find(site: Site, tenant: str, word: str) -> Version | str:
    """The revision that a word names — `v12`, `12`, an environment, the beginning of a tree or
    desk digest — or a sentence that says why there is none."""
    async with site.store.unit(tenant) as unit:
        places = await desks.environments(unit)
        if not places:
            return f"no tenant `{tenant}` is published"
        found = await _find(unit, word.strip(), places)
    return found if isinstance(found, str) else _version(found, places)


async def _find(unit: Unit, word: str, places: Sequence[Pointer]) -> Revision | str:
    numbers = {one.name: one.revision_n for one in places}
    named = _NUMBER.fullmatch(word)
    number = numbers.get(word) or (int(named[1]) if named else 0)
    if number:
        return await desks.read_revision(unit, number) or f"there is no revision v{number}"
    if not _DIGEST.fullmatch(word):
        known = ", ".join(sorted(numbers))
        return f"`{word}` names no revision: want v12, a digest or one of {known}"
    several = await desks.by_digest(unit, word)
    if not several:
        return f"no revision has a digest that begins with {word}"
    if len({(one.tree, one.desk_digest) for one in several}) > 1:
        shown = ", ".join(f"v{one.n}" for one in several)
        return f"{word} is the beginning of several digests: {shown}"
    return several[0]


async def files_of(site: Site, tenant: str, revision: Revision) -> dict[str, bytes]:
    """The files of a revision, byte for byte.

    Raises:
        Altered: a file is missing or is not the one that was published.
    """
    async with site.store.unit(tenant) as unit:
        return await desks.intact_files(unit, revision)


async def same_tree(site: Site, tenant: str, files: Files) -> Revision | None:
    """The newest revision that consists of exactly these files."""
    async with site.store.unit(tenant) as unit:
        return await desks.by_tree(unit, tree_digest(files))


async def meanwhile(site: Site, tenant: str, base: Revision, mine: Files) -> Meanwhile | None:
    """What was published since `base`, and both sides together; None if nothing was."""
    now = await find(site, tenant, desks.LIVE)
    if isinstance(now, str) or now.n == base.n:
        return None
    since = await versions(site, tenant)
    was, theirs = await files_of(site, tenant, base), await files_of(site, tenant, now.revision)
    between = [one for one in since if one.n > base.n or one.n == now.n]
    return Meanwhile(
        base.n,
        now.n,
        tuple(reversed(between)),
        changed_paths(was, theirs),
        merge_files(was, mine, theirs),
    )


def _version(revision: Revision, places: Sequence[Pointer]) -> Version:
    return Version(revision, tuple(one.name for one in places if one.revision_n == revision.n))
