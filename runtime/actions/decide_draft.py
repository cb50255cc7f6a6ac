"""What a plan asks of the author, written into the draft: a step of `moves/`, a word on clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from runtime.actions.save_draft import Bench, Outcome, Unreadable, keep_file
from runtime.site.handles import Site
from specs.edit import become
from specs.kinds.moves import MAPPED, RETIRED
from specs.source import plain
from specs.splice import CannotEdit

WHEN: Final = ("open_tickets", "new_tickets")


async def decide_move(
    site: Site, bench: Bench, kind: str, thing: str, to: str, *, convert: bool = False
) -> Outcome:
    """Write what becomes of a stored thing: `to` takes its place, or, with `.`, it is retired."""
    if not to:
        return Unreadable({(): "choose what becomes of it"})
    to = "" if to == "." else to
    allowed = MAPPED if to else RETIRED
    fine = kind == "field" if convert else kind in allowed
    if not fine or not _is_name(thing) or (to and not _is_name(to)):
        return Unreadable({(): f"`{thing}` can't be moved so"})
    verb = "convert" if convert else "map" if to else "retire"
    target = f", to: {thing.rpartition('.')[0] + '.' if '.' in thing else ''}{to}" if to else ""
    name = thing.rpartition(".")[2]
    text = f"kind: Moves\nsteps:\n  {name}: {{ {verb}: {kind}, from: {thing}{target} }}\n"
    return await keep_file(site, bench, _fresh(site, bench, name), text.encode())


def _fresh(site: Site, bench: Bench, name: str) -> str:
    """A path in `moves/` that no file has: published steps are never written to again."""
    day = datetime.fromtimestamp(site.clock.now_us() / 1e6, UTC)
    stem = f"moves/m{day:%Y%m%d}_{name}"[:40]
    number, path = 2, f"{stem}.yaml"
    while path in bench.files:
        path, number = f"{stem}_{number}.yaml", number + 1
    return path


def _is_name(word: str) -> bool:
    parts = word.split(".")
    return 0 < len(parts) <= 4 and all(
        part.isascii() and part.replace("_", "a").isalnum() and part[0].isalpha() for part in parts
    )


async def decide_when(site: Site, bench: Bench, policy: str, word: str) -> Outcome:
    """Write into a policy for whom its change holds."""
    file = bench.specs.of("SlaPolicy").get(policy)
    if file is None or word not in WHEN:
        return Unreadable({(): f"there is no SLA policy `{policy}`"})
    text = bench.text(file.file)
    wanted = plain(bench.nodes[file.file])
    assert isinstance(wanted, dict)
    try:
        changed = become(text, {**wanted, "when_changed": word})
    except CannotEdit as wrong:
        return Unreadable({(): str(wrong)})
    return await keep_file(site, bench, file.file, changed.encode("utf-8", "replace"))
