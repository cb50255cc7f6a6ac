"""Uses of what was renamed are no changes: the earlier state under the names of the later one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.change.change import Change
from engine.change.names import rename_steps, steps_of
from specs.load import load_files
from specs.rename import rename
from specs.spec_set import SpecSet
from specs.stored_ids import stored_ids

_DAY = "19700101"
"""Dates the moves that are made here and seen by nobody."""


def renamed(before: SpecSet, after: SpecSet) -> SpecSet | None:
    """The earlier specs with every new rename carried out in them.

    None where there is nothing to rename, or a step can't be carried out there.
    """
    specs, done = before, False
    for thing, new in rename_steps(before, after):
        change, _ = rename(specs, thing.sort, thing.name, new, _DAY, everywhere=True)
        if change is not None:
            specs, _ = load_files(change.files)
            done = True
        elif f"{thing.sort}:{thing.called(new)}" not in {one.full for one in stored_ids(specs)}:
            # A step before may have taken it along; else nobody knows what is only a name.
            return None
    return specs if done else None


def told_once(
    found: Sequence[Change], under_new: Iterable[Change], before: SpecSet, after: SpecSet
) -> tuple[Change, ...]:
    """The changes between two states, without those that only say a new name.

    `found`: with every thing under the name it had, `under_new`: under the one it has. What stands
    inside something renamed comes from the former, which knows where to look in the earlier state.
    """
    first = {_at(one): one for one in found}
    inside = {at for at, one in first.items() if one.old_id or one.old_path}
    rest = [
        first[_at(one)] if _at(one) in inside else one for one in under_new if one.kind != "Moves"
    ]
    names = [one for one in found if one.op == "rename"]
    moves = [one for one in found if one.kind == "Moves" and not _only_renames(one, before, after)]
    by_file: dict[tuple[str, str], list[Change]] = {}
    for one in found:
        by_file.setdefault((one.kind, one.id), [])
    for one in (*names, *rest, *moves):
        by_file.setdefault((one.kind, one.id), []).append(one)
    return tuple(one for several in by_file.values() for one in several)


def _at(one: Change) -> tuple[object, ...]:
    return one.op, one.kind, one.id, one.path


def _only_renames(one: Change, before: SpecSet, after: SpecSet) -> bool:
    """Whether what comes or goes in a moves file is renames alone, each of which is told itself."""
    step = str(one.path[1]) if len(one.path) > 1 else ""
    said = steps_of(before if one.op == "remove" else after)
    verbs = {it["verb"] for (file, id), it in said.items() if file == one.id and step in ("", id)}
    return one.op in ("add", "remove") and verbs == {"rename"}
