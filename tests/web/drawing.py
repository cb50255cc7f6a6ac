"""Pictures that say how large they are, and are not."""

from __future__ import annotations

import struct
import zlib


def png(width: int, height: int) -> bytes:
    """A picture that says it is this large; its one line of pixels is a lie."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    crc = struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + crc + b"\0" * 40


def jpeg(width: int, height: int) -> bytes:
    """A camera's picture: its notes first, then the frame with the size."""
    notes = b"\xff\xe1" + struct.pack(">H", 40_002) + b"x" * 40_000
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\0" * 9
    return b"\xff\xd8" + notes + frame + b"\xff\xd9"
