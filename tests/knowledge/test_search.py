"""Articles are found alike on both databases: Chinese, English, synonyms, slips, and rights."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.compile.desk import desk_from_files
from engine.model.desk import Desk
from engine.reading.readers import Reach
from runtime.actions.import_starters import import_starters
from runtime.clock import FixedClock
from runtime.queries.articles import Search, browse, read_article, search_articles
from runtime.site.handles import Site
from runtime.store import accounts
from runtime.store.open import Store
from specs.load import read_folder
from tests.web.spruce import site_over

FOLDER = Path(__file__).parents[2] / "examples" / "tenants" / "ecommerce"
FILES = read_folder(FOLDER)[0]
EVERYBODY = ("after_sales", "damaged", "delivery", "invoices")
# What is asked, and what has to be found in this order on each database.
ORDER: dict[str, list[str]] = {
    "退款多久到账": ["refund-time", "return-freight"],
    "退钱": ["refund-time", "return-freight", "damaged-on-arrival"],
    "改地址": ["change-address"],
    "发票抬头写错了": ["invoice-title"],
    "when will I get my refund": ["refund-time", "damaged-on-arrival", "return-freight"],
    "refunds": ["refund-time", "damaged-on-arrival", "return-freight"],
    "refnud": ["refund-time", "damaged-on-arrival"],
    "invioce": ["invoice-title"],
    "money back": ["refund-time", "damaged-on-arrival", "return-freight"],
    "媒体来电": [],
    "collection": ["damaged-on-arrival"],
    "破损": ["damaged-on-arrival", "refund-time"],
    "xyzzy": [],
    "": [],
}
READER = Reach(frozenset(EVERYBODY))
STAFF = Reach(frozenset((*EVERYBODY, "members", "handbook")), True, True)


@pytest.fixture(scope="module")
def desk() -> Desk:
    found, problems = desk_from_files(FILES)
    assert found is not None, problems
    return found


@pytest.fixture
async def site(store: Store, clock: FixedClock, tmp_path: Path, desk: Desk) -> Site:
    made = site_over(store, tmp_path, clock)
    async with store.unit("ecommerce", write=True) as unit:
        await accounts.ensure_tenant(unit, {"en": "Spruce"})
    assert await import_starters(made, desk, FILES) == 7
    assert await import_starters(made, desk, FILES) == 0
    return made


async def test_every_way_to_ask_finds_the_same_in_the_same_order(site: Site, desk: Desk) -> None:
    """One test, so that the store is filled once on each database; the lists are the contract."""
    live: Any = SimpleNamespace(desk=desk, tenant="ecommerce")

    async def slugs(question: str, reach: Reach = READER, **more: Any) -> list[str]:
        found: Search = await search_articles(site, live, reach, question, "en", **more)
        return [one.article.slug for one in found.found]

    assert {question: await slugs(question) for question in ORDER} == ORDER
    assert await slugs("媒体来电", STAFF) == ["press-calls"]
    assert await slugs("refund", categories=["invoices"]) == []
    assert await slugs("inv", typing=True) == ["invoice-title"]
    assert await slugs("x" * 10_000 + " 退款" * 5_000) is not None

    search = await search_articles(site, live, READER, "refnud", "en")
    assert dict(search.instead) == {"refnud": "refund"}
    assert ("refund", True) in search.found[0].title
    assert search.found[0].text.locale == "en"
    chinese = await search_articles(site, live, READER, "refund", "zh-CN")
    assert chinese.found[0].text.locale == "zh-CN"

    page = await read_article(site, live, READER, "refund-time", "fr")
    assert page is not None
    assert page.text.locale == "zh-CN"
    assert page.locales == ["zh-CN", "en"]
    assert "refund-time" not in [article.slug for article, _ in page.related]
    assert await read_article(site, live, READER, "press-calls", "en") is None
    assert [a.slug for a, _ in await browse(site, live, READER, "en", "damaged")] == [
        "damaged-on-arrival"
    ]
    assert await browse(site, live, READER, "en", "handbook") == []
