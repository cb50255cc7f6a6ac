"""Opens a file as a table: CSV, XLSX or JSON Lines, by what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from runtime.actions.importing.csv_table import CsvTable
from runtime.actions.importing.json_table import JsonTable
from runtime.actions.importing.sheet_table import SheetTable
from runtime.actions.importing.table import FORMS, FileFault, Reading, Table, unreadable

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"


def open_table(path: Path, reading: Reading | None = None, name: str = "") -> Table:
    """A file as a table; what `reading` leaves open is found out.

    Raises:
        FileFault: it can't be read, or is none of the three.
    """
    asked, called = reading or Reading(), name or str(path)
    form = asked.form or _form_of(path, called)
    if form not in FORMS:
        raise FileFault(called, 0, f"there is no form `{form}`", f"use one of {', '.join(FORMS)}")
    if form == "xlsx":
        return SheetTable(path, asked, called)
    return JsonTable(path, asked, called) if form == "jsonl" else CsvTable(path, asked, called)


def _form_of(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as wrong:
        raise unreadable(name, wrong) from None
    if start.startswith(_ZIP):
        return "xlsx"
    if start.startswith(_OLE):
        cure = "save it as .xlsx, or as CSV"
        raise FileFault(name, 0, "this is a workbook of the old form, or one with a password", cure)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        raise FileFault(name, 1, "this is a JSON list", "write one object a line (JSON Lines)")
    return "jsonl" if text.startswith(b"{") else "csv"
