"""Nothing of another tenant, or beyond one's rights, is told apart from what never was."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.web.asking import ask, made
from tests.web.routes_table import TABLE
from tests.web.spruce import LARCH, SPRUCE, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")

RANDOM = "0" * 8 + "-nowhere-" + "0" * 8


IN_TENANT = [r for r in TABLE if r.count("{") > 1 and "/api/v1/" not in r and "/in/{" not in r]
"""The REST API answers browsers not at all; tests/api asks it the same. Nor do channels."""


def scrubbed(answer: httpx.Response, *ids: str) -> tuple[int, str, dict[str, str]]:
    """An answer without what is random in it and without the ids that were asked for."""
    text = answer.text
    for pattern in (r'name="_csrf" value="[^"]+"', r'name="_idempotency" value="[^"]+"'):
        text = re.sub(pattern, "", text)
    text = re.sub(r'content="[0-9A-Za-z_-]{24,}"', "", text)
    for one in ids:
        text = text.replace(one, "…")
    headers = {
        k: v for k, v in answer.headers.items() if k not in ("set-cookie", "content-length", "date")
    }
    return answer.status_code, text, headers


@pytest.mark.parametrize("route", IN_TENANT)
async def test_a_foreign_id_answers_like_a_random_one(spruce: Spruce, route: str) -> None:
    """For each id in the address: what is there but not theirs, and what never was."""
    line = TABLE[route]
    mine = {**(await made(spruce)).ids(), **line.ids} | {"number": (await made(spruce)).number}
    theirs = (await made(spruce, "dan", "dora")).ids()
    for who, want in line.answers().items():
        if who not in ("abe", "bob", "ivy"):
            continue
        browser = await spruce.browser(who)
        # Everything of the other tenant, under the address of one's own.
        cases = [
            ("number", theirs["number"]),
            ("token", theirs["token"]),
            ("notice", theirs["notice"]),
            ("article", theirs["article"]),
            ("arrival", theirs["arrival"]),
        ]
        cases += [(hole, mine[hole]) for hole in re.findall(r"\{(\w+):", route) if want == 404]
        for hole, foreign in cases:
            if f"{{{hole}:" not in route or hole == "tenant":
                continue
            if hole == "number" and foreign == theirs["number"]:
                foreign = f"{foreign[:3]}{int(foreign[3:]) + 5_000}"
            one = await ask(browser, route, line, {**mine, hole: foreign})
            other = await ask(browser, route, line, {**mine, hole: RANDOM})
            assert scrubbed(one, foreign) == scrubbed(other, RANDOM), (who, hole)
            assert one.status_code == 404, (who, hole, one.status_code)


async def test_a_tenant_of_others_is_as_absent_as_none(spruce: Spruce) -> None:
    """Behind the public front, a real tenant and a made-up one are alike to whom it is none of."""
    things = (await made(spruce)).ids()
    for who, tenant in (("dora", SPRUCE), ("ben", LARCH), ("ann", LARCH)):
        browser = await spruce.browser(who)
        for route, line in TABLE.items():
            if "{tenant" not in route or line.answers()["dora"] != 404:
                continue
            ids = {**things, **line.ids}
            one = await ask(browser, route, line, {**ids, "tenant": tenant})
            other = await ask(browser, route, line, {**ids, "tenant": "nowhere"})
            assert one.status_code == other.status_code == 404, (who, route)
            for word in ("Lamp", "Ann", "Zllarchteam", "Zldoraname"):
                assert word not in one.text, (who, route, word)
