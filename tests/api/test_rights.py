"""Each route for each of the cast; what is not theirs is as absent as what never was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.api.conftest import Programs
from tests.api.matrix import MATRIX, ROLES, Line
from tests.web.asking import address, made, opened
from tests.web.planting import forbidden, plant
from tests.web.test_routes import every_route

pytestmark = pytest.mark.asyncio(loop_scope="module")
PREFIX = "/t/{tenant:str}/api/v1"


async def call(
    program: httpx.AsyncClient, route: str, line: Line, ids: Mapping[str, str]
) -> httpx.Response:
    """One request as the route wants it."""
    url = address(route, ids, line.query)
    sent: dict[str, Any] = {}
    if line.body is not None:
        sent = {"content": line.body} if isinstance(line.body, bytes) else {"json": line.body}
    return await program.request(route.partition(" ")[0], url, **sent)


async def test_every_route_has_a_line(programs: Programs) -> None:
    routes = {
        one.replace(PREFIX, "") for one in every_route(programs.spruce) if f" {PREFIX}/" in one
    }
    assert routes - {"GET /openapi.json"} == set(MATRIX)


@pytest.mark.parametrize("route", MATRIX)
async def test_who_is_answered_how(programs: Programs, route: str) -> None:
    line, got = MATRIX[route], {}
    things = await made(programs.spruce)
    changes = not route.startswith("GET") and "{number" in route
    for who in ROLES:
        at = things.of((await opened(programs.spruce)).number) if changes else things
        answer = await call(await programs.of(who), route, line, at.ids())
        got[who] = answer.status_code
        assert "content-security-policy" in answer.headers
        assert "set-cookie" not in answer.headers
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code
    assert got == line.answers()


@pytest.mark.parametrize("route", [r for r in MATRIX if "{" in r])
async def test_a_foreign_id_answers_like_a_random_one(programs: Programs, route: str) -> None:
    line, mine = MATRIX[route], (await made(programs.spruce)).ids()
    theirs = (await made(programs.spruce, "dan", "dora")).ids()
    for hole in ("number", "token", "person", "organisation"):
        if f"{{{hole}:" not in route:
            continue
        # A number that is there in the other tenant alone.
        foreign = theirs[hole] if hole != "number" else f"RF-{int(theirs[hole][3:]) + 5_000}"
        told = []
        for id in (foreign, "0" * 8 + "-nowhere"):
            program = await programs.of("ivy")
            answer = await call(program, route, line, {**mine, hole: id})
            assert answer.status_code == 404
            told.append(answer.text.replace(id, "…"))
        assert told[0] == told[1]


async def test_no_answer_holds_what_is_not_theirs(programs: Programs) -> None:
    """Canaries in notes, hidden fields, other teams' and other tenants' things."""
    planted = await plant(programs.spruce)
    for who in (*ROLES, "dora"):
        program, bad = await programs.of(who), forbidden(who)
        urls = [
            "/me", "/tickets?limit=200", "/types", "/types/refund", "/types/memo", "/views",
            "/views/desk_all/tickets?limit=200", "/views/memos/tickets", "/people?limit=200",
            "/reports", "/reports/by_fee", "/reports/by_risk", "/specs", "/openapi.json",
            "/articles",
        ]  # fmt: skip
        for number in planted.numbers:
            parts = ("", "/comments", "/history", "/attachments", "/transitions")
            urls += [f"/tickets/{number}{part}" for part in parts]
        urls += [f"/files/{token}" for token in planted.tokens]
        for url in urls:
            answer = await program.get(url)
            assert answer.status_code in (200, 403, 404), (who, url, answer.text)
            found = [word for word in bad if word.encode() in answer.content]
            if who == "fay" and url == "/openapi.json":
                # Finance may choose a grade on the tickets of its team, though there is none now.
                found = [word for word in found if not word.startswith("zqgrade")]
            if url.startswith("/people") and who != "dora":
                continue  # who works here finds everybody of the tenant, as on the desk
            assert not found, (who, url, found)
