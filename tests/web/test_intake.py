"""The ledger of arrivals in the studio, and the installation's figures: who sees them."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from runtime.actions.intake.record import record_mail
from runtime.actions.intake.understand import understand
from runtime.channels.mail.parsed import Mail
from runtime.channels.mail.understand import understand as parse
from runtime.store import arrivals, jobs, mailboxes
from runtime.store.arrivals import Came
from runtime.store.unit import Unit
from runtime.web.app import build_app
from tests.web.asking import opened
from tests.web.spruce import SPRUCE, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
HERE = f"/t/{SPRUCE}/studio/intake"
RAW = b"From: eve@example.net\r\nSubject: <script>alert(1)</script>\r\n\r\nSECRET words\r\n"


class _Plain:
    async def read(self, raw: bytes) -> Mail:
        return parse(raw)


async def _quarantined(spruce: Spruce) -> str:
    """A mail of a channel that is gone."""
    made = await record_mail(spruce.site, SPRUCE, "gone", RAW, "eve@example.net", ("help@x.org",))

    async def finish(unit: Unit) -> None:
        return None

    await understand(spruce.site, _Plain(), SPRUCE, made, finish)
    return made


async def _state(spruce: Spruce, arrival_id: str) -> tuple[str, str | None]:
    async with spruce.site.store.unit(SPRUCE) as unit:
        row = await arrivals.read(unit, arrival_id)
    assert row is not None
    return row.state, row.reason


async def test_the_ledger_and_one_arrival(spruce: Spruce) -> None:
    held, done = await _quarantined(spruce), await opened(spruce)
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        became = arrivals.Became("ticketed", ticket_id=done.ticket_id)
        await arrivals.at_once(unit, Came("portal"), became)
    ivy = await spruce.browser("ivy")
    page = (await ivy.get(HERE)).text
    assert done.number in page
    assert f'{HERE}/{held}"' in page
    only = (await ivy.get(f"{HERE}?way=mail&state=quarantined")).text
    assert done.number not in only
    assert f'{HERE}/{held}"' in only
    one = await ivy.get(f"{HERE}/{held}")
    assert "SECRET" not in one.text
    raw = await ivy.get(f"{HERE}/{held}/raw")
    assert raw.content == RAW
    assert raw.headers["content-disposition"] == f'attachment; filename="{held}.eml"'
    assert raw.headers["content-type"] == "application/octet-stream"
    for who in ("ann", "ben", "dora"):
        other = await spruce.browser(who)
        for path in (HERE, f"{HERE}/{held}", f"{HERE}/{held}/raw"):
            assert (await other.get(path)).status_code == 404, (who, path)


async def test_once_more_and_given_up(spruce: Spruce) -> None:
    held = await _quarantined(spruce)
    ivy = await spruce.browser("ivy")
    assert (await ivy.post(f"{HERE}/{held}/replay")).status_code == 303
    assert await _state(spruce, held) == ("arrived", None)
    async with spruce.site.store.unit(SPRUCE) as unit:
        assert [one["arrival"] for one in await jobs.unfinished(unit, "intake")].count(held) == 2
    assert (await ivy.post(f"{HERE}/{held}/replay")).status_code == 409
    given_up = await ivy.post(f"{HERE}/{held}/discard", {"why": "spam"})
    assert given_up.status_code == 409, "it waits"

    other = await _quarantined(spruce)
    assert (await ivy.post(f"{HERE}/{other}/discard", {"why": " "})).status_code == 422
    assert (await ivy.post(f"{HERE}/{other}/discard", {"why": "spam"})).status_code == 303
    assert await _state(spruce, other) == ("refused", "discarded")
    assert "spam" in (await ivy.get(f"{HERE}/{other}")).text


async def test_the_figures(spruce: Spruce) -> None:
    """The ledger adds up in them too; they are for this machine, or for who has the token."""
    await _quarantined(spruce)
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        await mailboxes.fault(unit, "box", "no such host")
        counts = await arrivals.counts(unit)
    site = replace(spruce.site, settings=replace(spruce.site.settings, hosts=()))
    here, there = await _ask(site), await _ask(site, client="10.0.0.7")
    assert (here.status_code, there.status_code) == (200, 404)
    assert (await _ask(site, x_forwarded_for="10.0.0.7")).status_code == 404
    families = {one.name: one.samples for one in text_string_to_metric_families(here.text)}
    shown = {
        (one.labels["way"], one.labels["state"]): int(one.value)
        for one in families["specdesk_arrivals"]
        if one.labels["tenant"] == SPRUCE
    }
    assert shown == counts
    (box,) = families["specdesk_mailbox_faulty"]
    assert (box.labels, box.value) == ({"tenant": SPRUCE, "channel": "box"}, 1)
    assert {one.labels["kind"] for one in families["specdesk_jobs"]} >= {"intake"}
    locked = replace(site, settings=replace(site.settings, metrics_token="t0ken"))
    assert (await _ask(locked)).status_code == 404
    assert (await _ask(locked, client="10.0.0.7", authorization="Bearer t0ken")).status_code == 200
    assert not re.search("SECRET|eve@", here.text)


async def _ask(site: object, client: str = "127.0.0.1", **headers: str) -> httpx.Response:
    way = httpx.ASGITransport(build_app(site), client=(client, 1))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=way, base_url="http://localhost") as asking:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await asking.get("/metrics", headers=named)
