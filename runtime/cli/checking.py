"""What `validate` and `lint` share: several folders looked at one by one, and how they are told."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from runtime.cli.formats.finding import Checked, Heading, counted
from runtime.cli.formats.writing import Format, write
from runtime.cli.mending import Check, mended
from runtime.render.problem_words import in_locale
from specs.problem import Problem, has_errors, render

FoldersArgument = Annotated[
    list[Path] | None,
    typer.Argument(help="Tenant folders; the current one when none is named."),
]
FixOption = Annotated[
    bool,
    typer.Option("--fix", help="Mend what has a certain cure in the files, and say what changed."),
]


LocaleOption = Annotated[
    Literal["en", "zh-CN"], typer.Option("--locale", help="The language of reasons and cures.")
]


def answer(
    command: str,
    check: Check,
    folders: list[Path] | None,
    format: Format,
    docs: str,
    *,
    fix: bool = False,
    locale: str = "en",
) -> int:
    """Check each folder and print what was found; the exit code: 1 when there is an error.

    With `fix`, what has a certain cure is mended first and told on stderr.
    """
    several = folders or [Path(".")]
    found = []
    for folder in several:
        specs, problems = mended(folder, check) if fix else check(folder)
        if locale != "en":
            problems = [in_locale(one, locale) for one in problems]
        found.append(Checked(folder, specs.files, problems))
        if format == "text":
            _tell(command, found[-1], f"{folder}: " if len(several) > 1 else "")
    if format != "text":
        print(write(format, Heading(command, docs), found))
    return 1 if any(has_errors(one.problems) for one in found) else 0


def _tell(command: str, one: Checked, prefix: str) -> None:
    """Problems on stdout and how many there are on stderr; `ok` where nothing stands in the way."""
    for problem in one.problems:
        print(render(problem, source_of(one.files, problem)), end="\n\n")
    if one.problems:
        print(f"{prefix}{counted(one.problems)}", file=sys.stderr)
    if not one.problems or (command == "validate" and not has_errors(one.problems)):
        print(f"{prefix}ok")


def source_of(files: Mapping[str, bytes], problem: Problem) -> str:
    """The text of the file that a problem stands in, "" if it could not be read."""
    return files.get(problem.place.file, b"").decode("utf-8", errors="replace")
