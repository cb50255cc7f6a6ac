"""Dashboards: drawn within rights, and every mark leads to exactly the tickets it counts."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from runtime.queries.run_report import run_reports
from tests.queries.counted import HIDDEN, OPEN, fill
from tests.web.spruce import SPRUCE, Browser, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
BOARD = f"/t/{SPRUCE}/desk/dashboards/open"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filled(spruce: Spruce) -> AsyncIterator[Spruce]:
    """Tickets over 100 days, and the reports on them."""
    await fill(spruce, 40)
    yield spruce


async def counted(browser: Browser, url: str) -> int:
    """How many tickets a list says it has."""
    page = await browser.open_page(html.unescape(url))
    found = re.search(r'<span class="t-3 num">(\d+)</span>', page.text)
    assert found, url
    return int(found[1])


def tile(text: str, title: str) -> str:
    """The part of a page that is one report's."""
    parts = re.split(r'<section class="panel', text)
    return next(part for part in parts[1:] if f">Title {title}</h2>" in part)


@pytest.mark.parametrize("who", ["ben", "cleo"])
@pytest.mark.parametrize("name", ["by_reason", "open_now", "by_level", "by_week"])
async def test_a_bar_or_row_leads_to_as_many_tickets_as_it_says(
    filled: Spruce, who: str, name: str
) -> None:
    browser = await filled.browser(who)
    part = tile((await browser.open_page(BOARD)).text, name)
    rows = re.findall(
        r'<th scope="row"><a class="rowlink" href="([^"]+)">.*?<td class="r">([\d,]+)</td>', part
    )
    assert rows
    for href, figure in rows:
        assert await counted(browser, href) == int(figure)
    for href, figure in re.findall(r'<li><a href="([^"]+)">.*?<span class="num">(\d+)', part):
        assert await counted(browser, href) == int(figure)


async def test_a_point_of_a_line_leads_to_its_day(filled: Spruce) -> None:
    browser = await filled.browser("cleo")
    part = tile((await browser.open_page(f"{BOARD}?period=90d")).text, "by_day")
    marks = re.findall(r'<a class="hit" href="([^"]+)"[^>]*aria-label="[^"]*: (\d+)"', part)
    assert len(marks) == 90
    assert sum(int(figure) for _, figure in marks) > 0
    for href, figure in [mark for mark in marks if mark[1] != "0"][:6]:
        assert await counted(browser, href) == int(figure)


async def test_a_share_leads_to_the_tickets_that_make_it(filled: Spruce) -> None:
    browser = await filled.browser("cleo")
    text = (await browser.open_page(f"{BOARD}?period=90d")).text
    figure = re.search(
        r'class="kpi" href="([^"]+)">.*?kpi__value">([\d.]+)<small>%', text, re.DOTALL
    )
    assert figure
    late = await counted(browser, figure[1])
    everyone = await counted(
        browser, re.sub(r"&amp;measure=late|report=late&amp;|measure=late&amp;", "", figure[1])
    )
    assert late > 0
    assert float(figure[2]) == pytest.approx(100 * late / everyone, abs=0.06)


async def test_the_period_is_chosen(filled: Spruce) -> None:
    browser = await filled.browser("cleo")
    seven = (await browser.open_page(f"{BOARD}?period=7d")).text
    assert '<option value="7d" selected>' in seven
    assert len(re.findall(r'class="hit"', tile(seven, "by_day"))) == 7
    unknown = (await browser.open_page(f"{BOARD}?period=9999d")).text
    assert '<option value="9999d"' not in unknown


async def test_what_one_may_not_read_is_a_closed_tile(filled: Spruce) -> None:
    """Hidden fields, sealed fields and reports no role names: a lock, and no figure anywhere."""
    browser = await filled.browser("ben")
    text = (await browser.open_page(f"/t/{SPRUCE}/desk/dashboards/secret")).text
    assert text.count("Your role does not see this report") == 6
    assert "zqriskopt" not in text
    assert "Zqrisktitle" not in text
    assert "kpi__value" not in text
    admin = (
        await (await filled.browser("ivy")).open_page(f"/t/{SPRUCE}/desk/dashboards/secret")
    ).text
    assert "Zqrisktitle" in admin
    assert admin.count("Your role does not see this report") == 3


async def test_no_list_is_filtered_by_a_field_one_may_not_read(filled: Spruce) -> None:
    """Neither the field nor a report over it changes Ben's list; for the admin both do."""
    url = f"/t/{SPRUCE}/desk/views/all"
    queries = ["field.risk=zqriskopt", "field.risk=empty", "field.iban=empty", "field.cost_no.x=1"]
    queries += [f"report={name}" for name in HIDDEN]
    for who, narrowed in (("ben", False), ("ivy", True)):
        browser = await filled.browser(who)
        whole = await counted(browser, url)
        for query in queries:
            some = await counted(browser, f"{url}?{query}")
            if narrowed and query in (
                "field.risk=zqriskopt",
                "report=by_risk",
                "report=only_risky",
            ):
                assert 0 < some < whole, query
            else:
                assert some == whole or narrowed, query


async def test_filters_show_as_chips_and_can_be_taken_off(filled: Spruce) -> None:
    browser = await filled.browser("cleo")
    asked = "field.reason=late&created_at.from=2026-01-01&breached.solved=false&state=nonsense"
    url = f"/t/{SPRUCE}/desk/views/all?{asked}"
    text = (await browser.open_page(url)).text
    assert re.search(r"<span>Reason</span> <span>is</span> <b>Late</b>", text)
    assert re.search(r"<span>Created</span> ?<span>from</span> ?<b>1 Jan</b>", text)
    off = re.search(r'<b>Late</b></a><a href="([^"]+)"', text)
    assert off
    assert "field.reason" not in off[1]
    assert "created_at.from" in off[1]
    for broken in (
        "created_at.from=soon",
        "field.amount=1e9",
        "breached.solved=perhaps",
        "due.zq=1",
    ):
        whole = await counted(browser, f"/t/{SPRUCE}/desk/views/all")
        assert await counted(browser, f"/t/{SPRUCE}/desk/views/all?{broken}") == whole


async def test_dashboards_are_for_those_whose_role_names_them(filled: Spruce) -> None:
    for who in ("ann", "dora"):
        answer = await (await filled.browser(who)).get(BOARD)
        assert answer.status_code == 404
    answer = await (await filled.browser("dora")).get("/t/larch/desk/dashboards/open")
    assert answer.status_code == 200
    assert "No tickets in this period" in answer.text or "hbar" in answer.text
    assert (await (await filled.browser()).get(BOARD)).status_code == 303


async def test_figures_on_the_page_are_those_of_the_query(filled: Spruce) -> None:
    found = await run_reports(filled.site, SPRUCE, await filled.viewer("cleo"), OPEN)
    text = (await (await filled.browser("cleo")).open_page(BOARD)).text
    total = found["by_reason"].total.figures
    assert total[0] is not None
    part = tile(text, "by_reason")
    assert f'<td class="r">{total[0]}</td>' in part
    assert "¥" in part


async def test_the_export_is_narrowed_as_the_list_is_and_for_who_may(filled: Spruce) -> None:
    url = f"/t/{SPRUCE}/desk/views/all/export"
    assert (await (await filled.browser("ben")).get(url)).status_code == 404
    cleo = await filled.browser("cleo")
    page = f"/t/{SPRUCE}/desk/views/all?field.reason=late"
    rows = (await cleo.get(f"{url}?field.reason=late")).text.splitlines()
    assert rows[0].startswith("number,type,")
    assert len(rows) - 1 == await counted(cleo, page)
    lines = (await cleo.get(f"{url}?format=jsonl&field.reason=late")).text.splitlines()
    assert len(lines) == len(rows) - 1


async def test_a_report_is_saved_with_its_numbers(filled: Spruce) -> None:
    url = f"/t/{SPRUCE}/desk/reports/by_reason/export"
    assert (await (await filled.browser("ben")).get(url)).status_code == 404
    cleo = await filled.browser("cleo")
    head, *rows = (await cleo.get(f"{url}?format=csv")).text.removeprefix("\ufeff").splitlines()
    assert head.count(",") == rows[0].count(",")
    assert rows[0].split(",")[1].isdigit()
    book = (await cleo.get(f"{url}?format=xlsx")).content
    assert book.startswith(b"PK")
    assert f'href="{url}?format=xlsx"' in (await cleo.open_page(BOARD)).text
