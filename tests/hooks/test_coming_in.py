"""Events of other systems: signed, on record first, made tickets by the same form as anybody's."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.channels.webhook.signature import fresh_secret, key_of, signed
from runtime.clock import SECOND_US
from runtime.site.standing import SYSTEM
from runtime.store import arrivals, journal, people, tickets
from runtime.store.people import Membership
from runtime.store.rows import Arrival
from runtime.store.tickets import TicketRow
from runtime.web.app import build_app
from runtime.web.routes import events_in
from tests.hooks.conftest import OLD, SECRET, Hooked, specs
from tests.workers.shop import SHOP

EVENT = {
    "alarm": {
        "id": "A-7",
        "title": "Smoke in B2",
        "text": "Sensor 4\nsmells",
        "level": "critical",
        "places": [{"room": "B2"}],
        "cost": 12.30,
        "tags": ["fire", "unheard"],
    },
    "by": {"email": "ann@example.com"},
}


class Outsiders:
    """Another system that calls; it signs what it sends unless a test says otherwise."""

    def __init__(self, hooked: Hooked) -> None:
        self.hooked, self.count = hooked, 0
        app: Any = build_app(hooked.shop.site)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://help.example.com"
        )

    async def send(
        self,
        body: object,
        channel: str = "alarms",
        *,
        secret: str = SECRET,
        name: str = "",
        late_s: int = 0,
        **headers: str,
    ) -> httpx.Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.count += 1
        now = self.hooked.clock.now_us() // SECOND_US - late_s
        made = signed(name or f"msg_{self.count}", now, raw, [key_of(secret)])
        return await self.client.post(
            f"/t/{SHOP}/in/{channel}", content=raw, headers={**made, **headers}
        )

    async def ledger(self) -> list[Arrival]:
        async with self.hooked.shop.store.unit(SHOP) as unit:
            return list(reversed(await arrivals.recent(unit)))

    async def ticket(self, number: str) -> TicketRow:
        async with self.hooked.shop.store.unit(SHOP) as unit:
            found = await tickets.by_number(unit, number)
        assert found is not None
        return found

    async def history(self, number: str) -> list[tuple[str, Mapping[str, Any]]]:
        row = await self.ticket(number)
        async with self.hooked.shop.store.unit(SHOP) as unit:
            return [(one.verb, one.body or {}) for one in await journal.read(unit, row.id)]


@pytest.fixture
async def outsiders(hooked: Hooked) -> AsyncIterator[Outsiders]:
    found = Outsiders(hooked)
    async with found.client:
        yield found


async def test_an_event_becomes_a_ticket(outsiders: Outsiders) -> None:
    answer = await outsiders.send(EVENT)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    row = await outsiders.ticket(told["number"])
    assert (row.subject, row.description) == ("Smoke in B2", "Sensor 4\nsmells")
    assert (row.priority, row.channel, list(row.tags)) == ("urgent", "webhook", ["fire"])
    assert row.values == {"room": "B2", "price": 1230, "inner": "from outside"}
    assert row.requester_id == outsiders.hooked.shop.ann
    (kept,) = await outsiders.ledger()
    assert (kept.state, kept.way, kept.channel_id) == ("ticketed", "webhook", "alarms")
    assert (kept.ticket_id, kept.id, kept.remote_id) == (row.id, told["arrival"], "msg_1")
    assert kept.raw_sha256 is not None
    raw = await outsiders.hooked.shop.site.files.read(kept.raw_sha256)
    assert json.loads(raw) == EVENT


async def test_the_old_secret_holds_as_well(outsiders: Outsiders) -> None:
    assert (await outsiders.send(EVENT, secret=OLD)).status_code == 201


async def test_more_about_the_same_joins_the_ticket(outsiders: Outsiders) -> None:
    number = (await outsiders.send(EVENT)).json()["number"]
    alarm = {**EVENT["alarm"], "news": "Out again", "places": [{"room": "B3"}]}
    answer = await outsiders.send({**EVENT, "alarm": alarm})
    assert (answer.status_code, answer.json()["number"]) == (200, number)
    assert (await outsiders.ticket(number)).values["room"] == "B3"
    verbs = [verb for verb, _ in await outsiders.history(number)]
    assert verbs == ["created", "edited", "edited", "commented"]
    again = await outsiders.send({**EVENT, "alarm": {**alarm, "news": ""}})
    assert again.json()["reason"] == "nothing_new"
    assert [one.state for one in await outsiders.ledger()] == ["ticketed", "joined", "joined"]


async def test_the_same_event_twice_acts_once(outsiders: Outsiders) -> None:
    first = await outsiders.send(EVENT, name="once")
    again = await outsiders.send(EVENT, name="once")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["reason"] == "again"
    assert again.json()["number"] == first.json()["number"]
    other = await outsiders.send({**EVENT, "by": {}}, name="once")
    assert other.status_code == 422
    assert other.json()["type"].endswith(":key-used")
    assert [one.state for one in await outsiders.ledger()] == ["ticketed", "joined", "refused"]
    assert len(await outsiders.history(first.json()["number"])) == 2


async def test_who_can_not_sign_is_refused(outsiders: Outsiders) -> None:
    hows: list[tuple[dict[str, Any], str]] = [
        ({"secret": fresh_secret()}, "wrong_signature"),
        ({"late_s": 301}, "late"),
        ({"late_s": -301}, "late"),
        ({"webhook-signature": "v1,AAAA"}, "wrong_signature"),
    ]
    for how, reason in hows:
        answer = await outsiders.send(EVENT, **how)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        kept = (await outsiders.ledger())[-1]
        assert (kept.state, kept.reason, kept.raw_sha256) == ("refused", reason, None)


async def test_strangers_do_not_fill_the_ledger(outsiders: Outsiders) -> None:
    for _ in range(25):
        assert (await outsiders.send(EVENT, secret=OLD[:-8] + "AAAAAAA=")).status_code == 401
    assert len(await outsiders.ledger()) == 20
    unsigned = await outsiders.client.post(f"/t/{SHOP}/in/alarms", content=b"x" * 100)
    assert unsigned.status_code == 401
    assert len(await outsiders.ledger()) == 20


async def test_one_address_calls_so_often_and_no_more(hooked: Hooked) -> None:
    """Whether it can sign or not: each call costs a body and a digest."""
    settings = replace(hooked.shop.site.settings, api_rate_address=2)
    object.__setattr__(hooked.shop.site, "settings", settings)
    caller = Outsiders(hooked)
    async with caller.client:
        codes = [(await caller.send(EVENT, secret=fresh_secret())).status_code for _ in range(2)]
        over = await caller.send(EVENT)
    assert codes == [401, 401]
    assert (over.status_code, over.headers["retry-after"]) == (429, "30")
    assert len(await caller.ledger()) == 2


async def test_what_the_form_refuses_is_refused_with_its_reasons(outsiders: Outsiders) -> None:
    alarm = {**EVENT["alarm"], "cost": "a lot"}
    answer = await outsiders.send({**EVENT, "alarm": alarm})
    assert answer.status_code == 422
    told = answer.json()
    assert [(one["pointer"], one["code"]) for one in told["errors"]] == [("/price", "value")]
    assert told["errors"][0]["detail"]
    (kept,) = await outsiders.ledger()
    assert (kept.state, kept.reason, kept.id) == ("refused", "form", told["arrival"])
    # The sender mends it and sends it under the same id.
    mended = await outsiders.send(EVENT, name="msg_1")
    assert mended.status_code == 201


DEEP = b'{"a":' * 5000 + b"1" + b"}" * 5000
DEEPER = b"[" * 900_000


UNREADABLE = (
    b"",
    b"<xml/>",
    b"[1]",
    b'"text"',
    b'{"a": NaN}',
    b'{"a": 1, "a": 2}',
    b"\xff\xfe",
    DEEP,
    DEEPER,
    b'{"a": ' + b"9" * 100_000 + b"}",
    json.dumps({"a": list(range(30_000))}).encode(),
)
WORDLESS = b'{"alarm": {"id": "x"}, "by": {"email": "ann@example.com"}}'
SENDERLESS = (
    b'{"alarm": {"title": "no sender"}, "by": {"email": "nobody"}}',
    b'{"alarm": {"title": ["a", {"b": 1}]}, "by": {"email": {"x": 1}}}',
)


async def test_what_nobody_understands_waits_in_quarantine(outsiders: Outsiders) -> None:
    wanted = [(raw, "unreadable") for raw in UNREADABLE] + [(WORDLESS, "no_words")]
    wanted += [(raw, "no_sender") for raw in SENDERLESS]
    for raw, reason in wanted:
        begun = time.monotonic()
        answer = await outsiders.send(raw)
        assert (answer.status_code, answer.json()["state"]) == (202, "quarantined"), raw[:40]
        assert time.monotonic() - begun < 2
        kept = (await outsiders.ledger())[-1]
        assert (kept.state, kept.reason) == ("quarantined", reason)
        assert await outsiders.hooked.shop.site.files.read(kept.raw_sha256 or "") == raw


async def test_words_that_no_database_keeps(outsiders: Outsiders) -> None:
    alarm = {
        "id": "A\x00\ud800",
        "title": "a\x00b\ud800",
        "text": "\x00",
        "places": [{"room": "B"}],
    }
    answer = await outsiders.send({**EVENT, "alarm": alarm})
    assert answer.status_code == 201, answer.text
    assert (await outsiders.ticket(answer.json()["number"])).subject == "ab"


async def test_a_body_without_end_is_cut(outsiders: Outsiders) -> None:
    answer = await outsiders.send(b"x" * (1 << 20) + b"y")
    assert answer.status_code == 413
    assert await outsiders.ledger() == []


async def test_a_slow_body_is_not_waited_for(
    outsiders: Outsiders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_in, "READ_S", 0.05)

    async def drip() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x"
            await asyncio.sleep(0.01)

    made = signed("slow", outsiders.hooked.clock.now_us() // SECOND_US, b"x", [key_of(SECRET)])
    answer = await outsiders.client.post(f"/t/{SHOP}/in/alarms", content=drip(), headers=made)
    assert answer.status_code == 408


async def test_only_channels_of_this_kind_are_there(outsiders: Outsiders) -> None:
    for channel in ("nothing", "../alarms", "a" * 300):
        assert (await outsiders.send(EVENT, channel)).status_code == 404
    elsewhere = await outsiders.client.post("/t/larch/in/alarms", content=b"{}")
    unknown = await outsiders.client.post("/t/nowhere/in/alarms", content=b"{}")
    assert (elsewhere.status_code, unknown.status_code) == (404, 404)
    assert await outsiders.ledger() == []


async def test_off_until_its_secret_is_there(outsiders: Outsiders) -> None:
    for text in ("", "no secret"):
        await outsiders.hooked.setting("alarms_secret", text, secret=True)
        answer = await outsiders.send(EVENT)
        assert answer.status_code == 503
        assert "retry-after" in answer.headers
    assert await outsiders.ledger() == []


async def test_a_channel_may_take_only_whom_it_knows_and_what_is_whole(
    outsiders: Outsiders,
) -> None:
    event = {"title": "Lamp", "email": "ann@example.com", "room": "B2"}
    assert (await outsiders.send(event, "strict")).status_code == 201
    stranger = await outsiders.send({**event, "email": "eve@example.com"}, "strict")
    assert (stranger.status_code, stranger.json()["state"]) == (422, "refused")
    async with outsiders.hooked.shop.store.unit(SHOP) as unit:
        assert await people.find_person(unit, email="eve@example.com") is None


# -- calls --------------------------------------------------------------------------------------

CALL = {
    "from": "+86 138-0013 8000",
    "transcript": [
        {"speaker": "caller", "text": "My lamp is dark."},
        {"speaker": "agent", "text": "In which room?"},
    ],
    "recognised": {"subject": "Dark lamp", "room": "B2"},
    "agent": "ben@example.com",
}


async def _agent(hooked: Hooked, **more: str) -> None:
    async with hooked.shop.store.unit(SHOP, write=True) as unit:
        await people.set_roles(unit, hooked.shop.ben, ["agent"])
        await people.set_memberships(
            unit, hooked.shop.ben, [Membership(person_id="", team_key="first")]
        )
        if more:
            await people.change_person(unit, hooked.shop.ben, **more)


async def test_a_call_is_pushed_to_its_agent_with_its_words(outsiders: Outsiders) -> None:
    await _agent(outsiders.hooked)
    answer = await outsiders.send(CALL, "calls")
    assert answer.status_code == 201, answer.text
    number = answer.json()["number"]
    row = await outsiders.ticket(number)
    assert (row.channel, row.assignee_id) == ("phone", outsiders.hooked.shop.ben)
    assert (row.subject, row.values["room"]) == ("Dark lamp", "B2")
    history = await outsiders.history(number)
    notes = [body["text"] for verb, body in history if verb == "noted"]
    assert notes == ["caller: My lamp is dark.\nagent: In which room?"]
    async with outsiders.hooked.shop.store.unit(SHOP) as unit:
        caller = await people.person_by_id(unit, row.requester_id or "")
    assert caller is not None
    assert (caller.kind, caller.phone, caller.name) == (
        "customer",
        "+8613800138000",
        "+8613800138000",
    )
    # The next call of the same number is of the same person.
    again = await outsiders.send(CALL, "calls")
    assert (await outsiders.ticket(again.json()["number"])).requester_id == row.requester_id


async def test_an_agent_may_be_named_by_extension(outsiders: Outsiders) -> None:
    await _agent(outsiders.hooked, external_key="8042")
    answer = await outsiders.send({**CALL, "agent": 8042}, "calls")
    row = await outsiders.ticket(answer.json()["number"])
    assert row.assignee_id == outsiders.hooked.shop.ben


async def test_a_call_without_an_agent_who_can_have_it_is_a_ticket_still(
    outsiders: Outsiders,
) -> None:
    for agent in ("nobody@example.com", "ann@example.com", "ben"):
        answer = await outsiders.send({**CALL, "agent": agent}, "calls")
        assert answer.status_code == 201, answer.text
        kept = (await outsiders.ledger())[-1]
        assert kept.said is not None
        assert kept.said["agent"] in ("unknown", "refused")


async def test_an_event_that_names_nobody_is_of_the_channel(outsiders: Outsiders) -> None:
    folder = specs()
    text = folder["channels/alarms.yaml"].decode()
    lines = [line for line in text.splitlines() if not line.startswith("requester:")]
    folder["channels/alarms.yaml"] = "\n".join(lines).encode()
    done = await publish_desk(outsiders.hooked.shop.site, folder, SYSTEM, "x", word=ANYTHING)
    assert done.revision, done.problems
    first = await outsiders.send({"alarm": {"id": "1", "title": "x"}})
    second = await outsiders.send({"alarm": {"id": "2", "title": "y"}})
    rows = [await outsiders.ticket(one.json()["number"]) for one in (first, second)]
    assert rows[0].requester_id == rows[1].requester_id
    async with outsiders.hooked.shop.store.unit(SHOP) as unit:
        person = await people.person_by_id(unit, rows[0].requester_id or "")
    assert person is not None
    assert (person.name, person.external_key) == ("Alarms", "channel:alarms")
