"""`--fix`: applies the cures that are certain to the files of a folder, round by round."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from specs.fixing import applied, standing
from specs.problem import Fix, Problem
from specs.source import read
from specs.spec_set import SpecSet

Check = Callable[[Path], tuple[SpecSet, list[Problem]]]
ROUNDS = 8
"""A mended word may bring a mistake to light that has a cure of its own; this many times."""


def mended(folder: Path, check: Check) -> tuple[SpecSet, list[Problem]]:
    """Mend what can be, and give the specs and problems that are left."""
    specs, problems = check(folder)
    for _ in range(ROUNDS):
        by_file: dict[str, list[Problem]] = {}
        for one in problems:
            if one.fix is not None:
                by_file.setdefault(one.fix.place.file, []).append(one)
        changed = [_mend(folder, specs, file, found) for file, found in by_file.items()]
        if not any(changed):
            break
        specs, problems = check(folder)
    return specs, problems


def _mend(folder: Path, specs: SpecSet, file: str, problems: list[Problem]) -> bool:
    """Write a file with its fixes; False when it was left as it is."""
    content = specs.files[file]
    after, done = applied(content, [one.fix for one in problems if one.fix is not None])
    if after == content:
        return False
    if read(after, file)[1]:
        # Two cures that are each right can be wrong together: two keys that become one.
        print(f"{file}: left as it is, its cures do not fit together", file=sys.stderr)
        return False
    (folder / file).write_bytes(after)
    for one in problems:
        if one.fix in done and one.fix is not None:
            print(f"{one.place}: {_said(content, one.fix)}  [{one.code}]", file=sys.stderr)
    return True


def _said(content: bytes, fix: Fix) -> str:
    before = standing(content, fix.place)
    if "\n" in before or "\n" in fix.text:
        return "mended: lines moved"
    return f"mended: `{before}` is now `{fix.text}`"
