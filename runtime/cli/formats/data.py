"""`--format json`: every problem as data, in the shape of schemas/problems.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from runtime.cli.formats.finding import Checked, Heading
from specs.problem import Place, Problem

VERSION = 1
"""Goes up when a key goes or changes its meaning; keys may be added without."""


def as_json(heading: Heading, checked: Sequence[Checked]) -> str:
    """One object: how many, and each problem with code, place, reason, cure and fix."""
    problems = [one for each in checked for one in each.problems]
    errors = sum(1 for one in problems if one.is_error)
    whole = {
        "version": VERSION,
        "command": heading.command,
        "ok": not errors,
        "errors": errors,
        "warnings": len(problems) - errors,
        "problems": [_data(each, one) for each in checked for one in each.problems],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _data(checked: Checked, one: Problem) -> dict[str, Any]:
    return {
        "folder": checked.folder.as_posix(),
        "code": one.code.number,
        "severity": one.severity,
        **_at(one.place),
        "pointer": one.pointer,
        "message": one.message,
        "cure": one.cure,
        "related": [{"says": said, **_at(place)} for said, place in one.related],
        "fix": {**_at(one.fix.place), "text": one.fix.text} if one.fix is not None else None,
        "witness": one.witness,
    }


def _at(place: Place) -> dict[str, Any]:
    """A place by characters, the file as it is called in the tenant's folder."""
    return {
        "file": place.file,
        "line": place.line,
        "column": place.col,
        "end_line": place.end_line,
        "end_column": place.end_col,
    }
