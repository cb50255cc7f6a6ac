"""Customers from a file: found or made, organisations with them, refused rows in one's language."""

from __future__ import annotations

from engine.facts import Viewer
from runtime.actions import import_runs as runs
from runtime.actions.importing.table import Reading
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import imports, journal, organisations, people
from runtime.store.imports import Run
from tests.imports.conftest import Publish
from tests.imports.test_runs import an_admin, book, stepped, taken

ROWS = [
    ["客户编号", "姓名", "邮箱", "电话", "公司", "标签", "语言", "会员等级", "其他"],
    ["K1", "Ann Lee", "Ann@Birch.example", "13800000001", "桦树", "重点，旧", "中文", "金卡", "z"],
    ["K2", "Bob", "bob@birch.example", "", "桦树", "", "en", "vip", ""],
    ["K3", "", "carl@birch.example", "", "", "", "", "", ""],
    ["K4", "Dan", "no address", "", "", "", "", "", ""],
    ["K5", "Eve", "ivy@example.com", "", "", "", "", "", ""],
    ["K6", "Fay", "fay@birch.example", "", "新桦", "", "", "钻石", ""],
    ["K1", "Again", "x@birch.example", "", "", "", "", "", ""],
]  # fmt: skip


async def test_customers_are_found_or_made(publish: Publish) -> None:
    """What is known is changed where the file says something; a second run changes nothing."""
    site = await publish("ecommerce")
    live = site.desks.get("ecommerce")
    assert live is not None
    ivy = await an_admin(site, live)
    async with site.store.unit("ecommerce", write=True) as unit:
        known = await people.add_person(
            unit, "Ann", email="ann@birch.example", phone="1", tags=["alt"]
        )
    for turn in range(2):
        run = await _mapped(site, live, ivy, "zh-CN")
        spec = (run.body or {})["mapping"]
        goes = {name: part["to"] for name, part in spec["columns"].items()}
        assert set(goes.values()) == {
            "key", "name", "email", "phone", "organisation", "tags", "locale", "field.level",
        }  # fmt: skip
        assert (spec["key"], spec["ignore"]) == ("客户编号", ["其他"])
        assert spec["columns"]["会员等级"]["values"] == {"金卡": "vip"}
        assert await runs.save_mapping(site, live, run.id, spec) == ()
        await runs.start(site, "ecommerce", run.id)
        run = await stepped(site, live, run, "go")
        async with site.store.unit("ecommerce") as unit:
            ann = await people.find_person(unit, external="customers:K1")
            bob = await people.find_person(unit, email="bob@birch.example")
            house = await organisations.named(unit, "桦树")
            assert await organisations.named(unit, "新桦") is None, "made by no refused row"
            errors = {one.line: one for one in await imports.errors_of(unit, run.id)}
            acts = [one.verb for one in await journal.last_admin(unit, 20)]
        assert ann is not None
        assert bob is not None
        assert (ann.id, ann.name, ann.phone) == (known, "Ann Lee", "13800000001")
        assert (ann.tags, ann.locale) == (["alt", "重点", "旧"], "zh-CN")
        assert ann.organisation_id == bob.organisation_id == house
        assert {errors[line].code for line in (4, 5, 6, 7, 8)} == {
            "missing", "no_address", "staff", "value", "key_twice",
        }  # fmt: skip
        assert errors[4].message == "必填"
        assert "会员等级" in (errors[7].column or "")
        if turn == 0:
            assert {name: run.counts.get(name, 0) for name in ("people", "changed", "known")} == {
                "people": 1, "changed": 1, "known": 0,
            }  # fmt: skip
            assert acts.count("organisation_made") == 1
        else:
            assert (run.counts.get("people", 0), run.counts["known"]) == (0, 2)
    await _mappings_say_what_they_lack(site, live, ivy)
    await _the_right_is_asked_for_again(site, live, ivy)


async def _mapped(site: Site, live: Live, ivy: Viewer, locale: str = "en") -> Run:
    run = await taken(site, live, ivy, book(ROWS), people=True, locale=locale)
    await runs.read_again(site, "ecommerce", run.id, Reading(sheet="数据"))
    return await stepped(site, live, run, "read")


async def _mappings_say_what_they_lack(site: Site, live: Live, ivy: Viewer) -> None:
    run = await _mapped(site, live, ivy)
    spec = (run.body or {})["mapping"]
    (fault,) = await runs.save_mapping(site, live, run.id, {**spec, "key": "其他"})
    assert fault.startswith("The column that tells one row from another has to go to")
    columns = {name: part for name, part in spec["columns"].items() if part["to"] != "name"}
    (fault,) = await runs.save_mapping(site, live, run.id, {**spec, "columns": columns})
    assert fault == "No column goes to the name, which everybody needs"


async def _the_right_is_asked_for_again(site: Site, live: Live, ivy: Viewer) -> None:
    """Who may not manage people when the rows are written writes none."""
    run = await _mapped(site, live, ivy)
    async with site.store.unit("ecommerce", write=True) as unit:
        await people.set_roles(unit, ivy.person_id or "", ["agent"])
    await runs.start(site, "ecommerce", run.id)
    run = await stepped(site, live, run, "go")
    assert run.state == "failed"
    assert "may not import" in (run.body or {})["fault"]
