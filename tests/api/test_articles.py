"""Articles by the REST API: read by whom they are for, written and published by rights."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Programs

pytestmark = pytest.mark.asyncio(loop_scope="module")
NEW: dict[str, Any] = {
    "title": "A lamp flickers", "body": "Screw the **bulb** in.", "category": "lamps",
    "tags": ["bulb"], "slug": "flickers",
}  # fmt: skip


async def test_an_article_is_written_published_found_and_read(programs: Programs) -> None:
    ivy, ann = await programs.of("ivy"), await programs.of("ann")
    made = await ivy.post("/articles", json=NEW, headers={"idempotency-key": "one"})
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["state"], told["version"], told["published_version"]) == ("draft", 1, None)
    assert made.headers["location"] == f"/t/spruce/api/v1/articles/{told['id']}"
    again = await ivy.post("/articles", json=NEW, headers={"idempotency-key": "one"})
    assert again.json()["id"] == told["id"]
    assert (await ann.get("/articles/flickers")).status_code == 404
    assert [one["slug"] for one in (await ivy.get("/articles?state=draft")).json()["items"]]
    assert (await ann.get("/articles?state=draft")).status_code == 404
    done = await ivy.post(f"/articles/{told['id']}/steps/publish", json={})
    assert done.json()["published_version"] == 1, done.text
    read = (await ann.get("/articles/flickers")).json()
    assert read["body"] == NEW["body"] + "\n"
    assert not {"author", "may_publish"} & read.keys()
    found = (await ann.get("/articles?q=flicker bulb")).json()["items"]
    assert found[0]["slug"] == "flickers"


async def test_versions_and_languages(programs: Programs) -> None:
    ivy, ann = await programs.of("ivy"), await programs.of("ann")
    id = (await ivy.post("/articles", json={**NEW, "slug": "hums"})).json()["id"]
    url = f"/articles/{id}"
    await ivy.post(f"{url}/steps/publish", json={})
    second = await ivy.patch(url, json={"body": "Turn it off first.", "version": 1})
    assert (second.json()["version"], second.json()["published_version"]) == (2, 1)
    stale = await ivy.patch(url, json={"body": "Mine.", "version": 1})
    assert stale.status_code == 409
    assert stale.json()["version"] == 2
    assert "bulb" in (await ann.get("/articles/hums")).json()["body"], "readers see the first"
    chinese = await ivy.patch(url, json={"locale": "zh-CN", "title": "灯响", "body": "先关灯。"})
    assert chinese.json()["locales"] == ["en", "zh-CN"]
    empty = await ivy.patch(url, json={"locale": "zh-CN", "title": ""})
    assert {one["pointer"] for one in empty.json()["errors"]} == {"/title"}
    await ivy.post(f"{url}/steps/publish", json={})
    asked = (await ann.get(f"{url}?locale=zh-CN")).json()
    assert (asked["title"], asked["locale"], asked["locales"]) == ("灯响", "zh-CN", ["en", "zh-CN"])
    gone = await ivy.post(f"{url}/steps/retire", json={})
    assert gone.json()["state"] == "retired"
    assert (await ann.get(url)).status_code == 404
    twice = await ivy.post(f"{url}/steps/retire", json={})
    assert twice.json()["errors"][0]["code"] == "article_state"


async def test_what_is_for_staff_is_not_there_for_others(programs: Programs) -> None:
    ivy = await programs.of("ivy")
    inside = {**NEW, "slug": "inside-lamps", "category": "inside", "title": "Zqinside words"}
    id = (await ivy.post("/articles", json=inside)).json()["id"]
    await ivy.post(f"/articles/{id}/steps/publish", json={})
    for who, status in (("ann", 404), ("ben", 200)):
        program = await programs.of(who)
        assert (await program.get(f"/articles/{id}")).status_code == status
        listed = (await program.get("/articles?limit=200")).text
        assert ("Zqinside" in listed) == (status == 200)


async def test_pages_and_what_is_wrong_with_an_address(programs: Programs) -> None:
    ivy = await programs.of("ivy")
    seen: list[str] = []
    url = "/articles?limit=1"
    for _ in range(10):
        page = (await ivy.get(url)).json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        url = page["next"].removeprefix("/t/spruce/api/v1")
    assert len(seen) == len(set(seen)) >= 2
    for query in ("state=x", "category=none", "locale=fr", "sort=title"):
        assert (await ivy.get(f"/articles?{query}")).status_code == 400, query
    assert (await ivy.post("/articles/none/steps/explode", json={})).status_code == 404
