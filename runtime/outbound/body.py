"""Reads an answer's body piece by piece, packed or not, and stops where it grows too large."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable
from typing import Final

_WINDOWS: Final = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS}


class TooLarge(Exception):
    """A body is larger than asked for, as it came or unpacked."""


class Garbled(Exception):
    """A body is packed in a way we don't read, or not as it says."""


async def read_body(pieces: AsyncIterable[bytes], encoding: str, most: int) -> bytes:
    """A body of at most `most` bytes, as it comes and unpacked.

    Raises:
        TooLarge: there is more.
        Garbled: it can't be unpacked.
    """
    if encoding not in ("", "identity", *_WINDOWS):
        raise Garbled(f"the answer is packed by {encoding[:40]!r}; want gzip or nothing")
    unpack = _Gzip(most) if encoding in _WINDOWS else None
    body, came = bytearray(), 0
    async for piece in pieces:
        came += len(piece)
        if came > most:
            raise TooLarge
        body += unpack.feed(piece) if unpack else piece
    if unpack and not unpack.ended:
        raise Garbled("the answer's gzip ends in its middle")
    return bytes(body)


class _Gzip:
    """Members of gzip one after the other, at most `most` bytes of them all."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._member = zlib.decompressobj(_WINDOWS["gzip"])
        self._begun = False

    @property
    def ended(self) -> bool:
        return self._member.eof or not self._begun

    def feed(self, piece: bytes) -> bytes:
        found = bytearray()
        while piece:
            if self._member.eof:
                self._member = zlib.decompressobj(_WINDOWS["gzip"])
            self._begun = True
            try:
                # One byte more than is left tells "too much" from "just enough".
                part = self._member.decompress(piece, self._left + 1)
            except zlib.error as error:
                raise Garbled(f"the answer is no gzip: {error}") from error
            self._left -= len(part)
            if self._left < 0:
                raise TooLarge
            found += part
            piece = self._member.unused_data
        return bytes(found)
