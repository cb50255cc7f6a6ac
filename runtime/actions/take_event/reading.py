"""An event's body as plain values, and the values that a channel looks for in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.model.channel import TakenModel
from engine.normal import said
from runtime.strict_json import JsonFault, at_path, is_modest, read_json

MOST_BYTES: Final = 1 << 20
_LONGEST: Final = 100_000


class NotReadable(ValueError):
    """A body is no JSON object that can be read; the text is a code."""


def decoded(raw: bytes) -> Mapping[str, Any]:
    """The body. Numbers with decimals stay text, so that `12.30` is exactly that.

    Raises:
        NotReadable: it is no JSON, has a name twice, is no object, or nested too deep.
    """
    try:
        found = read_json(raw, decimal=str)
    except JsonFault as wrong:
        raise NotReadable("too_deep" if wrong.code == "too_deep" else "not_json") from None
    except ValueError:
        # A number of a million digits.
        raise NotReadable("not_json") from None
    if not isinstance(found, dict):
        raise NotReadable("not_object")
    if not is_modest(found):
        raise NotReadable("too_deep")
    return found


def at(body: object, steps: Sequence[str | int] | None) -> Any:
    """What stands at a place of the body, None where there is nothing."""
    return at_path(steps, body)[1] if steps is not None else None


def text_at(body: object, steps: Sequence[str | int] | None) -> str:
    """The text or number at a place, "" for anything else."""
    return as_text(at(body, steps))


def as_text(value: object) -> str:
    """A text, number or truth value as text that can be stored; "" for anything else.

    A text holds neither NUL nor half a character, which no database keeps.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        return ""
    return said(value[:_LONGEST]).strip()


def value(taken: TakenModel | None, body: object) -> Any:
    """What a value is taken from: fixed, or a place of the body, its words put into ours."""
    if taken is None:
        return None
    found = taken.value if taken.path is None else at(body, taken.path)
    if not taken.values:
        return found
    if isinstance(found, list):
        return [taken.values.get(as_text(one), one) for one in found]
    return taken.values.get(as_text(found), found)


def text(taken: TakenModel | None, body: object) -> str:
    """The same as text; several lines, such as a dialogue, one below the other."""
    found = value(taken, body)
    if isinstance(found, list):
        return "\n".join(line for one in found[:2000] if (line := _line(one)))[:_LONGEST]
    return as_text(found)


def _line(one: object) -> str:
    """A line of a dialogue: its text, or who speaks and what they say."""
    if not isinstance(one, dict):
        return as_text(one)
    words = next((as_text(one[name]) for name in ("text", "words", "content") if name in one), "")
    who = next((as_text(one[name]) for name in ("speaker", "who", "role") if name in one), "")
    return f"{who}: {words}" if who and words else words
