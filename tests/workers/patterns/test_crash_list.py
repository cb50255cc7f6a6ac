"""Every input that is known to crash, hang or deceive durable-rules is refused before C sees it."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.workers import guards, matcher
from runtime.workers.guards import Refused, check_fact, check_line, check_ruleset
from runtime.workers.matcher import Spec, ruleset_of
from tests.house.tree import PACKAGES, ROOT, python_files

DIGEST = "0123456789abcdef" * 2
AT_US = 1_772_413_200_000_000
FACT = {"id": "00ff", "k": "k0", "j": DIGEST, "w": DIGEST, "n": 7, "ts": AT_US, "one": 1}


def _deep(levels: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(levels):
        made = [made]
    return made


# What crashed, as it was written: rule sets, then events, by the number in the list of crashes.
CRASHING_RULES: dict[str, Any] = {
    "C1 a join that can be false stands last": {
        "r": {"pri": 1, "all": [
            {"a": {"t": "created"}},
            {"b": {"$and": [
                {"t": "created"},
                {"batch": {"a": "batch"}},
                {"$lte": {"ts": {"$add": {"$l": {"a": "ts"}, "$r": 3600}}}},
            ]}},
        ]},
    },
    "C2 posted events that join": {"r": {"all": [{"a": {"t": 1}}, {"b": {"t": {"a": "t"}}}]}},
    "C3 a join on id": {"r": {"all": [{"p": {"k": 1}}, {"q": {"pid": {"p": "id"}}}]}},
    "C4 a division": {
        "r": {"all": [{"m": {"a": {"$div": {"$l": {"$m": "b"}, "$r": {"$m": "c"}}}}}]}
    },
    "C8 256 rules alike": {f"r{n}": {"all": [{"m": {"a": 1}}]} for n in range(256)},
    "C9 513 first conditions": {f"r{n}": {"all": [{"m": {f"k{n}": n}}]} for n in range(513)},
    "C10 a pattern of text": {"r": {"all": [{"m": {"$mt": {"s": "[一-龥]+"}}}]}},
    "C12 arithmetic over two events": {
        "r": {"all": [
            {"p0": {"u.v": 1}},
            {"p1": {"u.v": {"$add": {"$l": {"p0": "u.v"}, "$r": {"$m": "a"}}}}},
        ]}
    },
    "C13 any with an or": {
        "r": {"any": [
            {"p0": {"$gt": {"状态": False}}},
            {"p1": {"$or": [{"$lt": {"b": {"$add": {"$l": {"p0": "状态"}, "$r": 3}}}}]}},
        ]}
    },
    "C15 nested without end": _deep(500),
    "C16 a rule over the state": {"r": {"all": [{"m": {"$and": [{"lvl": 3}, {"$s": 1}]}}]}},
    "a first event that joins": {"r": {"all": [{"m": {"a": {"first": "b"}}}]}},
    "no condition": {"r": {"all": [{"m": {"$and": []}}]}},
    "a count": {"r": {"count": 3, "all": [{"m": {"a": 1}}]}},
    "nothing": {},
}  # fmt: skip

CRASHING_EVENTS: dict[str, Any] = {
    "C2 an event that is posted has no kind of ours": {"id": "1", "t": "created"},
    "C4 a zero to divide by": {"a": 1, "b": 1, "c": 0},
    "C5 no events": [],
    "C7 a state of its own": {**FACT, "sid": "1025"},
    "C11 an id without end": {**FACT, "id": "x" * 9_000_000},
    "C11 a state's name without end": {**FACT, "sid": "x" * 3_000_000},
    "C11 a key without end": {"k" * 9_000_000: {"a": 1}},
    "C12 a nested value": {"u": {"v": -1}},
    "C13 an empty text": {"b": ""},
    "C15 nested without end": _deep(500),
    "C16 a spoofed state": {**FACT, "$s": 1},
    "a text of 65,536 characters": {**FACT, "j": "A" * 65_536},
    "a line end after a token": {**FACT, "j": DIGEST + "\n"},
    "a number that saturates": {**FACT, "n": 2**63},
    "a number that is none": {**FACT, "ts": float("nan")},
    "a number with a fraction": {**FACT, "ts": 1.5},
    "a truth value": {**FACT, "one": True},
    "a key that spoofs a path": {**FACT, "u.addr.city": "x"},
    "a key less": {name: value for name, value in FACT.items() if name != "w"},
    "a lone surrogate": {**FACT, "j": "\ud800" * 32},
    "a kind of another rule": {**FACT, "k": "~flush"},
}


class Watcher:
    """Stands where C stands, and must not be called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AssertionError(f"{name} was reached")


@pytest.mark.parametrize("name", CRASHING_RULES)
def test_crashing_rules_are_refused(name: str) -> None:
    """A rule set that is not of our one form goes no further."""
    with pytest.raises(Refused):
        check_ruleset(CRASHING_RULES[name])


@pytest.mark.parametrize("name", CRASHING_EVENTS)
def test_crashing_events_are_refused(name: str) -> None:
    """An event that is not seven tokens and numbers goes no further."""
    event = CRASHING_EVENTS[name]
    with pytest.raises(Refused):
        check_fact(event)
    with pytest.raises(Refused):
        check_line(json.dumps(event, separators=(",", ":")))


SAFE = Spec(3, 3, True, True, 3_600_000_000)


def _without_sentinel(rules: dict[str, Any]) -> None:
    del rules["r"]["all"][2]["p2"]["$and"][-1]


def _sentinel_first(rules: dict[str, Any]) -> None:
    conditions = rules["r"]["all"][1]["p1"]["$and"]
    conditions.insert(0, conditions.pop())


def _false_sentinel(rules: dict[str, Any]) -> None:
    rules["r"]["all"][2]["p2"]["$and"][-1] = {"one": {"p1": "one"}}


def _true_sentinel(rules: dict[str, Any]) -> None:
    rules["r"]["all"][0]["p0"]["$and"][-1] = {"one": True}


def _without_window(rules: dict[str, Any]) -> None:
    conditions = rules["r"]["all"][1]["p1"]["$and"]
    conditions[:] = [one for one in conditions if "$lte" not in one]


def _later_pattern(rules: dict[str, Any]) -> None:
    rules["r"]["all"][1]["p1"]["$and"][1] = {"j": {"p2": "j"}}


def _itself(rules: dict[str, Any]) -> None:
    rules["r"]["all"][1]["p1"]["$and"][1] = {"j": {"p1": "j"}}


def _join_on_id(rules: dict[str, Any]) -> None:
    rules["r"]["all"][1]["p1"]["$and"][1] = {"j": {"p0": "id"}}


def _user_text(rules: dict[str, Any]) -> None:
    rules["r"]["all"][0]["p0"]["$and"][0] = {"k": "客户"}


def _another_alias(rules: dict[str, Any]) -> None:
    rules["r"]["all"][0] = {"first": rules["r"]["all"][0]["p0"]}


def _a_third_rule(rules: dict[str, Any]) -> None:
    rules["more"] = rules["r"]


def _another_priority(rules: dict[str, Any]) -> None:
    rules["r"]["pri"] = -1


def _too_many_conditions(rules: dict[str, Any]) -> None:
    conditions = rules["r"]["all"][1]["p1"]["$and"]
    conditions[1:1] = [{"j": {"p0": "j"}}] * 25


def _endless_window(rules: dict[str, Any]) -> None:
    rules["r"]["all"][1]["p1"]["$and"][-2]["$lte"]["ts"]["$add"]["$r"] = 2**53


def _window_of_two_fields(rules: dict[str, Any]) -> None:
    rules["r"]["all"][1]["p1"]["$and"][-2]["$lte"]["ts"]["$add"]["$r"] = {"$m": "n"}


@pytest.mark.parametrize(
    "spoil",
    [
        _without_sentinel, _sentinel_first, _false_sentinel, _true_sentinel, _without_window,
        _later_pattern, _itself, _join_on_id, _user_text, _another_alias, _a_third_rule,
        _another_priority, _too_many_conditions, _endless_window, _window_of_two_fields,
    ],
)  # fmt: skip
def test_a_safe_rule_spoiled_is_refused(spoil: Callable[[dict[str, Any]], None]) -> None:
    """The rule that we make passes; the same with one thing wrong does not."""
    rules = ruleset_of(SAFE)
    check_ruleset(rules)
    spoiled = copy.deepcopy(rules)
    spoil(spoiled)
    assert spoiled != rules or json.dumps(spoiled) != json.dumps(rules)
    with pytest.raises(Refused):
        check_ruleset(spoiled)


@pytest.mark.parametrize(
    "spec",
    [
        Spec(1, 1, False, False, 10),
        Spec(13, 13, False, False, 10),
        Spec(13, 1, False, False, 10),
        Spec(3, 2, False, False, 10),
        Spec(2, 2, False, False, -1),
        Spec(2, 2, False, False, 2**53),
        Spec(2, 2, False, False, 1.5),  # type: ignore[arg-type]
    ],
)
def test_rules_beyond_the_limits_are_refused(spec: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    """C6, C7, C14: no more patterns, and no other windows, than were found safe."""
    monkeypatch.setattr(matcher, "c", Watcher())
    with pytest.raises(Refused):
        matcher.Matcher(spec)


def test_a_line_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """C15: no offset, handle or batch from outside ever gets to C."""
    monkeypatch.setattr(matcher, "c", Watcher())
    for line in ({}, {"start_action_for_state": 10**6}, {"feed": [], "rules": []}, {"state": "1"}):
        with pytest.raises(Refused):
            matcher.Server().answer(line)


def test_the_largest_rules_pass() -> None:
    """Twelve patterns, each joined to all before it, stay below what C takes."""
    for in_order in (False, True):
        check_ruleset(ruleset_of(Spec(12, 12, True, in_order, guards.MOST_NUMBER)))
    check_ruleset(ruleset_of(Spec(12, 1, False, True, 1)))
    check_fact(FACT)
    check_line(json.dumps(FACT, separators=(",", ":")))
    check_line(json.dumps({**FACT, "n": guards.MOST_NUMBER}, separators=(",", ":")))
    with pytest.raises(Refused):
        check_line(json.dumps({**FACT, "n": guards.MOST_NUMBER + 1}, separators=(",", ":")))


def test_five_functions_of_c_are_called() -> None:
    """C2, C5, C6, C16: nothing is posted, retracted, updated or timed, by anybody."""
    tree = ast.parse((ROOT / "runtime/workers/matcher.py").read_text())
    called = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "c"
    }
    assert called == {
        "create_ruleset", "assert_fact", "start_action_for_state", "complete_and_start_action",
        "delete_state",
    }  # fmt: skip


def test_one_module_imports_it() -> None:
    """One library, one door."""
    doors = [
        path
        for path in python_files()
        if path.parts[0] in PACKAGES and "durable" in _imports(ROOT / path)
    ]
    assert doors == [Path("runtime/workers/matcher.py")]


def _imports(path: Path) -> str:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return " ".join(names)
