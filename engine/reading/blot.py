"""What of a ticket's words may not stand in an article: names, addresses, numbers of somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Literal

Sort = Literal["mail", "number", "name"]
MARK: Final = "▇▇▇"
"""What stands in a text where something of a person was left out."""
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
# Phones, orders, cards, accounts: five digits or more, written together or in groups.
_NUMBER: Final = re.compile(r"(?<![\w.])\+?\d(?:[ \-]?\d){4,}(?![\w])")
_LEAST: Final = 2


def blotted(text: str, names: Iterable[str]) -> tuple[str, int]:
    """A text with what is somebody's left out and marked, and how often that was.

    `names`: of the people of the ticket, whole and in their parts of at least two characters.
    """
    count = 0
    for pattern in (_MAIL, *_of(names), _NUMBER):
        text, found = pattern.subn(MARK, text)
        count += found
    return text, count


def suspicious(text: str) -> dict[Sort, str]:
    """What in an article looks like it is somebody's: the first of each sort."""
    found: dict[Sort, str] = {}
    # Addresses of our own files and articles hold tokens.
    plain = re.sub(r"\((?:upload|article):[^)]*\)", "()", text)
    if (mail := _MAIL.search(plain)) is not None:
        found["mail"] = mail[0]
    if (number := _NUMBER.search(plain)) is not None and len(re.sub(r"\D", "", number[0])) > 6:
        found["number"] = number[0]
    return found


def _of(names: Iterable[str]) -> list[re.Pattern[str]]:
    parts: set[str] = set()
    for name in names:
        whole = " ".join(name.split())
        parts |= {part for part in (whole, *whole.split()) if len(part) >= _LEAST}
    return [
        re.compile(rf"\b{re.escape(part)}\b" if part.isascii() else re.escape(part), re.IGNORECASE)
        for part in sorted(parts, key=lambda part: (-len(part), part))
    ]
