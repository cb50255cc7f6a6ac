"""What every spec is built from: the positions by name, and closed frozen objects of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from specs.clauses import (
    Action,
    ActionMark,
    CellMark,
    ConditionMark,
    EventMark,
    FormulaMark,
    RuleMark,
    ValueMark,
    Who,
    WhoMark,
)
from specs.marks import (
    DayMark,
    DecimalMark,
    Duration,
    FileMark,
    FlagMark,
    IdMark,
    PathMark,
    PatternMark,
    Ref,
    Share,
    SpanMark,
    StrMark,
    TextMark,
    WholeMark,
    Words,
    ZoneMark,
    refused,
)
from specs.problem import Code
from specs.vocabulary import DO_VERBS, LOCALE, PHASES, PRIORITIES, RIGHTS, is_locale


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """A list that may be written as its only item; always a tuple when read."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_listed, handler(source))


def _listed(value: Any) -> Any:
    if value is None:
        raise refused(Code.WRONG_TYPE, "one or a list is wanted; here stands nothing")
    return value if isinstance(value, (list, tuple)) else [value]


# ---------------------------------------------------------------- the positions by name

Id = Annotated[str, IdMark()]
FieldId = Annotated[str, IdMark(field=True)]
Str = Annotated[str, StrMark()]
Text = Annotated[str | dict[str, str], TextMark()]
LongText = Annotated[str | dict[str, str], TextMark(long=True)]
Address = Annotated[str, StrMark(r"[^@\s]+@[^@\s]+", "mail address", "help@shop.example")]
Flag = Annotated[bool, FlagMark()]
Whole = Annotated[int, WholeMark()]
Count = Annotated[int, WholeMark(0)]
Hue = Annotated[int, WholeMark(0, 12)]
Number = Annotated[Decimal, DecimalMark()]
Day = Annotated[date, DayMark()]
Span = Annotated[Duration, SpanMark()]
ShareOrSpan = Annotated[Duration | Share, SpanMark(share=True)]
Phase = Annotated[str, Words(*PHASES)]
Priority = Annotated[str, Words(*PRIORITIES)]
Right = Annotated[str, Words(*RIGHTS)]
DoVerb = Annotated[str, Words(*DO_VERBS)]
Color = Annotated[str, StrMark("#[0-9a-fA-F]{6}", "color", "#3056d3")]
Currency = Annotated[str, StrMark("[A-Z]{3}", "currency", "CNY")]
Icon = Annotated[str, StrMark("[a-z][a-z0-9-]{0,59}", "icon name", "rotate-ccw")]
Locale = Annotated[str, StrMark(LOCALE.pattern[:-2], "locale", "zh-CN")]
Zone = Annotated[str, ZoneMark()]
FileName = Annotated[str, FileMark()]
Pattern = Annotated[str, PatternMark()]
Condition = Annotated[dict[str, Any], ConditionMark()]
Formula = Annotated[str, FormulaMark()]
Event = Annotated[str, EventMark()]
EventOrCondition = Annotated[str | dict[str, Any], EventMark(condition=True)]
Cell = Annotated[str, CellMark()]
Value = Annotated[Any, ValueMark()]
Path = Annotated[str, PathMark()]
SortPath = Annotated[str, PathMark(signed=True)]
DayOrToday = Annotated[str, StrMark(r"today|\d{4}-\d{2}-\d{2}", "day", "2026-03-02")]
MomentOrNow = Annotated[
    str,
    StrMark(
        r"now|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[-+]\d{2}:\d{2})?",
        "moment",
        "2026-03-02T09:00:00+08:00",
    ),
]
Origin = Annotated[
    str,
    StrMark(
        r"https://[a-z0-9.-]+(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?",
        "origin of a site",
        "https://shop.example",
    ),
]
Size = Annotated[str, StrMark("[1-9][0-9]{0,5} ?(KB|MB|GB)", "size", "20MB")]
Accepted = Annotated[
    tuple[Annotated[str, StrMark(r"[a-z]+/(\*|[a-z0-9.+-]+)", "file type", "image/*")], ...],
    OneOrMany(),
]
ToWho = Annotated[tuple[Annotated[Who, WhoMark()], ...], OneOrMany()]
ByWho = Annotated[tuple[Annotated[Who, WhoMark(bare_role=True)], ...], OneOrMany()]
AppliesTo = Annotated[tuple[Annotated[str, Ref("TicketType", ("all_types",))], ...], OneOrMany()]
Actions = tuple[Annotated[Action, ActionMark()], ...]


# ---------------------------------------------------------------- objects


EXTENDS = r"[a-z][a-z0-9_]{0,39}(:[a-z][a-z0-9_]{0,39})?"


class Spec(BaseModel):
    """An object of the language: closed, frozen, and anyone may put a `note` on it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: Str | None = None
    """A remark for those who read the file; it has no effect."""


class Extending(Spec):
    """An object of a kind, which may be built upon another one of its kind.

    Both keys are gone when a spec is checked: what it says then is what came out of them.
    """

    extends: Annotated[str, StrMark(EXTENDS, "spec to build upon", "retail:refund")] | None = None
    """What it is built upon: `retail:refund` of a pack, or another of its kind by id."""
    remove: (
        Annotated[
            tuple[Annotated[str, StrMark("[^.\\s][^\\s]*", "path", "fields.iban")], ...],
            OneOrMany(),
        ]
        | None
    ) = None
    """What of it is taken away: `fields.iban`."""


SettingId = Annotated[str, StrMark(r"[a-z][a-z0-9_]{0,59}", "name", "orders_url")]


class SettingName(Spec):
    """A setting of the tenant, by name; its value is written in the studio, per environment."""

    # A spec never holds an address or a password of this installation (decisions.md 12).
    setting: SettingId
    """Its name."""


class SecretName(Spec):
    """A secret of the tenant, by name; its value is written once and never shown."""

    secret: SettingId
    """Its name."""


class Mark(Spec):
    """A tag or flag: its title and the hue of its chip."""

    title: Text
    """What people read."""
    hue: Hue | None = None
    """Color number of the chip, 0 to 12."""


class Recurrence(Spec):
    """A day that comes again, and the hour on it."""

    rule: Annotated[str, RuleMark()]
    """Which days, as an RFC 5545 rule: `FREQ=WEEKLY;BYDAY=MO`."""
    at: Annotated[str, StrMark(r"([01]\d|2[0-3]):[0-5]\d", "time of day", "09:00")] = "00:00"
    """The wall clock in the tenant's time zone."""
    first: Day
    """The first day that may count; intervals count from it."""


@dataclass(frozen=True, slots=True)
class ShortForm:
    """An object that may be written as the value of one of its keys alone.

    Where that key holds a text, a map by locale is the short form too.
    """

    key: str = "title"

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.whole, handler(source))

    def whole(self, value: Any) -> Any:
        """The object as it would be written in full."""
        alone = isinstance(value, str) or (self.key == "event" and isinstance(value, list))
        if alone or (self.key == "title" and _is_locale_map(value)):
            return {self.key: value}
        return value


def _is_locale_map(value: Any) -> bool:
    # `hue` looks like a language, but is a key of the long form.
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(is_locale(key) and key != "hue" for key in value)
    )
