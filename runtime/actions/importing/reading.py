"""Reads a CSV row by row in bounded memory, and says exactly where a file is broken."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MAX_LINE: Final = 1 << 20
"""Bytes of one line; what is longer is no table that a person exported."""

_OTHER_SIGNS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}


class FileFault(ValueError):
    """The file can't be read as a table: where, why, and what to do about it."""

    def __init__(self, file: str, line: int, why: str, cure: str) -> None:
        super().__init__(f"{file}:{line}: {why}; {cure}" if line else f"{file}: {why}; {cure}")
        self.line = line


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row by column name. `line`: where it begins; `fault`: why it can't be taken, or ""."""

    line: int
    cells: Mapping[str, str]
    fault: str = ""


class CsvFile:
    """A CSV in UTF-8 with a header line. Each call of `rows` reads it from the beginning."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.header: tuple[str, ...] = ()

    def rows(self) -> Iterator[FileRow]:
        """The rows after the header. A row with too many or too few cells comes with its fault.

        Raises:
            FileFault: the file is no such table.
        """
        reader = csv.reader(self._lines(), strict=True)
        line = 1
        try:
            self.header = self._header(next(reader, []))
            line = reader.line_num + 1
            for cells in reader:
                if cells:
                    yield self._row(line, cells)
                line = reader.line_num + 1
        except csv.Error as wrong:
            raise self._broken(line, str(wrong)) from None

    def _lines(self) -> Iterator[str]:
        try:
            with self.path.open("rb") as file:
                number = 0
                while raw := file.readline(MAX_LINE + 1):
                    number += 1
                    yield self._text(number, raw)
        except OSError as wrong:
            why = f"the file can't be read: {wrong.strerror or wrong}"
            raise FileFault(str(self.path), 0, why, "check its name and rights") from None

    def _text(self, number: int, raw: bytes) -> str:
        name = str(self.path)
        if number == 1 and raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise FileFault(name, 1, "the file is UTF-16", "save it as UTF-8")
        if len(raw) > MAX_LINE:
            why = f"the line has more than {MAX_LINE:,} bytes"
            raise FileFault(name, number, why, "is this the CSV? end each row with a line break")
        at = raw.find(b"\x00")
        if at >= 0:
            why = f"byte {at + 1} of the line is NUL"
            raise FileFault(name, number, why, "export the file anew as CSV in UTF-8")
        try:
            return raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as wrong:
            why = f"byte {wrong.start + 1} of the line is not UTF-8"
            raise FileFault(name, number, why, "save the file as UTF-8") from None

    def _header(self, cells: list[str]) -> tuple[str, ...]:
        names = tuple(cell.strip() for cell in cells)
        name = str(self.path)
        if not any(names):
            raise FileFault(name, 1, "there is no header line", "name the columns in line 1")
        if len(names) == 1:
            for sign, called in _OTHER_SIGNS.items():
                if sign in names[0]:
                    why = f"the columns are separated by {called}"
                    raise FileFault(name, 1, why, "save it with commas")
        twice = [one for place, one in enumerate(names) if one in names[:place]]
        if twice:
            why = f"the column `{twice[0]}` stands twice"
            raise FileFault(name, 1, why, "give each column a name of its own")
        return names

    def _row(self, line: int, cells: list[str]) -> FileRow:
        named = dict(zip(self.header, cells, strict=False))
        have, want = len(cells), len(self.header)
        if have == want:
            return FileRow(line, named)
        if have > want:
            named["…"] = ",".join(cells[want:])
        why = f"the row has {have} cells, the header has {want} columns"
        cure = "put cells that hold commas into quotes" if have > want else "fill up the row"
        return FileRow(line, named, f"{why}; {cure}")

    def _broken(self, line: int, why: str) -> FileFault:
        cure = "put cells that hold quotes into quotes and double the quotes inside"
        if "field limit" in why or "unexpected end" in why:
            why, cure = "a quote is opened and never closed", "close it, or double it"
        elif "new-line" in why:
            why, cure = "lines end in a bare carriage return", "save it with line feeds"
        return FileFault(str(self.path), line, why, cure)
