"""Files as tables: encodings, separators, line ends, workbooks, JSON Lines; faults with cures."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from runtime.actions.importing import sheet_table
from runtime.actions.importing.reading import open_table
from runtime.actions.importing.table import FileFault, FileRow, Reading, Table

WORDS = "编号;主题\n1;退款申请，请尽快\n2;投诉\n"
FRENCH = 'key;sujet\r\n1;Café à été\n2;"Größe\nzwei"\r3;x\n'


def read(
    tmp_path: Path, content: bytes, reading: Reading | None = None
) -> tuple[Table, list[FileRow]]:
    """A file of these bytes as a table with its rows."""
    path = tmp_path / "file"
    path.write_bytes(content)
    table = open_table(path, reading, "f")
    return table, list(table.rows())


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (WORDS.encode(), "utf-8"),
        (WORDS.encode("utf-8-sig"), "utf-8-sig"),
        (WORDS.encode("gb18030"), "gb18030"),
        (WORDS.encode("utf-16"), "utf-16"),
        ("key;a\n1;x\n".encode("utf-16-le"), "utf-16-le"),
        (FRENCH.encode("windows-1252"), "windows-1252"),
    ],
)
def test_the_encoding_and_separator_are_found(
    tmp_path: Path, content: bytes, encoding: str
) -> None:
    """What a spreadsheet of any country saves is read as it is."""
    table, rows = read(tmp_path, content)
    assert table.reading == Reading("csv", encoding, ";")
    assert rows[0].cells[table.header[1]] in ("退款申请，请尽快", "x", "Café à été")


def test_line_ends_may_be_mixed_and_are_counted(tmp_path: Path) -> None:
    """Line feeds, carriage returns, both; a break in quotes belongs to the cell."""
    _, rows = read(tmp_path, FRENCH.encode())
    assert [(row.line, row.cells["sujet"]) for row in rows] == [
        (2, "Café à été"),
        (3, "Größe\nzwei"),
        (5, "x"),
    ]


def test_what_is_told_is_not_guessed(tmp_path: Path) -> None:
    """An encoding and a separator that are told hold; an unknown encoding is refused."""
    table, rows = read(tmp_path, "a,b;c\n1,é;2\n".encode("latin-1"), Reading("", "latin-1", ","))
    assert table.header == ("a", "b;c")
    assert rows[0].cells["b;c"] == "é;2"
    with pytest.raises(FileFault, match="there is no encoding `klingon`; use one of utf-8"):
        read(tmp_path, b"a,b\n", Reading("", "klingon"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (",".join(f"c{n}" for n in range(10_000)).encode(), "f:1: the file has 10,000 columns;"),
        (b'a,b\n1,"' + b"x" * 10_000_000 + b'"\n', "f:2: the line has more than 1,048,576"),
        (b'a,b\n1,"x\n' + b"2,3\n" * 50_000, "f:2: a quote is opened and not closed within"),
        (b'a,b\n1,"x', "f:2: a quote is opened and never closed; close it, or double it"),
        (b"a,,b\n", "f:1: column 2 has no name; name it in the header line"),
        (b'[{"a": 1}]', "f:1: this is a JSON list; write one object a line"),
        (b"\xd0\xcf\x11\xe0....", "f: this is a workbook of the old form, or one with a password"),
        (b"PK\x03\x04 is all there is of it", "f: the workbook can't be opened; save it anew"),
        ("退,款\n".encode() * 9 + b"\xff\xfe\n", "f:10: byte 1 of the line is not UTF-8; save"),
        (b"\n" + b"[" * 900_000, "f:1: this is a JSON list"),
    ],
)
def test_a_fault_has_place_reason_and_cure(tmp_path: Path, content: bytes, said: str) -> None:
    """Bounded, and told so that one can mend it."""
    with pytest.raises(FileFault) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith(said)


def test_json_lines(tmp_path: Path) -> None:
    """Columns are the keys of all objects; numbers stay as they are written."""
    text = '{"a": 1.50, "b": ["x", "y"]}\n{"b": null, "z": true}\nnot so\n' + "[" * 50_000
    table, rows = read(tmp_path, text.encode())
    assert table.header == ("a", "b", "z")
    assert rows[0].cells == {"a": "1.50", "b": "x; y", "z": ""}
    assert rows[1].cells == {"a": "", "b": "", "z": "true"}
    assert [bool(row.fault) for row in rows] == [False, False, True, True]


def test_a_workbook(tmp_path: Path) -> None:
    """Sheets, numbers, days and times; formulas by their kept value, or refused with the cell."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        first = book.add_worksheet("一")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        first.write_row(0, 0, ["key", "n", "day"])
        first.write_row(1, 0, ["a", 3])
        first.write(1, 2, 46000, day)
        first.write_row(2, 0, ["b", 1.25])
        first.write_formula(3, 1, "=1+1", None, 2)
        first.write_formula(4, 1, "=1/0", None, "#DIV/0!")
        first.write_formula(6, 1, "=1+2", None, "")
        book.add_worksheet("two").write_row(0, 0, ["other"])
    table = open_table(path)
    rows = list(table.rows())
    assert isinstance(table, sheet_table.SheetTable)
    assert (table.sheets, table.reading.sheet) == (("一", "two"), "一")
    assert [(row.line, *row.cells.values()) for row in rows[:3]] == [
        (2, "a", "3", "2025-12-09"),
        (3, "b", "1.25", ""),
        (4, "", "2", ""),
    ]
    assert rows[3].fault.startswith("B5 holds the error #DIV/0!")
    assert rows[4].fault.startswith("B7 holds a formula without a value")
    assert rows[4].line == 7
    with pytest.raises(FileFault, match="there is no sheet `three`; it has 一, two"):
        list(open_table(path, Reading(sheet="three")).rows())


def test_a_workbook_that_unpacks_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what the archive says of itself, and by the limits of the process when it lies."""
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b"<row>" * 1_000_000)
    monkeypatch.setattr(sheet_table, "UNPACKED_MOST", 1 << 20)
    with pytest.raises(FileFault, match="unpacks to more than 0 GB; split it, or save the sheet"):
        list(open_table(path).rows())
    monkeypatch.setattr(sheet_table, "UNPACKED_MOST", 1 << 30)
    with pytest.raises(FileFault, match="can't be read"):
        list(open_table(path).rows())
