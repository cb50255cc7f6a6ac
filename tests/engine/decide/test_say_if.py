"""What would have let a row win, read aloud; and rows that nothing helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from engine.compile.condition import compile_condition
from engine.decide.could_be import Space
from engine.decide.explain import Depth, explain
from engine.decide.say import Speaker
from engine.decide.say_if import say_what_if
from engine.decide.search import Table
from engine.decide.verdict import Read, Reason
from engine.decide.what_if import what_if
from engine.facts import Facts, Value
from engine.model.automation import AutomationModel
from engine.model.routing import Row
from engine.model.text import Words
from engine.predicate import TRUE, Op, Path, Predicate
from engine.predicate import Test as Leaf
from tests.engine.decide.shop import shop
from tests.engine.language import ANN, FIELDS, NOW_US, OUTPUTS, PLACE, SCOPE

NAMES = FIELDS | {f"order_no.{key}": item for key, item in OUTPUTS.items()}
CHINESE = Speaker("zh-CN", "Asia/Shanghai", NAMES)
ENGLISH = Speaker("en", "Asia/Shanghai", NAMES)
SPACE = Space(NAMES, {"tags": ("fragile", "vip_care"), "priority": ("high", "normal")})
LATE = "k_late"


def condition(raw: object) -> Predicate:
    """A condition as a spec writes it."""
    found, problems = compile_condition(raw, SCOPE, lambda steps: PLACE)
    assert not problems
    return found


def table(*conditions: object, hit: str = "first") -> Table:
    """Rows a, b, c … of these conditions, and `otherwise`."""
    rows = [Row(chr(97 + n), condition(raw), {}, PLACE) for n, raw in enumerate(conditions)]
    return Table((*rows, Row("otherwise", TRUE, {}, PLACE)), hit, SPACE)


def said(asked: Table, row: str, values: Mapping[str, Value]) -> tuple[str, str]:
    """The sentence in both languages."""
    target = next(one for one in asked.rows if one.id == row)
    found, _ = what_if(asked, target, Facts(values), ANN)
    return say_what_if(found, CHINESE), say_what_if(found, ENGLISH)


@pytest.mark.parametrize(
    ("conditions", "row", "values", "chinese", "english"),
    [
        ([{"amount": {"more_than": "50"}}], "a", {"amount": 100},
         "最小改动：金额 是 50.01", "smallest change: amount is 50.01"),
        ([{"amount": {"more_than": "50"}}, {"reason": "late"}], "b",
         {"amount": 9900, "reason": "k_damaged"},
         "最小改动：reason 是 late；金额 是 50.00",
         "smallest change: reason is late; amount is 50.00"),
        ([{"product": {"contains_any": ["lamp", "sofa"]}}], "a", {"product": "a chair"},
         "最小改动：product 包含 「lamp」 或 「sofa」",
         "smallest change: product contains “lamp” or “sofa”"),
        # A lamp would go to the row before.
        ([{"product": {"contains": "lamp"}}, {"product": {"contains_any": ["lamp", "sofa"]}}], "b",
         {}, "最小改动：product 包含 「sofa」", "smallest change: product contains “sofa”"),
        ([{"product": {"contains": "lamp"}}], "otherwise", {"product": "a lamp"},
         "最小改动：并非（product 包含 「lamp」）",
         "smallest change: not (product contains “lamp”)"),
        ([{"signed_on": {"before": "2026-03-02"}}], "a", {"signed_on": "2026-03-20"},
         "最小改动：signed_on 是 2026-03-01", "smallest change: signed_on is 1 Mar 2026"),
        ([{"called_at": {"after": "$now"}}], "a", {"called_at": NOW_US - 1},
         "最小改动：called_at 是 2026-03-02 09:01",
         "smallest change: called_at is 2 Mar 2026, 09:01"),
        ([{"kinds": {"contains_all": ["glass", "wood"]}}], "a", {"kinds": ("k_glass",)},
         "最小改动：kinds 同时包含 wood", "smallest change: kinds contains wood"),
        ([{"photo": {"count": {"at_least": "2"}}}], "a", {},
         "最小改动：photo 的数量不少于 2", "smallest change: photo has at least 2"),
        ([{"reason": {"is_empty": "true"}}], "a", {"reason": LATE},
         "最小改动：reason 为空", "smallest change: reason is empty"),
        ([{"amount": {"at_least": "10"}}, {"amount": {"at_least": "20"}}], "b", {"amount": 5000},
         "只要「a」排在它前面，改动任何值都不会由它决定",
         "no change of values can let it win while `a` stands before it"),
        ([{"reason": ["late", "damaged"]}, {"reason": ["regret", "wrong_item"]},
          {"reason": {"is_empty": "false"}}], "c", {"reason": LATE},
         "排在它前面的几行合起来，改动任何值都不会由它决定",
         "no change of values can let it win past the rows before it"),
        ([{"all": [{"amount": {"more_than": "50"}}, {"amount": {"less_than": "10"}}]}], "a", {},
         "没有任何值能满足它的条件", "no values can meet its condition"),
        ([{"product": {"matches": "^SN[0-9]{6}$"}}], "a", {"product": "lamp"},
         "组合太多或要匹配格式，没有算出最小改动",
         "too many combinations, or a pattern to match: no change was worked out"),
    ],
)  # fmt: skip
def test_sentences(
    conditions: list[object], row: str, values: dict[str, Value], chinese: str, english: str
) -> None:
    assert said(table(*conditions), row, values) == (chinese, english)


def test_a_search_that_was_cut_says_so() -> None:
    asked = table({"amount": {"more_than": "50"}})
    assert what_if(asked, asked.rows[0], Facts({}), ANN, work=1)[0].answer == "unknown"


def test_the_limits_of_a_field_are_kept() -> None:
    """No change is told that the form would refuse."""
    limited = replace(FIELDS["amount"], limits=replace(FIELDS["amount"].limits, high=1000))
    asked = replace(
        table({"amount": {"more_than": "50"}}), space=Space({**NAMES, "amount": limited})
    )
    assert what_if(asked, asked.rows[0], Facts({"amount": 900}), ANN)[0].answer == "never"


def test_a_column_of_rows_is_read_again_as_it_was() -> None:
    """A condition into rows of sub-fields is decided again from the values of that column."""
    path = Path("parts.count", "parts.count", "integer", 0, "parts")
    row = Row("many", Leaf(path, Op.AT_LEAST, 5), {"team": "finance"}, PLACE)
    model = replace(next(iter(shop().routings["refund"].values())), id="refund", rows=(row,))
    desk = replace(shop(), routings={"refund": {"team": model}})
    reason = Reason("team", "finance", "routing/refund.many", "", (Read("parts.count", (2, 7)),))
    told = explain(desk, "refund", reason, ANN, Depth(changes=True))
    assert told.rows[0].held
    assert told.rows[0].tested[0].value == (2, 7)
    other = explain(desk, "refund", replace(reason, rule="routing/refund.x",
                                            reads=(Read("parts.count", (2,)),)), ANN)  # fmt: skip
    assert not other.rows[0].held


@pytest.mark.parametrize("ran", [True, False])
def test_an_automation_is_told_like_a_row(ran: bool) -> None:
    amount = Path("amount", "amount", "money", 2)
    when = Leaf(amount, Op.MORE_THAN, 5000)
    one = AutomationModel("press", Words({"en": "Press"}), ("refund",), (), None, when, (), PLACE)
    desk = replace(shop(), strata={"refund": ((one,),)})
    reads = (Read("amount", 6000 if ran else 4000),)
    told = explain(
        desk, "refund", Reason("automation", ran, "automations/press", "", reads), ANN,
        Depth(changes=True),
    )  # fmt: skip
    (row,) = told.rows
    assert (told.winner, row.won, row.held) == ("press", ran, ran)
    if not ran:
        assert row.change is not None
        assert row.change.changes[0].after == 5001
    changed = replace(one, when=Leaf(amount, Op.CHANGED, True))
    again = replace(desk, strata={"refund": ((changed,),)})
    assert (
        explain(again, "refund", Reason("automation", ran, "automations/press", ""), ANN).rows == ()
    )


def test_a_decision_of_a_kind_that_is_new_here_is_told_with_what_it_read() -> None:
    """`read` finds the field behind a spec's word, so that rights hold for it too."""
    reason = Reason("approval", "given", "types/refund.pay", "", (Read("amount", 5), Read("x", 1)))
    told = explain(shop(), "refund", reason, ANN, may=lambda path: path.name != "amount")
    assert [(k.path.name, k.value, k.open) for k in told.read] == [
        ("amount", None, False), ("x", 1, True)
    ]  # fmt: skip
    assert told.rows == ()
