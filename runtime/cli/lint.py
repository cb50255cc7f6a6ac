"""`specdesk lint DIR…`: what the specs mean but can't be meant, each finding with a ticket."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from engine.analyse.lint import lint as findings
from engine.instant import from_us
from runtime.clock import SystemClock
from runtime.sources.checking import checked
from specs.load import load
from specs.problem import Place, Problem, has_errors, ordered, render
from specs.spec_set import SpecSet


def lint(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Tenant folders; the current one when none is named."),
    ] = None,
    format: Annotated[
        Literal["text", "json"], typer.Option(help="How findings are written.")
    ] = "text",
) -> None:
    """Look for rows that never decide, holes, dead ends, rights that don't meet, unused specs.

    Exit code 1 when there is an error, also one that a house rule raised; warnings leave 0.
    """
    several = folders or [Path(".")]
    failed = False
    told: list[dict[str, Any]] = []
    for folder in several:
        specs, problems = lint_folder(folder)
        failed = failed or has_errors(problems)
        if format == "json":
            told += [as_json(folder, one) for one in problems]
            continue
        prefix = f"{folder}: " if len(several) > 1 else ""
        for problem in problems:
            print(render(problem, _source(specs, problem)), end="\n\n")
        if problems:
            errors = sum(1 for one in problems if one.is_error)
            print(f"{prefix}{errors} errors, {len(problems) - errors} warnings", file=sys.stderr)
        else:
            print(f"{prefix}ok")
    if format == "json":
        print(json.dumps(told, ensure_ascii=False, indent=2))
    raise typer.Exit(1 if failed else 0)


def lint_folder(folder: Path) -> tuple[SpecSet, list[Problem]]:
    """The specs of a folder with its errors, or, where there are none, with all findings."""
    specs, problems = load(folder)
    desk, told = checked(specs, problems)
    if desk is None:
        return specs, told
    year = from_us(SystemClock().now_us(), desk.tenant.zone).year
    return specs, ordered([*told, *findings(specs, desk, year)])


def as_json(folder: Path, one: Problem) -> dict[str, Any]:
    """A finding for tools: code, severity, place, reason, cure, related places, ticket."""
    return {
        "folder": str(folder),
        "code": one.code.number,
        "severity": one.severity,
        **_at(one.place),
        "message": one.message,
        "cure": one.cure,
        "related": [{"says": said, **_at(place)} for said, place in one.related],
        "witness": one.witness,
    }


def _at(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.col}


def _source(specs: SpecSet, problem: Problem) -> str:
    return specs.files.get(problem.place.file, b"").decode("utf-8", errors="replace")
