"""`specdesk validate DIR…`: every problem of tenant folders, with place, reason and cure."""

from __future__ import annotations

from pathlib import Path

import typer

from runtime.cli.checking import FixOption, FoldersArgument, LocaleOption, answer
from runtime.cli.formats.writing import DocsOption, FormatOption
from runtime.sources.checking import checked
from specs.load import load
from specs.problem import Problem
from specs.spec_set import SpecSet


def validate(
    folders: FoldersArgument = None,
    format: FormatOption = "text",
    docs: DocsOption = "",
    fix: FixOption = False,
    locale: LocaleOption = "en",
) -> None:
    """Check tenant folders and say `ok`, or every problem with its place and cure (exit code 1)."""
    raise typer.Exit(
        answer("validate", check_folder, folders, format, docs, fix=fix, locale=locale)
    )


def check_folder(folder: Path) -> tuple[SpecSet, list[Problem]]:
    """The specs of a folder with the problems of every stage."""
    specs, problems = load(folder)
    return specs, checked(specs, problems)[1]
