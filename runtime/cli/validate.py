"""`specdesk validate DIR…`: every problem of tenant folders, with place, reason and cure."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from runtime.sources.checking import checked
from specs.load import load
from specs.problem import Problem, has_errors, render
from specs.spec_set import SpecSet


def validate(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Tenant folders; the current one when none is named."),
    ] = None,
) -> None:
    """Check tenant folders and say `ok`, or every problem with its place and cure (exit code 1)."""
    failed = False
    several = folders or [Path(".")]
    for folder in several:
        specs, problems = check_folder(folder)
        prefix = f"{folder}: " if len(several) > 1 else ""
        for problem in problems:
            print(render(problem, _source(specs, problem)), end="\n\n")
        if has_errors(problems):
            failed = True
            print(f"{prefix}{_count(problems)}", file=sys.stderr)
        else:
            print(f"{prefix}ok")
    raise typer.Exit(1 if failed else 0)


def check_folder(folder: Path) -> tuple[SpecSet, list[Problem]]:
    """The specs of a folder with the problems of every stage."""
    specs, problems = load(folder)
    return specs, checked(specs, problems)[1]


def _source(specs: SpecSet, problem: Problem) -> str:
    return specs.files.get(problem.place.file, b"").decode("utf-8", errors="replace")


def _count(problems: list[Problem]) -> str:
    errors = sum(1 for p in problems if p.is_error)
    return f"{errors} {'error' if errors == 1 else 'errors'}, {len(problems) - errors} warnings"
