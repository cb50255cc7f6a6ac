"""`specdesk schema DIR`: JSON Schemas of a tenant's own ids, for editors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from generators.json_schema import write_tenant_schemas
from runtime.cli.validate import check_folder
from specs.problem import has_errors


def schema(
    folder: Annotated[Path, typer.Argument(help="The tenant folder.")] = Path("."),
) -> None:
    """Write the schemas into DIR/.specdesk/schema/: an editor completes the tenant's ids."""
    specs, problems = check_folder(folder)
    if specs.tenant is None:
        for problem in problems:
            print(problem.headline, problem.cure, sep="\n  ", file=sys.stderr)
        raise typer.Exit(1)
    for path in write_tenant_schemas(folder, specs):
        print(path)
    if has_errors(problems):
        print("the specs have errors; see `specdesk validate`", file=sys.stderr)
