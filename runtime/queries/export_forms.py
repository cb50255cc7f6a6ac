"""Rows as CSV, XLSX or JSON Lines, in pieces of bytes; no cell can be run as a formula."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

Format = Literal["csv", "xlsx", "jsonl"]
FORMATS: Final[tuple[Format, ...]] = ("csv", "xlsx", "jsonl")
MEDIA: Final[Mapping[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}
SHEET_ROWS: Final = 1_048_576
"""So many rows a sheet holds, its header among them; what is more goes onto another sheet."""
CELL_MOST: Final = 32_767
_EXACT: Final = 10**15
"""Below it a sheet keeps every digit; what is above is written as text."""
_PIECE: Final = 1 << 18
_NUMBER: Final = re.compile(r"-\d+(\.\d+)?", re.ASCII)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

Rows = AsyncIterator[list[Sequence[Any]]]
"""Pages of rows: text, numbers, truth, instants in the reader's zone, days, lists, None."""


@dataclass(frozen=True, slots=True)
class Head:
    """The columns: `names` are the keys of JSON objects, `titles` what stands over a table."""

    names: tuple[str, ...]
    titles: tuple[str, ...]


def in_form(form: Format, head: Head, rows: Rows, *, mark: bool = False) -> AsyncIterator[bytes]:
    """The rows in a form; `mark` begins a CSV so that Excel takes it for UTF-8."""
    if form == "xlsx":
        return _xlsx(head, rows)
    return _jsonl(head, rows) if form == "jsonl" else _csv(head, rows, mark=mark)


# -- text -----------------------------------------------------------------------------------------


async def _csv(head: Head, rows: Rows, *, mark: bool) -> AsyncIterator[bytes]:
    yield (b"\xef\xbb\xbf" if mark else b"") + _lines([tuple(map(safe, head.titles))])
    async for page in rows:
        yield _lines([tuple(_cell(value) for value in row) for row in page])


def _lines(rows: Sequence[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return safe(value) if isinstance(value, str) else safe(_said(value))


def _said(value: Any) -> str:
    """A value that is no text as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)


def safe(text: str) -> str:
    """A text that spreadsheets would run as a formula gets a quote before it; numbers stay."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


async def _jsonl(head: Head, rows: Rows) -> AsyncIterator[bytes]:
    async for page in rows:
        lines = [dict(zip(head.names, map(_plain, row), strict=True)) for row in page]
        yield "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines).encode()


def _plain(value: Any) -> Any:
    """A value of JSON; decimals stay exact as text."""
    if value is None or isinstance(value, (str, bool, int, list)):
        return value
    return _said(value)


# -- workbooks ------------------------------------------------------------------------------------


async def _xlsx(head: Head, rows: Rows) -> AsyncIterator[bytes]:
    """A workbook is written to a file row by row, and read back from it once it is whole."""
    with tempfile.TemporaryFile(prefix="specdesk-export-") as file:
        book = _Book(file, head)
        try:
            async for page in rows:
                await asyncio.to_thread(book.add, page)
        finally:
            await asyncio.to_thread(book.close)
        file.seek(0)
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece


class _Book:
    """A workbook in constant memory; further sheets where one is full."""

    def __init__(self, file: Any, head: Head) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(file, options)
        self._bold = self._book.add_format({"bold": True})
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._head, self._row = head, 0
        self._sheet = self._begun()

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write further rows."""
        for row in rows:
            if self._row >= SHEET_ROWS:
                self._sheet = self._begun()
            for place, value in enumerate(row):
                self._put(place, value)
            self._row += 1

    def close(self) -> None:
        """Write all of it down."""
        self._book.close()

    def _begun(self) -> Worksheet:
        sheet = self._book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for place, title in enumerate(self._head.titles):
            sheet.write_string(0, place, title[:CELL_MOST], self._bold)
        self._row = 1
        return sheet

    def _put(self, place: int, value: Any) -> None:
        sheet, row = self._sheet, self._row
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, place, value.replace(tzinfo=None), self._time)
        elif isinstance(value, date):
            sheet.write_datetime(row, place, value, self._day)
        elif isinstance(value, (int, Decimal)) and -_EXACT < value < _EXACT:
            sheet.write_number(row, place, value)
        else:
            text = value if isinstance(value, str) else _said(value)
            cut = text if len(text) <= CELL_MOST else f"{text[: CELL_MOST - 1]}…"
            sheet.write_string(row, place, cut)
