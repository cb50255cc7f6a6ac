"""What positions hold that say something of tickets: conditions, events, days, who, actions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dateutil.rrule import rrulestr

from specs.marks import Marker, guess_among, refused, shown, text_in
from specs.problem import Code, nearest
from specs.vocabulary import ACTION_VERBS, EVENTS, WHO_WORDS

# ---------------------------------------------------------------- raw positions, typed later


@dataclass(frozen=True, slots=True)
class ConditionMark(Marker):
    """A condition: a map of paths and values, kept raw until the compiler types it."""

    def check(self, value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        cure = "write a map such as { reason: damaged }"
        raise refused(
            Code.CONDITION_SHAPE, f"a condition is a map; here stands {shown(value)}", cure
        )


@dataclass(frozen=True, slots=True)
class FormulaMark(Marker):
    """A formula, kept as text until the compiler types it."""

    def check(self, value: Any) -> str:
        text = text_in(value)
        if not text.strip():
            raise refused(
                Code.FORMULA_SYNTAX, "the formula is empty", "write it or leave the key out"
            )
        return text


@dataclass(frozen=True, slots=True)
class EventMark(Marker):
    """An event such as `created` or `entered(waiting)`; with `condition` also a condition."""

    condition: bool = False

    def check(self, value: Any) -> str | dict[str, Any]:
        if self.condition and isinstance(value, dict):
            return value
        text = text_in(value)
        name = text.partition("(")[0]
        if name not in EVENTS or ("(" in text and not text.endswith(")")):
            cure = guess_among(name, EVENTS, "events are")
            raise refused(Code.EVENT, f"there is no event `{text[:40]}`", cure)
        return text


@dataclass(frozen=True, slots=True)
class CellMark(Marker):
    """A cell of a table, kept as text until the compiler types it."""

    def check(self, value: Any) -> str:
        if isinstance(value, str) and value:
            return value
        cure = "write `any` or `-` for a cell that says nothing"
        raise refused(Code.CELL_SYNTAX, f"a cell holds words; here stands {shown(value)}", cure)


@dataclass(frozen=True, slots=True)
class ValueMark(Marker):
    """A value whose type depends on a field, kept as text until the compiler types it."""


_RULE_PARTS = ("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST", "COUNT")
_RULE_VALUE = re.compile(r"[+-]?[0-9A-Z]{1,9}(,[+-]?[0-9A-Z]{1,9})*\Z")


@dataclass(frozen=True, slots=True)
class RuleMark(Marker):
    """Days that come again, as an RFC 5545 rule; whole days, so that nobody asks every second."""

    def check(self, value: Any) -> str:
        text = text_in(value).strip().upper()
        cure = "write it like `FREQ=WEEKLY;BYDAY=MO` or `FREQ=MONTHLY;BYMONTHDAY=1`"
        parts = dict(part.partition("=")[::2] for part in text.split(";"))
        for name, given in parts.items():
            if name not in _RULE_PARTS:
                known = ", ".join(_RULE_PARTS)
                raise refused(Code.BAD_VALUE, f"`{name[:20]}` is no part of a rule here", known)
            if not _RULE_VALUE.match(given):
                raise refused(Code.BAD_VALUE, f"`{name}={given[:20]}` can't be read", cure)
        if parts.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
            message = "a rule says how often: DAILY, WEEKLY, MONTHLY or YEARLY"
            raise refused(Code.BAD_VALUE, message, cure)
        try:
            rrulestr(text)
        except (ValueError, TypeError, KeyError, OverflowError) as wrong:
            raise refused(Code.BAD_VALUE, f"the rule can't be used: {wrong}", cure) from None
        return text


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
        raise refused(Code.WRONG_TYPE, "this does not say who", cure)

    def _word(self, word: str) -> Who:
        if word in WHO_WORDS:
            return Who("relation", word)
        if self.bare_role:
            return Who("role", word)
        guess = nearest(word, WHO_WORDS)
        cure = f"did you mean `{guess}`?" if guess else f"for a role write {{ role: {word} }}"
        raise refused(Code.WRONG_WORD, f"`{word}` is no relation to a ticket", cure)


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
            message = f"an action is a map; here stands {shown(value)}"
            raise refused(Code.ACTION, message, "write { verb: … }")
        for key in value:
            if key not in ACTION_VERBS and key != "to":
                cure = guess_among(key, ACTION_VERBS, "verbs are")
                raise refused(Code.ACTION, f"there is no action `{key}`", cure)
        verbs = [key for key in value if key != "to"]
        if len(verbs) != 1:
            raise refused(
                Code.ACTION, "an action has exactly one verb", "write one action an entry"
            )
        return self._made(verbs[0], value)

    def _made(self, verb: str, value: dict[str, Any]) -> Action:
        if "to" not in value:
            return Action(verb, value[verb])
        if verb != "notify":
            raise refused(
                Code.ACTION, f"`to` stands beside `notify`, not beside `{verb}`", "leave it out"
            )
        named = value["to"] if isinstance(value["to"], list) else [value["to"]]
        return Action(verb, value[verb], tuple(WhoMark().check(one) for one in named))
