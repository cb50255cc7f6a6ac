"""Reads JSON Lines: one object a line, its keys the columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from runtime.actions.importing import encodings
from runtime.actions.importing.table import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_LINE,
    FileFault,
    FileRow,
    Reading,
    header_of,
    unreadable,
)

_SHOWN: Final = 1_000


class JsonTable:
    """JSON Lines. The columns are the keys of all objects, in the order in which they appear."""

    def __init__(self, path: Path, reading: Reading, name: str) -> None:
        self.path, self.name = path, name
        self.reading = Reading("jsonl", "utf-8")
        self.header: tuple[str, ...] = ()

    def rows(self) -> Iterator[FileRow]:
        """The objects as rows; see `Table.rows`."""
        try:
            if not self.header:
                self.header = self._columns()
            for line, found in self._objects():
                if isinstance(found, str):
                    yield FileRow(line, {"…": found}, "the line is no JSON object; mend its syntax")
                else:
                    yield self._row(line, found)
        except OSError as wrong:
            raise unreadable(self.name, wrong) from None
        except UnicodeDecodeError:
            line, byte = encodings.bad_byte(self.path, "utf-8-sig")
            why = f"byte {byte} of the line is not UTF-8"
            raise FileFault(self.name, line, why, "JSON is UTF-8; save the file so") from None

    def _columns(self) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for line, found in self._objects():
            if isinstance(found, dict):
                names |= dict.fromkeys(key.strip() for key in found)
            if len(names) > MAX_COLUMNS:
                return header_of(self.name, line, tuple(names))
        if not names:
            why = "there is no JSON object in the file"
            raise FileFault(self.name, 1, why, "write one object a line")
        return header_of(self.name, 1, tuple(names))

    def _row(self, line: int, found: dict[str, Any]) -> FileRow:
        cells = {key.strip(): _text(value) for key, value in found.items()}
        long = next((name for name, text in cells.items() if len(text) > MAX_CELL), "")
        fault = f"`{long}` has more than {MAX_CELL:,} characters; shorten it" if long else ""
        return FileRow(line, {name: cells.get(name, "") for name in self.header}, fault)

    def _objects(self) -> Iterator[tuple[int, dict[str, Any] | str]]:
        """Line and object, or the beginning of what is none."""
        with self.path.open(encoding="utf-8-sig") as file:
            number = 0
            while line := file.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    why = f"the line has more than {MAX_LINE:,} characters"
                    raise FileFault(self.name, number, why, "write one object a line")
                if line.strip():
                    yield number, _object(line)


def _object(line: str) -> dict[str, Any] | str:
    try:
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return line[:_SHOWN]
    return found if isinstance(found, dict) else line[:_SHOWN]


def _text(value: Any) -> str:
    """A value as a cell; numbers as they are written, a list of words as words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "; ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.replace("\x00", "")
