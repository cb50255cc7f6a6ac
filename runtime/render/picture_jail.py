"""Makes a small square picture of a PNG, in a process of its own that may be killed at any moment.

Started by `runtime.render.pictures` with nothing but an interpreter: it imports nothing of ours,
opens no file or connection, reads one PNG from its input and writes one to its output, pixel by
pixel, so that nothing of what was sent but the look of it is kept. An exit code says why not.
"""

from __future__ import annotations

import resource
import struct
import sys
import zlib

MEMORY_BYTES = 256 * 1024 * 1024
CPU_SECONDS = 8
MOST_SIDE = 640
SIDE = 96
NO_PICTURE, TOO_LARGE = 3, 4
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


class Refused(ValueError):
    """The picture is none of ours; `code` is the process's exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def main() -> None:
    """One picture in, one out."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        made = small(sys.stdin.buffer.read())
    except Refused as wrong:
        sys.exit(wrong.code)
    except (zlib.error, struct.error, ValueError, IndexError):
        sys.exit(NO_PICTURE)
    sys.stdout.buffer.write(made)


def small(data: bytes) -> bytes:
    """The middle square of a PNG, `SIDE` pixels wide, as a PNG with nothing else in it."""
    width, height, rows = _pixels(data)
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    out = bytearray()
    for y in range(SIDE):
        out.append(0)
        first, last = _span(y, side)
        for x in range(SIDE):
            begin, end = _span(x, side)
            out += _mean(rows, range(top + first, top + last), left + begin, left + end)
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 6, 0, 0, 0)
    body = zlib.compress(bytes(out), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    )


def _span(at: int, side: int) -> tuple[int, int]:
    first = at * side // SIDE
    return first, max(first + 1, (at + 1) * side // SIDE)


def _mean(rows: list[bytes], lines: range, begin: int, end: int) -> bytes:
    """The mean colour of a few pixels, the clear ones not counted."""
    sums, seen, alpha = [0, 0, 0], 0, 0
    for line in lines:
        row = rows[line]
        for at in range(4 * begin, 4 * end, 4):
            weight = row[at + 3]
            alpha += weight
            seen += 1
            for c in range(3):
                sums[c] += row[at + c] * weight
    if not alpha:
        return b"\0\0\0\0"
    return bytes([*(s // alpha for s in sums), alpha // seen])


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _pixels(data: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height, and each row as RGBA bytes."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise Refused(NO_PICTURE)
    width = height = depth = kind = 0
    palette, clear, packed, at = b"", b"", bytearray(), 8
    while at + 8 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        at += 12 + size
        if name == b"IHDR":
            width, height, depth, kind, _, _, woven = struct.unpack(">IIBBBBB", body)
            if not 0 < width <= MOST_SIDE or not 0 < height <= MOST_SIDE:
                raise Refused(TOO_LARGE)
            if depth != 8 or woven or kind not in _CHANNELS:
                raise Refused(NO_PICTURE)
        elif name == b"PLTE":
            palette = body
        elif name == b"tRNS":
            clear = body
        elif name == b"IDAT":
            packed += body
        elif name == b"IEND":
            break
    channels = _CHANNELS[kind] if width else 0
    plain = _unpacked(bytes(packed), width * channels, height)
    rows = _unfiltered(plain, width * channels, height, channels)
    return width, height, [_coloured(row, kind, palette, clear) for row in rows]


def _unpacked(packed: bytes, line: int, height: int) -> bytes:
    most = (line + 1) * height
    plain = zlib.decompressobj().decompress(packed, most)
    if not most or len(plain) != most:
        raise Refused(NO_PICTURE)
    return plain


def _unfiltered(plain: bytes, line: int, height: int, step: int) -> list[bytes]:
    rows: list[bytes] = []
    before = bytes(line)
    for number in range(height):
        start = number * (line + 1)
        row = bytearray(plain[start + 1 : start + 1 + line])
        _undo(plain[start], row, before, step)
        before = bytes(row)
        rows.append(before)
    return rows


def _undo(how: int, row: bytearray, up: bytes, step: int) -> None:
    if how == 0:
        return
    for at in range(len(row)):
        left = row[at - step] if at >= step else 0
        corner = up[at - step] if at >= step else 0
        if how == 1:
            more = left
        elif how == 2:
            more = up[at]
        elif how == 3:
            more = (left + up[at]) // 2
        elif how == 4:
            more = _paeth(left, up[at], corner)
        else:
            raise Refused(NO_PICTURE)
        row[at] = (row[at] + more) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    by_left, by_up, by_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    if by_left <= by_up and by_left <= by_corner:
        return left
    return up if by_up <= by_corner else corner


def _coloured(row: bytes, kind: int, palette: bytes, clear: bytes) -> bytes:
    """A row as RGBA."""
    if kind == 6:
        return row
    out = bytearray()
    if kind == 2:
        for at in range(0, len(row), 3):
            out += row[at : at + 3] + b"\xff"
    elif kind == 0:
        for grey in row:
            out += bytes((grey, grey, grey, 255))
    elif kind == 4:
        for at in range(0, len(row), 2):
            out += bytes((row[at], row[at], row[at], row[at + 1]))
    else:
        for one in row:
            colour = palette[3 * one : 3 * one + 3]
            if len(colour) != 3:
                raise Refused(NO_PICTURE)
            out += colour + bytes((clear[one] if one < len(clear) else 255,))
    return bytes(out)


if __name__ == "__main__":
    main()
