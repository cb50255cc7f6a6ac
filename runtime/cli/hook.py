"""`specdesk hook`: a git hook that refuses a commit whose specs are not well."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

import typer

from runtime.cli.fmt import unformatted
from runtime.cli.lint import lint_folder
from runtime.cli.mending import Check
from runtime.cli.validate import check_folder
from specs.problem import render

_CHECKS: dict[str, Check] = {"validate": check_folder, "lint": lint_folder}
_NAMES = ("fmt", *_CHECKS)
_MARK = "# Written by `specdesk hook install`: a commit of specs that are not well is refused."


class _NoGit(Exception):
    """git is not there, or the folder is in no repository."""


def hook(
    action: Annotated[
        Literal["install", "run"],
        typer.Argument(help="install: put the hook into this repository; run: check the commit."),
    ],
    checks: Annotated[
        list[str] | None,
        typer.Argument(help="fmt, validate, lint; fmt and validate when none is named."),
    ] = None,
) -> None:
    """Check the tenants that a commit touches, as they stand in git's index.

    `install` writes `.git/hooks/pre-commit`; one that is there already is left alone.
    """
    chosen = checks or ["fmt", "validate"]
    for one in chosen:
        if one not in _NAMES:
            print(f"specdesk: no check is called `{one}`: {', '.join(_NAMES)}", file=sys.stderr)
            raise typer.Exit(2)
    try:
        done = _install(chosen) if action == "install" else _run(chosen)
    except _NoGit as wrong:
        print(f"specdesk: {wrong}", file=sys.stderr)
        raise typer.Exit(2) from None
    raise typer.Exit(done)


def _git(*words: str, given: bytes = b"") -> bytes:
    program = shutil.which("git")
    if program is None:
        raise _NoGit("there is no git on the path")
    done = subprocess.run([program, *words], input=given, capture_output=True, check=False)  # noqa: S603 (our own words)
    if done.returncode:
        raise _NoGit(done.stderr.decode("utf-8", "replace").strip() or "git failed")
    return done.stdout


def _install(checks: list[str]) -> int:
    path = Path(os.fsdecode(_git("rev-parse", "--git-path", "hooks/pre-commit").rstrip(b"\n")))
    call = f'{shlex.quote(sys.executable)} -c "from runtime.cli import main; main()"'
    text = f"#!/bin/sh\n{_MARK}\nexec {call} hook run {' '.join(checks)}\n"
    if path.exists() and _MARK not in path.read_text("utf-8", "replace"):
        print(f"specdesk: {path} is there already; add to it: specdesk hook run", file=sys.stderr)
        return 1
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    print(path)
    return 0


def _run(checks: list[str]) -> int:
    """Lay the index of each touched tenant out beside, and check it there."""
    top = os.fsdecode(_git("rev-parse", "--show-toplevel").rstrip(b"\n"))
    os.chdir(top)
    names = _names("ls-files", "-z")
    failed = False
    for root in _touched(_names("diff", "--cached", "--name-only", "--no-renames", "-z"), names):
        inside = [one for one in names if root == "." or one.startswith(f"{root}/")]
        with tempfile.TemporaryDirectory(prefix="specdesk-hook-") as place:
            _git(
                "checkout-index", f"--prefix={place}/", "-z", "--stdin",
                given=b"".join(os.fsencode(one) + b"\0" for one in inside),
            )  # fmt: skip
            refused = [one for one in checks if _refuses(one, Path(place, root), root)]
            failed = failed or bool(refused)
    if failed:
        print("specdesk: the commit is refused; `git commit --no-verify` skips it", file=sys.stderr)
    return 1 if failed else 0


def _names(*words: str) -> list[str]:
    return [os.fsdecode(one) for one in _git(*words).split(b"\0") if one]


def _touched(changed: list[str], names: list[str]) -> list[str]:
    """The folders with a tenant.yaml in which something changed, the nearest for each file."""
    roots = {
        str(PurePosixPath(one).parent) for one in names if PurePosixPath(one).name == "tenant.yaml"
    }
    found: dict[str, None] = {}
    for name in changed:
        above = [str(one) for one in PurePosixPath(name).parents]
        nearest = next((one for one in above if one in roots), None)
        if nearest is not None:
            found[nearest] = None
    return list(found)


def _refuses(check: str, folder: Path, root: str) -> bool:
    """Whether a check finds an error; what it finds is told with the paths of the repository."""
    if check == "fmt":
        found = unformatted(folder)
        for path in found:
            print(f"{PurePosixPath(root, path)}: not formatted; run: specdesk fmt {root}")
        return bool(found)
    specs, problems = _CHECKS[check](folder)
    for one in problems:
        source = specs.files.get(one.place.file, b"").decode("utf-8", "replace")
        print(f"{root}/" if root != "." else "", render(one, source), sep="", end="\n\n")
    return any(one.is_error for one in problems)
