"""The studio end to end: edit as form and as text, publish, and what is refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from generators.admin_screen.catalogue import kind_lines
from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.actions.save_draft import Saved, drop_spec
from runtime.clock import FixedClock
from runtime.site.standing import SYSTEM
from runtime.store import desks
from runtime.store.open import Store
from runtime.web import drafting
from specs.load import read_folder
from tests.web.conftest import one_database
from tests.web.studio_site import EXAMPLES, SHOP, STUDIO, Browser, Page, Served, serve

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What pages say of specs; the statements beneath are tried on both databases in tests/store.
store_url = one_database

REFUND = f"{STUDIO}TicketType/refund"
FORM = f"/t/{SHOP}/p/new/refund"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(store_url: str, web_folder: Path, moment: FixedClock) -> AsyncIterator[Served]:
    """The shop, served once for the module."""
    store = await Store.open(store_url, key_file=web_folder / "keys.json", clock=moment)
    try:
        yield await serve(store, moment, web_folder)
    finally:
        await store.close()


@pytest_asyncio.fixture(loop_scope="module")
async def cleo(served: Served) -> AsyncIterator[Browser]:
    """Cleo's browser; the shop is as its folder says and she has no draft."""
    files, _ = read_folder(EXAMPLES / SHOP)
    await publish_desk(served.site, files, SYSTEM, "as it was", word=ANYTHING)
    async with served.at("cleo") as browser:
        page = await browser.get(STUDIO)
        await browser.post(f"{STUDIO}discard", page)
        yield browser


def next_version(served: Served, by: int = 1) -> str:
    """What the publish page says once the next revision is live."""
    live = served.site.desks.get(SHOP)
    assert live is not None
    return f"v{live.revision + by} is live"


async def publish(browser: Browser, message: str = "clearer words") -> Page:
    page = await browser.get(f"{STUDIO}publish")
    digest = page.field("_digest")
    return await browser.post(f"{STUDIO}publish", page, message=message, _digest=digest)


async def save(browser: Browser, url: str, **changes: str) -> Page:
    form = (await browser.get(url)).form()
    return await browser.send(url, {**form, **{name: [text] for name, text in changes.items()}})


async def live_files(served: Served) -> dict[str, bytes]:
    async with served.site.store.unit(SHOP) as unit:
        pointer = await desks.pointer(unit)
        assert pointer is not None
        revision = await desks.read_revision(unit, pointer.revision_n)
        assert revision is not None
        return await desks.read_files(unit, revision.files)


async def test_a_label_changed_in_the_form_shows_on_the_portal(
    served: Served, cleo: Browser
) -> None:
    saved = await save(cleo, REFUND, **{"fields.amount.label.en": "How much we pay back"})
    assert saved.status == 200
    assert "Draft saved" in saved.text
    assert 'value="How much we pay back"' in saved.text
    async with served.at("ann") as ann:
        assert "How much we pay back" not in (await ann.get(FORM)).text
        wanted = next_version(served)
        assert wanted in (await publish(cleo)).text
        assert "How much we pay back" in (await ann.get(FORM)).text
    before = (EXAMPLES / SHOP / "types/refund.yaml").read_text("utf-8")
    after = (await live_files(served))["types/refund.yaml"].decode()
    assert after == before.replace("en: Refund amount }", "en: How much we pay back }")
    assert "clearer words" in (await cleo.get(STUDIO)).text


async def test_a_form_sent_as_it_stands_changes_nothing(cleo: Browser) -> None:
    for spec in ("TicketType/refund", "SlaPolicy/refund", "Tenant/tenant", "Role/agent"):
        page = await cleo.get(STUDIO + spec)
        assert (await cleo.send(STUDIO + spec, {**page.form()})).status == 200
    assert "Nothing to publish" in (await cleo.get(f"{STUDIO}publish")).text


async def test_a_routing_row_is_added_and_decides(served: Served, cleo: Browser) -> None:
    url = f"{STUDIO}Routing/refund"
    form = (await cleo.get(url)).form()
    rows = form["table.rows"][-1].replace("\r\n", "\n")
    width = len(form["table.inputs"][-1].split()) + len(form["table.sets"][-1].split())
    last = rows.strip().split("\n")[-1]
    new = last.replace(last.split(":")[0].strip(), "brand_new", 1)
    assert new.count(",") + 1 >= width
    assert 'data-state="draft"' not in (await cleo.get(STUDIO)).text
    page = await cleo.send(url, {**form, "table.rows": [f"{new}\n{rows}"]})
    assert page.status == 200
    assert "brand_new" in page.text
    drafted = re.findall(r'data-state="draft" href="([^"]+)"', (await cleo.get(STUDIO)).text)
    assert url in drafted
    wanted = next_version(served)
    assert wanted in (await publish(cleo)).text
    text = (await live_files(served))["routing/refund.yaml"].decode()
    old = (EXAMPLES / SHOP / "routing/refund.yaml").read_text("utf-8")
    added = [line for line in text.splitlines() if line not in old.splitlines()]
    assert [line.strip() for line in added] == [new.strip()]


async def test_a_typo_is_told_at_its_control_and_refused_with_its_place(cleo: Browser) -> None:
    page = await save(cleo, REFUND, default_team="after_sale")
    assert page.status == 200
    assert "there is no team `after_sale`; did you mean `after_sales`?" in page.text
    assert "after_sale (not there)" in page.text
    shown = await cleo.get(f"{STUDIO}publish")
    assert "types/refund.yaml:65:15" in shown.text
    assert "1 error has to be put right first" in shown.text
    forced = await publish(cleo)
    assert forced.status == 422
    assert "types/refund.yaml:65:15" in forced.text


async def test_maps_grow_move_and_shrink_by_plain_posts(cleo: Browser) -> None:
    form = (await cleo.get(REFUND)).form()
    page = await cleo.send(REFUND, {**form, "_do": "add:fields", "_new.fields": "colour"})
    assert 'name="fields.colour.label.en"' in page.text
    page = await cleo.send(REFUND, {**page.form(), "_do": "up:fields.colour"})
    text = (await cleo.get(f"{REFUND}/yaml")).form()["text"][0]
    assert text.index("  colour:") < text.index("  fee:")
    page = await cleo.send(REFUND, {**page.form(), "_do": "remove:fields.colour"})
    assert "Nothing to publish" in (await cleo.get(f"{STUDIO}publish")).text
    bad = await cleo.send(REFUND, {**page.form(), "_do": "add:fields", "_new.fields": "No Id"})
    assert bad.status == 422
    assert "can&#39;t be an id" in bad.text


async def test_text_is_kept_to_the_byte_with_problems_at_its_lines(cleo: Browser) -> None:
    page = await cleo.get(f"{REFUND}/yaml")
    old = (EXAMPLES / SHOP / "types/refund.yaml").read_text("utf-8")
    assert page.form()["text"][0].replace("\r\n", "\n") == old
    typed = old.replace("show_when: { reason: damaged }", "show_when: { reason: damagd }   # hm")
    page = await cleo.send(f"{REFUND}/yaml", {**page.form(), "text": typed})
    assert page.form()["text"][0].replace("\r\n", "\n") == typed
    line = 1 + typed[: typed.index("damagd")].count("\n")
    assert f'<li id="L{line}" data-line="error">' in page.text
    assert "did you mean `damaged`?" in page.text


async def test_broken_text_is_kept_and_opens_as_text(cleo: Browser) -> None:
    page = await cleo.get(f"{REFUND}/yaml")
    page = await cleo.send(
        f"{REFUND}/yaml", {**page.form(), "text": "kind: TicketType\ntitle: [x\n"}
    )
    assert page.status == 200
    assert "this is no YAML" in page.text
    page = await cleo.get(REFUND)
    assert page.url.endswith("/yaml")
    assert "title: [x" in page.text
    assert "put right first" in (await cleo.get(f"{STUDIO}publish")).text
    page = await cleo.post(f"{STUDIO}discard", page, path="types/refund.yaml")
    assert "prefix: RF" in page.text


async def test_a_raw_piece_that_is_no_yaml_is_shown_again_as_typed(cleo: Browser) -> None:
    page = await save(
        cleo, REFUND, **{"fields.damage.show_when": "{ reason: [damaged", "prefix": "RX"}
    )
    assert page.status == 422
    assert "{ reason: [damaged" in page.text
    assert 'value="RX"' in page.text
    assert "Nothing to publish" in (await cleo.get(f"{STUDIO}publish")).text


async def test_a_stale_form_shows_both_sides_and_loses_nothing(cleo: Browser) -> None:
    first, second = (await cleo.get(REFUND)).form(), (await cleo.get(REFUND)).form()
    await cleo.send(REFUND, {**first, "prefix": "RA"})
    page = await cleo.send(REFUND, {**second, "default_priority": "high"})
    assert page.status == 409
    assert "prefix: RA" in page.text, "what stands there"
    assert "default_priority: high" in page.text, "what would have been saved"
    again = await cleo.get(f"{REFUND}/yaml")
    assert "prefix: RA" in again.text
    kept = await cleo.send(f"{REFUND}/yaml", {**page.form()})
    assert kept.status == 200
    assert "default_priority: high" in kept.text


async def test_a_draft_over_an_older_revision_is_not_published_over_it(
    served: Served, cleo: Browser
) -> None:
    await save(cleo, REFUND, prefix="RA")
    shown = await cleo.get(f"{STUDIO}publish")
    files = {**await live_files(served)}
    text = files["types/refund.yaml"].decode().replace("prefix: RF", "prefix: RB")
    files["types/refund.yaml"] = text.encode()
    assert (await publish_desk(served.site, files, SYSTEM, "by another", word=ANYTHING)).changed
    done = await cleo.post(
        f"{STUDIO}publish", shown, message="mine", _digest=shown.field("_digest")
    )
    assert done.status == 409
    assert "types/refund.yaml changed live" in (await cleo.get(f"{STUDIO}publish")).text
    page = await cleo.get(REFUND)
    assert page.url.endswith("/yaml")
    assert "prefix: RA" in page.text
    assert "prefix: RB" in page.text
    await cleo.send(f"{REFUND}/yaml", {**page.form()})
    wanted = next_version(served)
    assert wanted in (await publish(cleo, "mine after all")).text


async def test_a_publish_needs_a_message(cleo: Browser) -> None:
    await save(cleo, REFUND, prefix="RA")
    page = await publish(cleo, "  ")
    assert page.status == 422
    assert "Say in one sentence" in page.text


async def test_a_new_spec_of_every_kind_is_valid(cleo: Browser) -> None:
    page = await cleo.get(STUDIO)
    for kind in kind_lines((), ()):
        if kind.single:
            continue
        made = await cleo.post(f"{STUDIO}{kind.word}/", page, id="brand_new")
        assert made.url.endswith(f"{kind.word}/brand_new"), (kind.word, made.text[:500])
    shown = await cleo.get(f"{STUDIO}publish")
    assert "put right first" not in shown.text
    await cleo.post(f"{STUDIO}TicketType/brand_new/delete", shown)
    again = await cleo.post(f"{STUDIO}Team/", page, id="finance")
    assert again.status == 422
    assert "is there already" in again.text


async def test_a_deleted_spec_can_be_kept_after_all(cleo: Browser) -> None:
    page = await cleo.get(f"{STUDIO}View/")
    await cleo.post(f"{STUDIO}View/overdue/delete", page)
    listed = await cleo.get(f"{STUDIO}View/")
    assert "Keep it" in listed.text
    assert "−" in (await cleo.get(f"{STUDIO}publish")).text
    await cleo.post(f"{STUDIO}discard", page, path="views/overdue.yaml")
    assert "Keep it" not in (await cleo.get(f"{STUDIO}View/")).text


@pytest.mark.parametrize("name", ["ann", "ben", "dora"])
async def test_to_others_the_studio_does_not_exist(served: Served, name: str) -> None:
    async with served.at(name) as browser:
        for url in ("", "publish", "TicketType/", "TicketType/refund", "TicketType/refund/yaml"):
            assert (await browser.get(STUDIO + url)).status == 404
        page = await browser.get("/sign-in")
        for url in ("publish", "discard", "TicketType/", "TicketType/refund"):
            assert (await browser.post(STUDIO + url, page, message="x", id="x")).status == 404


async def test_the_studio_speaks_chinese_too(cleo: Browser) -> None:
    page = await cleo.get(STUDIO)
    await cleo.post("/preferences", page, locale="zh-CN", next=STUDIO)
    assert "工单类型" in (await cleo.get(STUDIO)).text
    page = await cleo.get(REFUND)
    assert "默认团队" in page.text
    assert "Whether it has to be filled" not in page.text
    text = (await cleo.get(f"{REFUND}/yaml")).form()["text"][0]
    wrong = text.replace("show_when: { reason: damaged }", "show_when: { reason: damagd }")
    page = await cleo.send(f"{REFUND}/yaml", {**page.form(), "text": wrong})
    page = await cleo.get(f"{REFUND}/yaml")
    assert "refund.reason 没有选项 `damagd`" in page.text
    assert "是否想写 `damaged`？" in page.text
    await cleo.post(f"{STUDIO}discard", page, path="types/refund.yaml")
    await cleo.post("/preferences", page, locale="en", next=STUDIO)


async def test_what_was_saved_meanwhile_is_not_deleted(
    cleo: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another window changes the draft between the look and the delete: the page says so."""
    page = await cleo.get(f"{STUDIO}View/")
    real = drafting.open_bench

    async def slow(site: Any, tenant: str, viewer: Any) -> Any:
        bench = await real(site, tenant, viewer)
        monkeypatch.setattr(drafting, "open_bench", real)
        assert isinstance(await drop_spec(site, bench, "views/overdue.yaml"), Saved)
        return bench

    monkeypatch.setattr(drafting, "open_bench", slow)
    refused = await cleo.post(f"{STUDIO}View/overdue/delete", page)
    assert refused.status == 409
    assert "Something changed it meanwhile" in refused.text
