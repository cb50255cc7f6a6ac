"""Whether two groups of tickets differ by more than chance explains, with intervals of 95 per cent.

Shares by Wilson and their difference by Newcombe; medians by order statistics; means by their
standard errors. Under `FEW` on a side nothing is told: so few say little, whatever they say.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Z = 1.959964
FEW = 20
"""Fewer on either side are too few to tell anything."""

Tells = Literal["few", "unclear", "lower", "higher"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of one group: over how many, the value, and where the true one may lie."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


def share(hits: int, n: int) -> Measure:
    """A share of 0 to 1."""
    if not n:
        return Measure(0)
    p, square = hits / n, Z * Z
    middle = (p + square / (2 * n)) / (1 + square / n)
    half = Z * math.sqrt(p * (1 - p) / n + square / (4 * n * n)) / (1 + square / n)
    return Measure(n, p, max(0.0, middle - half), min(1.0, middle + half))


def median(values: Sequence[float]) -> Measure:
    """The median; its interval is open (None) where there are too few for one."""
    n = len(values)
    if not n:
        return Measure(0)
    ordered = sorted(values)
    value = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    # Both ranks from 1: so many of the ordered values lie beside the true median by chance.
    reach = Z * math.sqrt(n) / 2
    low, high = math.floor(n / 2 - reach), math.ceil(n / 2 + 1 + reach)
    if low < 1 or high > n:
        return Measure(n, value)
    return Measure(n, value, ordered[low - 1], ordered[high - 1])


def mean(values: Sequence[float]) -> Measure:
    """The mean."""
    n = len(values)
    if not n:
        return Measure(0)
    value = math.fsum(values) / n
    if n == 1:
        return Measure(1, value)
    half = Z * math.sqrt(math.fsum((v - value) ** 2 for v in values) / (n - 1) / n)
    return Measure(n, value, value - half, value + half)


def shares_apart(one: Measure, other: Measure) -> Tells:
    """Whether the first share is lower or higher than the second."""
    p, q = _whole(one), _whole(other)
    if p is None or q is None or min(one.n, other.n) < FEW:
        return "few"
    difference = p[0] - q[0]
    low = difference - math.hypot(p[0] - p[1], q[2] - q[0])
    high = difference + math.hypot(p[2] - p[0], q[0] - q[1])
    return _tells(low, high)


def apart(one: Measure, other: Measure) -> Tells:
    """Whether the first median or mean is lower or higher: their intervals must not meet."""
    a, b = _whole(one), _whole(other)
    if a is None or b is None or min(one.n, other.n) < FEW:
        return "few"
    return _tells(a[1] - b[2], a[2] - b[1])


def _whole(one: Measure) -> tuple[float, float, float] | None:
    if one.value is None or one.low is None or one.high is None:
        return None
    return one.value, one.low, one.high


def _tells(low: float, high: float) -> Tells:
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "unclear"
