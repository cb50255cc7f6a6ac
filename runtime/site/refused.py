"""Refusals as they are kept, so that they can be said later and in either language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from engine.decide.say import Speaker, say_test
from engine.decide.verdict import Refusal
from engine.model.desk import Desk
from engine.model.text import Words
from engine.predicate import Test
from engine.values.registry import ValueProblem, say_problem

LANGUAGES: Final = ("zh-CN", "en")
_MOST: Final = 5


def kept(desk: Desk, type_key: str, refusals: Iterable[Refusal]) -> str:
    """Refusals as JSON: their codes with words in every language we speak."""
    return json.dumps(
        [_one(desk, type_key, one) for one in list(refusals)[:_MOST]], ensure_ascii=False
    )


def read(text: str) -> list[dict[str, Any]]:
    """What was kept; nothing of an empty text."""
    return list(json.loads(text)) if text else []


def _one(desk: Desk, type_key: str, refusal: Refusal) -> dict[str, Any]:
    wrong, failed = refusal.args.get("wrong"), refusal.args.get("failed")
    args = {name: _words(value) for name, value in refusal.args.items() if _says(value)}
    if isinstance(failed, Test):
        args["test"] = {
            each: say_test(failed, Speaker.of(desk, each, type_key)) for each in LANGUAGES
        }
    found: dict[str, Any] = {"code": refusal.code, "args": args}
    if isinstance(wrong, ValueProblem):
        found["whole"] = {each: say_problem(wrong, each) for each in LANGUAGES}
    elif refusal.code == "check":
        found["whole"] = args.get("say", {})
    return found


def _says(value: object) -> bool:
    return isinstance(value, (str, int, Words))


def _words(value: object) -> Mapping[str, str]:
    if isinstance(value, Words):
        return {each: value.say(each) for each in LANGUAGES}
    return dict.fromkeys(LANGUAGES, str(value))
