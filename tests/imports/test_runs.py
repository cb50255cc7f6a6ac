"""Imports from the desk: read, mapped by guess and pointing, tried, written, refused rows out."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import xlsxwriter

from engine.facts import Viewer
from runtime.actions import import_runs as runs
from runtime.actions.import_rows import Halted, Order, Work, go_on, look_through
from runtime.actions.importing.mapping import compiled
from runtime.actions.importing.table import Reading
from runtime.actions.save_draft import Saved, keep_mapping, open_bench
from runtime.actions.upload_file import UploadRefused
from runtime.queries.import_runs import refused_rows
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.standing import viewer_of
from runtime.store import imports, journal, people
from runtime.store.imports import Run
from tests.imports.conftest import Publish
from tests.imports.reading_back import all_tickets

ROWS = [
    ["编号", "标题", "退款原因", "金额", "邮箱", "订单号", "其他"],
    ["A1", "太慢", "物流延迟", "12.50", "ann@example.com", "2026072801127", "zz"],
    ["A2", "不想要", "不想要了", "5", "bob@example.com", "2026072801127", ""],
    ["A3", "迟", "慢", "x", "carl@example.com", "2026072801127", ""],
    ["A1", "again", "物流延迟", "1", "dora@example.com", "2026072801127", ""],
    ["", "no key", "物流延迟", "1", "eva@example.com", "2026072801127", ""],
]


def book(rows: list[list[str]]) -> bytes:
    """A workbook with these rows on its second sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        made.add_worksheet("leer")
        sheet = made.add_worksheet("数据")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


async def taken(site: Site, live: Live, who: Viewer, content: bytes, **asked: Any) -> Run:
    """A file that was taken in and read."""

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    run = await runs.take_file(site, live, who, "rows.xlsx", chunks(), asked)
    assert isinstance(run, Run)
    return await stepped(site, live, run, "read")


async def stepped(site: Site, live: Live, run: Run, step: str) -> Run:
    """A run after a worker did a step of it."""
    await runs.do_step(site, live, run.id, step)
    found = await runs.read_run(site, live.tenant, run.id)
    assert found is not None
    return found


async def an_admin(site: Site, live: Live) -> Viewer:
    """Somebody with the function `import`."""
    async with site.store.unit(live.tenant, write=True) as unit:
        made = await people.add_person(unit, "Ivy", kind="staff", email="ivy@example.com")
        await people.set_roles(unit, made, ["admin"])
    async with site.store.unit(live.tenant) as unit:
        standing = await people.standing(unit, made)
    assert standing is not None
    return viewer_of(live.desk, standing)


async def test_new_tickets_from_a_workbook(publish: Publish) -> None:
    """Each row is checked like a form; refused ones come out with reasons, are mended, come in."""
    site = await publish("ecommerce")
    live = site.desks.get("ecommerce")
    assert live is not None
    ivy = await an_admin(site, live)
    run = await taken(site, live, ivy, book(ROWS), type="refund", opens=True)
    assert run.state == "failed"
    assert "there are no rows" in run.body["fault"] or "no header" in run.body["fault"]  # type: ignore[index]
    await runs.read_again(site, "ecommerce", run.id, Reading(sheet="数据"))
    run = await stepped(site, live, run, "read")
    body = run.body or {}
    assert (run.state, body["rows"], body["read_as"]["sheet"]) == ("mapping", 5, "数据")
    columns = {name: part["to"] for name, part in body["mapping"]["columns"].items()}
    assert columns == {
        "退款原因": "reason", "金额": "amount", "邮箱": "requester", "订单号": "order_no",
    }  # fmt: skip
    assert body["mapping"]["columns"]["退款原因"]["values"]["物流延迟"] == "late"
    assert (body["mapping"]["key"], body["mapping"]["ignore"]) == ("编号", ["标题", "其他"])

    assert await runs.save_mapping(site, live, run.id, body["mapping"]) == ()
    await runs.ask_to_try(site, "ecommerce", run.id)
    run = await stepped(site, live, run, "try")
    trial = (run.body or {})["trial"]
    assert [(e["line"], e["code"]) for e in trial["errors"]] == [
        (4, "value"), (5, "key_twice"), (6, "no_key"),
    ]  # fmt: skip
    async with site.store.unit("ecommerce") as unit:
        assert await all_tickets(unit) == []

    await runs.start(site, "ecommerce", run.id)
    run = await stepped(site, live, run, "go")
    assert (run.state, run.counts["tickets"], run.counts["errors"]) == ("done", 2, 3)
    async with site.store.unit("ecommerce") as unit:
        rows = await all_tickets(unit)
        events = await journal.read(unit, rows[0].id)
    assert [row.values["amount"] for row in rows] == [1250, 500]
    assert all(row.next_due_us for row in rows)
    assert events[0].verb == "created"
    assert events[0].body is not None
    assert events[0].body["run"] == run.id
    assert events[0].actor_id == ivy.person_id
    out = b"".join(
        [piece async for piece in refused_rows(site, "ecommerce", run.id, body["header"])]
    ).decode()
    assert "A3,迟,慢,x,carl@example.com,2026072801127,,4,退款原因," in out
    await _mended(site, live, ivy, run, out)


async def _mended(site: Site, live: Live, ivy: Viewer, run: Run, out: str) -> None:
    """The saved file, put right, brings in what was refused; what is in stays as it is."""
    mended = out.replace(",慢,x,", ",物流延迟,7,").replace(",again,", ",太慢,")
    again = await taken(site, live, ivy, mended.encode(), type="refund", opens=True)
    body = again.body or {}
    assert again.import_key == run.import_key
    assert "_reason" not in body["mapping"].get("ignore", [])
    await runs.start(site, "ecommerce", again.id)
    again = await stepped(site, live, again, "go")
    assert (again.state, again.counts["tickets"]) == ("done", 1)
    async with site.store.unit("ecommerce") as unit:
        told = [error.code for error in await imports.errors_of(unit, again.id)]
    assert told == ["other_values", "no_key"]

    bench = await open_bench(site, "ecommerce", ivy)
    done = await keep_mapping(site, bench, again.import_key, body["mapping"])
    assert isinstance(done, Saved)
    bench = await open_bench(site, "ecommerce", ivy)
    assert not [one for one in bench.findings if one.gravity == "error"]
    assert "to: reason" in bench.text(done.path)


async def test_history_is_paused_and_goes_on(publish: Publish) -> None:
    """A pause holds after the batch; whoever may not import any more ends it; nothing doubles."""
    site = await publish("ecommerce")
    live = site.desks.get("ecommerce")
    assert live is not None
    ivy = await an_admin(site, live)
    lines = ["key,title,when,status"]
    lines += [f"K{n},Title {n},2026-01-0{n % 9 + 1} 08:00,已退款" for n in range(250)]
    run = await taken(site, live, ivy, "\n".join(lines).encode(), type="refund", opens=False)
    body = run.body or {}
    columns = {**body["mapping"]["columns"], "when": {"to": "created_at"}}
    spec = {**body["mapping"], "columns": columns}
    spec.pop("ignore", None)
    assert columns["status"]["values"] == {"已退款": "refunded"}
    wrong = {**spec, "columns": {**columns, "when": {"to": "creatd_at"}}}
    told, *_ = await runs.save_mapping(site, live, run.id, wrong)
    assert told == "refund has no `creatd_at`; did you mean `created_at`?"
    assert await runs.save_mapping(site, live, run.id, spec) == ()
    await runs.start(site, "ecommerce", run.id)
    await _first_batch_only(site, live, ivy, run)
    run = await stepped(site, live, run, "go")
    assert (run.state, run.position) == ("paused", 200)
    await runs.start(site, "ecommerce", run.id)
    run = await stepped(site, live, run, "go")
    assert (run.state, run.position, run.counts["tickets"]) == ("done", 250, 250)
    async with site.store.unit("ecommerce", write=True) as unit:
        assert len(await all_tickets(unit)) == 250
        assert await imports.forget_files(unit, 0) == [run.file_sha256]
        assert await imports.named(unit, [run.file_sha256]) == set()


async def _first_batch_only(site: Site, live: Live, ivy: Viewer, run: Run) -> None:
    """Go on with a run, and pause it while its first batch is written."""
    body = run.body or {}
    stored = await runs.read_run(site, live.tenant, run.id)
    assert stored is not None
    found = await compiled(
        site, live, run.import_key, runs.content_of((stored.body or {})["mapping"])
    )
    assert found.model is not None
    order = Order(site.files.path(run.file_sha256), found.model, Reading(**body["reading"]))
    file, plan = await look_through(live, replace(order, name="f.csv"))
    told: list[int] = []

    def tell(at: int, _of: int) -> None:
        told.append(at)
        if at:
            raise Halted("as a crash would")

    with pytest.raises(Halted):
        await go_on(site, live, ivy, Work(order, file, plan, run.id), tell)
    assert told == [0, 200]
    await runs.pause(site, live.tenant, run.id)


async def test_what_is_no_file(publish: Publish) -> None:
    """An empty upload is refused at once; a broken one is told with its place."""
    site = await publish("ecommerce")
    live = site.desks.get("ecommerce")
    assert live is not None
    ivy = await an_admin(site, live)

    async def nothing() -> AsyncIterator[bytes]:
        yield b""

    asked = {"type": "refund", "opens": True}
    refused = await runs.take_file(site, live, ivy, "e.csv", nothing(), asked)
    assert isinstance(refused, UploadRefused)
    assert refused.code == "empty"
    run = await taken(site, live, ivy, b'a,b\n1,"x', **asked)
    assert run.state == "failed"
    assert (run.body or {})["fault"] == (
        "rows.xlsx:2: a quote is opened and never closed; close it, or double it"
    )
    await runs.stop(site, "ecommerce", run.id)
    stopped = await runs.read_run(site, "ecommerce", run.id)
    assert stopped is not None
    assert stopped.state == "stopped"
