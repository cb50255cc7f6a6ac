"""Versions of packs and ranges of them: `1.2.0`, `^1.0.0`, `>=1.2.0 <2.0.0`."""

from __future__ import annotations

import re

_PART = re.compile(r"(\^|~|>=|<=|>|<|=)?([0-9.]+)\Z")

Number = tuple[int, int, int]


def number(version: str) -> Number:
    """A version as numbers that compare as versions do."""
    first, second, third = (int(part) for part in version.split("."))
    return first, second, third


def fits(version: str, wanted: str) -> bool:
    """Whether a version lies in a range; all parts of the range have to hold."""
    return all(_holds(number(version), part) for part in wanted.split())


def _holds(version: Number, part: str) -> bool:
    found = _PART.match(part)
    assert found is not None, part
    sign, least = found[1] or "=", number(found[2])
    if sign == "^":
        # While nothing is promised (0.x), the second number is what breaks.
        same = 1 if least[0] else 2
        return version >= least and version[:same] == least[:same]
    if sign == "~":
        return version >= least and version[:2] == least[:2]
    return {
        "=": version == least,
        ">": version > least,
        ">=": version >= least,
        "<": version < least,
        "<=": version <= least,
    }[sign]
