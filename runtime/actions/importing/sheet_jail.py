"""Turns one sheet of a workbook into lines of JSON, in a process of its own that may be killed.

Started by `sheet_table` with nothing but an interpreter. Its memory, processor time and output are
limited, so a workbook that unpacks to more than it says harms nobody. The first line it writes is
`{"sheets": [...], "sheet": name}`, then one `[row, [cells], fault]` a row; what is refused is said
on stdout as JSON.
"""

from __future__ import annotations

import datetime
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

MEMORY_BYTES: Final = 3 << 30
CPU_SECONDS: Final = 600
OUTPUT_BYTES: Final = 8 << 30
UNPACKED_BYTES: Final = 4 << 30
MAX_COLUMNS: Final = 1_000
MAX_CELL: Final = 131_072
_CHUNK: Final = 1 << 20
_FAULTS: Final = 100_000

_CELL: Final = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REF: Final = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_VALUE: Final = re.compile(rb"<(?:\w+:)?v>([^<]+)</|<(?:\w+:)?t\b[^>]*>[^<]")
_LAST: Final = re.compile(rb"</(?:\w+:)?row>")


class Refused(Exception):
    """The workbook can't be read; the text says why, then what to do."""


def main() -> None:
    """Read, write, and say how it went."""
    path, wanted, out = sys.argv[1:4]
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    try:
        _convert(path, wanted, out)
    except Refused as why:
        sys.stdout.write(json.dumps(list(why.args)))
        sys.exit(1)
    # Whatever a workbook can do to the reader ends here.
    except Exception as wrong:
        said = f"the workbook can't be read ({type(wrong).__name__}: {wrong})"[:300]
        sys.stdout.write(json.dumps([said, "save it anew as .xlsx, or as CSV"]))
        sys.exit(1)


def _convert(path: str, wanted: str, out: str) -> None:
    book = CalamineWorkbook.from_path(path)
    if not book.sheet_names:
        raise Refused("the workbook has no sheet", "save it anew as .xlsx")
    name = wanted or book.sheet_names[0]
    if name not in book.sheet_names:
        raise Refused(f"there is no sheet `{name}`", f"it has {', '.join(book.sheet_names)[:300]}")
    faults = dict(_cells_without_value(path, name))
    sheet = book.get_sheet_by_name(name)
    if sheet.end is not None and sheet.end[1] >= MAX_COLUMNS:
        why = f"the sheet has {sheet.end[1] + 1:,} columns; {MAX_COLUMNS:,} are read"
        raise Refused(why, "leave out those that are not needed")
    with open(out, "w", encoding="utf-8") as file:
        file.write(json.dumps({"sheets": book.sheet_names, "sheet": name}) + "\n")
        for number, row in enumerate(sheet.iter_rows(), 1):
            cells = [_text(value) for value in row]
            fault = faults.pop(number, "")
            if any(len(cell) > MAX_CELL for cell in cells):
                fault = f"a cell has more than {MAX_CELL:,} characters; shorten it"
                cells = [cell[:1000] for cell in cells]
            if fault or any(cells):
                file.write(json.dumps([number, cells, fault], ensure_ascii=False) + "\n")
        # To the reader, rows without a value at the end are not there.
        for number, fault in faults.items():
            file.write(json.dumps([number, [], fault], ensure_ascii=False) + "\n")


def _text(value: Any) -> str:
    """A cell as text: whole numbers without a point, times as ISO 8601."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="seconds")
    return str(value)


def _cells_without_value(path: str, name: str) -> Iterator[tuple[int, str]]:
    """Rows with a cell whose formula was never worked out, or came to an error: row and why.

    The reader gives both as empty, and empty would be wrong.
    """
    found = 0
    for whole in _xml_of(path, name):
        if b"<f" not in whole and b":f" not in whole and b't="e"' not in whole:
            continue
        for cell in _CELL.finditer(whole):
            marks, inner = cell[1], cell[2] or b""
            fault = _fault_of(marks, inner)
            ref = _REF.search(marks) if fault else None
            if ref is not None and (found := found + 1) <= _FAULTS:
                yield int(ref[2]), f"{ref[1].decode()}{ref[2].decode()} {fault}"


def _fault_of(marks: bytes, inner: bytes) -> str:
    value = _VALUE.search(inner)
    if b't="e"' in marks:
        said = (value[1] or b"").decode("utf-8", "replace") if value else ""
        return f"holds the error {said or '#ERROR'}; mend the formula, or put in the value"
    if (b"<f" in inner or b":f" in inner) and value is None and b't="str"' not in marks:
        return (
            "holds a formula without a value; open the workbook, let it calculate, and save it, "
            "or put in the value"
        )
    return ""


def _xml_of(path: str, name: str) -> Iterator[bytes]:
    """A sheet's XML in pieces that end with a row."""
    with zipfile.ZipFile(path) as file:
        inner = _file_of(file, name)
        if not inner:
            return
        rest, read = b"", 0
        with file.open(inner) as part:
            while chunk := part.read(_CHUNK):
                read += len(chunk)
                if read > UNPACKED_BYTES:
                    raise Refused("the sheet unpacks to more than 4 GB", "split it")
                rest += chunk
                ends = [found.end() for found in _LAST.finditer(rest)]
                if ends:
                    yield rest[: ends[-1]]
                    rest = rest[ends[-1] :]
                elif len(rest) > 64 * _CHUNK:
                    raise Refused("a row unpacks to more than 64 MB", "split it")
        yield rest


def _file_of(file: zipfile.ZipFile, name: str) -> str:
    """The part of the archive that holds a sheet; "" when the workbook does not say it."""
    try:
        # In here a document that expands without end reaches the limits of the process.
        book = ElementTree.fromstring(_small(file, "xl/workbook.xml"))  # noqa: S314
        links = ElementTree.fromstring(_small(file, "xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (KeyError, ElementTree.ParseError):
        return ""
    for sheet in book.iter():
        if not sheet.tag.endswith("}sheet") or sheet.get("name") != name:
            continue
        own = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        for link in links:
            if link.get("Id") == own:
                target = link.get("Target", "")
                inner = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                return inner if inner in file.namelist() else ""
    return ""


def _small(file: zipfile.ZipFile, name: str) -> bytes:
    with file.open(name) as part:
        return part.read(8 * _CHUNK)


if __name__ == "__main__":
    main()
