"""Sets of rows as whole numbers: bit i stands for row i."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

_MANY = 1500


def bits_of(rows: Iterable[int], width: int) -> int:
    """The set of some rows out of `width`, each named once or more."""
    found = bytearray((width >> 3) + 1)
    for row in rows:
        found[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(found, "little")


def flipped(rows: Iterable[int], width: int) -> int:
    """The rows that are named an odd number of times."""
    found = bytearray((width >> 3) + 1)
    for row in rows:
        found[row >> 3] ^= 1 << (row & 7)
    return int.from_bytes(found, "little")


def rows_in(bits: int, width: int) -> list[int]:
    """The rows of a set, ascending."""
    if width > _MANY:
        packed = np.frombuffer(bits.to_bytes((width >> 3) + 1, "little"), np.uint8)
        return list(np.flatnonzero(np.unpackbits(packed, bitorder="little")).tolist())
    found: list[int] = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


def density(sets: Sequence[int], width: int) -> float:
    """How much of all rows an average set holds, from 0 to 1; seen on some of them."""
    seen = sets[:: max(1, len(sets) // 16)]
    return sum(one.bit_count() for one in seen) / (len(seen) * width) if seen and width else 1.0
