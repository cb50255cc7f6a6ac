"""Reads a CSV row by row in bounded memory, and says exactly where a file is broken."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from runtime.actions.importing import encodings
from runtime.actions.importing.table import (
    MAX_CELL,
    MAX_LINE,
    FileFault,
    FileRow,
    Reading,
    header_of,
    row_of,
    unreadable,
)

SEPARATORS: Final = (",", ";", "\t", "|")


class CsvTable:
    """A CSV with a header line. Lines may end in line feeds, carriage returns, or a mix of both."""

    def __init__(self, path: Path, reading: Reading, name: str) -> None:
        self.path, self.name, self.reading = path, name, reading
        self.header: tuple[str, ...] = ()

    def rows(self) -> Iterator[FileRow]:
        """The rows after the header; see `Table.rows`."""
        try:
            yield from self._rows()
        except OSError as wrong:
            raise unreadable(self.name, wrong) from None
        except UnicodeDecodeError:
            self._not_encoded()

    def _rows(self) -> Iterator[FileRow]:
        self._settle()
        csv.field_size_limit(MAX_CELL)
        reader = csv.reader(self._lines(), delimiter=self.reading.separator, strict=True)
        line = 1
        try:
            self.header = header_of(self.name, 1, next(reader, []))
            line = reader.line_num + 1
            for cells in reader:
                if cells:
                    yield row_of(self.header, line, cells)
                line = reader.line_num + 1
        except csv.Error as wrong:
            raise self._broken(line, str(wrong)) from None

    def _settle(self) -> None:
        """Find out what was not told: the encoding, then the separator."""
        asked = self.reading
        encoding = encodings.known(asked.encoding) if asked.encoding else ""
        if asked.encoding and not encoding:
            cure = f"use one of {', '.join(encodings.ENCODINGS)}"
            raise FileFault(self.name, 0, f"there is no encoding `{asked.encoding}`", cure)
        encoding = encoding or encodings.sniffed(self.path)
        if not encoding:
            cure = "save it as UTF-8, or say its encoding"
            raise FileFault(self.name, 0, "its encoding can't be told", cure)
        self.reading = replace(asked, form="csv", encoding=encoding)
        separator = asked.separator or self._separator()
        self.reading = replace(self.reading, separator=separator)

    def _separator(self) -> str:
        """What stands most often in the header line, outside of quotes."""
        with self.path.open(encoding=self.reading.encoding, newline="") as file:
            first = "".join(file.readline(MAX_LINE).split('"')[::2])
        return max(SEPARATORS, key=first.count)

    def _lines(self) -> Iterator[str]:
        with self.path.open(encoding=self.reading.encoding, newline="") as file:
            number = 0
            while line := file.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    why = f"the line has more than {MAX_LINE:,} characters"
                    cure = "is this the CSV? end each row with a line break"
                    raise FileFault(self.name, number, why, cure)
                at = line.find("\x00")
                if at >= 0:
                    why = f"character {at + 1} of the line is NUL"
                    raise FileFault(self.name, number, why, "export the file anew as CSV")
                yield line

    def _not_encoded(self) -> None:
        line, byte = encodings.bad_byte(self.path, self.reading.encoding)
        called = self.reading.encoding.removesuffix("-sig").upper()
        why = f"byte {byte} of the line is not {called}"
        cure = "save the file as UTF-8, or say its encoding"
        raise FileFault(self.name, line, why, cure) from None

    def _broken(self, line: int, why: str) -> FileFault:
        cure = "put cells that hold quotes into quotes and double the quotes inside"
        if "unexpected end" in why:
            why, cure = "a quote is opened and never closed", "close it, or double it"
        elif "field limit" in why:
            why = f"a quote is opened and not closed within {MAX_CELL:,} characters"
            cure = "close it, or double it; cells are no longer than that"
        elif "new-line" in why:
            why, cure = "a line break stands outside of quotes", "put the cell into quotes"
        return FileFault(self.name, line, why, cure)
