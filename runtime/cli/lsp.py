"""`specdesk lsp`: the language server for editors, over standard input and output."""

from __future__ import annotations

import importlib
import importlib.util
import sys

import typer


def lsp() -> None:
    """Speak the language server protocol on standard input and output; an editor starts this."""
    if importlib.util.find_spec("pygls") is None:
        print("specdesk: the language server needs pygls; pip install 'specdesk[lsp]'",
              file=sys.stderr)  # fmt: skip
        raise typer.Exit(2)
    # An extra: only who asks for the server needs its library.
    importlib.import_module("runtime.lsp.server").make_server().start_io()
