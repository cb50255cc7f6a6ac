"""A file as a table: its header, its rows with their places, and what is wrong with either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

MAX_LINE: Final = 1 << 20
"""Characters of one line; what is longer is no table that a person exported."""
MAX_CELL: Final = 131_072
"""Characters of one cell."""
MAX_COLUMNS: Final = 1_000

OWN: Final = ("_line", "_column", "_reason")
"""What a file of refused rows says of each; no mapping needs to name them."""
FORMS: Final = ("csv", "xlsx", "jsonl")


class FileFault(ValueError):
    """The file can't be read as a table: where, why, and what to do about it."""

    def __init__(self, file: str, line: int, why: str, cure: str) -> None:
        super().__init__(f"{file}:{line}: {why}; {cure}" if line else f"{file}: {why}; {cure}")
        self.file, self.line, self.why, self.cure = file, line, why, cure


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row by column name. `line`: where it begins; `fault`: why it can't be taken, or ""."""

    line: int
    cells: Mapping[str, str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is written; what is "" is found out. `form`: csv, xlsx or jsonl."""

    form: str = ""
    encoding: str = ""
    separator: str = ""
    sheet: str = ""


class Table(Protocol):
    """A file with a header. Each call of `rows` reads it from the beginning, in bounded memory.

    `name`: what it is called in messages; `reading`: how it is written, known once rows were read.
    """

    path: Path
    name: str
    header: tuple[str, ...]
    reading: Reading

    def rows(self) -> Iterator[FileRow]:
        """The rows after the header.

        Raises:
            FileFault: the file is no such table.
        """
        ...


def unreadable(name: str, wrong: OSError) -> FileFault:
    """The fault of a file that the system does not give."""
    why = f"the file can't be read: {wrong.strerror or wrong}"
    return FileFault(name, 0, why, "check its name and rights")


def header_of(name: str, line: int, cells: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns; unnamed ones at the end are none.

    Raises:
        FileFault: there are none, too many, or one stands twice.
    """
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise FileFault(name, line, "there is no header line", "name the columns in the first line")
    if len(names) > MAX_COLUMNS:
        why = f"the file has {len(names):,} columns; {MAX_COLUMNS:,} are read"
        raise FileFault(name, line, why, "leave out those that are not needed")
    met: set[str] = set()
    for place, one in enumerate(names, 1):
        if not one:
            raise FileFault(name, line, f"column {place} has no name", "name it in the header line")
        if one in met:
            why = f"the column `{one}` stands twice"
            raise FileFault(name, line, why, "give each column a name of its own")
        met.add(one)
    return tuple(names)


def row_of(header: tuple[str, ...], line: int, cells: Sequence[str]) -> FileRow:
    """A row; one with too many or too few cells comes with its fault."""
    named = dict(zip(header, cells, strict=False))
    have, want = len(cells), len(header)
    if have > want and not any(cells[want:]):
        have = want
    if have == want:
        return FileRow(line, named)
    if have > want:
        named["…"] = ",".join(cells[want:])[:MAX_CELL]
    why = f"the row has {have} cells, the header has {want} columns"
    cure = "put cells that hold the separator into quotes" if have > want else "fill up the row"
    return FileRow(line, named, f"{why}; {cure}")
