"""JSON Schemas of single positions: one writer for each marker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from generators.tenant_names import Names
from specs.clauses import (
    ActionMark,
    CellMark,
    ConditionMark,
    EventMark,
    FormulaMark,
    RuleMark,
    ValueMark,
    WhoMark,
)
from specs.kinds.spec_test import ExpectMark
from specs.marks import (
    DayMark,
    DecimalMark,
    FlagMark,
    IdMark,
    PathMark,
    PatternMark,
    Ref,
    SpanMark,
    StrMark,
    TextMark,
    WholeMark,
    Words,
)
from specs.vocabulary import ACTION_VERBS, EVENTS, ID, LOCALE, WHO_WORDS

Schema = dict[str, Any]

LOCALE_PATTERN: Final = f"^{LOCALE.pattern[:-2]}$"
_SCALARS = ["string", "number", "boolean"]
_SPAN = "([0-9]+w)?( ?[0-9]+d)?( ?[0-9]+h)?( ?[0-9]+m)?( plain)?"


def _id(marker: Any, names: Names) -> Schema:
    return {"type": "string", "pattern": f"^{ID.pattern[:-2]}$"}


def _ref(marker: Any, names: Names) -> Schema:
    known = names.ids(marker.kind)
    if known is not None:
        return {"type": "string", "enum": list(dict.fromkeys((*known, *marker.also)))}
    suggested = names.examples(marker.kind)
    return {"type": "string", "examples": suggested} if suggested else {"type": "string"}


def _path(marker: Any, names: Names) -> Schema:
    known = names.paths()
    if known is None:
        return {"type": "string"}
    signed = [f"-{path}" for path in known] if marker.signed else []
    words = list(dict.fromkeys((*known, *signed, *marker.also)))
    return {"type": "string", "anyOf": [{"enum": words}, {"pattern": r"^[^.]+\.[^.]+\.[^.]+$"}]}


def _expect(marker: Any, names: Names) -> Schema:
    known = names.paths()
    return {"type": "string", "examples": [*known]} if known else {"type": "string"}


def _text(marker: Any, names: Names) -> Schema:
    schema: Schema = {
        "type": [*_SCALARS, "object"],
        "propertyNames": {"pattern": LOCALE_PATTERN},
        "additionalProperties": {"type": _SCALARS},
    }
    locales = names.locales()
    if locales:
        schema["propertyNames"] = {"enum": list(locales)}
        schema["properties"] = {locale: {"type": _SCALARS} for locale in locales}
    return schema


def _str(marker: Any, names: Names) -> Schema:
    schema: Schema = {"type": list(_SCALARS)}
    if marker.pattern is not None:
        schema["pattern"] = f"^(?:{marker.pattern})$"
    if marker.example:
        schema["examples"] = [marker.example]
    return schema


def _scalar(marker: Any, names: Names) -> Schema:
    return {"type": list(_SCALARS)}


def _flag(marker: Any, names: Names) -> Schema:
    return {"enum": [True, False, "yes", "no", "on", "off"]}


def _words(marker: Any, names: Names) -> Schema:
    return {"enum": list(marker.words)}


def _whole(marker: Any, names: Names) -> Schema:
    bounds = {"minimum": marker.least, "maximum": marker.most}
    return {"type": "integer", **{key: value for key, value in bounds.items() if value is not None}}


def _decimal(marker: Any, names: Names) -> Schema:
    return {"type": "number"}


def _day(marker: Any, names: Names) -> Schema:
    return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "examples": ["2026-03-02"]}


def _span(marker: Any, names: Names) -> Schema:
    share = "|[1-9][0-9]?%" if marker.share else ""
    return {"type": "string", "pattern": f"^(?:{_SPAN}{share})$", "examples": ["4h", "1d 4h"]}


def _rule(marker: Any, names: Names) -> Schema:
    return {"type": "string", "pattern": "^FREQ=", "examples": ["FREQ=WEEKLY;BYDAY=MO"]}


def _condition(marker: Any, names: Names) -> Schema:
    return {"type": "object"}


def _event(marker: Any, names: Names) -> Schema:
    kinds = ["string", "object"] if marker.condition else ["string"]
    words = "|".join((*EVENTS, "comment", "note"))
    return {"type": kinds, "pattern": rf"^({words})(\(.*\))?$", "examples": list(EVENTS)}


def _value(marker: Any, names: Names) -> Schema:
    return {}


def _who(marker: Any, names: Names) -> Schema:
    roles, teams = names.ids("Role"), names.ids("Team")
    role: Schema = {"enum": list(roles)} if roles is not None else {"type": "string"}
    team: Schema = {"enum": list(teams)} if teams is not None else {"type": "string"}
    schema: Schema = {
        "type": ["string", "object"],
        "properties": {"role": role, "team": team, "lead_of": team},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    words = [*WHO_WORDS, *((roles or ()) if marker.bare_role else ())]
    if not marker.bare_role or roles is not None:
        schema["if"] = {"type": "string"}
        schema["then"] = {"enum": list(dict.fromkeys(words))}
    return schema


def _action(marker: Any, names: Names) -> Schema:
    properties: Schema = {verb: {} for verb in ACTION_VERBS}
    for verb, kind in (("notify", "Notification"), ("tag", "Tag"), ("flag", "Flag")):
        known = names.ids(kind)
        if known is not None:
            one: Schema = {"enum": list(known)}
            many: Schema = {"type": "array", "items": one}
            properties[verb] = {"if": {"type": "array"}, "then": many, "else": one}
    who = _who(WhoMark(), names)
    properties["to"] = {
        "if": {"type": "array"},
        "then": {"type": "array", "items": who},
        "else": who,
    }
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 2,
    }


LEAVES: dict[type, Callable[[Any, Names], Schema]] = {
    IdMark: _id,
    Ref: _ref,
    PathMark: _path,
    TextMark: _text,
    ExpectMark: _expect,
    StrMark: _str,
    PatternMark: _scalar,
    FormulaMark: _scalar,
    CellMark: _scalar,
    FlagMark: _flag,
    Words: _words,
    WholeMark: _whole,
    DecimalMark: _decimal,
    DayMark: _day,
    SpanMark: _span,
    RuleMark: _rule,
    ConditionMark: _condition,
    EventMark: _event,
    ValueMark: _value,
    WhoMark: _who,
    ActionMark: _action,
}
