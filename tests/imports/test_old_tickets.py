"""One row a ticket: values, records, people and secrets of the example shop's old system."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

from python_calamine import CalamineWorkbook

from engine.decide.verdict import Comment
from engine.facts import Ask, Viewer
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done
from runtime.actions.record_export import recorded
from runtime.queries.export import MASKED, Counted, Shape, export
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, viewer_of
from runtime.store import jobs, journal, lists, people, ticket_words
from runtime.store.lower import lower
from runtime.store.people import Membership
from tests.imports.conftest import EXAMPLES, Publish
from tests.imports.reading_back import all_tickets, run

OLD = EXAMPLES / "ecommerce/demo/old_tickets.csv"


async def test_old_tickets_come_in(publish: Publish) -> None:
    """Each row is a ticket with its times; who is not known is kept as text; twice adds nothing."""
    site = await publish("ecommerce")
    with OLD.open(encoding="utf-8", newline="") as file:
        wanted = list(csv.DictReader(file))
    done = await run(site, "ecommerce", "old_tickets", OLD)
    assert done.errors == []
    async with site.store.unit("ecommerce") as unit:
        rows = await all_tickets(unit)
        first = await journal.read(unit, rows[0].id)
        requester = await people.person_by_id(unit, rows[0].requester_id or "")
    assert [r.external_key for r in rows] == [f"old_tickets:{w['legacy_no']}" for w in wanted]
    assert [r.subject for r in rows] == [w["title"] for w in wanted]
    assert rows[0].values["amount"] == 39900
    assert rows[0].state_key == "refunded"
    assert rows[0].solved_us is not None
    assert rows[0].created_us < rows[0].solved_us
    assert first[0].body is not None
    assert first[0].body["kept"]["handler"] == "ben@example.com"
    assert first[0].at_us == rows[0].solved_us
    assert requester is not None
    assert (requester.email, requester.kind) == ("ann@example.com", "customer")
    again = await run(site, "ecommerce", "old_tickets", OLD)
    assert (again.counts["known"], again.counts.get("tickets", 0)) == (len(wanted), 0)


async def test_what_was_said_in_the_old_system_is_found(publish: Publish) -> None:
    """Remarks that come in as notes lead to their tickets, but only those who may read notes."""
    rule = (EXAMPLES / "ecommerce/imports/old_tickets.yaml").read_text(encoding="utf-8")
    noted = rule.replace("ignore: [remark]", "  remark:   { to: note }")
    site = await publish("ecommerce", **{"imports/old_tickets.yaml": noted.encode()})
    assert (await run(site, "ecommerce", "old_tickets", OLD)).errors == []
    for notes, found in ((True, 1), (False, 0)):
        async with site.store.unit("ecommerce") as unit:
            asked = await ticket_words.asked(unit, "已回访", notes=notes)
            where = lower(asked, Ask(now_us=0, viewer=Viewer(None, "")))
            assert len(await lists.numbers(unit, where, 10)) == found


async def test_nobody_is_told_and_nothing_is_overwritten(publish: Publish, tmp_path: Path) -> None:
    """No notice, no timer; a row that now says other things is refused, not taken in silence."""
    site = await publish("ecommerce")
    await run(site, "ecommerce", "old_tickets", OLD)
    assert await jobs.lease(site.store, ["mail", "notice", "deadline"]) == []
    path = tmp_path / "old_tickets.csv"
    path.write_bytes(OLD.read_bytes().replace("已拒绝".encode(), "已退款".encode()))
    done = await run(site, "ecommerce", "old_tickets", path)
    assert [(e.line, e.code) for e in done.errors] == [(3, "other_values")]


async def test_work_done_here_is_not_overwritten(publish: Publish, tmp_path: Path) -> None:
    """A ticket that was worked on since takes no further rows of the old log."""
    site = await publish("internet")
    sample = (EXAMPLES / "internet/demo/incident_sample.csv").read_bytes()
    path = tmp_path / "log.csv"
    path.write_bytes(b"".join(sample.splitlines(keepends=True)[:3]))
    await run(site, "internet", "incident_log", path)
    said = await change_ticket(
        site, "internet", SYSTEM, "INC-1", Change(Comment("We look at it here now.", internal=True))
    )
    assert isinstance(said, Done)
    path.write_bytes(sample)
    done = await run(site, "internet", "incident_log", path)
    assert [(e.line, e.code) for e in done.errors] == [(n, "worked_on") for n in (4, 5, 6)]
    async with site.store.unit("internet") as unit:
        assert [r.state_key for r in await all_tickets(unit)] == ["active", "resolved"]


async def _sign_in(site: Site, tenant: str, name: str, role: str, team: str = "") -> str:
    mail = f"{name.lower()}@example.com"
    async with site.store.unit(tenant, write=True) as unit:
        made = await people.add_person(unit, name, kind="staff", email=mail)
        await people.set_roles(unit, made, [role])
        if team:
            await people.set_memberships(unit, made, [Membership(person_id=made, team_key=team)])
    return made


async def test_export_within_rights(publish: Publish, tmp_path: Path) -> None:
    """Formulas are made harmless; secrets masked; each sees their own rows and fields only."""
    site = await publish("ecommerce")
    path = tmp_path / "old_tickets.csv"
    text = OLD.read_text(encoding="utf-8").replace("超过七天想退", "=HYPERLINK(1)", 1)
    path.write_text(text, encoding="utf-8")
    await run(site, "ecommerce", "old_tickets", path)
    live = site.desks.get("ecommerce")
    assert live is not None
    view = live.desk.views["all"]
    pieces = [p async for p in export(site, "ecommerce", SYSTEM, view, Shape())]
    lines = list(csv.DictReader(io.StringIO(b"".join(pieces).decode(), newline="")))
    assert len(lines) == 6
    assert {line["subject"] for line in lines} >= {"'=HYPERLINK(1)", "电饭煲内胆掉漆，申请退款"}
    needed = "number type state phase priority team assignee created_at updated_at solved_at"
    assert set(needed.split()) <= set(lines[0])
    fields = {f.id: f for t in live.desk.types.values() for f in t.fields.values()}
    assert {name for name, f in fields.items() if f.type != "heading"} <= set(lines[0])
    secret = {name for name, f in fields.items() if f.sensitive}
    assert all(line[name] in ("", MASKED) for line in lines for name in secret)

    await _in_words(site, live, tmp_path)
    ben = await _sign_in(site, "ecommerce", "Ben", "agent", "after_sales")
    async with site.store.unit("ecommerce") as unit:
        standing = await people.standing(unit, ben)
    assert standing is not None
    viewer = viewer_of(live.desk, standing)
    jsonl = Shape("jsonl")
    seen = b"".join([p async for p in export(site, "ecommerce", viewer, view, jsonl)]).decode()
    teams = [json.loads(line)["team"] for line in seen.splitlines()]
    assert teams
    assert set(teams) == {"after_sales"}


async def _in_words(site: Site, live: Live, tmp_path: Path) -> None:
    """A workbook for people: words, real numbers and times, no formula; and it is on record."""
    view = live.desk.views["all"]
    shown = ("number", "subject", "state", "amount", "created_at", "iban")
    counted, shape = Counted(), Shape("xlsx", "en", shown)
    pieces = export(site, "ecommerce", SYSTEM, view, shape, counted)
    told = recorded(site, live, SYSTEM, {"view": "all"}, pieces, lambda: counted.rows)
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"".join([piece async for piece in told]))
    sheet = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    assert sheet[0][:3] == ["Number", "Subject", "State"]
    assert len(sheet) == counted.rows + 1 == 7
    by_subject = {row[1]: row for row in sheet[1:]}
    assert "=HYPERLINK(1)" in by_subject
    row = by_subject["=HYPERLINK(1)"]
    assert str(row[2])[:1].isupper()
    assert isinstance(row[4], datetime)
    with zipfile.ZipFile(book) as file:
        assert b"<f>" not in file.read("xl/worksheets/sheet1.xml")
    async with site.store.unit("ecommerce") as unit:
        began, ended = (await journal.read(unit, journal.ADMIN_STREAM))[-2:]
    assert (began.verb, ended.verb, ended.cause_event_id) == ("exported", "export_ended", began.id)
    assert (began.body, ended.body) == ({"view": "all"}, {"rows": 6, "whole": True})
