"""How large a picture is when it is shown, read from its first bytes: nothing is ever decoded.

A file of a few hundred kilobytes may say that it is 20,000 × 20,000: whoever decodes it needs
gigabytes. Such a picture is offered for saving and not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

MOST_PIXELS: Final = 50_000_000
"""What a browser is asked to show; a good telephone's camera makes 48 million."""
MOST_SIDE: Final = 16_384
_START: Final = 32
_JPEG_READ: Final = 1 << 20
_JPEG_SIZES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def is_safe(self) -> bool:
        """Whether a browser can show it without harm."""
        return (
            0 < self.width <= MOST_SIDE
            and 0 < self.height <= MOST_SIDE
            and self.width * self.height <= MOST_PIXELS
        )


def measure(path: Path) -> Size | None:
    """The size that a PNG, GIF, WebP or JPEG says it has; None where it says none."""
    try:
        with path.open("rb") as file:
            start = file.read(_START)
            if start[:2] == b"\xff\xd8":
                return _jpeg(file)
            return _png(start) or _gif(start) or _webp(start)
    except OSError:
        return None


def _png(start: bytes) -> Size | None:
    if start[:8] != b"\x89PNG\r\n\x1a\n" or start[12:16] != b"IHDR":
        return None
    return Size(int.from_bytes(start[16:20], "big"), int.from_bytes(start[20:24], "big"))


def _gif(start: bytes) -> Size | None:
    if start[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    return Size(int.from_bytes(start[6:8], "little"), int.from_bytes(start[8:10], "little"))


def _webp(start: bytes) -> Size | None:
    if start[:4] != b"RIFF" or start[8:12] != b"WEBP":
        return None
    match start[12:16]:
        case b"VP8X":
            return Size(_less_one(start[24:27]), _less_one(start[27:30]))
        case b"VP8L":
            bits = int.from_bytes(start[21:25], "little")
            return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8 ":
            width, height = (int.from_bytes(start[n : n + 2], "little") for n in (26, 28))
            return Size(width & 0x3FFF, height & 0x3FFF)
    return None


def _less_one(three: bytes) -> int:
    return int.from_bytes(three, "little") + 1


def _jpeg(file: BinaryIO) -> Size | None:
    """The first frame's size; what stands before it (a camera's notes) is jumped over."""
    file.seek(2)
    while file.tell() < _JPEG_READ:
        mark = file.read(2)
        while len(mark) == 2 and mark[0] == 0xFF and mark[1] == 0xFF:
            mark = mark[1:] + file.read(1)
        if len(mark) < 2 or mark[0] != 0xFF:
            return None
        if mark[1] == 0x01 or 0xD0 <= mark[1] <= 0xD8:
            continue
        length = int.from_bytes(file.read(2), "big")
        if mark[1] in _JPEG_SIZES:
            frame = file.read(5)
            if len(frame) < 5:
                return None
            return Size(int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big"))
        if length < 2:
            return None
        file.seek(length - 2, 1)
    return None
