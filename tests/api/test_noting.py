"""Programs plan visits and book time as people do."""

from __future__ import annotations

import httpx
import pytest

from tests.api.conftest import Programs
from tests.api.matrix import VISIT
from tests.web.asking import opened

pytestmark = pytest.mark.asyncio(loop_scope="module")


def wrong(answer: httpx.Response) -> tuple[int, str, str]:
    """The status, and where and why the first thing is wrong."""
    first = answer.json()["errors"][0]
    return answer.status_code, first["pointer"], first["code"]


async def test_a_visit_is_planned_moved_and_ended(programs: Programs) -> None:
    ben, ann = await programs.of("ben"), await programs.of("ann")
    at = f"/tickets/{(await opened(programs.spruce)).number}/visits"
    new = {**VISIT, "person": "ben@example.com", "note": "Key"}
    key = {"Idempotency-Key": "one-visit"}
    made, again = [await ben.post(at, json=new, headers=key) for _ in range(2)]
    assert (made.status_code, again.json()) == (201, made.json())
    visit = made.json()
    assert visit["starts_at"] == "2026-03-09T14:00:00+08:00"
    assert (visit["state"], visit["person"]["name"], visit["note"]) == ("planned", "Ben", "Key")
    moved = await ben.patch(f"{at}/{visit['id']}", json={"ends_at": "2026-03-09T16:00:00+08:00"})
    assert moved.status_code == 200, moved.text
    assert moved.json() == {**visit, "ends_at": "2026-03-09T16:00:00+08:00"}
    (told,) = (await ann.get(at)).json()["items"]
    assert told["place"] == "Elm Road 7"
    assert "note" not in told
    end = f"{at}/{visit['id']}/end"
    assert (await ben.post(end, json={"became": "done"})).json()["state"] == "done"
    assert (await ben.post(end, json={"became": "missed"})).status_code == 404
    assert [one["state"] for one in (await ben.get(at)).json()["items"]] == ["done"]
    assert (await ann.get(at)).json() == {"items": []}


async def test_where_the_person_is_elsewhere_it_is_said(programs: Programs) -> None:
    ben, day = await programs.of("ben"), "2026-03-10"
    one, two = [(await opened(programs.spruce)).number for _ in range(2)]
    new = {"starts_at": f"{day}T09:00", "ends_at": f"{day}T10:00", "person": "ben@example.com"}
    assert (await ben.post(f"/tickets/{one}/visits", json=new)).status_code == 201
    at = f"/tickets/{two}/visits"
    clash = await ben.post(at, json=new)
    assert wrong(clash) == (422, "/person", "visit_clash")
    assert (clash.json()["tickets"], clash.json()["away"]) == ([one], False)
    assert one in clash.json()["errors"][0]["detail"]
    assert (await ben.post(at, json={**new, "anyway": True})).status_code == 201
    for body, said in (
        ({**new, "starts_at": "soon"}, (422, "/starts_at", "not_datetime")),
        ({**new, "ends_at": f"{day}T09:01"}, (422, "/visit", "visit_length")),
        ({**new, "person": "nobody@example.com"}, (422, "/person", "unknown_person")),
        ({**new, "person": "ann@example.com"}, (422, "/person", "unknown_person")),
    ):
        assert wrong(await ben.post(at, json=body)) == said


async def test_time_is_booked_and_taken_back_by_who_booked_it(programs: Programs) -> None:
    ben, cleo = await programs.of("ben"), await programs.of("cleo")
    at = f"/tickets/{(await opened(programs.spruce)).number}/time"
    body = {"minutes": 20, "day": "2026-03-01", "note": "On the phone"}
    key = {"Idempotency-Key": "one-booking"}
    made, again = [await ben.post(at, json=body, headers=key) for _ in range(2)]
    assert (made.status_code, again.json()) == (201, made.json())
    mine = made.json()
    assert (mine["minutes"], mine["day"], mine["person"]["name"]) == (20, "2026-03-01", "Ben")
    writer = await programs.of("cleo", ("tickets:write",))
    hers = await writer.post(at, json={"minutes": 5})
    assert (hers.status_code, [*hers.json()]) == (201, ["url"])
    items = (await cleo.get(at)).json()["items"]
    assert [one["minutes"] for one in items] == [20, 5]
    assert (await (await programs.of("ann")).get(at)).json() == {"items": []}
    undo = f"{at}/{mine['id']}/undo"
    assert wrong(await cleo.post(undo, json={})) == (422, "/spent", "time_of_another")
    assert (await ben.post(undo, json={})).json()["items"] == items[1:]
    assert (await ben.post(undo, json={})).status_code == 404
    late = {"minutes": 5, "day": "2026-03-09"}
    assert wrong(await ben.post(at, json=late)) == (422, "/day", "time_day")
    assert (await ben.post(at, json={"minutes": 1441})).status_code == 422
