"""Random overlays come out as a model of ten lines says, and an overlay of nothing is the pack."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from specs.load import load_files
from specs.source import plain
from specs.writing import lines
from tests.specs.packed import pack, using

Plain = dict[str, Any]


def model(parent: Any, child: Any) -> Any:
    """What an overlay means: maps deep, `add` and `drop` on lists, all else replaces."""
    if not isinstance(parent, dict) or not isinstance(child, dict):
        if isinstance(child, dict) and set(child) <= {"add", "drop"} and isinstance(parent, list):
            kept = [one for one in parent if one not in child.get("drop", [])]
            return [*kept, *(one for one in child.get("add", []) if one not in parent)]
        return child
    merged = {key: model(value, child[key]) if key in child else value
              for key, value in parent.items()}  # fmt: skip
    return merged | {key: value for key, value in child.items() if key not in parent}


def without(value: Plain, path: list[str]) -> None:
    for step in path[:-1]:
        value = value[step]
    del value[path[-1]]


def base() -> Plain:
    specs, problems = load_files(using(pack()))
    assert problems == []
    found: Plain = plain(specs.of("TicketType")["refund"].node)
    return found


def _overlay(chance: random.Random, parent: Plain) -> tuple[Plain, list[str]]:
    """An overlay with the paths that it removes."""
    child: Plain = {}
    fields = child.setdefault("fields", {})
    for name in chance.sample(list(parent["fields"]), chance.randint(0, 4)):
        fields[name] = {"label": f"标签 {chance.randrange(99)}"}
        if name == "amount":
            fields[name]["min"] = str(chance.randrange(1, 9))
        if name == "reason":
            fields[name]["options"] = {
                chance.choice(["damaged", "late", "new_one"]): f"选项 {chance.randrange(99)}"
            }
    for number in range(chance.randint(0, 2)):
        fields[f"more_{number}"] = {"type": "text", "label": "更多"}
    if chance.random() < 0.5:
        lists: Any = {"add": ["amount"]} if chance.random() < 0.5 else ["reason"]
        if isinstance(lists, dict) and chance.random() < 0.5:
            lists["drop"] = ["order_no"]
        child["form"] = {"what": {"fields": lists}}
    if chance.random() < 0.5:
        states = {"submitted": {"limit": f"{chance.randint(1, 9)}h", "title": "新"}}
        child["workflow"] = {"states": states}
    if chance.random() < 0.3:
        child["title"] = "退" if chance.random() < 0.5 else {"en": "Back"}
    removable = ["prefix", "subject", "workflow.transitions.pay.notify", "fields.paid.filled_by"]
    removed = chance.sample(removable, chance.randint(0, 3))
    if not fields:
        del child["fields"]
    return child, removed


@pytest.mark.parametrize("seed", range(80))
def test_a_random_overlay_is_what_the_model_says(seed: int) -> None:
    chance = random.Random(seed)
    parent = base()
    child, removed = _overlay(chance, parent)
    wanted = copy.deepcopy(parent)
    for path in removed:
        without(wanted, path.split("."))
    wanted = model(wanted, copy.deepcopy(child))
    head = {"kind": "TicketType", "extends": "shop:refund"}
    whole = {**head, **({"remove": removed} if removed else {}), **child}
    text = lines(whole, 0, "\n") + "\n"
    specs, problems = load_files(using(pack(), types__refund=text))
    assert problems == [], text
    came = plain(specs.of("TicketType")["refund"].node)
    assert came == wanted
    assert list(came["fields"]) == list(wanted["fields"])
