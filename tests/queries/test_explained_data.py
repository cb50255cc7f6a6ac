"""What else could have won: on the command line, as data, and for somebody who may not see all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.cli.explain import lines_of
from runtime.queries.explain_ticket import explain_ticket
from runtime.queries.explained_data import explained_data
from runtime.render.environment import renderer
from tests.web.spruce import SPRUCE, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _opened(spruce: Spruce, **values: object) -> str:
    new = NewTicket(
        "refund", {"amount": "10", "reason": "damaged", "grade": "low", **values}, "A lamp",
        requester=spruce.ids["ann"],
    )  # fmt: skip
    made = await open_ticket(spruce.site, SPRUCE, await spruce.viewer("ivy"), new)
    assert isinstance(made, Done), made
    return made.number


async def _lines(spruce: Spruce, number: str, locale: str) -> list[str]:
    found = await explain_ticket(spruce.site, SPRUCE, number)
    assert found is not None
    return list(lines_of(found, locale))


def _of(lines: list[str], heading: str) -> list[str]:
    """The lines of one decision."""
    start = next(n for n, line in enumerate(lines) if line.startswith(f"  {heading}:"))
    rest = lines[start + 1 :]
    end = next((n for n, line in enumerate(rest) if not line.startswith("    ")), len(rest))
    return [line.strip() for line in rest[:end]]


async def test_every_row_and_its_smallest_change_in_both_languages(spruce: Spruce) -> None:
    number = await _opened(spruce)
    assert _of(await _lines(spruce, number, "en"), "team") == [
        "by routing/refund.otherwise  routing/refund.yaml:11",
        "read: Risk = –; Reason = Damaged; Account = ••••",
        "not risky  routing/refund.yaml:8: Risk is Zqrisktitle; it was –",
        "smallest change: Risk is Zqrisktitle",
        "not late  routing/refund.yaml:9: Reason is Late; it was Damaged",
        "smallest change: Reason is Late",
        "not known  routing/refund.yaml:10: a sealed field",
        "it hangs on a field you may not see, so no change is told",
    ]
    assert _of(await _lines(spruce, number, "zh-CN"), "负责团队") == [
        "依据 routing/refund.otherwise  routing/refund.yaml:11",
        "读取: Risk = –; Reason = Damaged; Account = ••••",
        "未命中 risky  routing/refund.yaml:8：要求 Risk 是 Zqrisktitle，当时是 –",
        "最小改动：Risk 是 Zqrisktitle",
        "未命中 late  routing/refund.yaml:9：要求 Reason 是 Late，当时是 Damaged",
        "最小改动：Reason 是 Late",
        "未命中 known  routing/refund.yaml:10：加密字段",
        "取决于一个您无权查看的字段，无法给出最小改动",
    ]


async def test_rows_after_the_one_that_decided_are_told_too(spruce: Spruce) -> None:
    number = await _opened(spruce, reason="late", risk="zqriskopt")
    said = _of(await _lines(spruce, number, "en"), "team")
    late = next(n for n, line in enumerate(said) if line.startswith("not late"))
    assert said[late].endswith("it held as well, but “risky” stands before it")
    assert said[late + 1] == "smallest change: Risk is Fine"
    assert any(line.startswith("not otherwise") for line in said)


async def test_the_data_is_stable(spruce: Spruce) -> None:
    found = await explain_ticket(spruce.site, SPRUCE, await _opened(spruce))
    assert found is not None
    data = json.loads(json.dumps(explained_data(found, renderer())))
    assert {*data} == {"format", "tenant", "number", "type", "events"}
    (event,) = data["events"]
    assert {*event} == {
        "at", "verb", "by", "revision", "revision_known", "decisions", "steps"
    }  # fmt: skip
    team = next(each for each in event["decisions"] if each["topic"] == "team")
    assert {*team} == {
        "topic", "label", "outcome", "rule", "file", "line", "read", "rows", "more_rows",
        "assignment",
    }  # fmt: skip
    assert (team["rule"], team["file"], team["line"]) == (
        "routing/refund.otherwise", "routing/refund.yaml", 11
    )  # fmt: skip
    assert team["read"][2] == {
        "path": "iban", "label": {"zh-CN": "Account", "en": "Account"}, "value": None,
        "hidden": True,
    }  # fmt: skip
    assert [row["result"] for row in team["rows"]] == ["failed", "failed", "failed", "won"]
    assert team["rows"][1] == {
        "row": "late",
        "file": "routing/refund.yaml",
        "line": 9,
        "result": "failed",
        "why": {
            "zh-CN": "要求 Reason 是 Late，当时是 Damaged",
            "en": "Reason is Late; it was Damaged",
        },
        "failed": {"hidden": False, "path": "reason", "is": "is"},
        "change": {
            "answer": "change",
            "by": None,
            "paths": ["reason"],
            "say": {"zh-CN": "最小改动：Reason 是 Late", "en": "smallest change: Reason is Late"},
        },
    }
    assert team["rows"][2]["failed"] == {"hidden": True}


async def _data(spruce: Spruce, number: str, who: str) -> dict[str, Any]:
    found = await explain_ticket(spruce.site, SPRUCE, number, await spruce.viewer(who))
    assert found is not None
    return explained_data(found, renderer())


async def test_who_may_not_see_a_field_learns_nothing_of_it(spruce: Spruce) -> None:
    """The risk decides two tickets otherwise alike; whoever may not see it reads the same rows."""
    told = []
    for risk in ("", "fine"):
        number = await _opened(spruce, risk=risk, iban="zqibanword 1" if risk else "other 2")
        whole = await _data(spruce, number, "ben")
        told.append(json.dumps(whole, ensure_ascii=False))
        rows = next(d for d in whole["events"][0]["decisions"] if d["topic"] == "team")["rows"]
        assert rows[0]["failed"] == {"hidden": True}
        # `late` stands behind a row that asks for the risk: no change is sure.
        assert rows[1]["change"]["answer"] == "hidden"
    for word in ("zqrisk", "fine", "zqiban", "other 2"):
        assert word not in told[0].lower() + told[1].lower()
    assert "zqrisktitle" in json.dumps(await _data(spruce, number, "ivy")).lower()


async def test_a_ticket_that_is_not_seen_is_not_explained(spruce: Spruce) -> None:
    number = await _opened(spruce)
    assert await explain_ticket(spruce.site, SPRUCE, number, await spruce.viewer("fay")) is None
