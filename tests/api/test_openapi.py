"""The document is one of OpenAPI 3.1 and says what is there, to each viewer no more than theirs."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31

from runtime.web.routes import api
from tests.api.conftest import Programs
from tests.api.matrix import MATRIX
from tests.web.asking import opened

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def document(programs: Programs, who: str) -> dict[str, Any]:
    answer = await (await programs.of(who)).get("/openapi.json")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def checker(whole: dict[str, Any], name: str) -> jsonschema.Draft202012Validator:
    """A validator of one schema of a document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": whole["components"]}
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("who", ["ann", "ben", "ivy"])
async def test_it_is_a_document_of_openapi_3_1(programs: Programs, who: str) -> None:
    whole = await document(programs, who)
    jsonschema.Draft202012Validator(OPENAPI_31).validate(whole)
    for name, schema in whole["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        for target in re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(schema)):
            assert target in whole["components"]["schemas"], (name, target)


async def test_it_names_every_route_and_its_scope(programs: Programs) -> None:
    whole = await document(programs, "ivy")
    told = {
        f"{method.upper()} {path.replace('}', ':str}')}"
        for path, item in whole["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert told == {*MATRIX, "GET /openapi.json"}
    for handler in api.ROUTES:
        (path,) = handler.paths
        (method,) = handler.http_methods - {"OPTIONS"}
        item = whole["paths"][re.sub(r":str}", "}", path)][str(method).lower()]
        assert item.get("x-scope", "") == handler.opt.get("scope", ""), path


async def test_types_are_told_within_rights(programs: Programs) -> None:
    ann, ivy = await document(programs, "ann"), await document(programs, "ivy")
    schemas = ann["components"]["schemas"]
    assert "New_memo" not in schemas
    new = schemas["New_refund"]["properties"]["fields"]
    assert new["required"] == ["amount", "reason"]
    assert new["properties"]["reason"]["enum"] == ["damaged", "late"]
    assert not {"fee", "risk", "grade"} & set(new["properties"])
    known = ivy["components"]["schemas"]["Ticket_refund"]["properties"]["fields"]["properties"]
    assert {"fee", "risk", "iban"} <= set(known)
    assert "New_memo" in ivy["components"]["schemas"]


async def test_answers_are_as_the_document_says(programs: Programs) -> None:
    number = (await opened(programs.spruce)).number
    for who in ("ann", "ben", "ivy"):
        whole, program = await document(programs, who), await programs.of(who)
        told = (
            (f"/tickets/{number}", "AnyTicket"), ("/tickets", "TicketPage"), ("/me", "Me"),
            ("/articles", "ArticlePage"),
            (f"/tickets/{number}/comments", "CommentPage"),
            (f"/tickets/{number}/history", "HistoryPage"), ("/types", "TypeList"),
            (f"/tickets/{number}/transitions", "TransitionList"),
            (f"/tickets/{number}/relations", "Relations"), ("/types/refund", "Type"),
            (f"/tickets/{number}/visits", "VisitList"), (f"/tickets/{number}/time", "BookingList"),
            ("/views", "ViewList"), ("/reports", "ReportList"), ("/nowhere", "Problem"),
        )  # fmt: skip
        if who == "ivy":
            told += (("/people", "PersonPage"), ("/specs", "RevisionList"))
        for url, name in told:
            checker(whole, name).validate((await program.get(url)).json())


async def test_the_schema_refuses_what_the_route_refuses(programs: Programs) -> None:
    whole, ann = await document(programs, "ann"), await programs.of("ann")
    good = {"type": "refund", "subject": "Lamp", "fields": {"amount": "10", "reason": "late"}}
    assert checker(whole, "NewTicket").is_valid(good)
    assert (await ann.post("/tickets", json=good)).status_code == 201
    for wrong in (
        {**good, "type": "nothing"}, {**good, "colour": "red"}, {**good, "subject": "x" * 201},
        {**good, "fields": {"amount": "10"}}, {**good, "fields": {**good["fields"], "fee": "1"}},  # type: ignore[dict-item]
        {**good, "fields": {**good["fields"], "reason": "lost"}},  # type: ignore[dict-item]
        {**good, "fields": {**good["fields"], "amount": 1.5}},  # type: ignore[dict-item]
    ):  # fmt: skip
        assert not checker(whole, "NewTicket").is_valid(wrong), wrong
        assert (await ann.post("/tickets", json=wrong)).status_code == 422, wrong
