"""The command line `specdesk`: answers on stdout, talk on stderr, exit codes of decisions.md 15."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import typer

from runtime.cli.demo import demo
from runtime.cli.export import export
from runtime.cli.import_ import import_
from runtime.cli.publish import publish
from runtime.cli.schema import schema
from runtime.cli.serve import serve
from runtime.cli.validate import validate

app = typer.Typer(
    name="specdesk",
    help="A ticket platform configured by YAML specs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (validate, schema, publish, serve, demo, import_, export):
    app.command(name=command.__name__.rstrip("_").replace("_", "-"))(command)


def main() -> None:
    """Run a command: 0 well, 1 problems in what was given, 2 wrong use, 70 our bug, 130 interrupted."""
    sys.exit(_run())


def _run() -> int:
    try:
        result = app(standalone_mode=False)
        return result if isinstance(result, int) else 0
    except typer.Exit as done:
        return done.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except Exception as wrong:
        return _told(wrong)


def _told(wrong: Any) -> int:
    """A wrong use shows its own help line; everything else is a bug of ours."""
    if hasattr(wrong, "show") and hasattr(wrong, "exit_code"):
        wrong.show()
        return 2
    traceback.print_exception(wrong)
    print("specdesk: this is our bug; please report it with the lines above", file=sys.stderr)
    return 70
