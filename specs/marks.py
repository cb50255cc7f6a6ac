"""What a position of a spec can hold, and the check of it: ids, texts, numbers, times.

A position is `Annotated[<python type>, <Marker>]`; the reference check, the JSON Schemas and the
admin screens all read the marker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import re2
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from specs.json_path import JsonPathError, parse_json_path
from specs.problem import Code, nearest
from specs.vocabulary import id_fault, is_locale


def refused(code: Code, message: str, cure: str = "") -> PydanticCustomError:
    """What a check raises for a value that can't stand here, with code and cure."""
    return PydanticCustomError(
        "spec", "{message}", {"code": code.name, "message": message, "cure": cure}
    )


class Marker:
    """Says what a position holds, and checks it."""

    __slots__ = ()

    def check(self, value: Any) -> Any:
        """The value as Python has it, or raises `refused`."""
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)


def text_in(value: Any) -> str:
    """The text that stands in a position, or a refusal."""
    if isinstance(value, str):
        return value
    raise refused(Code.WRONG_TYPE, f"a text is wanted; here stands {shown(value)}")


def shown(value: Any) -> str:
    """What stands in a position, for a message."""
    if isinstance(value, str):
        return f"`{value[:40]}`"
    if isinstance(value, dict):
        return "a map"
    return "nothing" if value is None else "a list" if isinstance(value, list) else "a value"


def guess_among(word: str, known: tuple[str, ...], what: str) -> str:
    """A cure for a mistyped word: the guess, or all the words there are."""
    guess = nearest(word, known)
    return f"did you mean `{guess}`?" if guess else f"{what} " + ", ".join(known)


# ---------------------------------------------------------------- ids and references


@dataclass(frozen=True, slots=True)
class IdMark(Marker):
    """A new id; `field` when it may not be the name of something that every ticket has."""

    field: bool = False

    def check(self, value: Any) -> str:
        word = text_in(value)
        fault = id_fault(word, of_field=self.field)
        if fault:
            cure = "use small letters, digits and `_`, a letter first"
            raise refused(*fault, cure if fault[0] is Code.BAD_ID else "choose another id")
        return word


@dataclass(frozen=True, slots=True)
class Ref(Marker):
    """The id of something declared elsewhere.

    `kind` is a kind word ("Team"; several as "Report|Dashboard"), a thing of tenant.yaml ("Skill",
    "Tag", "Flag"), a thing of the same spec ("State", "Transition", "OwnField", "Output", "Clock"),
    or "Field": a field of the ticket types that the spec speaks about; "TypeField": of the type
    that is the nearest key above. `also` are words that may stand instead of an id.
    """

    kind: str
    also: tuple[str, ...] = ()

    def check(self, value: Any) -> str:
        return text_in(value)


@dataclass(frozen=True, slots=True)
class PathMark(Marker):
    """A path that starts at a field or fact of the ticket: `order_no.paid`, `due.solved`.

    `signed` allows a leading `-` (descending). `also` are words that stand beside paths.
    """

    signed: bool = False
    also: tuple[str, ...] = ()

    def check(self, value: Any) -> str:
        return text_in(value)


# ---------------------------------------------------------------- texts


@dataclass(frozen=True, slots=True)
class TextMark(Marker):
    """Text that a person reads: in the tenant's first locale, or by locale. `long`: many lines."""

    long: bool = False

    def check(self, value: Any) -> str | dict[str, str]:
        if not isinstance(value, dict):
            return text_in(value)
        if not value:
            raise refused(Code.WRONG_TYPE, "a text is wanted; the map holds no locale")
        for key, text in value.items():
            if not is_locale(key):
                cure = "write the text itself, or a map such as { zh-CN: …, en: … }"
                raise refused(Code.UNKNOWN_LOCALE, f"`{key}` is no locale", cure)
            if not isinstance(text, str):
                raise refused(
                    Code.WRONG_TYPE, f"a text is wanted for `{key}`; there is {shown(text)}"
                )
        return dict(value)


@dataclass(frozen=True, slots=True)
class StrMark(Marker):
    """Text for the machine, kept as it was written; `pattern` has to match it wholly."""

    pattern: str | None = None
    what: str = "text"
    example: str = ""

    def check(self, value: Any) -> str:
        text = text_in(value)
        if self.pattern is not None and not _compiled(self.pattern).match(text):
            raise refused(
                Code.BAD_VALUE, f"`{text[:60]}` is no {self.what}", f"write `{self.example}`"
            )
        return text


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(f"(?:{pattern})\\Z")


@dataclass(frozen=True, slots=True)
class ZoneMark(StrMark):
    """A time zone by its IANA name."""

    example: str = "Asia/Shanghai"

    def check(self, value: Any) -> str:
        name = text_in(value)
        zones = _zones()
        if name not in zones:
            guess = nearest(name, zones)
            cure = f"did you mean `{guess}`?" if guess else "write it like `Asia/Shanghai`"
            raise refused(Code.BAD_VALUE, f"there is no time zone `{name}`", cure)
        return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@dataclass(frozen=True, slots=True)
class FileMark(StrMark):
    """A file of the tenant's folder."""

    example: str = "demo/orders.csv"

    def check(self, value: Any) -> str:
        name = text_in(value)
        if not name or name.startswith(("/", "\\")) or ".." in name.split("/") or ":" in name:
            cure = "name a file inside it"
            raise refused(Code.BAD_VALUE, f"`{name}` is no file of the tenant's folder", cure)
        return name


@dataclass(frozen=True, slots=True)
class JsonPathMark(StrMark):
    """The place of one value in JSON, as a singular query of RFC 9535."""

    what: str = "place in JSON"
    example: str = "$.order.amount"

    def check(self, value: Any) -> str:
        text = text_in(value)
        try:
            parse_json_path(text)
        except JsonPathError as wrong:
            message = f"`{text[:60]}` is no place in JSON: {wrong} (character {wrong.at + 1})"
            raise refused(Code.SOURCE_PLACE, message, f"write it like `{self.example}`") from None
        return text


@dataclass(frozen=True, slots=True)
class PatternMark(Marker):
    """A pattern in RE2 syntax, matched in linear time."""

    def check(self, value: Any) -> str:
        text = text_in(value)
        fault = pattern_fault(text)
        if fault:
            cure = "patterns have no back-references and no look-around"
            raise refused(Code.PATTERN_NOT_LINEAR, f"the pattern can't be used: {fault}", cure)
        return text


def pattern_fault(pattern: str) -> str | None:
    """Why a pattern can't be used, or None. RE2 matches in linear time whatever the text is."""
    if len(pattern) > 1000:
        return "it is longer than 1,000 characters"
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "unreadable"
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return None


# ---------------------------------------------------------------- flags, words, numbers, dates

_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class FlagMark(Marker):
    """true or false; yes, no, on and off are as good."""

    def check(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        found = _FLAGS.get(value.lower()) if isinstance(value, str) else None
        if found is None:
            raise refused(
                Code.WRONG_TYPE, f"`true` or `false` is wanted; here stands {shown(value)}"
            )
        return found


class Words(Marker):
    """One of a closed list of words."""

    __slots__ = ("words",)

    def __init__(self, *words: str) -> None:
        self.words = words

    def check(self, value: Any) -> str:
        word = text_in(value)
        if word not in self.words:
            cure = guess_among(word, self.words, "one of")
            raise refused(Code.WRONG_WORD, f"`{word}` is none of the words allowed here", cure)
        return word


@dataclass(frozen=True, slots=True)
class WholeMark(Marker):
    """A whole number between two bounds, both allowed."""

    least: int | None = None
    most: int | None = None

    def check(self, value: Any) -> int:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not re.match(r"-?[0-9]{1,15}\Z", text):
            raise refused(Code.WRONG_TYPE, f"a whole number is wanted; here stands {shown(value)}")
        amount = int(text)
        if self.least is not None and amount < self.least:
            raise refused(Code.BAD_VALUE, f"{amount} is too little", f"write at least {self.least}")
        if self.most is not None and amount > self.most:
            raise refused(Code.BAD_VALUE, f"{amount} is too much", f"write at most {self.most}")
        return amount


@dataclass(frozen=True, slots=True)
class DecimalMark(Marker):
    """A number with or without a point, exact."""

    def check(self, value: Any) -> Decimal:
        if isinstance(value, Decimal):
            return value
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not re.match(r"-?[0-9]{1,18}(\.[0-9]{1,9})?\Z", text):
            cure = "write it like `0.01`"
            raise refused(Code.WRONG_TYPE, f"a number is wanted; here stands {shown(value)}", cure)
        return Decimal(text)


@dataclass(frozen=True, slots=True)
class DayMark(Marker):
    """A date such as 2026-03-02."""

    def check(self, value: Any) -> date:
        if isinstance(value, date):
            return value
        text = text_in(value)
        try:
            if not re.match(r"\d{4}-\d{2}-\d{2}\Z", text):
                raise ValueError
            return date.fromisoformat(text)
        except ValueError:
            cure = "write it like `2026-03-02`"
            raise refused(Code.BAD_VALUE, f"`{text[:40]}` is no date", cure) from None


# ---------------------------------------------------------------- durations

_DURATION = re.compile(r"(?:(\d{1,4})w)?(?: ?(\d{1,5})d)?(?: ?(\d{1,6})h)?(?: ?(\d{1,7})m)?\Z")


@dataclass(frozen=True, slots=True)
class Duration:
    """A span as it was written. On a calendar its parts mean open time, unless `plain`."""

    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    plain: bool = False

    @classmethod
    def parse(cls, text: str) -> Duration | None:
        """`15m`, `1d 4h`, `24h plain`; None when the text is no duration."""
        body, plain = text.strip(), False
        if body.endswith(" plain"):
            body, plain = body[:-6].strip(), True
        found = _DURATION.match(body)
        if not body or not found:
            return None
        weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
        return cls(weeks, days, hours, minutes, plain)

    @property
    def wall_minutes(self) -> int:
        """Its length in minutes on a clock that never stops."""
        return ((self.weeks * 7 + self.days) * 24 + self.hours) * 60 + self.minutes

    def __str__(self) -> str:
        parts = zip((self.weeks, self.days, self.hours, self.minutes), "wdhm", strict=True)
        body = " ".join(f"{amount}{unit}" for amount, unit in parts if amount) or "0m"
        return f"{body} plain" if self.plain else body


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a clock's budget, in per cent from 1 to 99."""

    percent: int

    def __str__(self) -> str:
        return f"{self.percent}%"


@dataclass(frozen=True, slots=True)
class SpanMark(Marker):
    """`15m`, `1d 4h`, `24h plain`; with `share` also a part of the whole: `50%`."""

    share: bool = False

    def check(self, value: Any) -> Duration | Share:
        if isinstance(value, (Duration, Share)):
            return value
        text = text_in(value)
        if self.share and re.match(r"[1-9][0-9]?%\Z", text):
            return Share(int(text[:-1]))
        found = Duration.parse(text)
        if found is None:
            cure = (
                "write it like `50%` or `30m`" if self.share else "write it like `15m` or `1d 4h`"
            )
            raise refused(Code.BAD_VALUE, f"`{text[:40]}` is no duration", cure)
        return found
