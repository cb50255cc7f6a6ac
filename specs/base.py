"""What every spec is built from: closed frozen objects and the typed positions inside them.

A position is `Annotated[<python type>, <Marker>]`. The marker says what stands there and checks it;
the reference check, the JSON Schemas and the admin screens all read it from this one place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, NoReturn
from zoneinfo import available_timezones

import re2
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from specs.problem import Code, nearest


def refuse(code: Code, message: str, cure: str = "") -> NoReturn:
    """Refuse a value from inside a validator, with code and cure."""
    raise PydanticCustomError(
        "spec", "{message}", {"code": code.name, "message": message, "cure": cure}
    )


class Marker:
    """Says what a position holds, and checks it."""

    __slots__ = ()

    def check(self, value: Any) -> Any:
        """The value as Python has it, or a refusal (`refuse`)."""
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)


# ---------------------------------------------------------------- words of the language

ID = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
TICKET_FACTS: tuple[str, ...] = tuple(
    "number type subject description state phase priority channel tags flags requester customer "
    "team home_team teams assignee watchers parent children created_at updated_at solved_at "
    "closed_at state_since due breached rating reopened visit_at version".split()
)
LANGUAGE_WORDS: tuple[str, ...] = tuple(
    "all any none not empty otherwise over under up from to home me my now today true false null "
    "yes no on off".split()
)
RELATIONS: tuple[str, ...] = tuple(
    "requester assignee lead upper_lead watchers approvers mentioned author".split()
)
WHO_WORDS: tuple[str, ...] = (*RELATIONS, "anyone", "system")
PHASES: tuple[str, ...] = ("new", "active", "waiting", "solved", "closed")
PRIORITIES: tuple[str, ...] = ("urgent", "high", "normal", "low")
DO_VERBS: tuple[str, ...] = tuple(
    "comment note assign transfer merge link split delete bulk export".split()
)
ACTION_VERBS: tuple[str, ...] = tuple(
    "set tag untag flag unflag assign transfer notify comment note move create link merge route "
    "refresh call".split()
)
EVENTS: tuple[str, ...] = tuple(
    "created enriched commented noted first_agent_reply changed moved entered assigned "
    "transferred reopened merged rated due breached approved refused mail_bounced schedule".split()
)
RIGHTS: tuple[str, ...] = ("hidden", "masked", "read", "edit")


def id_fault(word: str, *, of_field: bool = False) -> tuple[Code, str] | None:
    """Why a word can't be an id, or None when it can."""
    if not ID.match(word):
        return Code.BAD_ID, f"`{word}` can't be an id"
    if word in LANGUAGE_WORDS or (of_field and word in TICKET_FACTS):
        reason = "is a word of the language" if word in LANGUAGE_WORDS else "is on every ticket"
        return Code.RESERVED_ID, f"`{word}` can't be an id: it {reason}"
    return None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    refuse(Code.WRONG_TYPE, f"a text is wanted; here stands {_shown(value)}")


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"`{value[:40]}`"
    if isinstance(value, dict):
        return "a map"
    return "nothing" if value is None else "a list" if isinstance(value, list) else "a value"


def _guess(word: str, known: tuple[str, ...], what: str) -> str:
    guess = nearest(word, known)
    return f"did you mean `{guess}`?" if guess else f"{what} " + ", ".join(known)


# ---------------------------------------------------------------- ids and references


@dataclass(frozen=True, slots=True)
class IdMark(Marker):
    """A new id; `field` when it may not be the name of something that every ticket has."""

    field: bool = False

    def check(self, value: Any) -> str:
        word = _text(value)
        fault = id_fault(word, of_field=self.field)
        if fault:
            cure = "use small letters, digits and `_`, a letter first"
            refuse(*fault, cure if fault[0] is Code.BAD_ID else "choose another id")
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
        return _text(value)


@dataclass(frozen=True, slots=True)
class PathMark(Marker):
    """A path that starts at a field or fact of the ticket: `order_no.paid`, `due.solved`.

    `signed` allows a leading `-` (descending). `also` are words that stand beside paths.
    """

    signed: bool = False
    also: tuple[str, ...] = ()

    def check(self, value: Any) -> str:
        return _text(value)


# ---------------------------------------------------------------- texts

_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")


def is_locale(word: str) -> bool:
    """Whether a word is a BCP 47 locale as the language writes them: `zh-CN`, `en`."""
    return bool(_LOCALE.match(word))


@dataclass(frozen=True, slots=True)
class TextMark(Marker):
    """Text that a person reads: in the tenant's first locale, or by locale. `long`: many lines."""

    long: bool = False

    def check(self, value: Any) -> str | dict[str, str]:
        if not isinstance(value, dict):
            return _text(value)
        if not value:
            refuse(Code.WRONG_TYPE, "a text is wanted; the map holds no locale")
        for key, text in value.items():
            if not is_locale(key):
                cure = "write the text itself, or a map such as { zh-CN: …, en: … }"
                refuse(Code.UNKNOWN_LOCALE, f"`{key}` is no locale", cure)
            if not isinstance(text, str):
                refuse(Code.WRONG_TYPE, f"a text is wanted for `{key}`; there is {_shown(text)}")
        return dict(value)


@dataclass(frozen=True, slots=True)
class StrMark(Marker):
    """Text for the machine, kept as it was written; `pattern` has to match it wholly."""

    pattern: str | None = None
    what: str = "text"
    example: str = ""

    def check(self, value: Any) -> str:
        text = _text(value)
        if self.pattern is not None and not _compiled(self.pattern).match(text):
            refuse(Code.BAD_VALUE, f"`{text[:60]}` is no {self.what}", f"write `{self.example}`")
        return text


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(f"(?:{pattern})\\Z")


@dataclass(frozen=True, slots=True)
class ZoneMark(StrMark):
    """A time zone by its IANA name."""

    example: str = "Asia/Shanghai"

    def check(self, value: Any) -> str:
        name = _text(value)
        zones = _zones()
        if name not in zones:
            guess = nearest(name, zones)
            cure = f"did you mean `{guess}`?" if guess else "write it like `Asia/Shanghai`"
            refuse(Code.BAD_VALUE, f"there is no time zone `{name}`", cure)
        return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@dataclass(frozen=True, slots=True)
class FileMark(StrMark):
    """A file of the tenant's folder."""

    example: str = "demo/orders.csv"

    def check(self, value: Any) -> str:
        name = _text(value)
        if not name or name.startswith(("/", "\\")) or ".." in name.split("/") or ":" in name:
            cure = "name a file inside it"
            refuse(Code.BAD_VALUE, f"`{name}` is no file of the tenant's folder", cure)
        return name


@dataclass(frozen=True, slots=True)
class PatternMark(Marker):
    """A pattern in RE2 syntax, matched in linear time."""

    def check(self, value: Any) -> str:
        text = _text(value)
        fault = pattern_fault(text)
        if fault:
            cure = "patterns have no back-references and no look-around"
            refuse(Code.PATTERN_NOT_LINEAR, f"the pattern can't be used: {fault}", cure)
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
            refuse(Code.WRONG_TYPE, f"`true` or `false` is wanted; here stands {_shown(value)}")
        return found


class Words(Marker):
    """One of a closed list of words."""

    __slots__ = ("words",)

    def __init__(self, *words: str) -> None:
        self.words = words

    def check(self, value: Any) -> str:
        word = _text(value)
        if word not in self.words:
            cure = _guess(word, self.words, "one of")
            refuse(Code.WRONG_WORD, f"`{word}` is none of the words allowed here", cure)
        return word


@dataclass(frozen=True, slots=True)
class WholeMark(Marker):
    """A whole number between two bounds, both allowed."""

    least: int | None = None
    most: int | None = None

    def check(self, value: Any) -> int:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not re.match(r"-?[0-9]{1,15}\Z", text):
            refuse(Code.WRONG_TYPE, f"a whole number is wanted; here stands {_shown(value)}")
        amount = int(text)
        if self.least is not None and amount < self.least:
            refuse(Code.BAD_VALUE, f"{amount} is too little", f"write at least {self.least}")
        if self.most is not None and amount > self.most:
            refuse(Code.BAD_VALUE, f"{amount} is too much", f"write at most {self.most}")
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
            refuse(Code.WRONG_TYPE, f"a number is wanted; here stands {_shown(value)}", cure)
        return Decimal(text)


@dataclass(frozen=True, slots=True)
class DayMark(Marker):
    """A date such as 2026-03-02."""

    def check(self, value: Any) -> date:
        if isinstance(value, date):
            return value
        text = _text(value)
        try:
            if not re.match(r"\d{4}-\d{2}-\d{2}\Z", text):
                raise ValueError
            return date.fromisoformat(text)
        except ValueError:
            refuse(Code.BAD_VALUE, f"`{text[:40]}` is no date", "write it like `2026-03-02`")


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
        text = _text(value)
        if self.share and re.match(r"[1-9][0-9]?%\Z", text):
            return Share(int(text[:-1]))
        found = Duration.parse(text)
        if found is None:
            cure = (
                "write it like `50%` or `30m`" if self.share else "write it like `15m` or `1d 4h`"
            )
            refuse(Code.BAD_VALUE, f"`{text[:40]}` is no duration", cure)
        return found


# ---------------------------------------------------------------- raw positions, typed later


@dataclass(frozen=True, slots=True)
class ConditionMark(Marker):
    """A condition: a map of paths and values, kept raw until the compiler types it."""

    def check(self, value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        cure = "write a map such as { reason: damaged }"
        refuse(Code.CONDITION_SHAPE, f"a condition is a map; here stands {_shown(value)}", cure)


@dataclass(frozen=True, slots=True)
class FormulaMark(Marker):
    """A formula, kept as text until the compiler types it."""

    def check(self, value: Any) -> str:
        text = _text(value)
        if not text.strip():
            refuse(Code.FORMULA_SYNTAX, "the formula is empty", "write it or leave the key out")
        return text


@dataclass(frozen=True, slots=True)
class EventMark(Marker):
    """An event such as `created` or `entered(waiting)`; with `condition` also a condition."""

    condition: bool = False

    def check(self, value: Any) -> str | dict[str, Any]:
        if self.condition and isinstance(value, dict):
            return value
        text = _text(value)
        name = text.partition("(")[0]
        if name not in EVENTS or ("(" in text and not text.endswith(")")):
            cure = _guess(name, EVENTS, "events are")
            refuse(Code.EVENT, f"there is no event `{text[:40]}`", cure)
        return text


@dataclass(frozen=True, slots=True)
class CellMark(Marker):
    """A cell of a table, kept as text until the compiler types it."""

    def check(self, value: Any) -> str:
        if isinstance(value, str) and value:
            return value
        cure = "write `any` or `-` for a cell that says nothing"
        refuse(Code.CELL_SYNTAX, f"a cell holds words; here stands {_shown(value)}", cure)


@dataclass(frozen=True, slots=True)
class ValueMark(Marker):
    """A value whose type depends on a field, kept as text until the compiler types it."""


# ---------------------------------------------------------------- who and actions


@dataclass(frozen=True, slots=True)
class Who:
    """One entry of a who position: `sort` is relation, role, team or lead_of; `id` names it."""

    sort: str
    id: str


@dataclass(frozen=True, slots=True)
class WhoMark(Marker):
    """Who: relations, roles, teams. `bare_role`: a bare id is a role, else it is a relation."""

    bare_role: bool = False

    def check(self, value: Any) -> Who:
        if isinstance(value, Who):
            return value
        if isinstance(value, str):
            return self._word(value)
        if isinstance(value, dict) and len(value) == 1:
            sort, name = next(iter(value.items()))
            if sort in ("role", "team", "lead_of") and isinstance(name, str):
                return Who(sort, name)
        cure = "write a relation, or { role: … }, { team: … }, { lead_of: … }"
        refuse(Code.WRONG_TYPE, "this does not say who", cure)

    def _word(self, word: str) -> Who:
        if word in WHO_WORDS:
            return Who("relation", word)
        if self.bare_role:
            return Who("role", word)
        guess = nearest(word, WHO_WORDS)
        cure = f"did you mean `{guess}`?" if guess else f"for a role write {{ role: {word} }}"
        refuse(Code.WRONG_WORD, f"`{word}` is no relation to a ticket", cure)


@dataclass(frozen=True, slots=True)
class Action:
    """One action: a verb, its raw value, and for `notify` who is told instead of the default."""

    verb: str
    value: Any
    to: tuple[Who, ...] | None = None


@dataclass(frozen=True, slots=True)
class ActionMark(Marker):
    """An action: a map of one verb, with `to:` beside `notify`."""

    def check(self, value: Any) -> Action:
        if isinstance(value, Action):
            return value
        if not isinstance(value, dict):
            message = f"an action is a map; here stands {_shown(value)}"
            refuse(Code.ACTION, message, "write { verb: … }")
        for key in value:
            if key not in ACTION_VERBS and key != "to":
                cure = _guess(key, ACTION_VERBS, "verbs are")
                refuse(Code.ACTION, f"there is no action `{key}`", cure)
        verbs = [key for key in value if key != "to"]
        if len(verbs) != 1:
            refuse(Code.ACTION, "an action has exactly one verb", "write one action an entry")
        return self._made(verbs[0], value)

    def _made(self, verb: str, value: dict[str, Any]) -> Action:
        if "to" not in value:
            return Action(verb, value[verb])
        if verb != "notify":
            refuse(Code.ACTION, f"`to` stands beside `notify`, not beside `{verb}`", "leave it out")
        named = value["to"] if isinstance(value["to"], list) else [value["to"]]
        return Action(verb, value[verb], tuple(WhoMark().check(one) for one in named))


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """A list that may be written as its only item; always a tuple when read."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_listed, handler(source))


def _listed(value: Any) -> Any:
    if value is None:
        refuse(Code.WRONG_TYPE, "one or a list is wanted; here stands nothing")
    return value if isinstance(value, (list, tuple)) else [value]


# ---------------------------------------------------------------- the positions by name

Id = Annotated[str, IdMark()]
FieldId = Annotated[str, IdMark(field=True)]
Str = Annotated[str, StrMark()]
Text = Annotated[str | dict[str, str], TextMark()]
LongText = Annotated[str | dict[str, str], TextMark(long=True)]
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
Locale = Annotated[str, StrMark(_LOCALE.pattern[:-2], "locale", "zh-CN")]
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


class Spec(BaseModel):
    """An object of the language: closed, frozen, and anyone may put a `note` on it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    note: Str | None = None
    """A remark for those who read the file; it has no effect."""


class Mark(Spec):
    """A tag or flag: its title and the hue of its chip."""

    title: Text
    """What people read."""
    hue: Hue | None = None
    """Color number of the chip, 0 to 12."""


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
        if isinstance(value, str) or (self.key == "title" and _is_locale_map(value)):
            return {self.key: value}
        return value


def _is_locale_map(value: Any) -> bool:
    # `hue` looks like a language, but is a key of the long form.
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(is_locale(key) and key != "hue" for key in value)
    )
