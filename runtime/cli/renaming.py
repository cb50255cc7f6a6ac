"""`specdesk mv`, `map` and `retire`: an id changes in every file that uses it, with its move."""

from __future__ import annotations

import datetime as dt
import difflib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from engine.change.renaming import judged
from runtime.clock import SECOND_US, SystemClock
from specs.kinds.moves import RENAMED
from specs.load import load, load_files
from specs.problem import Problem, did_you_mean, render
from specs.rename import NOWHERE, RENAMABLE, Answer, Change, merge, rename, retire
from specs.spec_set import SpecSet
from specs.symbols.model import SORTS

Old = Annotated[str, typer.Argument(metavar="NAME", help="As in `refund.reason.late`.")]
New = Annotated[str, typer.Argument(metavar="TO", help="The new id, or the other one.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The tenant's folder.")]
SORT_WORDS = tuple(dict.fromkeys((*RENAMABLE, *SORTS.values(), "transition", "output", "tag",
                                  "flag", "skill")))  # fmt: skip
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the difference, write nothing.")]
Everywhere = Annotated[
    bool, typer.Option("--everywhere", help="Also what specs over several types mean with it.")
]


def _is_sort(text: str) -> str:
    """A word for a sort of symbols, or wrong use."""
    if text not in SORT_WORDS:
        raise typer.BadParameter(f"there is no sort `{text}`; {did_you_mean(text, SORT_WORDS)}")
    return text


Sort = Annotated[
    str,
    typer.Argument(
        metavar="SORT", callback=_is_sort, help="field, option, state, type, clock, team …"
    ),
]


def mv(
    sort: Sort,
    name: Old,
    to: New,
    folder: Folder = Path(),
    everywhere: Everywhere = False,
    dry_run: DryRun = False,
) -> None:
    """Give something another id in every file that uses it; stored tickets are not touched."""
    specs = _specs(folder)
    done = rename(specs, sort, name, to, _today(), everywhere=everywhere)
    raise typer.Exit(_answer(folder, specs, done, dry_run, same=sort in RENAMED))


def map_(sort: Sort, name: Old, to: New, folder: Folder = Path(), dry_run: DryRun = False) -> None:
    """Let another option, state or team take the place of one, in specs and in stored tickets."""
    specs = _specs(folder)
    done = merge(specs, sort, name, to, _today())
    raise typer.Exit(_answer(folder, specs, done, dry_run, same=False))


def retire_(sort: Sort, name: Old, folder: Folder = Path(), dry_run: DryRun = False) -> None:
    """Take something out of use; where it is still used, say so and change nothing."""
    specs = _specs(folder)
    raise typer.Exit(
        _answer(folder, specs, retire(specs, sort, name, _today()), dry_run, same=False)
    )


def _specs(folder: Path) -> SpecSet:
    """The specs of a folder, which may have faults elsewhere; none at all is wrong use."""
    specs, problems = load(folder)
    if specs.tenant is None:
        _tell(problems, specs.files)
        raise typer.Exit(1)
    return specs


def _today() -> str:
    return dt.datetime.fromtimestamp(SystemClock().now_us() / SECOND_US, dt.UTC).strftime("%Y%m%d")


def _answer(folder: Path, specs: SpecSet, done: Answer, dry_run: bool, *, same: bool) -> int:
    """Write a change that leaves no new fault, and say what it is; gives the exit code."""
    change, problems = done
    if change is not None:
        after, found = load_files(change.files)
        problems = judged(specs, after, found, same=same)
    if change is None or problems:
        _tell(problems, change.files if change is not None else specs.files)
        print(f"{folder}: nothing was changed", file=sys.stderr)
        return 1
    if dry_run:
        print("".join(_difference(specs.files, change)), end="")
        return 0
    _write(folder, specs.files, change)
    for line in said(change):
        print(line)
    return 0


def said(change: Change) -> list[str]:
    """What a change is, a line a place: `routing/refund.yaml:5: cause`."""
    lines = [
        f"{one.place.file}:{one.place.line}: {one.text}"
        for one in sorted(change.splices, key=lambda one: one.place)
    ]
    lines += [f"{old} → {new}" for old, new in change.moved.items() if old != new]
    steps = (", ".join(f"{key}: {value}" for key, value in step.items()) for step in change.steps)
    return [*lines, *(f"{change.moves}: {step}" for step in steps)]


def _tell(problems: list[Problem], files: Mapping[str, bytes]) -> None:
    for one in problems:
        if one.place == NOWHERE:
            print(f"{one.message}{'; ' if one.cure else ''}{one.cure}  [{one.code}]")
            continue
        text = files.get(one.place.file, b"").decode("utf-8", errors="replace")
        print(render(one, text), end="\n\n")


def _difference(before: Mapping[str, bytes], change: Change) -> list[str]:
    """A unified diff; a file that moved is compared with what it was."""
    old_of = {new: old for old, new in change.moved.items()}
    found: list[str] = []
    for path in sorted({*change.files, *(p for p in before if p not in change.moved)}):
        old = old_of.get(path, path)
        one, other = before.get(old, b""), change.files.get(path, b"")
        if one != other or old != path:
            was, becomes = (text.decode().splitlines(keepends=True) for text in (one, other))
            found += difflib.unified_diff(was, becomes, f"a/{old}", f"b/{path}")
    return found


def _write(folder: Path, before: Mapping[str, bytes], change: Change) -> None:
    for path, content in change.files.items():
        if before.get(path) != content:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    for path in before.keys() - change.files.keys():
        (folder / path).unlink()
