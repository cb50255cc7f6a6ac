"""The command line `specdesk`: answers on stdout, talk on stderr, exit codes of decisions.md 15."""

from __future__ import annotations

import gc
import importlib
import sys
import traceback
from typing import Any

import typer

# Name → module and function. Only the command that is called is imported: `validate` in an editor
# or a commit hook must not wait for the web server's libraries.
COMMANDS: dict[str, str] = {
    "validate": "runtime.cli.validate:validate",
    "lint": "runtime.cli.lint:lint",
    "test": "runtime.cli.test:run_tests",
    "problem": "runtime.cli.problem:problem",
    "fmt": "runtime.cli.fmt:fmt",
    "hook": "runtime.cli.hook:hook",
    "schema": "runtime.cli.schema:schema",
    "diff": "runtime.cli.diff:diff",
    "mv": "runtime.cli.renaming:mv",
    "map": "runtime.cli.renaming:map_",
    "retire": "runtime.cli.renaming:retire_",
    "new": "runtime.cli.new:new",
    "pack": "runtime.cli.pack:pack",
    "lsp": "runtime.cli.lsp:lsp",
    "publish": "runtime.cli.publish:publish",
    "log": "runtime.cli.log:log",
    "show": "runtime.cli.show:show",
    "pull": "runtime.cli.pull:pull",
    "status": "runtime.cli.status:status",
    "rollback": "runtime.cli.rollback:rollback",
    "pilot": "runtime.cli.pilot:pilot",
    "shadow": "runtime.cli.shadow:shadow",
    "serve": "runtime.cli.serve:serve",
    "work": "runtime.cli.work:work",
    "demo": "runtime.cli.demo:demo",
    "import": "runtime.cli.import_:import_",
    "source": "runtime.cli.source:source",
    "export": "runtime.cli.export:export",
    "person": "runtime.cli.person:person",
    "token": "runtime.cli.token:token",
    "setting": "runtime.cli.setting:setting",
    "absence": "runtime.cli.absence:absence",
    "rebalance": "runtime.cli.rebalance:rebalance",
    "webhook": "runtime.cli.webhook:webhook",
    "explain": "runtime.cli.explain:explain",
    "plan": "runtime.cli.plan:plan",
    "approve": "runtime.cli.approve:approve",
    "backtest": "runtime.cli.backtest:run_backtest",
    "check-store": "runtime.cli.check_store:check_store",
}


def build(names: list[str]) -> typer.Typer:
    """The command line with these commands."""
    app = typer.Typer(
        name="specdesk",
        help="A ticket platform configured by YAML specs.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    # A callback keeps the command's name part of the call even where only one is known.
    app.callback()(_group)
    for name in names:
        module, _, function = COMMANDS[name].partition(":")
        found = getattr(importlib.import_module(module), function)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name=name)(found)
    return app


def _group() -> None:
    """A ticket platform configured by YAML specs."""


def main() -> None:
    """Run a command: 0 well, 1 problems in what was given, 2 wrong use, 70 our bug."""
    # Commands make many objects and drop few of them: with the default of 700 the collector's
    # walks are a fifth of a `validate`.
    gc.set_threshold(50_000, 20, 20)
    sys.exit(run(sys.argv[1:]))


def run(args: list[str]) -> int:
    """Run a command with its arguments and give its exit code."""
    names = [args[0]] if args and args[0] in COMMANDS else list(COMMANDS)
    try:
        result = build(names)(args, standalone_mode=False, prog_name="specdesk")
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
