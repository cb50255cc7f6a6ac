"""Conditions read aloud in Chinese and English."""

from __future__ import annotations

import pytest

from engine.compile.condition import compile_condition
from engine.decide.say import Speaker, plain_test, say, say_test, say_value
from engine.evaluate import first_test
from engine.predicate import FALSE, TRUE, Op, Predicate
from engine.predicate import Test as Leaf
from specs.problem import Place
from tests.engine.language import FIELDS, OUTPUTS, SCOPE

KEYS = {
    "state": {"k_finance": "财务审核"},
    "team": {"k_finance": "财务"},
    "teams": {"k_finance": "财务"},
    "phase": {"new": "新建", "active": "处理中"},
}
NAMES = FIELDS | {f"order_no.{key}": item for key, item in OUTPUTS.items()}
CHINESE = Speaker("zh-CN", "Asia/Shanghai", NAMES, {"k_solved": "解决"}, KEYS)
ENGLISH = Speaker("en", "Asia/Shanghai", NAMES, {"k_solved": "solve"})


def condition(raw: object) -> Predicate:
    found, problems = compile_condition(raw, SCOPE, lambda steps: Place("", 1, 1, 1, 1))
    assert not problems
    return found


@pytest.mark.parametrize(
    ("raw", "chinese", "english"),
    [
        ({"amount": {"more_than": "5000"}}, "金额 大于 5,000.00", "amount is more than 5,000.00"),
        ({"amount": {"between": ["1", "2"]}}, "金额 在 1.00 到 2.00 之间",
         "amount is between 1.00 and 2.00"),
        ({"reason": "wrong_item"}, "reason 是 wrong item", "reason is wrong item"),
        ({"reason": ["late", "regret", "damaged"]}, "reason 是 late、regret 或 damaged",
         "reason is late or regret or damaged"),
        ({"product": {"contains": "X"}}, "product 包含 「x」", "product contains “x”"),
        ({"kinds": {"contains_all": ["glass", "wood"]}}, "kinds 同时包含 glass、wood",
         "kinds contains glass and wood"),
        ({"area": {"under": "kitchen"}}, "area 属于 kitchen", "area is under kitchen"),
        ({"signed_on": {"within_last": "30d"}}, "signed_on 在最近 30 天 内",
         "signed_on is within the last 30d"),
        ({"signed_on": {"before": "2026-03-02"}}, "signed_on 早于 2026-03-02",
         "signed_on is before 2 Mar 2026"),
        ({"created_at": {"before": "$now"}}, "提交时间 早于 现在", "created is before now"),
        ({"photo": {"count": {"at_least": "1"}}}, "photo 的数量不少于 1", "photo has at least 1"),
        ({"photo": {"count": "2"}}, "photo 的数量是 2", "photo has 2"),
        ({"photo": {"count": {"at_most": "2"}}}, "photo 的数量不多于 2", "photo has at most 2"),
        ({"photo": {"is_empty": "true"}}, "photo 为空", "photo is empty"),
        ({"team": "$my.teams"}, "负责团队 是 我所在的团队", "team is one of my teams"),
        ({"assignee": "$me"}, "处理人 是 我本人", "assignee is me"),
        ({"urgent_case": "true"}, "urgent_case 是 是", "urgent_case is Yes"),
        ({"breached.solved": "true"}, "解决 已超时 是 是", "breached (solve) is Yes"),
        ({"order_no.paid": "5"}, "order_no › paid 是 5.00", "order_no › paid is 5.00"),
    ],
)  # fmt: skip
def test_one_test(raw: object, chinese: str, english: str) -> None:
    found = condition(raw)
    assert isinstance(found, Leaf)
    assert say_test(found, CHINESE) == chinese
    assert say_test(found, ENGLISH) == english


def test_keys_are_called_by_their_titles() -> None:
    assert say(condition({"state": "finance"}), CHINESE) == "状态 是 财务审核"
    assert say(condition({"phase": ["new", "active"]}), CHINESE) == "阶段 是 新建 或 处理中"


def test_groups() -> None:
    raw = {
        "reason": "late",
        "any": [{"pieces": "1"}, {"pieces": "2", "amount": "3"}],
        "none": {"product": "x"},
    }
    assert say(condition(raw), ENGLISH) == (
        "reason is late and (pieces is 1 or (pieces is 2 and amount is 3.00))"
        " and not (product is “x”)"
    )
    assert say(condition(raw), CHINESE) == (
        "reason 是 late 且 （pieces 是 1 或 （pieces 是 2 且 金额 是 3.00））"
        " 且 并非（product 是 「x」）"
    )
    assert say(TRUE, ENGLISH) == ""
    assert say(FALSE, ENGLISH) == "never"


def test_plain_words_are_those_of_the_spec() -> None:
    test = first_test(condition({"customer.level": ["vip"]}))
    assert test is not None
    assert plain_test(test) == "customer.level is k_vip"
    test = first_test(condition({"team": "$my.teams"}))
    assert test is not None
    assert plain_test(test) == "team is $my.teams"


def test_every_operator_can_be_said() -> None:
    info = SCOPE.find(("reason",))
    assert info is not None
    operands = {Op.IS_EMPTY: True, Op.CHANGED: True, Op.COUNT: (1, -1)}
    for op in Op:
        operand = operands.get(op, ("k_late", "k_late") if op is Op.BETWEEN else "k_late")
        for speaker in (CHINESE, ENGLISH):
            assert "{" not in say_test(Leaf(info.path, op, operand), speaker)


def test_values_that_were_read() -> None:
    kinds, amount = SCOPE.find(("kinds",)), SCOPE.find(("amount",))
    assert kinds is not None
    assert amount is not None
    assert say_value(kinds.path, ("k_glass", "k_wood"), CHINESE) == "glass、wood"
    assert say_value(amount.path, 1230, ENGLISH) == "12.30"
    assert say_value(amount.path, None, ENGLISH) == ""
