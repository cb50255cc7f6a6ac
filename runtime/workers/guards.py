"""What may reach the C matcher: one shape of rule and one shape of event, and nothing else.

durable-rules crashes, hangs or matches wrongly on a long list of inputs. None of them can be told
from harmless ones by looking for what is bad, so only what is known to be good is let through: the
patterns that `matcher` makes, whose last condition always holds, and events of tokens and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

MOST_PATTERNS: Final = 12
MOST_CONDITIONS: Final = 25
MOST_NUMBER: Final = 2**53 - 1
MOST_FACTS: Final = 16**4
FLUSH_RULE: Final = "~flush"
FLUSH: Final = '{"id":"~f","k":"~flush","one":1}'
SENTINEL: Final = "one"

_ID = re.compile(r"[0-9a-f]{4}")
_KIND = re.compile(r"k(0|[1-9][0-9]?)")
_DIGEST = re.compile(r"[0-9a-f]{32}")
_FACT = {"id": _ID, "k": _KIND, "j": _DIGEST, "w": _DIGEST}
_NUMBERS = ("n", "ts")
_JOIN = {"$eq": "j", "$neq": "w", "$gt": "n"}


class Refused(ValueError):
    """An input that must not reach C; the text says what is wrong with it."""


def check_fact(fact: object) -> None:
    """An event as C may get it: all seven keys, each of its one form.

    Raises:
        Refused: it is anything else.
    """
    if not isinstance(fact, dict) or set(fact) != {*_FACT, *_NUMBERS, SENTINEL}:
        raise Refused("an event has exactly the keys id, k, j, w, n, ts, one")
    for name, form in _FACT.items():
        value = fact[name]
        if not isinstance(value, str) or not form.fullmatch(value):
            raise Refused(f"`{name}` is no token")
    for name in _NUMBERS:
        check_number(fact[name], name)
    if type(fact[SENTINEL]) is not int or fact[SENTINEL] != 1:
        raise Refused("the sentinel is 1")


_LINE = re.compile(
    r'\{"id":"[0-9a-f]{4}","k":"k(?:0|[1-9][0-9]?)","j":"[0-9a-f]{32}","w":"[0-9a-f]{32}",'
    r'"n":(0|[1-9][0-9]{0,15}),"ts":(0|[1-9][0-9]{0,15}),"one":1\}'
)


def check_line(line: str) -> None:
    """The same for an event as it is handed over, which is far quicker to look at.

    Raises:
        Refused: it is no line of the one form, or a number in it is too large.
    """
    found = _LINE.fullmatch(line)
    if found is None:
        raise Refused("an event has one form")
    if int(found[1]) > MOST_NUMBER or int(found[2]) > MOST_NUMBER:
        raise Refused("a number is larger than 2^53")


def check_number(value: object, name: str) -> None:
    """A whole number that C keeps exactly.

    Raises:
        Refused: it is none.
    """
    if type(value) is not int or not 0 <= value <= MOST_NUMBER:
        raise Refused(f"`{name}` is no whole number from 0 to 2^53")


def check_ruleset(rules: object) -> None:
    """A rule set as C may get it: one rule of append-only patterns, and the rule that flushes.

    Raises:
        Refused: it is anything else.
    """
    if not isinstance(rules, dict) or set(rules) != {"r", FLUSH_RULE}:
        raise Refused("a rule set has one rule `r` and the flush")
    if rules[FLUSH_RULE] != flush_rule():
        raise Refused("the flush has one form")
    rule = rules["r"]
    if not isinstance(rule, dict) or set(rule) != {"pri", "all"} or rule["pri"] != 1:
        raise Refused("a rule has `pri` 1 and `all`, nothing else")
    patterns = rule["all"]
    if not isinstance(patterns, list) or not 2 <= len(patterns) <= MOST_PATTERNS:
        raise Refused(f"a rule has 2 to {MOST_PATTERNS} patterns")
    for number, pattern in enumerate(patterns):
        _pattern(pattern, number)


def flush_rule() -> dict[str, Any]:
    """The rule that initialises a state's actions, without which it can't be deleted safely."""
    return {"pri": 60000, "all": [{"z": {"k": "~flush"}}]}


def _pattern(pattern: object, number: int) -> None:
    inner = _only(pattern, f"p{number}")
    conditions = _only(inner, "$and")
    if not isinstance(conditions, list) or not 2 <= len(conditions) <= MOST_CONDITIONS:
        raise Refused(f"a pattern has 2 to {MOST_CONDITIONS} conditions")
    first, *middle, last = conditions
    kind = _only(first, "k")
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        raise Refused("a pattern begins with its kind")
    sentinel: object = {SENTINEL: {"p0": SENTINEL}} if number else {SENTINEL: 1}
    if last != sentinel or type(last[SENTINEL]) is bool:
        raise Refused("a pattern ends with the sentinel, a condition that always holds")
    if number == 0 and middle:
        raise Refused("the first pattern joins nothing")
    if number and not any("$lte" in one for one in middle if isinstance(one, dict)):
        raise Refused("a pattern has a window")
    for one in middle:
        _condition(one, number)


def _condition(condition: object, number: int) -> None:
    """`j` equal, `w` different, `n` greater, or `ts` at most so much later, than earlier ones."""
    if not isinstance(condition, dict) or len(condition) != 1:
        raise Refused("a condition has one operator")
    ((word, inner),) = condition.items()
    if word == "$lte":
        _window(inner, number)
        return
    operator = "$eq" if word == "j" else word
    field = _JOIN.get(operator)
    if field is None:
        raise Refused(f"`{word}` is no condition that is let through")
    _reference(condition[word] if word == "j" else _only(inner, field), field, number)


def _window(inner: object, number: int) -> None:
    added = _only(_only(inner, "ts"), "$add")
    if not isinstance(added, dict) or set(added) != {"$l", "$r"}:
        raise Refused("a window is an earlier time and a length")
    check_number(added["$r"], "within")
    _reference(added["$l"], "ts", number)


def _reference(value: object, field: str, number: int) -> None:
    """A field of an earlier pattern: `{"p0": "j"}`."""
    if not isinstance(value, Mapping) or len(value) != 1:
        raise Refused("a join names one earlier pattern")
    ((pattern, name),) = value.items()
    if name != field or pattern not in {f"p{n}" for n in range(number)}:
        raise Refused(f"a join of `{field}` names the same field of an earlier pattern")


def _only(value: object, key: str) -> Any:
    if not isinstance(value, dict) or set(value) != {key}:
        raise Refused(f"`{key}` stands alone here")
    return value[key]
