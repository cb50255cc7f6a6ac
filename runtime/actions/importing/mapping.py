"""Finds the mapping of an import: a published one by its id, or a file against the live desk."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from engine.compile.desk import desk_from_files
from engine.model.desk import Desk
from engine.model.importing import ImportModel
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import desks

_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A mapping, or what is wrong with it in sentences with their places."""

    model: ImportModel | None
    faults: tuple[str, ...] = ()


async def find_mapping(site: Site, live: Live, named: str) -> Found:
    """`named` is a path where it holds a dot or slash, else the id of a published Import."""
    if "." in named or "/" in named:
        return await _of_file(site, live, Path(named))
    if named in live.desk.imports:
        return Found(live.desk.imports[named])
    known = ", ".join(sorted(live.desk.imports)) or "none"
    return Found(None, (f"no file and no published Import is called `{named}`; known: {known}",))


async def _of_file(site: Site, live: Live, path: Path) -> Found:
    """The file in the place of its id among the published files: the rest is what is live."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as wrong:
        return Found(None, (f"{path}: the mapping can't be read: {wrong.strerror or wrong}",))
    if len(content) > _MAX_BYTES:
        return Found(None, (f"{path}: the mapping has more than {_MAX_BYTES:,} bytes",))
    id = _id_of(path)
    desk, problems = await _with(site, live, id, content)
    name = f"imports/{id}.yaml"
    faults = tuple(
        headline.replace(name, str(path), 1) + (f"\n  {cure}" if cure else "")
        for headline, _, cure in problems
    )
    model = desk.imports.get(id) if desk is not None else None
    if faults or model is None:
        return Found(None, faults or (f"{path}: this is no Import",))
    return Found(model)


async def compiled(site: Site, live: Live, id: str, content: bytes) -> Found:
    """A mapping that was pointed at, against the live desk; its faults without places."""
    desk, problems = await _with(site, live, id, content)
    faults = tuple(f"{message}; {cure}" if cure else message for _, message, cure in problems)
    model = desk.imports.get(id) if desk is not None else None
    return Found(None, faults or ("this is no mapping",)) if faults or not model else Found(model)


async def _with(
    site: Site, live: Live, id: str, content: bytes
) -> tuple[Desk | None, list[tuple[str, str, str]]]:
    """The live desk with one mapping more; of its errors headline, message and cure."""
    async with site.store.unit(live.tenant) as unit:
        revision = await desks.read_revision(unit, live.revision)
        files = await desks.read_files(unit, revision.files) if revision else {}
        keys = revision.keys if revision else {}
    name = f"imports/{id}.yaml"
    desk, problems = await asyncio.to_thread(
        desk_from_files, {**files, name: content}, keys, published=True
    )
    mine = [one for one in problems if one.place.file == name and one.is_error]
    return desk, [(one.headline, one.message, one.cure) for one in mine]


def _id_of(path: Path) -> str:
    """The file's name as an id: a mapping that is not published may be called as one likes."""
    name = re.sub(r"[^a-z0-9_]", "_", path.stem.lower())[:40]
    return name if name[:1].isalpha() else f"m{name}"[:40]
