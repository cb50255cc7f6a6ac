"""`specdesk fmt [DIR|FILE…]`: spec files formatted, comments and aligned columns kept."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import Annotated

import typer

from specs.formatting import CannotFormat, formatted
from specs.problem import render

_NOT_SPECS = ("demo", "knowledge")


def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Tenant folders or files; the current folder when none is named."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if a file would change.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would change.")
    ] = False,
) -> None:
    """Format spec files: indentation, spaces, line ends, `kind:` first; nothing else is reordered.

    Prints the files that changed. Exit code 1 when a file can't be read, or with --check would
    change.
    """
    failed = False
    for path in _files(paths or [Path(".")]):
        before = _read(path)
        after = _formatted(path, before) if before is not None else None
        if before is None or after is None:
            failed = True
        elif after != before:
            failed = failed or check
            _tell(path, before, after, diff=diff, check=check)
    raise typer.Exit(1 if failed else 0)


def unformatted(folder: Path) -> list[str]:
    """The files of a folder that `fmt` would change, by their path in it; those that can't be read
    are for `validate` to tell."""
    found = []
    for path in _files([folder]):
        try:
            before = path.read_bytes().decode("utf-8")
            after, _ = formatted(before, str(path))
        except (UnicodeError, CannotFormat):
            continue
        if after != before:
            found.append(path.relative_to(folder).as_posix())
    return found


def _files(paths: list[Path]) -> list[Path]:
    """The files themselves, and in folders every spec; what `demo/` holds is data."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_file():
            found[path] = None
            continue
        if not path.is_dir():
            print(f"specdesk: there is no `{path}`", file=sys.stderr)
            raise typer.Exit(2)
        for one in sorted(path.rglob("*.yaml")) + sorted(path.rglob("*.yml")):
            parts = one.relative_to(path).parts
            hidden = any(part.startswith(".") for part in parts)
            if not hidden and not any(part in _NOT_SPECS for part in parts[:-1]):
                found[one] = None
    return list(found)


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeError) as wrong:
        print(f"{path}: the file can not be read: {wrong}", file=sys.stderr)
        return None


def _formatted(path: Path, text: str) -> str | None:
    try:
        after, problems = formatted(text, str(path))
    except CannotFormat as wrong:
        print(f"{path}: left as it is: {wrong}", file=sys.stderr)
        return None
    if problems:
        for one in problems:
            print(render(one, text), file=sys.stderr)
        return None
    return after


def _tell(path: Path, before: str, after: str, *, diff: bool, check: bool) -> None:
    if diff:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
        sys.stdout.writelines(difflib.unified_diff(old, new, str(path), str(path)))
        return
    print(path)
    if not check:
        path.write_bytes(after.encode("utf-8"))
