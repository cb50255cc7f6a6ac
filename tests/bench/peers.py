"""Other engines given the bench's rules in their own form; one that is not installed says so.

They come from requirements-bench.lock and are never part of the product. Each has to give the same
answers before it is measured.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.rules import FIELDS, Condition, Rule

Ticket = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine with the rules in it. `first`: a rule's number or None; `every`: all numbers."""

    name: str
    first: Callable[[Ticket], int | None]
    every: Callable[[Ticket], list[int]]


@dataclass(frozen=True, slots=True)
class Peer:
    """How to make an engine, and the module without which it can't be made."""

    name: str
    module: str
    make: Callable[[Sequence[Rule]], Engine]

    @property
    def missing(self) -> bool:
        """Whether it is not installed."""
        try:
            importlib.import_module(self.module)
        except ImportError:
            return True
        return False


# --- zen-engine: one decision table -------------------------------------------------------------


def _zen(rules: Sequence[Rule]) -> Engine:
    import zen  # type: ignore[import-not-found, unused-ignore]

    tables = {hit: _zen_table(rules, hit) for hit in ("first", "collect")}
    engine = zen.ZenEngine({"loader": {"type": "static", "content": tables}})

    def first(ticket: Ticket) -> int | None:
        found = engine.evaluate("first", ticket)["result"]
        return found["row"] if found else None

    def every(ticket: Ticket) -> list[int]:
        return [one["row"] for one in engine.evaluate("collect", ticket)["result"] or ()]

    return Engine("zen-engine", first, every)


def _zen_table(rules: Sequence[Rule], hit: str) -> dict[str, Any]:
    inputs = [{"id": name, "name": name, "field": name} for name in FIELDS]
    rows = [
        {
            "_id": f"r{number}",
            "row": str(number),
            **dict.fromkeys(FIELDS, ""),
            **{one.field: _zen_cell(one) for one in rule},
        }
        for number, rule in enumerate(rules)
    ]
    table = {
        "hitPolicy": hit,
        "inputs": inputs,
        "outputs": [{"id": "row", "name": "row", "field": "row"}],
        "rules": rows,
    }
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "content": {}},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
            {"id": "out", "name": "out", "type": "outputNode", "content": {}},
        ],
        "edges": [
            {"id": "e1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "e2", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }


def _zen_cell(one: Condition) -> str:
    if one.how == "one_of":
        return ", ".join(_quoted(value) for value in one.value)
    if one.how == "between":
        return f"[{one.value[0]}..{one.value[1]}]"
    return _quoted(one.value) if one.how == "is" else f"contains($, {_quoted(one.value)})"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# --- engines that are asked rule by rule ----------------------------------------------------------


def _looped(
    name: str, rules: Sequence[Callable[[Any], Any]], given: Callable[[Ticket], Any] | None = None
) -> Engine:
    """`given` makes of a ticket what each rule is asked with, where that is not itself."""

    def first(ticket: Ticket) -> int | None:
        known = given(ticket) if given else ticket
        for number, rule in enumerate(rules):
            if rule(known):
                return number
        return None

    def every(ticket: Ticket) -> list[int]:
        known = given(ticket) if given else ticket
        return [number for number, rule in enumerate(rules) if rule(known)]

    return Engine(name, first, every)


def _cel(rules: Sequence[Rule]) -> Engine:
    import cel  # type: ignore[import-not-found, unused-ignore]

    # A context holds the ticket converted once, for all rules.
    return _looped(
        "CEL (Rust)", [cel.compile(_cel_text(rule)).execute for rule in rules], cel.Context
    )


def _cel_text(rule: Rule) -> str:
    parts = {
        "is": lambda c: f"{c.field} == {_quoted(c.value)}",
        "one_of": lambda c: f"{c.field} in {_quoted(list(c.value))}",
        "between": lambda c: f"{c.field} >= {c.value[0]} && {c.field} <= {c.value[1]}",
        "contains": lambda c: f"{c.field}.contains({_quoted(c.value)})",
    }
    return " && ".join(parts[one.how](one) for one in rule)


def _json_logic(rules: Sequence[Rule]) -> Engine:
    from json_logic import jsonLogic  # type: ignore[import-not-found, unused-ignore]

    trees = [{"and": [_json_test(one) for one in rule]} for rule in rules]
    return _looped(
        "json-logic", [lambda ticket, tree=tree: jsonLogic(tree, ticket) for tree in trees]
    )


def _json_test(one: Condition) -> dict[str, Any]:
    read = {"var": one.field}
    if one.how == "is":
        return {"===": [read, one.value]}
    if one.how == "one_of":
        return {"in": [read, list(one.value)]}
    if one.how == "between":
        return {"<=": [one.value[0], read, one.value[1]]}
    return {"in": [one.value, read]}


def _closures(rules: Sequence[Rule]) -> Engine:
    return _looped("closures", [_closure(rule) for rule in rules])


def _closure(rule: Rule) -> Callable[[Ticket], bool]:
    one, two, three = (_closed(condition) for condition in rule)
    return lambda ticket: one(ticket) and two(ticket) and three(ticket)


def _closed(one: Condition) -> Callable[[Ticket], bool]:
    name, value = one.field, one.value
    if one.how == "is":
        return lambda ticket: bool(ticket[name] == value)
    if one.how == "one_of":
        known = frozenset(value)
        return lambda ticket: ticket[name] in known
    if one.how == "between":
        low, high = value
        return lambda ticket: bool(low <= ticket[name] <= high)
    return lambda ticket: value in ticket[name]


def _if_chain(rules: Sequence[Rule]) -> Engine:
    """Python written out: one `if` for each rule, each field read once."""
    names = {name: f"v{number}" for number, name in enumerate(FIELDS)}
    head = ["def ask(t):", *(f"    {local} = t[{name!r}]" for name, local in names.items())]
    tests = [" and ".join(_written(one, names[one.field]) for one in rule) for rule in rules]
    first = [f"    if {test}: return {number}" for number, test in enumerate(tests)]
    every = [f"    if {test}: o.append({number})" for number, test in enumerate(tests)]
    return Engine(
        "if-chain",
        _function([*head, *first, "    return None"]),
        _function([*head, "    o = []", *every, "    return o"]),
    )


def _written(one: Condition, local: str) -> str:
    if one.how == "is":
        return f"{local} == {one.value!r}"
    if one.how == "one_of":
        return f"{local} in {set(one.value)!r}"
    if one.how == "between":
        return f"{one.value[0]} <= {local} <= {one.value[1]}"
    return f"{one.value!r} in {local}"


def _function(lines: list[str]) -> Any:
    bound: dict[str, Any] = {}
    exec(compile("\n".join(lines), "<if-chain>", "exec"), bound)
    return bound["ask"]


PEERS = (
    Peer("zen-engine", "zen", _zen),
    Peer("if-chain", "json", _if_chain),
    Peer("closures", "json", _closures),
    Peer("CEL (Rust)", "cel", _cel),
    Peer("json-logic", "json_logic", _json_logic),
)
