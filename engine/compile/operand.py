"""Which operators a kind has, and how the text of an operand becomes a typed one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import re2

from engine.compile.scope import PathInfo
from engine.evaluate import LIST_KINDS, TEXT_KINDS
from engine.expression import NUMBER_KINDS
from engine.instant import end_of_day, start_of_day
from engine.model.field import FieldModel
from engine.model.text import NO_WORDS
from engine.normal import clean, fold, storable
from engine.predicate import AnyOf, Op, Predicate, Scalar, Test, Var
from engine.values.base import ValueProblem
from engine.values.date import parse_date
from engine.values.datetime import parse_instant
from engine.values.duration import parse_seconds
from engine.values.messages import sentence
from engine.values.number import scaled
from engine.values.registry import TYPES
from specs.problem import Code, Place, did_you_mean

_TEXT = (Op.IS, Op.ONE_OF, Op.IS_NOT, Op.NONE_OF, Op.CONTAINS, Op.CONTAINS_ANY, Op.CONTAINS_ALL,
         Op.STARTS_WITH, Op.MATCHES)  # fmt: skip
_NUMBER = (Op.IS, Op.AT_LEAST, Op.MORE_THAN, Op.AT_MOST, Op.LESS_THAN, Op.BETWEEN)
_TIME = (Op.BEFORE, Op.AFTER, Op.BETWEEN, Op.WITHIN_LAST, Op.WITHIN_NEXT)
_CHOICE = (Op.IS, Op.ONE_OF, Op.IS_NOT, Op.NONE_OF)
_LIST = (Op.CONTAINS, Op.CONTAINS_ANY, Op.CONTAINS_ALL)
CONTAINS_FAMILY: Final = frozenset({*_LIST, Op.STARTS_WITH})
EVENT_OPS: Final = (Op.CHANGED, Op.CHANGED_TO, Op.CHANGED_FROM)
SEVERAL: Final = frozenset(
    {Op.ONE_OF, Op.NONE_OF, Op.CONTAINS_ANY, Op.CONTAINS_ALL, Op.CHANGED_TO, Op.CHANGED_FROM}
)
"""Operators that take a list (a scalar is a list of one)."""

OPERATORS: Final[dict[str, tuple[Op, ...]]] = {
    **dict.fromkeys(TEXT_KINDS, _TEXT),
    **dict.fromkeys((*NUMBER_KINDS, "duration"), _NUMBER),
    **dict.fromkeys(("date", "datetime"), _TIME),
    **dict.fromkeys(("choice", "boolean", "person", "team", "state", "phase", "type", "priority",
                     "channel"), _CHOICE),
    "tree": (Op.IS, Op.UNDER),
    **dict.fromkeys(("multi_choice", "tags", "flags", "teams", "people"), _LIST),
    **dict.fromkeys(("files", "image", "lines", "tickets"), (Op.COUNT,)),
    **dict.fromkeys(("reference", "ticket"), (Op.IS, Op.ONE_OF, Op.IS_NOT)),
    "location": (),
}  # fmt: skip

_VARIABLES: Final[dict[str, tuple[str, ...]]] = {
    "me": ("person", "people"),
    "my.teams": ("team", "teams"),
    "now": ("datetime",),
    "today": ("date", "datetime"),
}
_NOUNS: Final = {"team": "team", "teams": "team", "state": "state", "tags": "tag", "flags": "flag",
                 "phase": "phase", "priority": "priority", "type": "ticket type",
                 "channel": "channel"}  # fmt: skip
_A: Final = {"integer": "a whole number", "decimal": "a number", "money": "an amount of money",
             "rating": "a mark", "boolean": "true or false", "date": "a date",
             "datetime": "a moment", "duration": "a length of time", "multi_choice": "a list",
             "tags": "a list", "flags": "a list", "teams": "a list of teams",
             "people": "a list of people", "files": "a list of files",
             "image": "a list of pictures", "lines": "a list of rows",
             "tickets": "a list of tickets", "choice": "a choice", "tree": "a tree",
             "email": "a mail address", "url": "a web address", "type": "a ticket type",
             "phone": "a phone number"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why an operand does not fit."""

    code: Code
    message: str
    cure: str = ""
    related: tuple[tuple[str, Place], ...] = ()


def kind_in_words(info: PathInfo) -> str:
    """What a path holds, for messages: "a choice"."""
    return _A.get(info.path.kind, f"a {info.path.kind.replace('_', ' ')}")


def text_in(raw: object) -> str | None:
    """A scalar as its text; None for maps, lists and nothing."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, (str, int, dt.date)):
        return clean(str(raw))
    return None


def operand(
    info: PathInfo, raw: object, op: Op, *, late: bool = False
) -> tuple[Scalar | Var, ...] | Wrong:
    """What one written value stands for: mostly one typed value, several keys for some ids.

    `late`: a day in the place of an instant means its end (the upper end of `between`).
    """
    text = text_in(raw)
    if not text:
        cure = "write `{ is_empty: true }` to ask for an empty field"
        return Wrong(Code.VALUE_TYPE, f"a single value is wanted for `{info.spelled}`", cure)
    if not storable(text):
        message = f"a character in the value for `{info.spelled}` can not be kept"
        return Wrong(Code.VALUE_TYPE, message)
    if text.startswith("$"):
        return _variable(info, text)
    if info.options or info.path.kind in _NOUNS or info.path.kind in ("choice", "multi_choice"):
        return _option(info, text, op)
    return _plain(info, text, op, late=late or op is Op.AFTER)


def _variable(info: PathInfo, text: str) -> tuple[Scalar | Var, ...] | Wrong:
    name = text[1:]
    kinds = _VARIABLES.get(name)
    if kinds is None:
        cure = did_you_mean(text, [f"${word}" for word in _VARIABLES])
        return Wrong(Code.UNKNOWN_VARIABLE, f"there is no variable `{text}` here", cure)
    if info.path.kind not in kinds:
        message = f"`{text}` does not fit `{info.spelled}`, which is {kind_in_words(info)}"
        return Wrong(Code.VALUE_TYPE, message)
    zoned = name == "today" and info.path.kind == "datetime"
    return (Var(name, info.zone if zoned else ""),)


def _option(info: PathInfo, text: str, op: Op) -> tuple[Scalar | Var, ...] | Wrong:
    keys = info.options.get(text)
    if keys is None:
        return _unknown(info, text)
    if op is not Op.UNDER:
        return keys
    return tuple(dict.fromkeys(node for key in keys for node in info.below.get(key, (key,))))


def _unknown(info: PathInfo, text: str) -> Wrong:
    kind = info.path.kind
    cure = did_you_mean(text, info.options)
    if kind not in _NOUNS:
        related = (("options are declared in", info.declared),) if info.declared else ()
        message = f"unknown option `{text}` of {info.spelled}"
        return Wrong(Code.UNKNOWN_OPTION, message, cure, related)
    code = {"state": Code.UNKNOWN_STATE, "tags": Code.UNKNOWN_OPTION, "flags": Code.UNKNOWN_OPTION}
    message = f"there is no {_NOUNS[kind]} `{text}`"
    return Wrong(code.get(kind, Code.UNKNOWN_REFERENCE), message, cure)


def _plain(info: PathInfo, text: str, op: Op, *, late: bool) -> tuple[Scalar | Var, ...] | Wrong:
    kind = info.path.kind
    if kind in ("person", "people"):
        message = "a spec names no person"
        return Wrong(Code.VALUE_TYPE, message, "write `$me`, or ask for a team or role instead")
    if op is Op.MATCHES:
        return pattern(text)
    if kind in TEXT_KINDS and (op in CONTAINS_FAMILY):
        return (fold(text),)
    found: Scalar | ValueProblem | None
    if kind in NUMBER_KINDS:
        found = scaled(text, info.path.scale)
    elif kind == "datetime":
        found = _instant(info, text, late=late)
    elif kind == "duration":
        seconds = parse_seconds(text)
        found = ValueProblem("not_duration") if seconds is None else seconds
    else:
        found = _normal(kind, text)
    if isinstance(found, ValueProblem):
        why = sentence(found.code, found.args, "en")
        message = f"`{text}` does not fit `{info.spelled}`, which is {kind_in_words(info)}"
        return Wrong(Code.VALUE_TYPE, message, why[0].lower() + why[1:])
    return () if found is None else (found,)


_NO_PLACE = Place("", 1, 1, 1, 1)


def _normal(kind: str, text: str) -> Scalar | ValueProblem | None:
    if kind not in TYPES:
        return text
    stand_in = FieldModel("value", "value", kind, label=NO_WORDS, place=_NO_PLACE)
    found = TYPES[kind].normalise(text, stand_in, "UTC")
    return found if isinstance(found, (str, int, ValueProblem)) else None


def _instant(info: PathInfo, text: str, *, late: bool) -> int | ValueProblem:
    day = parse_date(text)
    if day is None:
        moment = parse_instant(text, info.zone)
        return ValueProblem("not_datetime") if moment is None else moment
    return end_of_day(day, info.zone) - 1 if late else start_of_day(day, info.zone)


def pattern(text: str) -> tuple[str] | Wrong:
    """A pattern of linear time, checked by the library that will run it."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(text, options)
    except re2.error as error:
        reason = error.args[0]
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        message = f"`{text}` can not be used as a pattern: {said}"
        return Wrong(Code.PATTERN_NOT_LINEAR, message, "use RE2 syntax")
    return (text,)


def span_us(text: str, kind: str) -> int | Wrong:
    """Microseconds of a length of plain time; whole days for dates."""
    seconds = parse_seconds(text)
    if seconds is None or seconds > 3_660 * 86_400:
        message = f"`{text}` is no length of time"
        return Wrong(Code.VALUE_TYPE, message, "write it like `30d` or `1d 4h`")
    if kind == "date" and seconds % 86_400:
        return Wrong(Code.VALUE_TYPE, f"`{text}` is no whole number of days", "dates have no hours")
    return seconds * 1_000_000


def does_not_fit(info: PathInfo, op: Op) -> Wrong:
    """The message for an operator that the kind of the path does not have."""
    allowed = [one.value for one in OPERATORS.get(info.path.kind, ())] + ["is_empty"]
    message = f"`{op.value}` does not fit `{info.spelled}`, which is {kind_in_words(info)}"
    return Wrong(Code.OPERATOR_TYPE, message, f"its operators are {', '.join(allowed)}")


def is_list(info: PathInfo) -> bool:
    """Whether a path holds several values."""
    return info.path.kind in LIST_KINDS


def test_of(info: PathInfo, op: Op, values: tuple[Scalar | Var, ...]) -> Predicate:
    """A test whose operand may be several keys for one written id, or a list variable."""
    path = info.path
    if op in SEVERAL or op is Op.UNDER:
        only = values[0] if len(values) == 1 and isinstance(values[0], Var) else None
        return Test(path, op, only if only is not None else values)
    if len(values) == 1 and values[0] != Var("my.teams"):
        return Test(path, op, values[0])
    several = {Op.IS: Op.ONE_OF, Op.IS_NOT: Op.NONE_OF, Op.CONTAINS: Op.CONTAINS_ANY}
    if op in several:
        return test_of(info, several[op], values)
    return AnyOf(tuple(Test(path, op, value) for value in values))
