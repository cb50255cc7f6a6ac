"""Programs join tickets as people do: parts, merges and their undoing, links, watchers, splits."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.conftest import Programs
from tests.web.asking import opened

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told(program: httpx.AsyncClient, number: str) -> dict[str, Any]:
    found: dict[str, Any] = (await program.get(f"/tickets/{number}/relations")).json()
    return found


async def test_a_life_together(programs: Programs) -> None:
    ivy = await programs.of("ivy")
    one, two, three = [(await opened(programs.spruce)).number for _ in range(3)]
    put = await ivy.post(f"/tickets/{one}/parts", json={"number": two})
    assert put.status_code == 200, put.text
    assert [part["number"] for part in put.json()["parts"]] == [two]
    assert put.json()["progress"] == {"count": 1, "done": 0}
    assert (await told(ivy, two))["part_of"]["number"] == one
    circle = await ivy.post(f"/tickets/{two}/merge", json={"into": two})
    assert circle.json()["errors"][0]["code"] == "joined_with_itself"
    assert circle.json()["errors"][0]["pointer"] == "/other"
    merged = await ivy.post(f"/tickets/{three}/merge", json={"into": one, "when_solved": "closed"})
    assert merged.json()["merged_into"]["number"] == one
    assert [each["number"] for each in (await told(ivy, one))["merged"]] == [three]
    again = await ivy.post(f"/tickets/{three}/merge", json={"into": one})
    assert again.json()["errors"][0]["code"] == "merged_away"
    undone = await ivy.post(f"/tickets/{three}/unmerge", json={})
    assert undone.json()["merged_into"] is None
    linked = await ivy.post(f"/tickets/{three}/links", json={"number": one, "sort": "duplicate"})
    assert [each["sort"] for each in linked.json()["links"]] == ["duplicate"]
    assert [each["sort"] for each in (await told(ivy, one))["links"]] == ["original"]
    off = await ivy.post(
        f"/tickets/{one}/links", json={"number": three, "sort": "duplicate", "on": False}
    )
    assert off.json()["links"] == []
    watching = await ivy.post(f"/tickets/{one}/watchers", json={"person": "ben@example.com"})
    assert [one["name"] for one in watching.json()["watchers"]] == ["Ben"]
    ann = await told(await programs.of("ann"), one)
    assert (ann["watchers"], ann["links"], ann["merged"]) == ([], [], [])
    assert [part["number"] for part in ann["parts"]] == [two]


async def test_once_however_often(programs: Programs) -> None:
    ivy = await programs.of("ivy")
    one, two = [(await opened(programs.spruce)).number for _ in range(2)]
    key = {"Idempotency-Key": "merge-once"}
    for _ in range(2):
        done = await ivy.post(f"/tickets/{two}/merge", json={"into": one}, headers=key)
        assert done.status_code == 200, done.text
    history = (await ivy.get(f"/tickets/{one}/history")).json()["items"]
    assert [each["verb"] for each in history].count("merged_in") == 1


async def test_what_was_said_becomes_a_ticket(programs: Programs) -> None:
    ivy, number = await programs.of("ivy"), (await opened(programs.spruce)).number
    said = (await ivy.post(f"/tickets/{number}/comments", json={"text": "The invoice too"})).json()
    note = {"text": "Ask finance", "internal": True}
    noted = (await ivy.post(f"/tickets/{number}/comments", json=note)).json()
    body = {
        "entries": [said["seq"], noted["seq"]], "type": "refund",
        "fields": {"amount": "10", "reason": "damaged", "grade": "low"},
    }  # fmt: skip
    made = await ivy.post(f"/tickets/{number}/split", json=body)
    assert made.status_code == 201, made.text
    new = made.json()
    assert (new["description"], new["subject"]) == ("The invoice too", "Lamp")
    words = (await ivy.get(f"/tickets/{new['number']}/comments")).json()["items"]
    assert [(one["text"], one["internal"]) for one in words] == [("Ask finance", True)]
    assert (await told(ivy, number))["links"][0]["sort"] == "split_off"
    nothing = await ivy.post(f"/tickets/{number}/split", json={**body, "entries": [999]})
    assert nothing.json()["errors"][0]["code"] == "nothing_to_split"
