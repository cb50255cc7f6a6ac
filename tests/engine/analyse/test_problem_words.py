"""Problems in Chinese: every message and cure that the pages' examples bring has its Chinese."""

from __future__ import annotations

import json
import re

import pytest

from engine.analyse.lint import lint
from runtime.render.problem_words import in_locale, table
from specs.problem import Code, Place, Problem, problem
from tests.engine.analyse import test_lint_page, test_problems_page
from tests.engine.analyse.examples import tenant
from tests.engine.analyse.linting import compiled
from tests.house.tree import ROOT

_SLOT = re.compile(r"\{(\w+)\}")


def corpus() -> list[Problem]:
    """What every wrong example brings."""
    found = []
    for one in test_problems_page.EXAMPLES:
        if one.is_wrong:
            found += test_problems_page.found(tenant(one), one.code)
    for code, files in test_problems_page.MADE.items():
        found += test_problems_page.found(files, code)
    for one in test_lint_page.EXAMPLES:
        if one.is_wrong:
            specs, desk, problems = compiled(test_lint_page.tenant(one))
            year = 2090 if one.code == "W406" else 2026
            found += [*problems, *(lint(specs, desk, year) if desk is not None else ())]
    return found


def test_every_message_and_cure_of_the_examples_is_told_in_chinese() -> None:
    words = table("zh-CN")
    assert words is not None
    found = corpus()
    assert len({one.code for one in found}) > 80
    silent = {one.message for one in found if words.message(one.message) is None}
    silent |= {one.cure for one in found if one.cure and words.cure(one.cure) is None}
    assert sorted(silent) == []


def test_translations_fill_what_their_patterns_hold() -> None:
    data = json.loads((ROOT / "ui_templates/problems/zh-CN.json").read_text("utf-8"))
    for part in ("messages", "cures"):
        for pattern, told in data[part].items():
            assert set(_SLOT.findall(told)) <= set(_SLOT.findall(pattern)), pattern
            assert re.search("[一-鿿]", told), pattern


@pytest.mark.parametrize(
    "message, wanted",
    [
        ("unknown key `capasity` in Team", "Team 中没有键 `capasity`"),
        ("there is no team `x`", "没有小组 `x`"),
        ("possibly: there is no role `y`", "可能：没有角色 `y`"),
        ("the file name is the id: `A` can't be an id", "文件名就是 id：`A` 不能作 id"),
        ("something new", "something new"),
    ],
)
def test_names_come_back_in_their_places(message: str, wanted: str) -> None:
    told = problem(Code.UNKNOWN_KEY, message, Place("x.yaml", 1, 1, 1, 2), cure="leave it out")
    chinese = in_locale(told, "zh-CN")
    assert (chinese.message, chinese.cure) == (wanted, "去掉它")
    assert in_locale(told, "en") is told
