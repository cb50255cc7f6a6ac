"""Places as tools count them: paths from the current folder, columns in UTF-16 code units."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from specs.problem import Place

# YAML ends a line at three characters more than editors do.
_YAML_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BREAK = re.compile("\r\n|[\n\r]")


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """A stretch of a file. Lines and columns count from 1, the end is exclusive; `path` is relative
    to the current folder where it lies below it, else absolute, with `/` between folders."""

    path: str
    line: int
    col: int
    end_line: int
    end_col: int

    @property
    def is_relative(self) -> bool:
        """Whether the file lies below the current folder."""
        return not os.path.isabs(self.path)


class _Lines:
    """Where the lines of a text begin, as YAML and as editors count them."""

    def __init__(self, content: bytes) -> None:
        self.text = content.decode("utf-8", "replace").removeprefix("\ufeff")

    @cached_property
    def yaml(self) -> list[int]:
        return [0, *(found.end() for found in _YAML_BREAK.finditer(self.text))]

    @cached_property
    def editor(self) -> list[int]:
        return [0, *(found.end() for found in _BREAK.finditer(self.text))]

    def moved(self, line: int, col: int) -> tuple[int, int]:
        """Line and column of YAML as line and UTF-16 column of editors."""
        if not 0 < line <= len(self.yaml):
            return line, col
        offset = min(self.yaml[line - 1] + col - 1, len(self.text))
        at = bisect_right(self.editor, offset)
        before = self.text[self.editor[at - 1] : offset]
        return at, len(before) + sum(1 for char in before if char > "\uffff") + 1


class Regions:
    """Turns the places of one tenant's folder into regions."""

    def __init__(self, folder: Path, files: Mapping[str, bytes]) -> None:
        self._folder = folder
        self._files = files
        self._lines: dict[str, _Lines] = {}
        self._here = Path.cwd()

    def of(self, place: Place) -> Region:
        """The region of a place; a file that could not be read keeps its line and column."""
        lines = self._lines.setdefault(place.file, _Lines(self._files.get(place.file, b"")))
        start = lines.moved(place.line, place.col)
        end = max(start, lines.moved(place.end_line, place.end_col))
        return Region(self._path(place.file), *start, *end)

    def _path(self, file: str) -> str:
        whole = Path(os.path.normpath(self._here / self._folder / file))
        inside = whole.is_relative_to(self._here)
        return (whole.relative_to(self._here) if inside else whole).as_posix()
