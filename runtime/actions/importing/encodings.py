"""Finds out how a text file is encoded, and where it breaks the encoding."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

_CHUNK: Final = 1 << 20
_AROUND: Final = 1 << 16
_PAIRS: Final = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_UTF8: Final = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_SHARE: Final = 0.8
"""Of the high bytes; what is written in pairs of them is Chinese."""

ENCODINGS: Final = ("utf-8", "gb18030", "utf-16", "windows-1252")
"""What is found out by itself; any other that Python knows may be told."""


def sniffed(path: Path) -> str:
    """The encoding of a file, "" when it can't be told."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(start) > 1:
        for name, nuls in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
            if nuls.count(0) > 0.3 * len(nuls) and start.count(0) < 0.7 * len(start):
                return name
    at = _first_fault(path)
    return "utf-8" if at is None else _guess(_window(path, at))


def known(name: str) -> str:
    """An encoding that was told, as Python calls it; "" when it is none for text."""
    try:
        found = codecs.lookup(name)
        "a".encode(found.name)
    except (LookupError, TypeError, ValueError):
        return ""
    return {"utf-8": "utf-8-sig", "gb2312": "gb18030", "gbk": "gb18030"}.get(found.name, found.name)


def bad_byte(path: Path, encoding: str) -> tuple[int, int]:
    """Line and byte within it, both from 1, at which a file breaks an encoding."""
    number = 0
    with path.open("rb") as file:
        if encoding.startswith("utf-16"):
            return _of_wide(file.read(_CHUNK), encoding)
        for raw in file:
            number += 1
            try:
                raw.decode("utf-8" if encoding == "utf-8-sig" else encoding)
            except UnicodeDecodeError as wrong:
                return number, wrong.start + 1
    return max(number, 1), 1


def _of_wide(raw: bytes, encoding: str) -> tuple[int, int]:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError as wrong:
        before = raw[: wrong.start].decode(encoding, "replace")
        return before.count("\n") + 1, wrong.start + 1
    return 1, 1


def _first_fault(path: Path) -> int | None:
    """The first byte that is no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as wrong:
                return max(0, read + wrong.start - 4)
            read += len(chunk)
            if not chunk:
                return None


def _window(path: Path, at: int) -> bytes:
    """What stands around a byte, in whole lines where they are short."""
    with path.open("rb") as file:
        file.seek(max(0, at - _AROUND))
        found = file.read(2 * _AROUND)
    first, last = found.find(b"\n"), found.rfind(b"\n")
    inner = found[first + 1 : last] if at > _AROUND and first < last else found[: last + 1]
    return inner if _HIGH.search(inner) else found


def _guess(window: bytes) -> str:
    high = len(_HIGH.findall(window))
    if sum(map(len, _UTF8.findall(window))) >= max(6, _SHARE * high):
        return "utf-8"  # it is, but for some bytes that are told with their place
    if 2 * len(_PAIRS.findall(window)) >= _SHARE * high and _is(window, "gb18030"):
        return "gb18030"
    return "windows-1252" if _is(window, "windows-1252") else ""


def _is(window: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(window)
    except UnicodeDecodeError:
        return False
    return True
