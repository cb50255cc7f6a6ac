"""`specdesk problem E203`: what a problem's code means, with a wrong and a right example."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from runtime.cli.pages import entry
from specs.problem import Code, nearest


def problem(
    code: Annotated[str, typer.Argument(help="A code such as E203; all are listed without.")] = "",
    locale: Annotated[
        Literal["en", "zh-CN"], typer.Option("--locale", help="The language of the entry.")
    ] = "en",
) -> None:
    """Say what a problem's code means, why it matters, what brings it and what does not."""
    known = {one.number: one for one in Code}
    if not code:
        print("\n".join(f"{number}  {one.meaning}" for number, one in sorted(known.items())))
        return
    found = known.get(code.upper())
    if found is None:
        guess = nearest(code.upper(), known)
        cure = f"; did you mean `{guess}`?" if guess else "; `specdesk problem` lists them"
        print(f"specdesk: there is no code `{code}`{cure}", file=sys.stderr)
        raise typer.Exit(2)
    print(f"{found.number}  {found.meaning}\n\n{entry(found.number, locale)}")
