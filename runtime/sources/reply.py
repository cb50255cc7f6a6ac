"""Reads a reply as JSON, strictly and within limits, and says in a sentence what is wrong."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

LONGEST_NUMBER: Final = 40
"""Characters of a number; a longer one is no amount that anybody has."""
_LARGEST_EXPONENT: Final = 30


class ReplyError(ValueError):
    """The reply can't be used; the text says why, in a sentence that names no secret."""


def read_json(body: bytes, content_type: str = "") -> Any:
    """The value of a JSON body; numbers with a point are Decimal.

    Raises:
        ReplyError: it is no JSON text, says something twice, or is deeper or longer than any reply.
    """
    if not body.strip():
        raise ReplyError("the answer is empty")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise ReplyError(f"the answer is not UTF-8 (byte {wrong.start})") from None
    if _is_page(text, content_type):
        raise ReplyError("the answer is a web page, not JSON; is a sign-in in between?")
    try:
        return json.loads(
            text,
            object_pairs_hook=_once,
            parse_int=_whole,
            parse_float=_decimal,
            parse_constant=_never,
        )
    except RecursionError:
        raise ReplyError("the answer is nested too deep") from None
    except json.JSONDecodeError as wrong:
        at = f"line {wrong.lineno}, column {wrong.colno}"
        raise ReplyError(f"the answer is no JSON: {wrong.msg.lower()} ({at})") from None


def _is_page(text: str, content_type: str) -> bool:
    sort = content_type.partition(";")[0].strip().lower()
    return sort in ("text/html", "application/xhtml+xml") or text.lstrip()[:1] == "<"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise ReplyError(f"the answer says `{name[:40]}` twice in one object")
        seen.add(name)
    return found


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ReplyError(f"the answer holds a number of {len(text):,} digits")
    return int(text)


def _decimal(text: str) -> Decimal:
    if len(text) > LONGEST_NUMBER:
        raise ReplyError(f"the answer holds a number of {len(text):,} characters")
    made = Decimal(text)
    if abs(made.adjusted()) > _LARGEST_EXPONENT:
        raise ReplyError(f"the answer holds the number {text}, larger than any amount")
    return made


def _never(text: str) -> Any:
    raise ReplyError(f"the answer holds `{text}`, which is no JSON number")
