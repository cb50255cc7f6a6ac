"""The role matrix: each route of the app for each of the cast."""

from __future__ import annotations

from inspect import getclosurevars
from typing import Any

import pytest
from litestar import Litestar

from tests.web.asking import ask, made, opened
from tests.web.conftest import one_database
from tests.web.routes_table import ROLES, TABLE
from tests.web.spruce import Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
# Rights are decided above the store; the walls below are tested in test_tenancy.
store_url = one_database


def litestar_of(app: Any) -> Litestar:
    """The router behind the shield and what compresses static files."""
    inner = app._app
    return inner if isinstance(inner, Litestar) else getclosurevars(inner).nonlocals["app"]


def every_route(spruce: Spruce) -> set[str]:
    """`METHOD path` of each handler of the app."""
    return {
        f"{method} {route.path}"
        for route in litestar_of(spruce.app).routes
        for method in route.methods
        if method != "OPTIONS"
    }


async def test_each_route_has_a_line_and_no_line_is_left_over(spruce: Spruce) -> None:
    routes = every_route(spruce)
    assert routes - TABLE.keys() == set(), "say in tests/web/routes_table.py who may go there"
    assert TABLE.keys() - routes == set(), "these routes are gone"


@pytest.mark.parametrize("route", TABLE)
async def test_who_is_answered_how(spruce: Spruce, route: str) -> None:
    line, got = TABLE[route], {}
    things = await made(spruce)
    # A wrong password is answered alike whoever is signed in, and costs a hash.
    for who in ROLES if route != "POST /sign-in" else ROLES[:2]:
        # A change is tried on a ticket that nobody has changed before.
        changes = "POST" in route and "number" in route
        asked = things.of((await opened(spruce)).number) if changes else things
        answer = await ask(await spruce.browser(who), route, line, {**asked.ids(), **line.ids})
        got[who] = answer.status_code
        if (
            not who
            and answer.status_code == 303
            and "{tenant" in route
            and route != "GET /t/{tenant:str}"
            and not line.public
        ):
            assert answer.headers["location"].startswith("/sign-in"), who
        assert "content-security-policy" in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
    want = line.answers()
    assert got == {who: want[who] for who in got}
