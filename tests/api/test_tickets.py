"""Tickets by the REST API: what a form refuses the API refuses, and nothing more is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import Programs

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_ticket_is_opened_read_and_changed(programs: Programs, new: dict[str, Any]) -> None:
    ann = await programs.of("ann")
    made = await ann.post("/tickets", json=new)
    assert made.status_code == 201, made.text
    number = made.json()["number"]
    assert made.headers["location"] == f"/t/spruce/api/v1/tickets/{number}"
    assert made.json()["fields"]["amount"] == "10.00"
    assert made.json()["channel"] == "api"
    ben = await programs.of("ben")
    read = await ben.get(f"/tickets/{number}")
    assert read.json()["requester"]["name"] == "Ann"
    changed = await ben.patch(f"/tickets/{number}", json={"fields": {"fee": "5"}})
    assert changed.status_code == 200, changed.text
    assert changed.json()["version"] == read.json()["version"] + 1


async def test_what_the_form_refuses_is_refused_with_its_places(
    programs: Programs, new: dict[str, Any]
) -> None:
    ann = await programs.of("ann")
    new["fields"] = {"amount": "x"}
    wrong = await ann.post("/tickets", json=new)
    assert wrong.status_code == 422
    assert wrong.headers["content-type"] == "application/problem+json"
    body = wrong.json()
    assert body["type"] == "urn:specdesk:problem:refused"
    assert {one["pointer"] for one in body["errors"]} == {"/fields/amount", "/fields/reason"}
    new["fields"] = {"amount": 10, "reason": "damaged", "fee": "1", "nonsense": "1"}
    hidden = await ann.post("/tickets", json=new)
    told = {one["pointer"]: one["code"] for one in hidden.json()["errors"]}
    assert told == {"/fields/fee": "unknown_field", "/fields/nonsense": "unknown_field"}


async def test_nobody_without_a_token_that_holds_gets_in(programs: Programs) -> None:
    token = await programs.token("ben")
    for tenant, text in (
        ("spruce", ""), ("spruce", "sd_1_2"), ("spruce", token[:-1] + "0" * (token[-1] != "0")),
        ("larch", token), ("nowhere", token),
    ):  # fmt: skip
        async with programs.client(tenant, text) as client:
            answer = await client.get("/tickets")
            assert answer.status_code == 401, (tenant, text)
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.json()["type"] == "urn:specdesk:problem:unauthorized"
    browser = await programs.spruce.browser("ben")
    assert (await browser.get("/t/spruce/api/v1/tickets")).status_code == 401


async def test_scopes_narrow(programs: Programs, new: dict[str, Any]) -> None:
    reader = await programs.of("ben", ["tickets:read"])
    refused = await reader.post("/tickets", json=new)
    assert refused.status_code == 403
    assert "tickets:write" in refused.json()["detail"]
    writer = await programs.of("ann", ["tickets:write"])
    made = await writer.post("/tickets", json=new)
    assert set(made.json()) == {"number", "url"}
    assert (await writer.get("/tickets")).status_code == 403


async def test_a_list_is_asked_for_in_the_condition_language(
    programs: Programs, new: dict[str, Any]
) -> None:
    ann, ben = await programs.of("ann"), await programs.of("ben")
    for subject in ("Quince one", "Quince two", "Quince three"):
        await ann.post("/tickets", json={**new, "subject": subject})
    where = json.dumps({"reason": "damaged", "amount": {"at_least": "9"}, "phase": ["new"]})
    found = await ben.get(
        "/tickets", params={"where": where, "q": "quince", "sort": "number", "limit": "2",
                            "fields": "number,subject,amount", "count": "true"},
    )  # fmt: skip
    assert found.status_code == 200, found.text
    first = found.json()
    assert [one["subject"] for one in first["items"]] == ["Quince one", "Quince two"]
    assert first["count"] == 3
    assert set(first["items"][0]) == {"number", "subject", "fields", "masked", "url"}
    after = (await ben.get(f"http://localhost{first['next']}")).json()
    assert [one["subject"] for one in after["items"]] == ["Quince three"]
    assert after["next"] is None


@pytest.mark.parametrize("name", ["fee", "iban", "no_such_field", "risk"])
async def test_a_hidden_field_is_as_unknown_as_none(programs: Programs, name: str) -> None:
    ann = await programs.of("ann")
    for parameters in (
        {"where": json.dumps({name: "1"})}, {"sort": name},
        {"where": json.dumps({"any": [{name: {"is_empty": True}}]})},
    ):  # fmt: skip
        answer = await ann.get("/tickets", params=parameters)
        assert answer.status_code == 400, (name, parameters, answer.text)
        (fault,) = answer.json()["errors"]
        assert fault["code"] == "E217", fault
        assert f"there is no field `{name}` here" in fault["detail"]


async def test_a_note_leads_only_those_to_a_ticket_who_may_read_it(
    programs: Programs, new: dict[str, Any]
) -> None:
    ann, ben = await programs.of("ann"), await programs.of("ben")
    number = (await ann.post("/tickets", json=new)).json()["number"]
    for text, internal in (("The courier is on the way", False), ("A swindler, maybe", True)):
        said = {"text": text, "internal": internal}
        assert (await ben.post(f"/tickets/{number}/comments", json=said)).status_code == 201
    for who, words, found in (
        (ann, "courier", [number]), (ann, "swindler", []), (ann, "lamp swind", []),
        (ben, "courier", [number]), (ben, "swindler", [number]),
    ):  # fmt: skip
        listed = (await who.get("/tickets", params={"q": words})).json()
        assert [one["number"] for one in listed["items"]] == found, words
        assert listed.get("total", len(found)) == len(found)
