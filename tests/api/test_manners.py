"""What holds for every call: keys, tags, rates, languages, pages, and bodies that are no bodies."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from runtime.actions.rates import Rates
from runtime.store import arrivals
from runtime.web.app import build_app
from tests.api.conftest import Programs
from tests.web.spruce import Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_key_answers_again_what_it_answered_first(
    programs: Programs, new: dict[str, Any]
) -> None:
    ann, key = await programs.of("ann"), {"idempotency-key": "first"}
    first = await ann.post("/tickets", json=new, headers=key)
    again = await ann.post("/tickets", json=new, headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotent-replayed"] == "true"
    other = await ann.post("/tickets", json={**new, "subject": "Chair"}, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:specdesk:problem:key-used")
    # Somebody else's key of the same name is another key.
    abe = await (await programs.of("abe")).post("/tickets", json=new, headers=key)
    assert abe.json()["number"] != first.json()["number"]


async def test_what_was_refused_stays_refused_under_its_key(programs: Programs) -> None:
    ann, key = await programs.of("ann"), {"idempotency-key": "refused"}
    body = {"type": "refund", "subject": "Lamp", "fields": {}}
    first = await ann.post("/tickets", json=body, headers=key)
    again = await ann.post("/tickets", json=body, headers=key)
    assert (first.status_code, again.status_code) == (422, 422)
    assert first.content == again.content


async def test_of_many_at_once_one_is_done(programs: Programs, new: dict[str, Any]) -> None:
    ann, key = await programs.of("ann"), {"idempotency-key": "at once"}
    sent = [ann.post("/tickets", json=new, headers=key) for _ in range(6)]
    answers = await asyncio.gather(*sent)
    statuses = {one.status_code for one in answers}
    assert statuses <= {201, 409}
    assert 201 in statuses
    assert len({one.json()["number"] for one in answers if one.status_code == 201}) == 1
    for one in answers:
        if one.status_code == 409:
            assert one.json()["type"] == "urn:specdesk:problem:in-flight"
            assert one.headers["retry-after"] == "1"


async def test_writes_are_bound_to_versions(programs: Programs, new: dict[str, Any]) -> None:
    ann, ben = await programs.of("ann"), await programs.of("ben")
    number = (await ann.post("/tickets", json=new)).json()["number"]
    read = await ben.get(f"/tickets/{number}")
    tag = read.headers["etag"]
    same = await ben.get(f"/tickets/{number}", headers={"if-none-match": tag})
    assert (same.status_code, same.content) == (304, b"")
    # Another viewer is told other fields, so their tag differs.
    assert (await ann.get(f"/tickets/{number}")).headers["etag"] != tag
    fee = {"fields": {"fee": "7"}}
    done = await ben.patch(f"/tickets/{number}", json=fee, headers={"if-match": tag})
    assert done.status_code == 200
    late = await ben.patch(f"/tickets/{number}", json=fee, headers={"if-match": tag})
    assert late.status_code == 412
    assert late.json()["version"] == done.json()["version"]
    clash = await ben.patch(
        f"/tickets/{number}", json={"fields": {"fee": "8"}, "version": read.json()["version"]}
    )
    assert clash.status_code == 409
    assert clash.json()["errors"][0]["pointer"] == "/fields/fee"
    wrong = await ben.patch(f"/tickets/{number}", json=fee, headers={"if-match": "W/nonsense"})
    assert wrong.status_code == 412


async def test_everything_that_comes_stands_in_the_ledger(
    programs: Programs, new: dict[str, Any]
) -> None:
    ann, site = await programs.of("ann"), programs.spruce.site

    async def counts() -> dict[str, int]:
        async with site.store.unit("spruce") as unit:
            found = await arrivals.counts(unit)
        return {state: n for (way, state), n in found.items() if way == "api"}

    before = await counts()
    await ann.post("/tickets", json=new)
    await ann.post("/tickets", json={**new, "fields": {"amount": "x"}})
    await ann.post("/tickets", json={**new, "fields": {"what": "x"}})
    await ann.post("/tickets", content=b"{", headers={"content-type": "application/json"})
    after = await counts()
    assert after["ticketed"] - before.get("ticketed", 0) == 1
    assert after["refused"] - before.get("refused", 0) == 3


BAD: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", "/nowhere", {}, 404, "not-found"),
    ("DELETE", "/tickets", {}, 405, "method-not-allowed"),
    ("POST", "/tickets", {"content": b"<a/>", "headers": {"content-type": "text/xml"}}, 415,
     "unsupported-media-type"),
    ("POST", "/tickets", {"content": b"{"}, 400, "malformed-body"),
    ("POST", "/tickets", {"content": b"\xff\xfe"}, 400, "malformed-body"),
    ("POST", "/tickets", {"content": b'{"type": NaN}'}, 400, "malformed-body"),
    ("POST", "/tickets", {"content": b'{"type": "a", "type": "b"}'}, 400, "malformed-body"),
    ("POST", "/tickets", {"content": b"[" * 100_000}, 400, "malformed-body"),
    ("POST", "/tickets", {"content": b'{"fields":' * 50 + b"1" + b"}" * 50}, 400,
     "malformed-body"),
    ("POST", "/tickets", {"content": b'{"n":' + b"9" * 5000 + b"}"}, 400, "malformed-body"),
    ("POST", "/tickets", {"content": b'{"type": "refund", "colour": 1}'}, 422, "invalid-body"),
    ("POST", "/tickets", {"content": b'{"type": 1}'}, 422, "invalid-body"),
    ("POST", "/tickets", {"content": b"[]"}, 422, "invalid-body"),
    ("POST", "/tickets", {"content": b'{"type": "refund", "fields": {"amount": 1.5}}'}, 422,
     "invalid-body"),
    ("POST", "/tickets", {"content": b'{"type": "refund", "subject": "\\ud800"}'}, 422,
     "invalid-body"),
    ("POST", "/tickets", {"content": b'{"x": "' + b"x" * (1 << 20) + b'"}'}, 413, "too-large"),
    ("GET", "/tickets?limit=0", {}, 400, "bad-parameter"),
    ("GET", "/tickets?limit=201", {}, 400, "bad-parameter"),
    ("GET", "/tickets?what=1", {}, 400, "bad-parameter"),
    ("GET", "/tickets?q=a&q=b", {}, 400, "bad-parameter"),
    ("GET", "/tickets?where=x", {}, 400, "malformed-body"),
    ("GET", "/tickets?where=[]", {}, 400, "bad-parameter"),
    ("GET", '/tickets?where={"amount":"x"}', {}, 400, "bad-parameter"),
    ("GET", '/tickets?where={"state":"nowhere"}', {}, 400, "bad-parameter"),
    ("GET", "/tickets?sort=story", {}, 400, "bad-parameter"),
    ("GET", "/tickets?cursor=x.y", {}, 400, "bad-parameter"),
    ("GET", "/tickets?fields=nothing", {}, 400, "bad-parameter"),
    ("GET", "/tickets?q=%00", {}, 400, "bad-parameter"),
    ("POST", "/tickets", {"content": b"{}", "headers": {"idempotency-key": "x" * 201}}, 400,
     "bad-request"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "url", "sent", "status", "kind"), BAD)
async def test_bad_requests_are_told_what_is_wrong(
    programs: Programs, method: str, url: str, sent: dict[str, Any], status: int, kind: str
) -> None:
    ben = await programs.of("ben")
    headers = {"content-type": "application/json", **sent.get("headers", {})}
    answer = await ben.request(method, url, content=sent.get("content"), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status, "application/problem+json",
    ), answer.text  # fmt: skip
    body = answer.json()
    assert body["type"] == f"urn:specdesk:problem:{kind}"
    assert body["status"] == status
    assert body["title"]
    if status == 405:
        assert "GET" in answer.headers["allow"]


async def test_problems_speak_the_language_asked_for(programs: Programs) -> None:
    token = await programs.token("ben")
    async with programs.client("spruce", token, **{"accept-language": "zh-CN,en;q=0.5"}) as ben:
        answer = await ben.post("/tickets", json={"type": "refund", "colour": "red"})
    assert answer.headers["content-language"] == "zh-CN"
    assert answer.json()["title"] == "请求体不符合所需的结构"
    assert answer.json()["errors"] == [
        {"pointer": "/colour", "code": "extra_forbidden", "detail": "此处没有这个键"}
    ]


async def test_a_body_without_an_end_is_read_no_further_than_its_limit(
    programs: Programs,
) -> None:
    """A gigabyte without a length: only as much is taken as may come."""
    taken = 0

    async def flood() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(1 << 14):
            taken += 1 << 16
            yield b" " * (1 << 16)

    ben = await programs.of("ben")
    headers = {"content-type": "application/json"}
    answer = await ben.post("/tickets", content=flood(), headers=headers)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:specdesk:problem:too-large"
    assert taken < 4 << 20


# -- rates ----------------------------------------------------------------------------------------


def limited(spruce: Spruce, *, token: int = 0, address: int = 0) -> Any:
    """Another process of the app, with limits."""
    settings = replace(spruce.site.settings, api_rate=token, api_rate_address=address)
    return build_app(replace(spruce.site, settings=settings))


def over(app: Any, token: str, peer: str = "10.0.0.9") -> httpx.AsyncClient:
    """A program that comes from an address."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, client=(peer, 1)),
        base_url="http://localhost/t/spruce/api/v1",
        headers={"authorization": f"Bearer {token}"},
    )


async def test_a_token_s_rate_holds_over_processes(programs: Programs) -> None:
    token = await programs.token("ben")
    several = [over(limited(programs.spruce, token=60), token) for _ in range(2)]
    got = [await several[n % 2].get("/me") for n in range(64)]
    statuses = [one.status_code for one in got]
    assert statuses.count(200) == 60
    refused = next(one for one in got if one.status_code == 429)
    assert refused.json()["type"] == "urn:specdesk:problem:too-many-requests"
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["ratelimit-limit"] == "60"
    assert got[0].headers["ratelimit-limit"] == "60"
    assert int(got[0].headers["ratelimit-remaining"]) == 59
    # Another token is another bucket, and time fills this one again.
    other = over(limited(programs.spruce, token=60), await programs.token("ben"))
    assert (await other.get("/me")).status_code == 200
    programs.spruce.site.clock.advance(10_000_000)  # type: ignore[attr-defined]
    again = [await several[0].get("/me") for _ in range(12)]
    assert [one.status_code for one in again].count(200) == 10


async def test_behind_a_proxy_each_client_has_its_own_rate(programs: Programs) -> None:
    """Only what trusted hops have added to X-Forwarded-For counts, read from the right."""
    app = ProxyHeadersMiddleware(limited(programs.spruce, address=30), ["10.0.0.0/8"])
    token = await programs.token("ben")
    proxy = over(app, token)

    async def status(client: httpx.AsyncClient, forwarded: str) -> int:
        return (await client.get("/me", headers={"x-forwarded-for": forwarded})).status_code

    got = [await status(proxy, f"198.51.100.{n}, 192.0.2.1, 10.0.0.2") for n in range(40)]
    assert got.count(200) == 30, "what the client writes itself buys nothing"
    assert await status(proxy, "192.0.2.2") == 200
    stranger = over(app, token, "203.0.113.5")
    got = [await status(stranger, f"192.0.2.{n}") for n in range(40)]
    assert got.count(200) == 30, "who is no trusted proxy is taken at its own address"


async def test_a_process_draws_for_several_calls_at_once(programs: Programs) -> None:
    """Most calls cost no statement."""
    rates, site = Rates(), programs.spruce.site
    before = site.store.work["spruce"].n
    spent = [await rates.spend(site, "spruce", "token:x", 600) for _ in range(20)]
    assert [one.left for one in spent] == list(range(599, 579, -1))
    assert site.store.work["spruce"].n == before
    assert len(rates._purses) == 1
    assert json.dumps(spent[0].granted) == "true"


@pytest.mark.parametrize("step", ["plan", "publish"])
async def test_specs_that_are_refused_say_so_as_every_refusal_does(
    programs: Programs, step: str
) -> None:
    """`errors` is a list of faults there, as the document says, and no count."""
    ivy = await programs.of("ivy")
    answer = await ivy.post(f"/specs/{step}", json={"files": {"teams/a.yaml": "kind: Team\n"}})
    body = answer.json()
    assert (answer.status_code, body["type"]) == (422, "urn:specdesk:problem:specs-refused")
    assert "E215" in {one["code"] for one in body["problems"]}
    assert isinstance(body.get("errors", []), list)
