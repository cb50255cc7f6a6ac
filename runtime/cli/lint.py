"""`specdesk lint DIR…`: what the specs mean but can't be meant, each finding with a ticket."""

from __future__ import annotations

from pathlib import Path

import typer

from engine.analyse.lint import lint as findings
from engine.instant import from_us
from runtime.cli.checking import FixOption, FoldersArgument, LocaleOption, answer
from runtime.cli.formats.writing import DocsOption, FormatOption
from runtime.clock import SystemClock
from runtime.sources.checking import checked
from specs.load import load
from specs.problem import Problem, ordered
from specs.spec_set import SpecSet


def lint(
    folders: FoldersArgument = None,
    format: FormatOption = "text",
    docs: DocsOption = "",
    fix: FixOption = False,
    locale: LocaleOption = "en",
) -> None:
    """Look for rows that never decide, holes, dead ends, rights that don't meet, unused specs.

    Exit code 1 when there is an error, also one that a house rule raised; warnings leave 0.
    """
    done = answer("lint", lint_folder, folders, format, docs, fix=fix, locale=locale)
    raise typer.Exit(done)


def lint_folder(folder: Path) -> tuple[SpecSet, list[Problem]]:
    """The specs of a folder with its errors, or, where there are none, with all findings."""
    specs, problems = load(folder)
    desk, told = checked(specs, problems)
    if desk is None:
        return specs, told
    year = from_us(SystemClock().now_us(), desk.tenant.zone).year
    return specs, ordered([*told, *findings(specs, desk, year)])
