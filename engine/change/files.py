"""A folder of specs that two people changed, put together file by file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.change.text import merge_text

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A file that both sides changed differently; None where a side took it away.

    `merged` holds both sides' changes when they touch different lines.
    """

    path: str
    base: bytes | None
    mine: bytes | None
    theirs: bytes | None
    merged: bytes | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """Mine with all that only they changed. `taken`: paths from them; `meetings`: for a person.

    `files` holds mine where both sides met.
    """

    files: dict[str, bytes]
    taken: tuple[str, ...]
    meetings: tuple[Meeting, ...]


def changed_paths(before: Files, after: Files) -> tuple[str, ...]:
    """The paths whose bytes differ, are new or are gone, in order."""
    return tuple(path for path in sorted({*before, *after}) if before.get(path) != after.get(path))


def merge_files(base: Files, mine: Files, theirs: Files) -> Merge:
    """What became of `base` on both sides; a file that one side alone changed is that side's."""
    files, taken, meetings = dict(mine), [], []
    for path in changed_paths(base, theirs):
        was, ours, other = base.get(path), mine.get(path), theirs.get(path)
        if ours == other:
            continue
        if ours == was:
            taken.append(path)
            if other is None:
                files.pop(path, None)
            else:
                files[path] = other
        else:
            meetings.append(Meeting(path, was, ours, other, _together(was, ours, other)))
    return Merge(files, tuple(taken), tuple(meetings))


def _together(base: bytes | None, mine: bytes | None, theirs: bytes | None) -> bytes | None:
    if base is None or mine is None or theirs is None:
        return None
    try:
        merged = merge_text(base.decode(), mine.decode(), theirs.decode())
    except UnicodeDecodeError:
        return None
    return None if merged is None else merged.encode()
