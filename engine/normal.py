"""Normal forms that everything compares by: clean and folded text, what is empty, whole numbers."""

from __future__ import annotations

import unicodedata
from typing import Final

_normalize: Final = unicodedata.normalize

GREATEST: Final = 2**53 - 1
"""The largest whole number every JSON reader keeps exactly (decisions.md 9)."""


def clean(text: str) -> str:
    """NFC, `\\r\\n` → `\\n`, trimmed: how every text stands in the store."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def said(text: str) -> str:
    """What somebody wrote, clean, without the characters that no database can keep."""
    return clean("".join(c for c in text if storable(c)))


def fold(text: str) -> str:
    """The form in which `contains` and `starts_with` compare: NFKC and small letters."""
    if text.isascii():
        return text.lower()
    return _normalize("NFKC", _normalize("NFKC", text).lower())


def is_empty(value: object) -> bool:
    """Missing, null, "", white space, [] (decisions.md 7)."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == () or value == {} or value == []


def storable(text: str) -> bool:
    """Whether both databases can keep it: no NUL, no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
