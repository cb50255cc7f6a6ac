"""Explanations come from the journal: the rules and values of then, whatever is published now."""

from __future__ import annotations

import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.cli.explain import lines_of
from runtime.queries.explain_ticket import ExplainedTicket, explain_ticket
from runtime.queries.read_ticket import read_ticket
from runtime.site.standing import SYSTEM
from tests.web.spruce import SPRUCE, Spruce, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _opened(spruce: Spruce, **values: object) -> str:
    new = NewTicket(
        "refund", {"amount": "10", "reason": "late", "grade": "low", **values}, "A lamp",
        requester=spruce.ids["ann"],
    )  # fmt: skip
    made = await open_ticket(spruce.site, SPRUCE, await spruce.viewer("ivy"), new)
    assert isinstance(made, Done), made
    return made.number


async def _explained(spruce: Spruce, number: str) -> ExplainedTicket:
    found = await explain_ticket(spruce.site, SPRUCE, number)
    assert found is not None
    return found


async def test_rule_line_values_and_why_the_others_failed(spruce: Spruce) -> None:
    number = await _opened(spruce)
    found = await _explained(spruce, number)
    team = next(e for e in found.decided[0].explanations if e.topic == "team")
    assert (team.outcome, team.rule) == ("second", "routing/refund.late")
    risky, late = team.rows
    assert risky.failed is not None
    assert risky.failed.test.path.spelled == "risk"
    assert risky.failed.value is None
    assert late.won
    assert [(t.test.path.spelled, t.value, t.held) for t in late.tested] == [
        ("reason", "late", True)
    ]
    said = "\n".join(lines_of(found, "en"))
    assert "routing/refund.late  routing/refund.yaml:9" in said
    assert "not risky  routing/refund.yaml:8: Risk is Zqrisktitle; it was –" in said
    assert "Reason = Late" in said
    assert "due" in said
    chinese = "\n".join(lines_of(found, "zh-CN"))
    assert "未命中 risky  routing/refund.yaml:8" in chinese
    assert "依据 routing/refund.late" in chinese


async def test_a_sealed_value_is_not_printed(spruce: Spruce) -> None:
    number = await _opened(spruce, reason="damaged", iban="zqibanword 12")
    said = "\n".join(lines_of(await _explained(spruce, number), "en"))
    assert "routing/refund.known" in said
    assert "zqibanword" not in said


async def test_a_later_publish_changes_no_explanation(spruce: Spruce) -> None:
    """The row that decided is renamed and its team changed; history reads as it was."""
    number = await _opened(spruce)
    before = list(lines_of(await _explained(spruce, number), "en"))
    was = "late:   [any, any, late, second, normal]"
    changed = specs(routing__refund=(was, "tardy:  [any, any, damaged, first, low]"))
    done = await publish_desk(spruce.site, changed, SYSTEM, "other rows", word=ANYTHING)
    assert done.revision == 2, done.problems
    assert list(lines_of(await _explained(spruce, number), "en")) == before
    page = await read_ticket(spruce.site, SPRUCE, await spruce.viewer("ivy"), number)
    assert page is not None
    assert [row.id for row in page.desks[1].routings["refund"]["team"].rows][1] == "late"
    html = (await (await spruce.browser("ivy")).get(f"/t/{SPRUCE}/desk/tickets/{number}")).text
    assert "by the row “late”" in html
    assert "tardy" not in html


async def test_no_such_ticket(spruce: Spruce) -> None:
    assert await explain_ticket(spruce.site, SPRUCE, "RF-999999") is None
    assert await explain_ticket(spruce.site, "nowhere", "RF-1") is None
    number = await _opened(spruce)
    assert await explain_ticket(spruce.site, "larch", number) is None
