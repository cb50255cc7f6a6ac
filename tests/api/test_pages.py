"""The pages for who writes programs: tokens made, shown once and revoked; the reference."""

from __future__ import annotations

import re

import pytest

from tests.api.conftest import Programs

pytestmark = pytest.mark.asyncio(loop_scope="module")
URL = "/t/spruce/desk/tokens"


async def test_a_token_is_shown_once_and_ends_when_it_is_revoked(programs: Programs) -> None:
    ben = await programs.spruce.browser("ben")
    form = {"title": "reports to chat", "scope": ["tickets:read"], "days": "7"}
    made = await ben.post(URL, form)
    assert made.status_code == 200
    (token,) = re.findall(r"sd_[0-9a-f]{32}_[0-9a-f]{48}", made.text)
    page = (await ben.get(URL)).text
    assert "reports to chat" in page
    assert token not in page
    assert token.rpartition("_")[2] not in page
    program = programs.client("spruce", token)
    me = await program.get("/me")
    assert (me.json()["name"], me.json()["token"]["scopes"]) == ("Ben", ["tickets:read"])
    (action,) = re.findall(rf'action="({URL}/[^"]+/revoke)"', page)[:1]
    bob = await programs.spruce.browser("bob")
    assert (await bob.post(action)).status_code == 404, "another's token is not there"
    assert (await program.get("/me")).status_code == 200
    assert (await ben.post(action)).status_code == 303
    assert (await program.get("/me")).status_code == 401


async def test_what_is_wrong_with_a_new_token_is_said(programs: Programs) -> None:
    ben = await programs.spruce.browser("ben")
    for form, said in (
        ({"title": "", "scope": ["tickets:read"], "days": "7"}, "Say what it is for"),
        ({"title": "x", "days": "7"}, "Choose at least one scope"),
        ({"title": "x", "scope": ["everything"], "days": "7"}, "Choose at least one scope"),
        ({"title": "x", "scope": ["tickets:read"], "days": "9999"}, "It holds from 1 to 730 days"),
    ):
        answer = await ben.post(URL, form)
        assert answer.status_code == 422
        assert said in answer.text


async def test_a_token_expires(programs: Programs) -> None:
    program = programs.client("spruce", await programs.token("ben", days=1))
    assert (await program.get("/me")).status_code == 200
    programs.spruce.site.clock.advance(86_400_000_000)  # type: ignore[attr-defined]
    assert (await program.get("/me")).status_code == 401


async def test_the_reference_is_whole_in_both_languages(programs: Programs) -> None:
    ben = await programs.spruce.browser("ben")
    for language, heading in (("en", "How to begin"), ("zh-CN", "如何开始")):
        await ben.post("/preferences", {"locale": language})
        page = (await ben.get("/t/spruce/api/")).text
        assert heading in page
        assert "/tickets/{number}/transitions/{transition}" in page
        assert "curl -H &#34;Authorization: Bearer $TOKEN&#34;" in page
        assert "zqriskopt" not in page
        # Nothing that a strict content security policy would stop.
        assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", page)
