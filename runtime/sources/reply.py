"""Reads a reply as JSON, strictly and within limits, and says in a sentence what is wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from runtime import strict_json
from runtime.strict_json import JsonFault

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
        return strict_json.read_json(text, whole=_whole, decimal=_decimal)
    except JsonFault as wrong:
        raise ReplyError(_said(wrong)) from None


def _said(wrong: JsonFault) -> str:
    name = str(wrong.values.get("name", ""))[:40]
    match wrong.code:
        case "too_deep":
            return "the answer is nested too deep"
        case "twice":
            return f"the answer says `{name}` twice in one object"
        case "constant":
            return f"the answer holds `{name}`, which is no JSON number"
    at = f"line {wrong.values['line']}, column {wrong.values['column']}"
    return f"the answer is no JSON: {wrong} ({at})"


def _is_page(text: str, content_type: str) -> bool:
    sort = content_type.partition(";")[0].strip().lower()
    return sort in ("text/html", "application/xhtml+xml") or text.lstrip()[:1] == "<"


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
