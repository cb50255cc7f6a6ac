"""Reads a sheet of an XLSX workbook, by way of lines that a process of its own makes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import weakref
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from runtime.actions.importing import sheet_jail
from runtime.actions.importing.table import FileFault, FileRow, Reading, header_of, row_of

UNPACKED_MOST: Final = sheet_jail.UNPACKED_BYTES
PARTS_MOST: Final = 5_000
_SECONDS: Final = 900
_SMALLER: Final = "split it, or save the sheet as CSV"


class SheetTable:
    """One sheet; the first where none is named. Formulas come as the values kept beside them."""

    def __init__(self, path: Path, reading: Reading, name: str) -> None:
        self.path, self.name, self.reading = path, name, reading
        self.header: tuple[str, ...] = ()
        self.sheets: tuple[str, ...] = ()
        self._lines: Path | None = None

    def rows(self) -> Iterator[FileRow]:
        """The rows after the header; see `Table.rows`."""
        if self._lines is None:
            self._lines = self._converted()
        with self._lines.open(encoding="utf-8") as file:
            about = json.loads(file.readline())
            self.sheets = tuple(about["sheets"])
            self.reading = Reading("xlsx", sheet=about["sheet"])
            head = json.loads(file.readline() or '[1, [], ""]')
            self.header = header_of(self.name, head[0], head[1])
            for text in file:
                yield self._row(json.loads(text))

    def _row(self, found: list[Any]) -> FileRow:
        line, cells, fault = found
        row = row_of(self.header, line, cells)
        return FileRow(line, row.cells, fault) if fault else row

    def _converted(self) -> Path:
        """The sheet as lines, kept for as long as this table is."""
        self._look_at_parts()
        handle, name = tempfile.mkstemp(prefix="specdesk-sheet-", suffix=".rows")
        os.close(handle)
        weakref.finalize(self, os.unlink, name)
        command = [sys.executable, "-m", sheet_jail.__name__]
        given = [str(self.path.resolve()), self.reading.sheet, name]
        # The folder of the code, however this process was started.
        own = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        try:
            done = subprocess.run(  # noqa: S603 — our own module
                [*command, *given], capture_output=True, timeout=_SECONDS, check=False, env=own
            )
        except subprocess.TimeoutExpired:
            raise FileFault(self.name, 0, "reading it takes too long", _SMALLER) from None
        if done.returncode:
            raise self._refused(done.stdout)
        return Path(name)

    def _refused(self, said: bytes) -> FileFault:
        try:
            why, cure = json.loads(said)
        except ValueError:
            why, cure = "reading it takes more memory or time than is allowed", _SMALLER
        return FileFault(self.name, 0, why, cure)

    def _look_at_parts(self) -> None:
        """What the archive says of itself; that it lies is found out by the process that reads."""
        try:
            with zipfile.ZipFile(self.path) as file:
                parts = file.infolist()
        except (OSError, zipfile.BadZipFile, ValueError):
            cure = "save it anew as .xlsx, or as CSV"
            raise FileFault(self.name, 0, "the workbook can't be opened", cure) from None
        if len(parts) > PARTS_MOST or sum(part.file_size for part in parts) > UNPACKED_MOST:
            why = f"the workbook unpacks to more than {UNPACKED_MOST >> 30} GB"
            raise FileFault(self.name, 0, why, _SMALLER)
