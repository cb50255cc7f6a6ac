"""Organisations over the API: made once, found by a domain, changed in part, within bounds."""

from __future__ import annotations

from tests.api.conftest import Programs


async def test_an_organisation_is_made_found_and_changed(programs: Programs) -> None:
    ivy, ben = await programs.of("ivy"), await programs.of("ben")
    new = {"name": " Larch Ltd ", "domains": ["@Larch.example"], "tags": ["key", "key"]}
    made = await ivy.post("/organisations", json=new, headers={"idempotency-key": "larch"})
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["name"], told["domains"], told["tags"]) == (
        "Larch Ltd",
        ["larch.example"],
        ["key"],
    )
    assert made.headers["location"] == f"/t/spruce/api/v1/organisations/{told['id']}"
    again = await ivy.post("/organisations", json=new, headers={"idempotency-key": "larch"})
    assert again.json()["id"] == told["id"]
    customer = {"name": "Cal", "kind": "customer", "email": "cal@larch.example"}
    cal = (await ivy.post("/people", json=customer)).json()
    assert cal["organisation"] == told["id"], "by the domain of the address"
    url = f"/organisations/{told['id']}"
    changed = await ivy.patch(url, json={"note": "Pays late"})
    assert changed.json()["note"] == "Pays late"
    assert changed.json()["domains"] == ["larch.example"], "what is not named stays"
    (found,) = (await ben.get("/organisations?q=larch.ex")).json()["items"]
    assert (found["id"], found["people"]) == (told["id"], 1)
    assert (await ben.patch(url, json={"note": "x"})).status_code == 404
    bad = {"name": "  ", "domains": ["no domain"]}
    wrong = await ivy.patch(url, json=bad)
    assert {one["pointer"] for one in wrong.json()["errors"]} == {"/name", "/domains"}
    first = (await ben.get("/organisations?limit=1")).json()
    assert len(first["items"]) == 1
