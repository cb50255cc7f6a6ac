"""A draft that was begun before somebody else published the same file: both sides, and a choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.change.text import merge_text
from runtime.actions.save_draft import Bench
from runtime.site.handles import Site
from runtime.store import desks, drafts
from runtime.store.desks import Revision
from runtime.store.drafts import Draft

MERGE, MINE, THEIRS = "merge", "mine", "theirs"
HOW: Final = (MERGE, MINE, THEIRS)


@dataclass(frozen=True, slots=True)
class Sides:
    """One file: the text the draft was begun from, the draft's, and the live one; None is no file.

    `merged` holds both changes where they touch different lines. `by`: the revisions that changed
    the live one since, the newest first, as far as the history reaches.
    """

    path: str
    base: str | None
    mine: str | None
    theirs: str | None
    merged: str | None
    by: tuple[Revision, ...]


async def met_files(site: Site, bench: Bench) -> tuple[Sides, ...]:
    """The files of the draft whose live text is no longer the one it was begun from."""
    met = {one.path: bench.drafts[one.path] for one in bench.changes if one.stale}
    known = {path: draft.base_sha for path, draft in met.items() if draft.base_sha is not None}
    async with site.store.unit(bench.tenant) as unit:
        bases = await desks.read_files(unit, known)
    return tuple(_sides(bench, draft, bases.get(path)) for path, draft in met.items())


async def settle_draft(site: Site, bench: Bench, path: str, how: str, seen: str) -> bool:
    """Put both changes of a file together, keep mine, or take theirs.

    False when the file is not what was seen any more, or can't be put together.
    """
    draft = bench.drafts.get(path)
    if draft is None or seen != bench.seen(path):
        return False
    found = next((one for one in await met_files(site, bench) if one.path == path), None)
    if found is None or (how == MERGE and found.merged is None):
        return False
    content = found.merged.encode() if how == MERGE and found.merged is not None else draft.content
    live = bench.live.get(path)
    async with site.store.unit(bench.tenant, write=True) as unit:
        if (await drafts.drafts(unit, bench.person)).get(path) != draft:
            return False
        if how == THEIRS or content == live:
            await drafts.drop_drafts(unit, bench.person, path)
        else:
            sha = _digests(bench).get(path)
            await drafts.save_draft(unit, bench.person, path, content, sha)
    return True


def _digests(bench: Bench) -> Mapping[str, str]:
    """The digests of the live files."""
    return next((one.files for one in bench.history if one.n == bench.revision), {})


def _sides(bench: Bench, draft: Draft, base: bytes | None) -> Sides:
    theirs = bench.live.get(draft.path)
    texts = [_text(one) for one in (base, draft.content, theirs)]
    was, mine, other = texts
    merged = None
    if was is not None and mine is not None and other is not None:
        merged = merge_text(was, mine, other)
    return Sides(draft.path, was, mine, other, merged, tuple(_since(bench, draft)))


def _since(bench: Bench, draft: Draft) -> Iterator[Revision]:
    """The revisions that made the live file what it is, back to the one the draft began from."""
    for newer, older in zip(bench.history, (*bench.history[1:], None), strict=True):
        here = newer.files.get(draft.path)
        if here == draft.base_sha:
            return
        if older is None or older.files.get(draft.path) != here:
            yield newer


def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("utf-8", "replace")
